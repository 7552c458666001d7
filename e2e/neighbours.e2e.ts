import assert from 'node:assert/strict';
import type { Fault, LoudSite } from './support/availability/loud-site.ts';
import { loudSite } from './support/availability/loud-site.ts';
import { visitedSite } from './support/availability/visited-site.ts';
import { namespace } from './support/cluster.ts';
import type { Load } from './support/load.ts';
import { load } from './support/load.ts';
import { operator } from './support/site.ts';

const faults: [Fault, string][] = [
  ['leak', 'takes memory without end'],
  ['burn', 'computes without end'],
  ['log', 'logs without end'],
  ['fill', 'fills its /tmp and writes on'],
];

/** Requests of the quiet time, and at least so many meanwhile. */
const sample = 200;

describe('a site beside one that', function () {
  operator();
  const ns = namespace('story-neighbours');
  let loud: LoudSite;
  let visitors: Load;

  before(async () => {
    loud = await loudSite(ns, 'loud');
    const quiet = await visitedSite(ns, 'quiet');
    visitors = await load(quiet.host);
  });
  after(() => visitors.stop());

  for (const [fault, what] of faults) {
    it(`${what} serves as before`, async () => {
      visitors.lap();
      await visitors.more(sample);
      const before = visitors.lap();
      await Promise.all([loud.begin(fault), visitors.more(sample)]);
      const during = visitors.lap();
      await loud.calm();
      assert.deepEqual([before.failed, during.failed], [[], []]);
    });
  }
});
