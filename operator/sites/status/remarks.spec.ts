import assert from 'node:assert/strict';
import { components } from '../../components/index.ts';
import { World } from '../../testing/world.ts';

const refusal = 'pods "x" is forbidden: maximum memory usage per Container is 300Mi, but limit is 512Mi';

/** A site whose database gets no pod, right after it was made. */
async function withoutPod(): Promise<World> {
  const world = new World({ database: { engine: 'MariaDB' } }, components);
  await world.pass();
  return world;
}

/** As the controller of StatefulSets tells it, through the older API. */
function say(world: World, reason: string, second: number, note = refusal): void {
  const { uid = '' } = world.cluster.get('StatefulSet', 'customer-a', 'shop-database')?.metadata ?? {};
  world.cluster.seed({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${reason}-${second}`, namespace: 'customer-a' },
    ...{ reason, note, regarding: { kind: 'StatefulSet', uid } },
    deprecatedLastTimestamp: new Date(world.now.getTime() + second * 1000).toISOString(),
  });
}

function after(world: World, seconds: number): Promise<unknown> {
  world.now = new Date(world.now.getTime() + seconds * 1000);
  return world.pass();
}

describe('what the cluster says of pods that do not come', () => {
  it('is asked when they should be there, and told', async () => {
    const world = await withoutPod();
    say(world, 'FailedCreate', 0);
    await after(world, 9);
    assert.equal(world.condition('DatabaseReady'), 'Unknown/Provisioning');
    await after(world, 1);
    assert.equal(world.condition('DatabaseReady'), 'False/PodsForbidden');
    assert.equal(world.condition('Stalled'), 'True/PodsForbidden');
  });

  it('is asked at the time that the pass before has named', async () => {
    const world = await withoutPod();
    const { recheckAt } = await world.pass();
    assert.equal(recheckAt?.toISOString(), '2030-01-01T12:00:10.000Z');
  });

  it('is asked again after a while, not with each pass', async () => {
    const world = await withoutPod();
    await after(world, 10);
    say(world, 'FailedCreate', 0);
    await after(world, 5);
    assert.equal(world.condition('DatabaseReady'), 'Unknown/Provisioning');
    await after(world, 20);
    assert.equal(world.condition('DatabaseReady'), 'False/PodsForbidden');
  });

  it('is over when a pod was made later', async () => {
    const world = await withoutPod();
    say(world, 'FailedCreate', 0);
    say(world, 'SuccessfulCreate', 5);
    await after(world, 10);
    assert.equal(world.condition('DatabaseReady'), 'Unknown/Provisioning');
  });

  it('is forgotten with the site', async () => {
    const world = await withoutPod();
    await after(world, 10);
    assert.equal(world.answers.size, 1);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.pass();
    assert.equal(world.answers.size, 0);
  });

  it('holds nothing up where it may not be asked', async () => {
    const world = await withoutPod();
    world.cluster.fail({ verb: 'events', answer: { code: 403, reason: 'Forbidden' }, times: 9 });
    await after(world, 10);
    assert.equal(world.condition('DatabaseReady'), 'Unknown/Provisioning');
  });

  it('is not asked of a site that is well', async () => {
    const world = new World({ database: { engine: 'MariaDB' } }, components);
    await world.bringUp();
    world.cluster.fail({ verb: 'events', answer: new Error('nobody is to ask') });
    world.now = new Date(world.now.getTime() + 60_000);
    await world.pass();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.answers.size, 0);
  });
});
