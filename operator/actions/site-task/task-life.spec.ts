import assert from 'node:assert/strict';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import { expectGolden } from '../../../tools/golden.ts';
import { writeYAML } from '../../api/yaml.ts';
import type { Manifest } from '../../components/component.ts';
import { TaskWorld, siteTask } from '../../testing/task-world.ts';
import { jobOf } from './act.ts';

const recorded = 'hostedsite.dev/command';

describe('the life of a task', () => {
  it('is one write a pass, each by a status that says so', async () => {
    const world = new TaskWorld();
    await world.live(0, { message: 'all done\n' });
    assert.deepEqual(world.writes, [
      'status SiteTask/migrate',
      'create Job/migrate-task',
      'merge SiteTask/migrate',
      'merge Pod/migrate-task-1',
      'status SiteTask/migrate',
      // The kubelet has told when it began.
      'status SiteTask/migrate',
      'status SiteTask/migrate',
    ]);
    const { conditions, ...status } = world.status;
    assert.deepEqual(status, {
      observedGeneration: 1,
      phase: 'Succeeded',
      reason: 'Succeeded',
      revision: 'shop-web-1',
      startTime: '2030-01-01T12:00:00Z',
      completionTime: '2030-01-01T12:00:07Z',
      exitCode: 0,
      message: 'all done',
      logs: 'kubectl logs job/migrate-task -n customer-a',
    });
    assert.deepEqual(
      conditions?.map(({ type, status: holds, reason }) => `${type} ${holds} ${reason}`),
      ['Succeeded True Succeeded', 'Reconciling False Succeeded', 'Stalled False Succeeded'],
    );
    assert.deepEqual(world.opened, ['pod-1']);
    assert.equal(world.task.metadata.annotations?.[recorded], 'Running pod-1');
    assert.deepEqual(world.cluster.events, []);
  });

  it('makes the Job of the golden file', () => {
    const resources = { limits: { memory: '64Mi' } };
    const containers = [{ name: 'application', image: 'shop:1', command: ['serve'] }];
    // Serving pods want to be beside each other.
    const template = { metadata: {}, spec: { containers, affinity: { podAffinity: {} } } };
    const job = jobOf(siteTask({ resources }), { name: 'shop-web-1', template }, 90);
    expectGolden(new URL('golden/job.yaml', import.meta.url), writeYAML(job));
  });

  it('that fails says with what code, and its last lines without credentials', async () => {
    const world = new TaskWorld();
    await world.live(3, { message: 'mysql://shop:secret@db/shop refused\n' });
    assert.equal(world.reported, 'Failed/Failed');
    assert.equal(world.status.exitCode, 3);
    assert.equal(
      world.status.message,
      'The command ended with code 3. Its last lines:\nmysql://***@db/shop refused',
    );
    assert.deepEqual(
      world.cluster.events.map(({ type, reason }) => `${type} ${reason}`),
      ['Warning TaskFailed'],
    );
    await world.settle();
    assert.equal(world.cluster.events.length, 1);
  });

  it('runs in the release that serves, with its own words though the caches have none', async () => {
    const long = 'x'.repeat(3000);
    const world = new TaskWorld(siteTask({ command: ['sh', '-c', long] }));
    await world.begin();
    const job = await world.cluster.read('Job', 'customer-a', 'migrate-task');
    const [container] = (job as (Manifest & Job) | undefined)?.spec?.template.spec?.containers ?? [];
    assert.deepEqual(container?.command, ['sh', '-c', long]);
    assert.equal(container?.image, 'shop:1');
  });

  it('has for its pod what is left of its deadline', async () => {
    const world = new TaskWorld(siteTask({ deadlineSeconds: 100 }));
    world.later(40);
    await world.settle();
    const { spec } = world.job as Manifest & Job;
    assert.equal(spec?.activeDeadlineSeconds, 120);
    assert.equal(spec?.template.spec?.activeDeadlineSeconds, 60);
  });

  it('says what keeps its pod from starting', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    await world.settle();
    world.cluster.edit('Pod', 'customer-a', 'migrate-task-1', (pod) => {
      const waiting = { reason: 'ErrImagePull', message: 'not found' };
      pod['status'] = { phase: 'Pending', containerStatuses: [{ name: 'command', state: { waiting } }] };
    });
    await world.settle();
    assert.equal(world.reported, 'Running/Starting');
    assert.match(world.status.message ?? '', /cannot be pulled/);
  });
});

describe('the end of a task', () => {
  it('is its deletion when its time to live is over', async () => {
    const world = new TaskWorld(siteTask({ ttlSecondsAfterFinished: 60 }));
    await world.begin();
    world.endPods(0);
    // Nobody looks for a day: until it is told, nobody can have seen its end.
    world.later(86_400);
    await world.settle();
    world.later(59);
    const { recheckAt } = await world.pass();
    assert.deepEqual(recheckAt, new Date('2030-01-02T12:01:00Z'));
    world.later(1);
    await world.pass();
    assert.equal(world.cluster.get('SiteTask', 'customer-a', 'migrate'), undefined);
    assert.equal((await world.pass()).kind, 'gone');
  });

  it('is no deletion without one', async () => {
    const world = new TaskWorld();
    await world.live(0);
    world.later(1_000_000);
    assert.deepEqual(await world.pass(), { kind: 'settled' });
  });
});
