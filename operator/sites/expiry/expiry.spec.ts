import assert from 'node:assert/strict';
import {
  at,
  end,
  hour,
  inForce,
  isThere,
  minute,
  noon,
  noticed,
  review,
  told,
} from '../../testing/expiry.ts';
import { image, inForce as resolvingInForce } from '../../testing/pending.ts';

describe('a ttl that is over as soon as somebody looks', () => {
  it('gives an hour when it is written on an old site', async () => {
    const world = await inForce({ ttl: undefined as unknown as string });
    await at(world, '2030-02-01T12:00:00Z');
    assert.equal(end(world), undefined);
    world.change({ ttl: '72h' });
    await world.settle();
    assert.deepEqual(told(world), ['ExpiresSoon']);
    assert.equal(end(world), '2030-02-01T13:00:00Z');
    await at(world, '2030-02-01T12:59:00Z');
    assert.ok(isThere(world));
    world.now = new Date('2030-02-01T13:00:00Z');
    await world.pass();
    assert.ok(!isThere(world));
  });

  it('gives an hour after a time without an operator, and none when that had told of it', async () => {
    const untold = await inForce();
    await at(untold, '2030-01-06T00:00:00Z');
    assert.equal(end(untold), '2030-01-06T01:00:00Z');
    const world = await noticed();
    world.now = new Date('2030-01-06T00:00:00Z');
    await world.pass();
    assert.ok(!isThere(world));
  });

  it('comes no nearer than was told when the ttl is made shorter', async () => {
    const world = await noticed();
    world.change({ ttl: '48h' });
    await world.settle();
    assert.equal(end(world), '2030-01-04T12:00:00Z');
    const early = await inForce();
    await at(early, '2030-01-03T12:00:00Z');
    early.change({ ttl: '24h' });
    await early.settle();
    assert.equal(end(early), '2030-01-03T13:00:00Z');
  });

  it('gives an hour when a suspended site goes on', async () => {
    const world = await noticed();
    world.change({ suspend: true });
    await at(world, '2030-02-01T12:00:00Z');
    assert.equal(end(world), undefined);
    world.change({ suspend: false });
    await world.settle();
    assert.equal(end(world), '2030-02-01T13:00:00Z');
  });
});

describe('a release', () => {
  it('makes a ttl begin anew, also when it is one that the site had before', async () => {
    const world = await inForce();
    const images = ['registry.example.org/shop:2', 'registry.example.org/shop:1'];
    const times: unknown[] = [];
    for (const [day, image] of images.entries()) {
      world.now = new Date(`2030-01-0${day + 2}T12:00:00Z`);
      world.change({ image });
      await world.bringUp();
      times.push(world.status.expiry?.since.slice(0, 16));
    }
    assert.deepEqual(times, ['2030-01-02T12:00', '2030-01-03T12:00']);
  });

  it('is counted from when the API server made it where nothing was told', async () => {
    const world = await inForce({ ttl: undefined as unknown as string });
    world.now = new Date('2030-01-03T00:00:00Z');
    world.change({ image: 'registry.example.org/shop:2' });
    await world.bringUp();
    world.change({ ttl: '72h' });
    await world.settle();
    assert.equal(world.status.expiry?.since, '2030-01-03T00:00:00Z');
  });

  it('counts as soon as it is asked for, however long its image is waited for', async () => {
    const world = await resolvingInForce(review);
    const { time = '' } = world.status.expiry ?? {};
    await at(world, new Date(Date.parse(time) - hour).toISOString());
    world.now = new Date(time);
    world.change({ image: image(2) });
    await world.settle();
    assert.equal(world.condition('ImageResolved'), 'Unknown/Resolving');
    assert.equal(world.status.expiry?.since, time);
    world.now = new Date(Date.parse(time) + 5 * minute);
    await world.settle();
    assert.ok(isThere(world));
    assert.equal(world.status.expiry?.since, time);
  });

  it('is none when only something else of the spec changes', async () => {
    const world = await inForce();
    world.now = new Date('2030-01-03T12:00:00Z');
    world.change({ replicas: 3 });
    await world.bringUp();
    assert.equal(world.status.expiry?.since, noon);
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
  });

  it('has begun no release and told nothing in a time that has not come', async () => {
    const world = await inForce();
    world.ahead = 1000 * hour;
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    world.ahead += 72 * hour;
    await world.settle();
    assert.match(world.status.expiry?.noticeTime ?? '', /^2030-02-/);
    world.ahead = 0;
    await at(world, '2030-01-04T11:30:00Z');
    assert.equal(end(world), '2030-01-04T12:30:00Z');
  });
});
