import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import { components } from '../../components/index.ts';
import type { Manifest } from '../../components/component.ts';
import { reservationOf } from './reservation.ts';
import { World, operatorNamespace } from '../../testing/world.ts';

const image = (tag: number) => `registry.example.org/shop:${tag}`;
const [before, after] = ['old.example.org', 'new.example.org'];

async function inForce(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World({ image: image(1), hosts: [before], ...spec }, components);
  await world.bringUp();
  await world.bringUp();
  return world;
}

/** As an operator left it that told no pod its hosts, and rendered otherwise. */
async function fromEarlier(): Promise<World> {
  const world = await inForce();
  for (const { metadata } of world.cluster.list('ControllerRevision'))
    world.cluster.edit('ControllerRevision', 'customer-a', metadata.name, (one) => {
      const { hosts: _, url: __, ...data } = one['data'] as Record<string, unknown>;
      one['data'] = data;
    });
  const { Small, ...sizes } = world.settings.sizes;
  const cache = { ...Small.cache, memory: '72Mi' };
  world.settings = { ...world.settings, sizes: { ...sizes, Small: { ...Small, cache } } };
  const name = running(world);
  await world.settle();
  assert.equal(running(world), name, 'an upgrade releases no site');
  return world;
}

/** New pods serve, and old ones are still there. */
function overlap(world: World): void {
  const old = world.cluster.list('Pod');
  world.runControllers();
  for (const pod of old) world.cluster.seed(pod);
}

function published(world: World): (string | undefined)[] {
  const { rules } = world.cluster.get('Ingress', 'customer-a', 'shop')?.['spec'] as {
    rules: { host?: string }[];
  };
  return rules.map(({ host }) => host);
}

function reserved(world: World): unknown[] {
  return world.cluster
    .list('ConfigMap', operatorNamespace)
    .map((one) => (one['data'] as { host: string }).host)
    .sort();
}

function givenBack({ cluster }: World): string[] {
  const reservations = cluster
    .list('ConfigMap', operatorNamespace)
    .flatMap((one) => reservationOf(one) ?? []);
  return reservations.flatMap(({ host, releasedAt }) => (releasedAt === undefined ? [] : [host]));
}

function running({ cluster }: World): string {
  const deployment = cluster.get('Deployment', 'customer-a', 'shop-web') as Manifest & {
    spec: { template: { metadata: { labels: Record<string, string> } } };
  };
  return deployment.spec.template.metadata.labels['hostedsite.dev/revision'] ?? '';
}

function urlOf({ cluster }: World): string | undefined {
  const spec = JSON.stringify(cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'] ?? null);
  return /"SITE_URL","value":"([^"]+)"/.exec(spec)?.[1];
}

const sources: [string, () => Promise<World>][] = [
  ['a site', () => inForce()],
  ['a site of an earlier operator', fromEarlier],
];
for (const [what, source] of sources) {
  describe(`${what} that is renamed`, () => {
    it('is released with its new name, and published under it when no pod is left that does not know it', async () => {
      const world = await source();
      world.change({ hosts: [after] });
      await world.settle();
      assert.equal(urlOf(world), `http://${after}`);
      assert.deepEqual([published(world), reserved(world)], [[before], [after, before]]);
      overlap(world);
      await world.settle();
      assert.deepEqual([published(world), reserved(world)], [[before], [after, before]]);
      assert.equal(world.condition('RouteReady'), 'Unknown/RollingOut');
      assert.equal(world.condition('Ready'), 'Unknown/Progressing');
      assert.deepEqual(world.status.urls, [`http://${before}/`]);
      world.cluster.remove('Ingress', 'customer-a', 'shop');
      await world.settle();
      assert.deepEqual([published(world), givenBack(world)], [[before], []], 'a route that is made again');
      world.runControllers();
      await world.settle();
      // The old name stays with the namespace for a while.
      assert.deepEqual([published(world), reserved(world)], [[after], [after, before]]);
      assert.equal(world.condition('Ready'), 'True/Serving');
      assert.deepEqual(world.status.urls, [`http://${after}/`]);
    });

    it('keeps its name when that release does not come up', async () => {
      const world = await source();
      world.now = new Date(world.now.getTime() + 3_600_000);
      const good = running(world);
      world.change({ hosts: [after], web: { healthPath: '/up' } });
      await world.settle();
      world.missDeadline();
      await world.settle();
      world.runControllers();
      await world.settle();
      assert.equal(world.condition('Ready'), 'False/RolledBack');
      assert.deepEqual([running(world), published(world)], [good, [before]]);
      assert.deepEqual(reserved(world), [after, before]);
    });

    it('runs no release that knows another name when it goes back to an image', async () => {
      const world = await source();
      for (const change of [{ image: image(2) }, { hosts: [after] }, { image: image(1) }]) {
        world.change(change);
        await world.bringUp();
      }
      assert.equal(urlOf(world), `http://${after}`);
      assert.deepEqual(published(world), [after]);
    });
  });
}

describe('a site of an earlier operator', () => {
  it('is not released for hosts that it has', async () => {
    const world = await fromEarlier();
    const name = running(world);
    world.cluster.forgetRecords();
    world.change({ replicas: 2 });
    await world.bringUp();
    assert.equal(running(world), name);
    assert.deepEqual(world.cluster.list('ControllerRevision').length, 1);
  });

  it('is not released for what somebody writes into its Ingress, which is repaired', async () => {
    const world = await fromEarlier();
    const name = running(world);
    world.cluster.edit('Ingress', 'customer-a', 'shop', (one) => {
      one['spec'] = { rules: [{ host: 'stolen.example.org' }] };
    });
    await world.settle();
    assert.deepEqual([running(world), published(world)], [name, [before]]);
  });

  it('goes back to an earlier image as it ran', async () => {
    const world = await fromEarlier();
    const name = running(world);
    for (const tag of [2, 1]) {
      world.change({ image: image(tag) });
      await world.bringUp();
    }
    assert.equal(running(world), name);
  });
});

describe('hosts', () => {
  it('that only change their order are published all the time', async () => {
    const world = await inForce({ hosts: [before, after] });
    const name = running(world);
    world.change({ hosts: [after, before] });
    await world.settle();
    assert.notEqual(running(world), name);
    assert.deepEqual(published(world).sort(), [after, before]);
    assert.equal(urlOf(world), `http://${after}`);
  });

  it('are published at once where no pod could answer with another name', async () => {
    const world = await inForce({ replicas: 0 });
    world.change({ hosts: [after] });
    await world.settle();
    assert.deepEqual(published(world), [after]);
  });
});
