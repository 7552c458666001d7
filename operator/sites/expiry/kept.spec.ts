import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import { reallyIs } from '../../testing/data.ts';
import { at, end, inForce, isThere, noticed, review, told } from '../../testing/expiry.ts';
import { hostedSite } from '../../testing/world.ts';

describe('a site with a ttl stays', () => {
  const changes: [what: string, change: Partial<HostedSiteSpec>][] = [
    ['its ttl is longer', { ttl: '73h' }],
    ['it has none any more', { ttl: undefined as unknown as string }],
    ['its deletionPolicy is Retain', { deletionPolicy: 'Retain' }],
    ['it is for Production', { environment: 'Production' }],
    ['it is suspended', { suspend: true }],
    ['it has another release', { image: 'registry.example.org/shop:2' }],
  ];
  for (const [what, change] of changes) {
    it(`when ${what}, by a spec that a pass has seen`, async () => {
      const world = await noticed();
      world.change(change);
      await at(world, '2030-01-04T12:00:00Z');
      assert.ok(isThere(world));
      assert.deepEqual(told(world), ['ExpiresSoon']);
    });

    it(`when ${what}, in the very second of its end`, async () => {
      const world = await noticed();
      world.now = new Date('2030-01-04T12:00:00Z');
      world.change(change);
      await world.pass();
      await world.settle();
      assert.ok(isThere(world));
    });

    it(`when ${what}, and the caches do not know it yet`, async () => {
      const world = await noticed();
      world.now = new Date('2030-01-04T12:00:00Z');
      reallyIs(world, (site) => ({
        ...site,
        metadata: { ...site.metadata, resourceVersion: 'newer', generation: 2 },
        spec: { ...(site.spec as object), ...change },
      }));
      const { recheckAt } = await world.pass();
      assert.deepEqual(recheckAt, new Date('2030-01-04T12:01:00Z'));
      assert.deepEqual(world.cluster.deleted, []);
    });
  }

  it('when it is written between the last look and the deletion', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    const { cluster } = world;
    const asked = cluster.create.bind(cluster);
    cluster.create = (object, options) => {
      world.change({ ttl: '73h' });
      return asked(object, options);
    };
    await assert.rejects(world.pass(), { reason: 'Conflict' });
    assert.ok(isThere(world));
    await world.settle();
    assert.equal(end(world), '2030-01-07T13:00:00Z');
  });

  it('when anything of it has been written that the caches do not know', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    reallyIs(world, (site) => ({ ...site, metadata: { ...site.metadata, resourceVersion: 'newer' } }));
    await world.pass();
    assert.ok(isThere(world));
  });

  it('when it is another one of the same name', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    reallyIs(world, (site) => ({ ...site, metadata: { ...site.metadata, uid: 'another' } }));
    await world.pass();
    assert.deepEqual(world.cluster.deleted, []);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    const metadata = { ...hostedSite().metadata, uid: 'another' };
    world.cluster.seed(hostedSite(review, { metadata }));
    await world.settle();
    assert.equal(end(world), '2030-01-07T12:00:00Z');
  });

  it('while its status has not told of it', async () => {
    const world = await inForce();
    world.cluster.fail({ verb: 'status', answer: { code: 500, reason: 'InternalError' } });
    world.now = new Date('2030-01-05T00:00:00Z');
    await assert.rejects(world.pass());
    await world.pass();
    assert.ok(isThere(world));
    assert.equal(end(world), '2030-01-05T01:00:00Z');
  });

  it('while its data do not go with it yet', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site['status'] = { ...(site['status'] as object), deletionPolicy: 'Retain' };
    });
    await world.pass();
    assert.ok(isThere(world));
  });
});
