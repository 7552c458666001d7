import assert from 'node:assert/strict';
import { visitedSite } from '../support/availability/visited-site.ts';
import type { VisitedSite } from '../support/availability/visited-site.ts';
import { eventually, kubectl, namespace } from '../support/cluster.ts';
import type { Load } from '../support/load.ts';
import { load } from '../support/load.ts';
import { tookOnce } from '../support/load/orders.ts';
import { node, nodeIsBack, nodesAreRestored } from '../support/nodes.ts';
import { operator } from '../support/site.ts';

/** Kubernetes' own times: it takes a node for lost after 50 s of silence, and moves its pods five minutes later. */
describe('a site of two pods, one of whose nodes loses its power', function () {
  this.timeout(300_000);
  operator();
  const ns = namespace('story-node-loss');
  nodesAreRestored();
  let shop: VisitedSite;
  let visitors: Load;

  before(async () => {
    // One pod each on node2 and node3; visitors come in through node1.
    await kubectl(['cordon', 'node1']);
    shop = await visitedSite(ns, 'lost', { replicas: 2 });
    await kubectl(['uncordon', 'node1']);
    visitors = await load(shop.host);
  });

  it('serves on, and fails nobody once the loss is noticed; nor when the node comes back', async () => {
    await visitors.more(100);
    assert.deepEqual(visitors.lap().failed, []);
    await node('power-off', 'node2');
    await serving(1);
    const [noticed, until] = [new Date(), visitors.lap()];
    assert.ok(until.requests - until.failed.length > until.requests / 4, `${until.failed.length} failed`);
    await visitors.more(400);
    await node('power-on', 'node2');
    await nodeIsBack('node2', noticed);
    await serving(2);
    await visitors.more(100);
    const all = await visitors.stop();
    // The ingress hears of it a moment later.
    const since = new Date(noticed.getTime() + 2000).toISOString();
    assert.deepEqual(
      all.failed.filter(({ at }) => at > since),
      [],
    );
    await tookOnce(shop.host, all);
  });

  async function serving(count: number): Promise<void> {
    const path = '{range .items[*].endpoints[*]}{.conditions.ready} {end}';
    const query = ['get', 'endpointslices', '-n', ns, '-o', `jsonpath=${path}`];
    await eventually(`${count} pods serve`, 120, async () => {
      const ready = (await kubectl(query)).split(' ').filter((word) => word === 'true');
      return ready.length === count ? true : undefined;
    });
  }
});
