import assert from 'node:assert/strict';
import { visitedSite } from '../support/availability/visited-site.ts';
import type { VisitedSite } from '../support/availability/visited-site.ts';
import { eventually, image, kubectl, namespace, request } from '../support/cluster.ts';
import { operatorNamespace } from '../operator.ts';
import { anotherLeads, leader, operatorPods } from '../support/operator-process.ts';
import type { Load } from '../support/load.ts';
import { loads } from '../support/load.ts';
import { tookOnce } from '../support/load/orders.ts';
import { node, nodeIsBack, nodesAreRestored, nodesThatServe } from '../support/nodes.ts';
import { applyAndWait, operator } from '../support/site.ts';
import { smallSite } from '../support/small-site.ts';

/** Kubernetes' own times: it takes a node for lost after 50 s of silence. What follows is by the sites' own tolerations. */
describe('a node that loses its power, with one of two pods of a site, the only one of another, and the operator', function () {
  this.timeout(360_000);
  operator();
  const load = loads();
  const ns = namespace('story-node-loss');
  nodesAreRestored();
  let shop: VisitedSite;
  let visitors: Load;
  let noticed = new Date();

  before(async () => {
    // Visitors come in through node1; the only pod is on node2, the two are on node2 and node3.
    await kubectl(['cordon', 'node1', 'node3']);
    await operatorMoves();
    await applyAndWait(ns, smallSite('only', await image('node-example-1')));
    await kubectl(['uncordon', 'node3']);
    shop = await visitedSite(ns, 'lost', { replicas: 2 });
    await kubectl(['uncordon', 'node1']);
    assert.deepEqual(
      [await nodesThatServe(ns, 'only'), await nodesThatServe(ns, 'lost')],
      [['node2'], ['node2', 'node3']],
    );
    visitors = await load(shop.host);
  });

  it('leaves the other pod, which serves on', async () => {
    await visitors.more(100);
    assert.deepEqual(visitors.lap().failed, []);
    const before = await leader();
    await node('power-off', 'node2');
    await eventually('the loss is known', 120, async () =>
      (await nodesThatServe(ns, 'lost')).includes('node2') ? undefined : true,
    );
    noticed = new Date();
    const until = visitors.lap();
    assert.ok(until.requests - until.failed.length > until.requests / 4, `${until.failed.length} failed`);
    // As its end undoes what was done to the nodes, all that belongs to the loss is in this story.
    await Promise.all([
      within(60, 'both pods serve', async () => (await nodesThatServe(ns, 'lost')).length === 2),
      within(90, 'the only pod serves', async () => (await request('only.example', '/')).status === 200),
      within(90, 'another operator leads', async () => ![undefined, before].includes(await leader())),
    ]);
    await visitors.more(100);
    await node('power-on', 'node2');
    await nodeIsBack('node2', noticed);
    await eventually('what was left on it has ended', 90, async () => {
      const pods = await kubectl(['get', 'pods', '-n', ns, '-o', 'jsonpath={.items[*].metadata.name}']);
      return pods.split(' ').length === 3 ? true : undefined;
    });
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

  /** To where pods may go now. */
  async function operatorMoves(): Promise<void> {
    const [pod] = await operatorPods();
    const name = pod?.metadata.name ?? '';
    await kubectl(['delete', 'pod', name, '-n', operatorNamespace]);
    await anotherLeads(name);
  }

  /** Counted from the time at which the loss is known. */
  async function within(seconds: number, what: string, holds: () => Promise<boolean>): Promise<void> {
    const left = seconds - (Date.now() - noticed.getTime()) / 1000;
    await eventually(what, left, async () => ((await holds()) ? true : undefined));
    process.stdout.write(`      ${what} after ${Math.round((Date.now() - noticed.getTime()) / 1000)} s\n`);
  }
});
