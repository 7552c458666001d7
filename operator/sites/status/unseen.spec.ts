import assert from 'node:assert/strict';
import { unseenStatus } from '../../kinds/hosted-site/unseen-status.ts';
import { World } from '../../testing/world.ts';

const noon = '2030-01-01T12:00:00Z';

function transitions({ status }: World): string[] {
  return (status.conditions ?? []).map((one) => one.lastTransitionTime);
}

describe('a site that no operator has seen', () => {
  it('says so, and is judged at the first sight as if it said nothing', async () => {
    const world = new World();
    assert.deepEqual(world.status, unseenStatus);
    await world.pass();
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(world.condition('Reconciling'), 'True/Progressing');
    assert.equal(world.status.observedGeneration, 1);
    assert.deepEqual([...new Set(transitions(world))], [noon]);
  });

  it('keeps nothing of what was said of it, when a person must act at once', async () => {
    const world = new World({ route: { ingressClassName: 'none' } });
    world.components = world.components.map((one) => ({
      ...one,
      refusals: () => [{ reason: 'IngressClassNotFound', message: 'It does not exist.' }],
    }));
    await world.settle();
    assert.equal(world.condition('Ready'), 'False/IngressClassNotFound');
    assert.equal(world.condition('Reconciling'), undefined);
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(world.cluster.writes, []);
  });

  it('is written once where it is worked on', async () => {
    const world = new World();
    await world.pass();
    const reported = world.cluster.writes.filter(
      ({ verb, kind }) => verb === 'status' && kind === 'HostedSite',
    );
    assert.equal(reported.length, 1);
  });
});
