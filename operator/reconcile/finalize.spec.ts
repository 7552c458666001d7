import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../api/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import { siteLabels } from './labels.ts';
import { World, hostedSite, operatorNamespace } from './test-world.ts';

const copyName = 'site-secret-c53558d3ae705a2a12071a532c26efbc';

/** A site with a database and files, in force, that somebody then deletes. */
async function deleted(spec: Partial<HostedSiteSpec>, meanwhile?: (world: World) => void): Promise<World> {
  const world = new World({ database: { engine: 'MariaDB' }, files: {}, ...spec });
  await world.bringUp();
  meanwhile?.(world);
  world.cluster.forgetRecords();
  world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
    metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
    metadata.finalizers = [...(metadata.finalizers ?? []), 'example.org/of-somebody-else'];
  });
  return world;
}

function writes({ cluster }: World): string[] {
  return cluster.writes.map(({ verb, kind, name }) => `${verb} ${kind}/${name}`);
}

describe('the end of a site', () => {
  it('with Retain: nothing of ours stands in the way, and nothing is written', async () => {
    const world = await deleted({});
    assert.deepEqual(await world.pass(), { kind: 'settled' });
    assert.deepEqual(writes(world), []);
    assert.deepEqual(world.site.metadata.finalizers, ['example.org/of-somebody-else']);
  });

  it('with Delete: credentials, their copies and claims go, the finalizer last', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' });
    assert.deepEqual(await world.pass(), { kind: 'settled' });
    assert.deepEqual(writes(world), [
      'delete Secret/shop-database',
      `delete Secret/${copyName}`,
      'delete PersistentVolumeClaim/data-shop-database-0',
      'delete PersistentVolumeClaim/shop-files',
      'apply HostedSite/shop',
    ]);
    assert.deepEqual(world.names('PersistentVolumeClaim'), []);
    assert.equal(await world.cluster.read('Secret', operatorNamespace, copyName), undefined);
    assert.deepEqual(world.site.metadata.finalizers, ['example.org/of-somebody-else']);
    assert.deepEqual(
      world.cluster.events.map(({ reason }) => reason),
      ['DataDeleted'],
    );
  });

  it('takes the data along that was taken out of the spec before', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' }, (before) =>
      before.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        site['spec'] = hostedSite({ deletionPolicy: 'Delete' }).spec;
      }),
    );
    await world.pass();
    assert.deepEqual(world.names('PersistentVolumeClaim'), []);
    assert.equal(await world.cluster.read('Secret', 'customer-a', 'shop-database'), undefined);
    assert.equal(await world.cluster.read('Secret', operatorNamespace, copyName), undefined);
  });

  it('is over once: the second pass writes nothing', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' });
    await world.pass();
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual([writes(world), world.cluster.events], [[], []]);
  });

  it('does not make children anew that the garbage collector takes', async () => {
    const world = await deleted({}, (before) =>
      before.cluster.remove('Deployment', 'customer-a', 'shop-web'),
    );
    await world.pass();
    assert.deepEqual(world.names('Deployment'), []);
  });

  it('keeps claims of other sites, and those whose labels somebody changed meanwhile', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' }, ({ cluster }) => {
      const labels = siteLabels({ name: 'blog' });
      cluster.seed({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'blog-files', namespace: 'customer-a', labels },
      });
    });
    const { metadata } = world.cluster;
    world.cluster.metadata = async (kind, namespace, name) => {
      const live = await metadata.call(world.cluster, kind, namespace, name);
      return name === 'shop-files' && live ? { ...live, labels: siteLabels({ name: 'blog' }) } : live;
    };
    await world.pass();
    assert.deepEqual(world.names('PersistentVolumeClaim'), ['blog-files', 'shop-files']);
  });

  it('deletes no claim that is another one meanwhile', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' });
    const { metadata } = world.cluster;
    world.cluster.metadata = async (kind, namespace, name) => {
      const live = await metadata.call(world.cluster, kind, namespace, name);
      return name === 'shop-files' && live ? { ...live, uid: 'another' } : live;
    };
    await world.pass();
    assert.deepEqual(world.names('PersistentVolumeClaim'), ['shop-files']);
  });

  it('deletes no Secret of which there is no copy: it may be of somebody else', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' }, ({ cluster }) =>
      cluster.remove('Secret', operatorNamespace, copyName),
    );
    await world.pass();
    assert.ok(await world.cluster.read('Secret', 'customer-a', 'shop-database'));
  });

  it('takes nothing from a site that was made anew under the same name and is not seen yet', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' });
    const { read } = world.cluster;
    world.cluster.read = async (kind, namespace, name) => {
      const live = await read.call(world.cluster, kind, namespace, name);
      return kind === 'HostedSite' && live ? { ...live, metadata: { ...live.metadata, uid: 'anew' } } : live;
    };
    assert.deepEqual(await world.pass(), { kind: 'settled' });
    assert.deepEqual(writes(world), []);
  });

  it('follows a policy that was changed to Retain and is not seen yet', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' });
    const { read } = world.cluster;
    world.cluster.read = async (kind, namespace, name) => {
      const live = await read.call(world.cluster, kind, namespace, name);
      return kind === 'HostedSite' ? ({ ...live, spec: hostedSite({}).spec } as Manifest) : live;
    };
    await world.pass();
    assert.deepEqual(writes(world), ['apply HostedSite/shop']);
  });

  it('tells in the status when it does not come about', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' });
    world.cluster.fail({
      verb: 'delete',
      kind: 'PersistentVolumeClaim',
      answer: { code: 403, reason: 'Forbidden' },
    });
    await assert.rejects(world.pass(), /403/);
    assert.equal(world.condition('Ready'), 'Unknown/Deleting');
    assert.ok(world.site.metadata.finalizers?.includes('hostedsite.dev/delete-data'));
    await world.pass();
    assert.deepEqual(world.names('PersistentVolumeClaim'), []);
  });

  it('follows the policy as it is when the site is deleted', async () => {
    const world = await deleted({ deletionPolicy: 'Delete' }, (before) =>
      before.change({ deletionPolicy: 'Retain' }),
    );
    await world.pass();
    assert.deepEqual(world.names('PersistentVolumeClaim'), ['data-shop-database-0', 'shop-files']);
  });
});
