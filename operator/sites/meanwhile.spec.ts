import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import { Conflict } from '../kube/errors.ts';
import type { MemoryCluster } from '../testing/memory/memory-cluster.ts';
import { reconcileSite } from './reconcile-site.ts';
import { bySite } from './site-key.ts';
import { World, hostedSite, shop } from '../testing/world.ts';

/** What happens between a pass's look and its write. */

type Request = 'apply' | 'merge' | 'applyStatus' | 'create' | 'delete';

const wordpress: Partial<HostedSiteSpec> = { preset: 'WordPress', database: { engine: 'MariaDB' } };

/** A pass in which somebody acts just before its first request of this verb and kind. */
function passWith(world: World, verb: Request, kind: string, act: () => void): Promise<unknown> {
  let isDue = true;
  const cluster = new Proxy(world.cluster, {
    get(target, name) {
      const member = bound(target, name);
      if (name !== verb) return member;
      return (object: { kind: string }, ...rest: unknown[]) => {
        if (isDue && object.kind === kind) act();
        if (object.kind === kind) isDue = false;
        return (member as (...input: unknown[]) => unknown)(object, ...rest);
      };
    },
  });
  return reconcileSite(shop, { ...world.context, cluster });
}

/** A pass whose caches do not hold objects of a kind yet. */
function passWithout(world: World, kind: string): Promise<unknown> {
  const cluster = new Proxy(world.cluster, {
    get(target, name) {
      if (name !== 'find') return bound(target, name);
      return () => target.find(bySite, shop).filter((object) => object.kind !== kind);
    },
  });
  return reconcileSite(shop, { ...world.context, cluster });
}

function bound(cluster: MemoryCluster, name: string | symbol): unknown {
  const member: unknown = Reflect.get(cluster, name, cluster);
  return typeof member === 'function' ? (member.bind(cluster) as unknown) : member;
}

/** Another object under the same name. */
function replace({ cluster }: World, kind: string, object: Manifest): void {
  cluster.remove(kind, 'customer-a', object.metadata.name);
  cluster.seed(object);
}

describe('what takes a name while a pass runs', () => {
  it('is not deleted in the place of what was superfluous', async () => {
    const world = new World({ database: { engine: 'MariaDB' } });
    await world.bringUp();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site['spec'] = hostedSite().spec;
    });
    const metadata = { name: 'shop-database', namespace: 'customer-a', uid: 'of-somebody' };
    const other = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata };
    await assert.rejects(
      passWith(world, 'delete', 'StatefulSet', () => replace(world, 'StatefulSet', other)),
      Conflict,
    );
    const left = await world.cluster.metadata('StatefulSet', 'customer-a', 'shop-database');
    assert.equal(left?.uid, 'of-somebody');
  });

  it('is no new site that is told to be what the old one was', async () => {
    const world = new World();
    await world.bringUp();
    world.change({ replicas: 0 });
    const young = hostedSite({}, { metadata: { ...hostedSite().metadata, uid: 'young', generation: 1 } });
    await assert.rejects(
      passWith(world, 'applyStatus', 'HostedSite', () => replace(world, 'HostedSite', young)),
      Conflict,
    );
    assert.equal(world.site.metadata.uid, 'young');
    assert.deepEqual(world.status, {});
  });

  it('is no new site that loses what stands in the way of its end to the end of the old one', async () => {
    const world = new World();
    await world.bringUp();
    const finalizers = ['hostedsite.dev/delete-data'];
    world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
      metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
      metadata.finalizers = [...finalizers];
    });
    const young = hostedSite({}, { metadata: { ...hostedSite().metadata, uid: 'young', finalizers } });
    await assert.rejects(
      passWith(world, 'merge', 'HostedSite', () => replace(world, 'HostedSite', young)),
      Conflict,
    );
    assert.equal(world.site.metadata.uid, 'young');
    assert.deepEqual(world.site.metadata.finalizers, finalizers);
  });
});

describe('what the caches do not hold yet', () => {
  it('is an installation that a pass finds there, and leaves as it is', async () => {
    const world = new World(wordpress, components);
    await world.bringUp();
    const before = world.cluster.get('Job', 'customer-a', 'shop-install');
    assert.ok(before);
    await assert.doesNotReject(passWithout(world, 'Job'));
    assert.deepEqual(world.cluster.get('Job', 'customer-a', 'shop-install'), before);
  });
});
