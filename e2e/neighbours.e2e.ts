import assert from 'node:assert/strict';
import { beside, crowd, neighbours } from './support/availability/beside.ts';
import type { LoudSite } from './support/availability/loud-site.ts';
import { loudSite } from './support/availability/loud-site.ts';
import { visitedSite } from './support/availability/visited-site.ts';
import { namespace } from './support/cluster.ts';
import { undisturbed } from './support/load/undisturbed.ts';
import type { Load } from './support/load.ts';
import { loads } from './support/load.ts';
import { operator } from './support/site.ts';

/** How long pages from the cache take beside a bad neighbour, by how long they took in the quiet time just before. */
const most = 2;
/** Milliseconds that nobody notices, and that the machine itself may take. */
const unnoticed = { p50: 10, p99OfHundreds: 20 };

describe('a site', function () {
  // The kubelet takes a while to see that /tmp is full.
  this.timeout(240_000);
  operator();
  const load = loads();
  const ns = namespace('story-neighbours');
  let loud: LoudSite;
  let visitors: Load;
  let asBefore: () => Promise<void>;

  before(async () => {
    loud = await loudSite(ns, 'loud');
    const quiet = await visitedSite(ns, 'quiet');
    asBefore = await undisturbed();
    visitors = await load(quiet.host, crowd);
  });
  after(() => asBefore());

  for (const neighbour of neighbours) {
    it(`${neighbour.name} serves as before`, async () => {
      const { before, during } = await beside(neighbour, loud, visitors);
      assert.deepEqual([before.failed, during.failed], [[], []]);
      const [quiet, noisy] = [before, during].map((summary) => summary.latency['cached']!);
      const facts = JSON.stringify({ quiet, noisy, late: [before.late, during.late] });
      for (const time of ['p50', 'p99OfHundreds'] as const)
        assert.ok(noisy![time] <= Math.max(most * quiet![time], unnoticed[time]), `${time}: ${facts}`);
    });
  }
});
