import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import { gone } from '../../kube/outcome.ts';
import { reallyIs } from '../../testing/data.ts';
import { World, hostedSite } from '../../testing/world.ts';

const review: Partial<HostedSiteSpec> = { environment: 'Development', deletionPolicy: 'Delete', ttl: '72h' };
const noon = '2030-01-01T12:00:00Z';
const [hour, minute] = [3_600_000, 60_000];

/** A site of noon that serves. */
async function inForce(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World({ ...review, ...spec });
  await world.bringUp();
  world.cluster.forgetRecords();
  return world;
}

async function at(world: World, time: string): Promise<void> {
  world.now = new Date(time);
  await world.settle();
}

function isThere({ cluster }: World): boolean {
  return cluster.get('HostedSite', 'customer-a', 'shop') !== undefined;
}

function told({ cluster }: World): string[] {
  return cluster.events.map(({ reason }) => reason).filter((reason) => /^Expire/.test(reason));
}

function end({ status }: World): string | undefined {
  return status.expiry?.time;
}

/** Told of its end, which comes at noon of the fourth. */
async function noticed(): Promise<World> {
  const world = await inForce();
  await at(world, '2030-01-04T11:00:00Z');
  assert.deepEqual(told(world), ['ExpiresSoon']);
  return world;
}

describe('a site with a ttl', () => {
  it('says from its beginning when it ends, and looks again when that is to be told', async () => {
    const world = await inForce();
    const { revision, ...expiry } = world.status.expiry ?? {};
    assert.deepEqual(expiry, { time: '2030-01-04T12:00:00Z', since: noon });
    assert.equal(revision, world.status.release?.desired?.revision);
    const { recheckAt } = await world.pass();
    assert.deepEqual(recheckAt, new Date('2030-01-04T11:00:00Z'));
    await at(world, '2030-01-04T10:59:00Z');
    assert.deepEqual(told(world), []);
  });

  it('tells an hour before, once, and looks again at its end', async () => {
    const world = await noticed();
    assert.equal(world.status.expiry?.noticeTime, '2030-01-04T11:00:00Z');
    assert.equal(
      world.cluster.events.at(-1)?.note,
      'spec.ttl is nearly over, and the site deletes itself with its data. To keep it, write a longer ttl, or remove it. It ends at 2030-01-04T12:00:00Z.',
    );
    await at(world, '2030-01-04T11:59:00Z');
    assert.deepEqual(told(world), ['ExpiresSoon']);
    assert.deepEqual((await world.pass()).recheckAt, new Date('2030-01-04T12:00:00Z'));
    assert.ok(isThere(world));
  });

  it('is deleted at its end, in the version that was looked at, and its data go with it', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    const { uid, resourceVersion } = world.site.metadata;
    assert.deepEqual(await world.pass(), gone());
    assert.deepEqual(
      world.cluster.deleted.map(({ kind, name, options }) => ({ kind, name, options })),
      [
        {
          kind: 'HostedSite',
          name: 'shop',
          options: { uid, resourceVersion, propagationPolicy: 'Background' },
        },
      ],
    );
    assert.ok(!isThere(world));
    assert.deepEqual(told(world), ['ExpiresSoon', 'Expired']);
    assert.deepEqual(await world.pass(), gone());
  });

  it('is told of for as long as it lives when that is less than an hour', async () => {
    const world = await inForce({ ttl: '10m' });
    const { expiry } = world.status;
    assert.equal(Date.parse(expiry?.time ?? '') - Date.parse(expiry?.noticeTime ?? ''), 10 * minute);
    world.now = new Date(Date.parse(expiry?.time ?? '') - 1000);
    await world.pass();
    assert.ok(isThere(world));
    world.now = new Date(expiry?.time ?? '');
    await world.pass();
    assert.ok(!isThere(world));
  });

  it('ends also when it is stalled, and when a pass over it fails', async () => {
    for (const fails of [false, true]) {
      const world = await noticed();
      world.failNewPod('ImagePullBackOff');
      await at(world, '2030-01-04T11:30:00Z');
      world.now = new Date('2030-01-04T12:00:00Z');
      const answer = { code: 403, reason: 'Forbidden' };
      if (fails) world.cluster.fail({ verb: 'list', answer, times: 9 });
      await world.pass().catch(() => undefined);
      await world.pass().catch(() => undefined);
      assert.ok(!isThere(world));
    }
  });
});

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
    assert.equal(end(world), '2030-01-04T13:00:00Z');
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
