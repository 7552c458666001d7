import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import { at, end, hour, inForce, isThere, minute, noticed, review, told } from '../../testing/expiry.ts';
import { World } from '../../testing/world.ts';
import { timestamp } from './expiry.ts';
import { image, inForce as resolvingInForce } from '../../testing/pending.ts';

describe('a ttl that is over as soon as somebody looks', () => {
  it('gives an hour after a time without an operator, and none when that had told of it', async () => {
    const untold = await inForce();
    await at(untold, '2030-01-06T00:00:00Z');
    assert.equal(end(untold), '2030-01-06T01:00:00Z');
    const world = await noticed();
    world.now = new Date('2030-01-04T12:59:00Z');
    await world.pass();
    assert.ok(!isThere(world));
  });

  it('gives an hour when nobody looked for as long after the end as it had been told before', async () => {
    const world = await noticed();
    await at(world, '2030-01-04T13:00:00Z');
    assert.equal(end(world), '2030-01-04T14:00:00Z');
    assert.deepEqual(told(world), ['ExpiresSoon', 'ExpiresSoon']);
  });

  it('ends it also when somebody else has written of a restart', async () => {
    const world = await noticed();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      const status = site['status'] as { expiry: object };
      site['status'] = { ...status, expiry: { ...status.expiry, restart: 'another' } };
    });
    await at(world, '2030-01-04T12:00:00Z');
    assert.ok(isThere(world));
    assert.equal(world.status.expiry?.restart, '');
    await at(world, '2030-01-07T11:00:00Z');
    assert.equal(end(world), '2030-01-07T12:00:00Z');
  });

  it('gives an hour when the status has been lost', async () => {
    const world = await noticed();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
    await at(world, '2030-01-04T12:30:00Z');
    assert.equal(end(world), '2030-01-04T13:30:00Z');
  });

  it('gives an hour when the status is that of a backup', async () => {
    const world = await noticed();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site.metadata.creationTimestamp = '2030-06-01T12:00:00Z';
    });
    await at(world, '2030-06-01T12:00:00Z');
    assert.equal(end(world), '2030-06-04T12:00:00Z');
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      const status = site['status'] as { expiry: object };
      site['status'] = { ...status, expiry: { ...status.expiry, noticeTime: '2030-01-04T11:00:00Z' } };
    });
    await at(world, '2030-06-04T11:30:00Z');
    assert.equal(end(world), '2030-06-04T12:30:00Z');
    assert.deepEqual(told(world), ['ExpiresSoon', 'ExpiresSoon']);
  });
});

/** Whether it has its whole ttl again. */
async function startsAnew(world: World, change: () => void): Promise<void> {
  const now = world.now;
  change();
  await world.settle();
  assert.equal(world.status.expiry?.since, timestamp(now));
  assert.equal(world.status.expiry?.noticeTime, undefined);
}

describe('a ttl begins anew', () => {
  const changes: [what: string, change: Partial<HostedSiteSpec>][] = [
    ['its release', { image: 'registry.example.org/shop:2' }],
    ['something else of the spec', { replicas: 3 }],
    ['the ttl itself', { ttl: '48h' }],
  ];
  for (const [what, change] of changes)
    it(`with ${what}`, async () => startsAnewWith(await noticed(), change));

  const startsAnewWith = (world: World, change: Partial<HostedSiteSpec>): Promise<void> =>
    startsAnew(world, () => world.change(change));

  it('with the first one that is written', async () => {
    const world = await inForce({ ttl: undefined as unknown as string });
    await at(world, '2030-02-01T12:00:00Z');
    assert.equal(end(world), undefined);
    await startsAnewWith(world, { ttl: '72h' });
  });

  it('with a release that the site had before', async () => {
    const world = await inForce();
    for (const [day, image] of ['registry.example.org/shop:2', 'registry.example.org/shop:1'].entries()) {
      world.now = new Date(`2030-01-0${day + 2}T12:00:00Z`);
      await startsAnewWith(world, { image });
      await world.bringUp();
    }
  });

  it('with a restart', async () => {
    const world = await noticed();
    const again = (value: string) => () =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, 'hostedsite.dev/restartedAt': value };
      });
    await startsAnew(world, again('1'));
    await at(world, '2030-01-05T12:00:00Z');
    assert.equal(world.status.expiry?.since, '2030-01-04T11:00:00Z');
    await startsAnew(world, again('2'));
  });

  it('when a suspended site goes on, also when nobody saw it suspended', async () => {
    const world = await noticed();
    world.change({ suspend: true });
    await at(world, '2030-02-01T12:00:00Z');
    assert.equal(end(world), undefined);
    await startsAnewWith(world, { suspend: false });
    const unseen = await noticed();
    unseen.change({ suspend: true });
    await startsAnewWith(unseen, { suspend: false });
  });

  it('as soon as it is asked for, however long its image is waited for', async () => {
    const world = await resolvingInForce(review);
    const { time = '' } = world.status.expiry ?? {};
    await at(world, new Date(Date.parse(time) - hour).toISOString());
    world.now = new Date(time);
    await startsAnewWith(world, { image: image(2) });
    assert.equal(world.condition('ImageResolved'), 'Unknown/Resolving');
    world.now = new Date(Date.parse(time) + 5 * minute);
    await world.settle();
    assert.ok(isThere(world));
    assert.equal(world.status.expiry?.since, time);
  });

  it('also by a pass that fails, once', async () => {
    for (const restart of [false, true]) {
      const world = await noticed();
      const answer = { code: 500, reason: 'InternalError' };
      world.now = new Date('2030-01-04T12:00:00Z');
      world.change({ web: { configFiles: [{ configMap: { name: 'settings' }, mountPath: '/etc/shop' }] } });
      await world.settle();
      world.now = new Date(Date.parse(end(world) ?? '') - hour);
      await world.settle();
      world.now = new Date(end(world) ?? '');
      if (restart)
        world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
          metadata.annotations = { 'hostedsite.dev/restartedAt': '1' };
        });
      else world.change({ image: 'registry.example.org/shop:2' });
      world.cluster.fail({ verb: 'read', answer, times: 9 });
      await assert.rejects(world.pass(), { reason: 'InternalError' });
      await world.pass().catch(() => undefined);
      assert.ok(isThere(world));
      assert.equal(world.status.expiry?.since, timestamp(world.now));
    }
  });

  it('of less than an hour with a notice of its own', async () => {
    const world = await inForce({ ttl: '30m' });
    await at(world, '2030-01-01T12:20:00Z');
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    assert.equal(end(world), '2030-01-01T12:50:00Z');
    assert.equal(world.status.expiry?.noticeTime, '2030-01-01T12:20:00Z');
    assert.deepEqual(told(world), ['ExpiresSoon']);
  });

  it('from when the API server made a release where the status has been lost', async () => {
    const world = await inForce();
    world.now = new Date('2030-01-03T00:00:00Z');
    world.change({ image: 'registry.example.org/shop:2' });
    await world.bringUp();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
    await world.settle();
    assert.equal(world.status.expiry?.since, '2030-01-03T00:00:00Z');
  });
});

describe('a clock that is wrong', () => {
  it('deletes nothing while that of the API server is not so far', async () => {
    const world = await inForce();
    world.ahead = 72 * hour;
    await world.settle();
    world.now = new Date(world.now.getTime() + hour);
    assert.deepEqual(
      await world.pass().then(({ recheckAt }) => recheckAt),
      new Date(world.now.getTime() + world.ahead + minute),
    );
    assert.deepEqual(told(world), ['ExpiresSoon']);
    assert.ok(isThere(world));
    world.ahead = 0;
    await world.settle();
    assert.equal(end(world), '2030-01-04T12:00:00Z');
    assert.equal(world.status.expiry?.noticeTime, undefined);
  });

  it('deletes nothing until it has gone evenly for ten minutes, or for a shorter ttl', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    world.evenFor = 9 * minute;
    assert.deepEqual((await world.pass()).recheckAt, new Date('2030-01-04T12:01:00Z'));
    assert.ok(isThere(world));
    world.evenFor = 10 * minute;
    await world.pass();
    assert.ok(!isThere(world));
    const short = await inForce({ ttl: '2m' });
    short.now = new Date(short.status.expiry?.time ?? '');
    short.evenFor = 2 * minute;
    await short.pass();
    assert.ok(!isThere(short));
  });

  it('has told nothing that counts when what it told lies in the future', async () => {
    const world = await inForce();
    world.now = new Date('2040-01-01T00:00:00Z');
    await world.settle();
    assert.equal(end(world), '2040-01-01T01:00:00Z');
    await at(world, '2030-01-01T13:00:00Z');
    assert.equal(end(world), '2030-01-04T12:00:00Z');
    assert.equal(world.status.expiry?.noticeTime, undefined);
    await at(world, '2030-01-04T11:30:00Z');
    assert.equal(end(world), '2030-01-04T12:30:00Z');
    const near = await noticed();
    near.now = new Date('2040-01-01T00:00:00Z');
    await near.settle();
    await at(near, '2030-01-04T11:30:00Z');
    assert.equal(end(near), '2030-01-04T12:30:00Z');
  });

  it('gives no time away when it is a little behind what was told', async () => {
    const world = await inForce();
    world.now = new Date('2030-01-03T12:00:00Z');
    world.change({ replicas: 3 });
    await world.settle();
    await at(world, '2030-01-03T11:59:58Z');
    assert.equal(world.status.expiry?.since, '2030-01-03T12:00:00Z');
  });

  it('costs nobody a site when it is right again: what changed in a time that has not come changed now', async () => {
    const world = await inForce();
    await at(world, '2030-02-01T12:00:00Z');
    world.ahead = 6 * minute;
    world.change({ replicas: 3 });
    await world.settle();
    assert.equal(end(world), '2030-02-04T12:06:00Z');
    world.ahead = 0;
    await at(world, '2030-02-01T12:00:30Z');
    assert.equal(end(world), '2030-02-04T12:00:30Z');
    assert.equal(world.status.expiry?.noticeTime, undefined);
  });
});
