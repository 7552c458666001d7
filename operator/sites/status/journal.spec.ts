import assert from 'node:assert/strict';
import { World } from '../../testing/world.ts';

interface Entry {
  message: string;
  data: Readonly<Record<string, unknown>> | undefined;
}

async function entries(world: World): Promise<Entry[]> {
  const found: Entry[] = [];
  const keep = (message: string, data?: Entry['data']) => found.push({ message, data });
  const { context } = world;
  Object.defineProperty(world, 'context', {
    value: { ...context, log: { ...context.log, info: keep, warn: keep } },
  });
  await world.pass();
  return found;
}

describe('the log', () => {
  it('names what was written, and why', async () => {
    const world = new World({ database: { engine: 'MariaDB' } });
    await world.bringUp();
    world.cluster.remove('StatefulSet', 'customer-a', 'shop-database');
    world.cluster.edit('Service', 'customer-a', 'shop-web', (object) => (object['spec'] = {}));
    assert.deepEqual(await entries(world), [
      {
        message: 'site written',
        data: {
          site: 'customer-a/shop',
          release: 'same inputs',
          ensured: ['Secret/shop-database'],
          applied: ['StatefulSet/shop-database: it is not there', 'Service/shop-web: spec.ports is missing'],
          removed: [],
        },
      },
    ]);
  });

  it('tells what was refused, and why', async () => {
    const world = new World();
    const metadata = { name: 'shop-web', namespace: 'customer-a' };
    world.cluster.seed({ apiVersion: 'apps/v1', kind: 'Deployment', metadata });
    const [reserved, written, refused] = await entries(world);
    assert.equal(reserved?.message, 'host reserved');
    assert.equal(written?.message, 'site written');
    assert.equal(refused?.message, 'write refused');
    assert.equal(refused.data?.['reason'], 'NameTaken');
    assert.match(String(refused.data['detail']), /^The Deployment shop-web exists/);
  });

  it('is silent when nothing was written', async () => {
    const world = new World();
    await world.bringUp();
    assert.deepEqual(await entries(world), []);
  });

  it('holds no value of a Secret or of an environment variable', async () => {
    const world = new World({
      database: { engine: 'MariaDB' },
      web: { env: [{ name: 'TOKEN', value: 'do-not-tell' }] },
    });
    await world.bringUp();
    world.change({ web: { env: [{ name: 'TOKEN', value: 'do-not-tell-either' }] } });
    const text = JSON.stringify(await entries(world));
    assert.doesNotMatch(text, /do-not-tell|random-24/);
  });
});

describe('events', () => {
  it('are about the site, with the type that their reason has', async () => {
    const world = new World();
    await world.bringUp();
    world.change({ image: 'registry.example.org/shop:2' });
    await world.bringUp();
    const { regarding, ...event } = world.cluster.events.at(-1) ?? { regarding: undefined };
    assert.equal(regarding?.metadata.uid, 'site-uid');
    assert.deepEqual(event, {
      type: 'Normal',
      reason: 'ReleaseSucceeded',
      action: 'Reconcile',
      note: 'The release serves, and no pod of another one is left. registry.example.org/shop:2',
    });
  });
});
