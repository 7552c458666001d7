import assert from 'node:assert/strict';
import { installOperator } from './operator.ts';
import { happenings } from './support/availability/happenings.ts';
import { measured } from './support/availability/measurement.ts';
import type { VisitedSite } from './support/availability/visited-site.ts';
import { visitedSite } from './support/availability/visited-site.ts';
import { image, namespace } from './support/cluster.ts';
import type { Load } from './support/load.ts';
import { loads } from './support/load.ts';
import { order } from './support/load/everyday.ts';
import { tookOnce } from './support/load/orders.ts';
import { operator } from './support/site.ts';

/** What docs/evidence/availability.md measures, once each. The same happenings, as a table: `make availability`. */
describe('a site that is visited all the time', function () {
  operator();
  const load = loads();
  const ns = namespace('story-availability');
  let shop: VisitedSite;
  let visitors: Load;

  before(async () => {
    for (const name of ['node-example-1', 'node-example-2'] as const) await image(name);
    shop = await visitedSite(ns, 'visited');
    visitors = await load(shop.host);
  });
  after(async function () {
    this.timeout(300_000);
    await installOperator();
  });

  for (const happening of happenings) {
    it(`fails no visitor: ${happening.name}`, async () => {
      const { during, before, pods } = await measured(happening, shop, visitors);
      assert.deepEqual([before.failed, during.failed], [[], []]);
      assert.ok(during.requests > 100, `${during.requests} requests`);
      if (happening.keepsPods) assert.deepEqual(pods.after, pods.before);
      else assert.notDeepEqual(pods.after, pods.before);
    });
  }

  it('fails none of a crowd that comes whenever the application closes its idle connections', async () => {
    const crowds = await load(shop.host, { rate: 40, crowd: 80, visits: [{ ...order, connection: 'kept' }] });
    await crowds.more(480);
    assert.deepEqual((await crowds.stop()).failed, []);
  });

  it('took each order once, and failed nobody in between either', async () => {
    const all = await visitors.stop();
    assert.deepEqual(all.failed, []);
    assert.ok(all.acknowledged.length > 300, `${all.acknowledged.length} orders`);
    await tookOnce(shop.host, all);
  });
});
