import assert from 'node:assert/strict';
import { Commanded } from '../testing/commanded.ts';

const unschedulable = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message: '0/1 nodes are available: 1 Insufficient memory.',
  lastTransitionTime: '2030-01-01T12:00:00Z',
};

/** The pod of the command of release 2 may start, and no node takes it. */
async function roomless(): Promise<Commanded> {
  const shop = new Commanded();
  await shop.rest();
  shop.release(2);
  for (let tries = 0; tries < 30 && shop.begun < 2; tries += 1) {
    await shop.pass();
    await shop.jobs.control();
  }
  for (const { metadata } of shop.pods())
    shop.world.cluster.edit('Pod', 'customer-a', metadata.name, (pod) => {
      pod['status'] = { phase: 'Pending', conditions: [unschedulable] };
    });
  await shop.passes();
  return shop;
}

describe('a command for which no node has room', () => {
  it('has failed at the deadline of its Job, for what was told of it, and has done nothing to the data', async () => {
    const shop = await roomless();
    shop.world.now = new Date(shop.world.now.getTime() + 2 * 3_600_000);
    // A pass between any two things that Kubernetes does.
    while (await shop.jobs.control()) await shop.passes();
    await shop.passes();
    const { command, message = '' } = shop.world.status.release ?? {};
    assert.equal(command?.reason, 'NeverStarted');
    assert.match(message, /The command never began\. No node takes the pod: not enough memory\.$/);
    assert.deepEqual([shop.begun, shop.runs, shop.records.at(-1)?.split(' ')[0]], [2, '1', 'Failed']);
  });

  it('is not over while its pod is there: a node may take it yet, whatever its Job says', async () => {
    const shop = await roomless();
    shop.world.cluster.edit('Job', 'customer-a', 'shop-release', (job) => {
      job['status'] = { conditions: [{ type: 'FailureTarget', status: 'True', reason: 'DeadlineExceeded' }] };
    });
    await shop.passes();
    assert.equal(shop.world.status.release?.command?.phase, 'Running');
  });
});
