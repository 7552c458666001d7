import assert from 'node:assert/strict';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import { TaskWorld, siteTask } from '../../testing/task-world.ts';

describe('a task that may not run', () => {
  it('for a site that is not there fails', async () => {
    const world = new TaskWorld(siteTask({ siteName: 'shpo' }));
    await world.settle();
    assert.equal(world.reported, 'Failed/SiteGone');
    assert.deepEqual(world.writes, ['status SiteTask/migrate']);
  });

  it('for a site that only the caches do not have waits', async () => {
    const world = new TaskWorld();
    const { get } = world.cluster;
    world.cluster.get = (kind, ...place) =>
      kind === 'HostedSite' ? undefined : get.call(world.cluster, kind, ...place);
    await world.settle();
    assert.equal(world.reported, 'Pending/NotServing');
  });

  it('for a suspended site fails, and leaves nothing that could be started', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.suspend(true);
    await world.settle();
    assert.equal(world.reported, 'Failed/SiteHeld');
    assert.equal(world.job, undefined);
    assert.deepEqual(world.writes.slice(-2), ['status SiteTask/migrate', 'delete Job/migrate-task']);
    world.suspend(false);
    await world.settle();
    assert.equal(world.reported, 'Failed/SiteHeld');
  });

  it('is asked for live: a site that the caches do not know to be suspended', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    const old = world.cluster.get('HostedSite', 'customer-a', 'shop');
    world.suspend(true);
    const { get } = world.cluster;
    world.cluster.get = (kind, ...place) =>
      kind === 'HostedSite' ? old : get.call(world.cluster, kind, ...place);
    await world.settle();
    assert.equal(world.reported, 'Failed/SiteHeld');
    assert.deepEqual(world.opened, []);
  });

  it('within its deadline never runs', async () => {
    const world = new TaskWorld(siteTask({ deadlineSeconds: 60 }));
    await world.settle();
    world.runJobs();
    world.later(60);
    await world.settle();
    assert.equal(world.reported, 'Failed/DeadlineExceeded');
    assert.equal(world.job, undefined);
    assert.deepEqual(world.opened, []);
  });

  it('because a Job of the name is another one fails', async () => {
    const world = new TaskWorld();
    world.cluster.seed({
      ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate-task', namespace: 'customer-a' } },
      spec: {},
    });
    await world.settle();
    assert.equal(world.reported, 'Failed/NameTaken');
  });

  it('because the Job of a former task of its name is on its way out waits for that', async () => {
    const world = new TaskWorld();
    const former = {
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'SiteTask',
      name: 'migrate',
      uid: 'former',
    };
    const job = {
      name: 'migrate-task',
      namespace: 'customer-a',
      ownerReferences: [{ ...former, controller: true }],
    };
    world.cluster.seed({ apiVersion: 'batch/v1', kind: 'Job', metadata: job, spec: {} });
    for (let passes = 0; passes < 4; passes += 1) await world.pass();
    assert.equal(world.reported, 'Pending/Starting');
    assert.match(world.status.message ?? '', /of a former task of this name is not gone yet/);
    world.cluster.remove('Job', 'customer-a', 'migrate-task');
    await world.live(0);
    assert.equal(world.reported, 'Succeeded/Succeeded');
  });

  it('because the cluster refuses its Job fails, with its words', async () => {
    const world = new TaskWorld();
    const answer = { code: 422, reason: 'Invalid', message: 'limits: must be greater than requests' };
    world.cluster.fail({ verb: 'create', kind: 'Job', answer });
    await world.settle();
    assert.equal(world.reported, 'Failed/Rejected');
    assert.match(world.status.message ?? '', /limits: must be greater/);
  });

  const lines = Array.from({ length: 140 }, (_, n) => [`example.org/${n}`, 'x'.repeat(1000)] as const);
  const heavy = Object.fromEntries(lines);

  it('because the caches cannot hold it fails, and is deleted in its time', async () => {
    const world = new TaskWorld(siteTask({ ttlSecondsAfterFinished: 60 }, { annotations: heavy }));
    await world.settle();
    assert.equal((world.task as Partial<SiteTask>).spec, undefined);
    const { status } = (await world.cluster.read('SiteTask', 'customer-a', 'migrate')) as unknown as SiteTask;
    assert.equal(`${status?.phase}/${status?.reason}`, 'Failed/Rejected');
    assert.match(status?.message ?? '', /larger than 128 KiB/);
    world.later(60);
    await world.settle();
    assert.equal(world.cluster.get('SiteTask', 'customer-a', 'migrate'), undefined);
  });

  it('is none that the caches cannot hold any more while it runs', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.edit('SiteTask', 'customer-a', 'migrate', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, ...heavy };
    });
    await world.live(0);
    const { status } = (await world.cluster.read('SiteTask', 'customer-a', 'migrate')) as unknown as SiteTask;
    assert.deepEqual([status?.phase, world.opened], ['Succeeded', ['pod-1']]);
  });

  it('for want of quota waits, says so once, and runs when there is some', async () => {
    const world = new TaskWorld();
    const message = 'jobs.batch "migrate-task" is forbidden: exceeded quota: few, used: count/jobs.batch=3';
    const answer = { code: 403, reason: 'Forbidden', message };
    world.cluster.fail({ verb: 'create', kind: 'Job', answer, times: 3 });
    for (let passes = 0; passes < 4; passes += 1) await world.pass();
    assert.equal(world.reported, 'Pending/Starting');
    assert.match(world.status.message ?? '', /quota of the namespace is used up/);
    const reported = world.writes.filter((one) => one.startsWith('status'));
    assert.equal(reported.length, 2);
    await world.live(0);
    assert.equal(world.reported, 'Succeeded/Succeeded');
  });

  it('with more words of the cluster than a status holds says the first of them', async () => {
    const world = new TaskWorld();
    world.cluster.fail({
      ...{ verb: 'create', kind: 'Job' },
      answer: { code: 422, reason: 'Invalid', message: 'x'.repeat(40_000) },
    });
    await world.settle();
    assert.ok((world.status.message ?? '').length < 1100);
  });

  it('is asked for where the kind of sites is known: else nobody can say that one is gone', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    world.cluster.fail({ verb: 'list', kind: 'HostedSite', answer: { code: 404, reason: 'NotFound' } });
    await assert.rejects(world.pass(), /NotFound/);
    assert.equal(world.reported, 'Running/Running');
  });
});
