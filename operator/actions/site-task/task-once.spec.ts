import assert from 'node:assert/strict';
import { TaskWorld, siteTask } from '../../testing/task-world.ts';

const recorded = 'hostedsite.dev/command';

describe('a task is opened at most once', () => {
  it('when its Job makes two pods: neither, until one is alone', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    world.addPod(world.job!);
    await world.settle();
    assert.deepEqual([world.reported, world.opened], ['Pending/Starting', []]);
    world.cluster.remove('Pod', 'customer-a', 'migrate-task-2');
    await world.live(0);
    assert.deepEqual([world.reported, world.opened], ['Succeeded/Succeeded', ['pod-1']]);
  });

  it('when there is a second pod that only the API server knows', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    world.addPod(world.job!);
    const { find } = world.cluster;
    world.cluster.find = (index, key) =>
      find.call(world.cluster, index, key).filter(({ metadata }) => metadata.uid !== 'pod-2');
    await world.settle();
    assert.deepEqual([world.reported, world.opened], ['Pending/Starting', []]);
  });

  it('when the recorded pod is gone and the Job makes another', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.remove('Pod', 'customer-a', 'migrate-task-1');
    world.runJobs();
    await world.settle();
    assert.equal(world.reported, 'Failed/Unseen');
    assert.deepEqual(world.opened, ['pod-1']);
  });

  it('when somebody takes the record away', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.edit('SiteTask', 'customer-a', 'migrate', ({ metadata }) => delete metadata.annotations);
    world.addPod(world.job!);
    await world.settle();
    assert.deepEqual([world.reported, world.opened], ['Running/Running', ['pod-1']]);
  });

  it('when somebody takes the record away, and its Job with its pod is gone', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.edit('SiteTask', 'customer-a', 'migrate', ({ metadata }) => delete metadata.annotations);
    world.cluster.remove('Job', 'customer-a', 'migrate-task');
    world.collectGarbage();
    await world.live(0);
    assert.deepEqual([world.reported, world.opened], ['Failed/Unseen', ['pod-1']]);
  });

  for (const [what, change] of [
    ['the label by which its pod is found', { 'hostedsite.dev/task': 'another' }],
    ['the label by which the caches select it', { 'app.kubernetes.io/managed-by': 'another' }],
  ] as const) {
    it(`when somebody changes ${what}: its end is seen all the same`, async () => {
      const world = new TaskWorld();
      await world.begin();
      world.endPods(0);
      world.cluster.edit('Pod', 'customer-a', 'migrate-task-1', ({ metadata }) => {
        metadata.labels = { ...metadata.labels, ...change };
      });
      await world.settle();
      assert.deepEqual([world.reported, world.opened], ['Succeeded/Succeeded', ['pod-1']]);
    });
  }

  it('when its pod gets too heavy for the caches: its end is seen all the same', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.endPods(3);
    world.cluster.edit('Pod', 'customer-a', 'migrate-task-1', ({ metadata }) => {
      const lines = Array.from({ length: 140 }, (_, n) => [`example.org/${n}`, 'x'.repeat(1000)] as const);
      metadata.annotations = Object.fromEntries(lines);
    });
    assert.equal(world.pods.length, 1);
    assert.equal('spec' in world.pods[0]!, false);
    await world.settle();
    assert.equal(world.reported, 'Failed/Failed');
  });

  it('when its record is one of a release: nobody knows which pod it names', async () => {
    const world = new TaskWorld(siteTask({}, { annotations: { [recorded]: 'Succeeded' } }));
    await world.live(0);
    assert.deepEqual([world.reported, world.opened, world.job], ['Failed/Unseen', [], undefined]);
  });

  it('when its Job says that it failed before the caches know of the end of its pod: that says how', async () => {
    const world = new TaskWorld();
    await world.begin();
    const { find } = world.cluster;
    const [old] = world.pods;
    world.endPods(7, { message: 'no such table\n' });
    world.runJobs();
    world.cluster.find = (index, key) =>
      find.call(world.cluster, index, key).map((one) => (one.kind === 'Pod' ? old! : one));
    await world.settle();
    assert.deepEqual([world.reported, world.status.exitCode], ['Failed/Failed', 7]);
    assert.match(world.status.message ?? '', /no such table/);
  });

  it('when it is brought back without status, or copied with its record', async () => {
    const annotations = { [recorded]: 'Running pod-of-another' };
    const world = new TaskWorld(siteTask({}, { annotations }));
    await world.live(0);
    assert.equal(world.reported, 'Failed/Unseen');
    assert.deepEqual([world.opened, world.job], [[], undefined]);
  });

  it('when its Job is deleted while it runs: it is stopped, whatever it ends with', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.edit('Pod', 'customer-a', 'migrate-task-1', ({ metadata }) => {
      metadata.finalizers = ['batch.kubernetes.io/job-tracking'];
      metadata.deletionTimestamp = '2030-01-01T12:00:30Z';
      (metadata as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds = 30;
    });
    world.cluster.remove('Job', 'customer-a', 'migrate-task');
    world.later(2);
    world.endPods(0);
    await world.settle();
    assert.equal(world.reported, 'Failed/Stopped');
  });

  it('when it is stopped on a node whose clock is behind: it is stopped all the same', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.edit('Pod', 'customer-a', 'migrate-task-1', ({ metadata }) => {
      metadata.finalizers = ['batch.kubernetes.io/job-tracking'];
      metadata.deletionTimestamp = '2030-01-01T12:00:40Z';
      (metadata as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds = 30;
    });
    await world.settle();
    assert.equal(world.status.message, 'The command is being stopped.');
    world.later(2);
    world.endPods(0);
    await world.settle();
    assert.equal(world.reported, 'Failed/Stopped');
  });

  it('when its Job is deleted before it began: then it is made again', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    world.cluster.remove('Job', 'customer-a', 'migrate-task');
    world.collectGarbage();
    await world.live(0);
    assert.deepEqual([world.reported, world.opened], ['Succeeded/Succeeded', ['pod-2']]);
  });

  it('when a site is deleted while it runs: it ends with the site', async () => {
    const world = new TaskWorld();
    await world.begin();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.settle();
    assert.equal(world.reported, 'Failed/SiteGone');
    assert.equal(world.job, undefined);
    assert.match(world.status.message ?? '', /may have done part of its work/);
  });

  it('when it is created again under its name, and the pod of the former one is still ending', async () => {
    const former = new TaskWorld();
    await former.begin();
    const [left] = former.pods;
    const world = new TaskWorld(siteTask({}, { uid: 'another-uid' }));
    world.cluster.seed({ ...left!, metadata: { ...left!.metadata, uid: 'left' } });
    await world.settle();
    assert.equal(world.reported, 'Pending/Starting');
    assert.notEqual(world.job, undefined);
  });
});
