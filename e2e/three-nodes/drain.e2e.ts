import assert from 'node:assert/strict';
import { visitedSite } from '../support/availability/visited-site.ts';
import type { VisitedSite } from '../support/availability/visited-site.ts';
import { kubectl, namespace } from '../support/cluster.ts';
import { loads } from '../support/load.ts';
import { tookOnce } from '../support/load/orders.ts';
import { nodesAreRestored } from '../support/nodes.ts';
import { operator } from '../support/site.ts';

describe('a site of two pods whose node is drained', function () {
  this.timeout(300_000);
  operator();
  const load = loads();
  const ns = namespace('story-drain');
  nodesAreRestored();
  let shop: VisitedSite;

  before(async () => {
    // One pod each on node2 and node3; visitors come in through node1.
    await kubectl(['cordon', 'node1']);
    shop = await visitedSite(ns, 'drained', { replicas: 2 });
    await kubectl(['uncordon', 'node1']);
  });

  it('fails no visitor', async () => {
    assert.deepEqual(await nodesOfPods(), ['node2', 'node3']);
    const visitors = await load(shop.host);
    await visitors.more(40);
    await kubectl(['drain', 'node2', '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s']);
    await shop.settled();
    await visitors.more(100);
    const all = await visitors.stop();
    assert.deepEqual(all.failed, []);
    await tookOnce(shop.host, all);
    assert.equal((await nodesOfPods()).includes('node2'), false);
  });

  async function nodesOfPods(): Promise<string[]> {
    const query = ['-l', 'app.kubernetes.io/component=web', '-o', 'jsonpath={.items[*].spec.nodeName}'];
    return (await kubectl(['get', 'pods', '-n', ns, ...query])).split(' ').sort();
  }
});
