import assert from 'node:assert/strict';
import { gone } from '../../kube/outcome.ts';
import { at, inForce, isThere, minute, noon, noticed, told } from '../../testing/expiry.ts';

describe('a site with a ttl', () => {
  it('says from its beginning when it ends, and looks again when that is to be told', async () => {
    const world = await inForce();
    assert.deepEqual(world.status.expiry, { time: '2030-01-04T12:00:00Z', since: noon, restart: '' });
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

  it('tells again, once, when another process looks after it', async () => {
    const world = await noticed();
    world.notices.clear();
    await at(world, '2030-01-04T11:30:00Z');
    await at(world, '2030-01-04T11:31:00Z');
    assert.deepEqual(told(world), ['ExpiresSoon', 'ExpiresSoon']);
  });

  it('says when it could not be deleted', async () => {
    const world = await noticed();
    world.now = new Date('2030-01-04T12:00:00Z');
    world.cluster.fail({ verb: 'delete', answer: { code: 403, reason: 'Forbidden' } });
    await assert.rejects(world.pass(), { reason: 'Forbidden' });
    assert.deepEqual(world.cluster.events.at(-1)?.reason, 'ExpiryFailed');
    await world.pass();
    assert.ok(!isThere(world));
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
