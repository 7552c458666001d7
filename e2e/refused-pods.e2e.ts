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

describe('pods that the namespace bounds otherwise', function () {
  operator();
  const full = namespace('story-refused-quota');
  const small = namespace('story-refused-disk');
  let good = '';

  before(async () => {
    good = await image('node-example-1');
    await apply(full, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'memory' },
      // Room for the page of a site that is switched off, and for whoever asks for the image's digest.
      spec: { hard: { 'limits.memory': '500Mi' } },
    });
    await apply(small, {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'disk' },
      spec: { limits: [{ type: 'Container', max: { 'ephemeral-storage': '1Gi' } }] },
    });
    await apply(full, smallSite('full', good, { replicas: 0, database: smallDatabase }));
    await apply(small, smallSite('disk', good));
  });

  it('are told of a database beyond the quota, with its number, the limit and the field', async () => {
    assert.match(
      await stalledFor(full, 'full', 'PodsForbidden', 30),
      /pods of the database: the quota memory .* no room for limits\.memory=512Mi more, of limits\.memory=500Mi in all; lower database\.resources/,
    );
  });

  it('come up when the limit of their disk is written that the message asks for', async () => {
    assert.match(
      await stalledFor(small, 'disk', 'PodsForbidden', 30),
      /at most 1Gi of ephemeral-storage per Container, and 2Gi is written; .* web\.resources/,
    );
    const resources = {
      requests: { cpu: '5m', memory: '32Mi' },
      limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '1Gi' },
    };
    await applyAndWait(small, smallSite('disk', good, { web: { resources } }), 90);
    assert.equal(condition(await site(small, 'disk'), 'Stalled'), undefined);
  });
});
