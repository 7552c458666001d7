import assert from 'node:assert/strict';
import { apply, image, namespace } from './support/cluster.ts';
import { applyAndWait, condition, operator, site, stalledFor } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';

/** Only Events tell that the pod of a StatefulSet is not let in. */
describe('a database that the namespace lets not in', function () {
  operator();
  const ns = namespace('story-refused');
  let good = '';

  before(async () => {
    good = await image('node-example-1');
    await apply(ns, {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'memory' },
      spec: { limits: [{ type: 'Container', max: { memory: '400Mi' } }] },
    });
  });

  it('is told within half a minute, with the bound, the amount and the field', async () => {
    await apply(ns, smallSite('refused', good, { database: smallDatabase }));
    const message = await stalledFor(ns, 'refused', 'PodsForbidden', 30);
    assert.match(
      message,
      /pods of the database: a LimitRange .* at most 400Mi of memory per Container, and 512Mi is written; .* database\.resources/,
    );
  });

  it('comes up when that field is written', async () => {
    const { requests } = smallDatabase.resources;
    const resources = { requests, limits: { memory: '400Mi' } };
    await applyAndWait(ns, smallSite('refused', good, { database: { ...smallDatabase, resources } }), 90);
    assert.equal(condition(await site(ns, 'refused'), 'Stalled'), undefined);
  });
});
