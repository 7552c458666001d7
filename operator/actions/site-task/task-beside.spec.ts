import assert from 'node:assert/strict';
import { bySite } from '../../sites/site-key.ts';
import { TaskWorld, releasePod, serving, siteTask } from '../../testing/task-world.ts';
import { atOnce } from './task-key.ts';

describe('a task beside others', () => {
  it('waits until a release serves', async () => {
    const world = new TaskWorld();
    world.cluster.remove('Pod', 'customer-a', 'shop-web-1-0');
    await world.settle();
    assert.equal(world.reported, 'Pending/NotServing');
    world.cluster.seed(...serving('shop-web-1', 'shop:1', 1));
    await world.live(0);
    assert.equal(world.reported, 'Succeeded/Succeeded');
  });

  it('of a site that is switched off runs in what it would come back with', async () => {
    const world = new TaskWorld();
    world.cluster.remove('Pod', 'customer-a', 'shop-web-1-0');
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', (deployment) => {
      (deployment['spec'] as { replicas: number }).replicas = 0;
    });
    await world.live(0);
    assert.equal(world.status.revision, 'shop-web-1');
  });

  it('that has not begun is made anew for the release that serves by now', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.cluster.seed(...serving('shop-web-2', 'shop:2', 2));
    await world.live(0);
    assert.deepEqual([world.reported, world.status.revision], ['Succeeded/Succeeded', 'shop-web-2']);
    assert.equal(world.opened.length, 1);
  });

  it('yields to the command of a release, and takes its own Job away', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    world.cluster.seed(releasePod('shop-release-x'));
    await world.settle();
    world.collectGarbage();
    assert.equal(world.reported, 'Pending/ReleaseRunning');
    assert.deepEqual([world.job, world.pods], [undefined, []]);
    world.cluster.seed(releasePod('shop-release-x', { phase: 'Succeeded' }));
    await world.live(0);
    assert.equal(world.reported, 'Succeeded/Succeeded');
    assert.equal(world.opened.length, 1);
  });

  it('yields to one that the caches do not have, and does not ask for a Job again and again', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    const { find } = world.cluster;
    world.cluster.find = (index, key) =>
      find.call(world.cluster, index, key).filter(({ metadata }) => metadata.name !== 'shop-release-x');
    world.cluster.seed(releasePod('shop-release-x'));
    await world.settle();
    world.collectGarbage();
    await world.settle();
    assert.equal(world.reported, 'Pending/ReleaseRunning');
    assert.equal(world.writes.filter((one) => one.startsWith('create')).length, 1);
  });

  it('waits for a command that the site is about to begin', async () => {
    const world = new TaskWorld();
    world.editSite((site) => {
      site.status = { release: { command: { phase: 'Waiting' } } } as never;
    });
    await world.settle();
    assert.equal(world.reported, 'Pending/ReleaseRunning');
  });

  it('runs beside another task', async () => {
    const world = new TaskWorld();
    world.cluster.seed(siteTask({}, { name: 'other', uid: 'other-uid' }));
    await world.begin();
    await world.pass('customer-a/other');
    await world.pass('customer-a/other');
    assert.equal(world.reported, 'Running/Running');
    assert.deepEqual(
      world.cluster.list('Job').map(({ metadata }) => metadata.name),
      ['migrate-task', 'other-task'],
    );
  });

  it('waits for the end of one of ten others', async () => {
    const world = new TaskWorld();
    for (let n = 0; n < atOnce; n += 1) {
      const other = siteTask({}, { name: `other-${n}`, uid: `other-${n}` });
      const status = { phase: n === 0 ? 'Pending' : 'Running', reason: 'Starting' };
      world.cluster.seed({ ...other, status });
    }
    await world.settle();
    assert.deepEqual([world.reported, world.writes], ['Pending/Queued', ['status SiteTask/migrate']]);
    world.cluster.edit('SiteTask', 'customer-a', 'other-3', (other) => {
      other['status'] = { phase: 'Failed', reason: 'Failed' };
    });
    await world.live(0);
    assert.equal(world.reported, 'Succeeded/Succeeded');
  });

  it('is none of ten others of another site', async () => {
    const world = new TaskWorld();
    for (let n = 0; n < atOnce; n += 1) {
      const other = siteTask({ siteName: 'blog' }, { name: `other-${n}`, uid: `other-${n}` });
      world.cluster.seed({ ...other, status: { phase: 'Running', reason: 'Running' } });
    }
    await world.live(0);
    assert.equal(world.reported, 'Succeeded/Succeeded');
  });

  it('is not the site\u2019s: what it made is not among its objects', async () => {
    const world = new TaskWorld();
    await world.begin();
    const found = world.cluster
      .find(bySite, 'customer-a/shop')
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    assert.deepEqual(found.sort(), [
      'ControllerRevision/shop-web-1',
      'Deployment/shop-web',
      'Pod/shop-web-1-0',
    ]);
  });
});
