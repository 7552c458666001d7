import assert from 'node:assert/strict';
import { MemoryCluster } from './memory/memory-cluster.ts';
import { has } from './jobs.ts';
import type { LiveJob, LivePod } from './jobs.ts';
import { JobsInMemory } from './jobs-in-memory.ts';

const labels = {
  'app.kubernetes.io/managed-by': 'hostedsite',
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/component': 'command',
};
const gate = { name: 'hostedsite.dev/run-once' };

class Scene {
  now = new Date('2030-01-01T12:00:00Z');
  readonly cluster = new MemoryCluster(() => this.now);
  readonly jobs = new JobsInMemory(this.cluster, () => this.now);

  constructor(command: string[], { gates = [] as object[], deadline = 60 } = {}) {
    const spec = {
      restartPolicy: 'Never',
      activeDeadlineSeconds: deadline,
      schedulingGates: gates,
      containers: [{ name: 'command', image: 'shop:1', command }],
    };
    this.cluster.seed({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'shop-release', namespace: 'a', uid: 'job', labels },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: deadline + 60,
        template: { metadata: { labels, annotations: { note: 'kept' } }, spec },
      },
    });
  }

  get job(): LiveJob {
    return this.cluster.get('Job', 'a', 'shop-release') as LiveJob;
  }

  get pods(): LivePod[] {
    return this.cluster.list('Pod', 'a') as LivePod[];
  }

  get pod(): LivePod {
    assert.equal(this.pods.length, 1);
    return this.pods[0]!;
  }

  open(): void {
    this.cluster.edit('Pod', 'a', this.pod.metadata.name, (pod) => {
      pod['spec'] = { ...(pod['spec'] as object), schedulingGates: [] };
    });
  }

  later(seconds: number): Promise<void> {
    this.now = new Date(this.now.getTime() + seconds * 1000);
    return this.jobs.settle();
  }

  /** Reasons of the conditions in the order in which they came, by type. */
  get conditions(): string[] {
    return (this.job.status?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
  }

  get end(): unknown[] {
    const { phase, containerStatuses: [own] = [] } = this.pod.status ?? {};
    return [phase, own?.state?.terminated?.exitCode];
  }
}

async function settled(...args: ConstructorParameters<typeof Scene>): Promise<Scene> {
  const scene = new Scene(...args);
  await scene.jobs.settle();
  return scene;
}

describe('Jobs of commands, played', () => {
  it('make one pod by their template, which they own and track', async () => {
    const { pod } = await settled(['migrate'], { gates: [gate] });
    assert.deepEqual(pod.metadata.finalizers, ['batch.kubernetes.io/job-tracking']);
    assert.equal(pod.metadata.labels?.['app.kubernetes.io/component'], 'command');
    assert.equal(pod.metadata.annotations?.['note'], 'kept');
    assert.equal(pod.metadata.ownerReferences?.[0]?.uid, 'job');
  });

  it('keep a pod waiting until its last gate is gone', async () => {
    const scene = await settled(['migrate'], { gates: [gate, { name: 'other' }] });
    assert.deepEqual([scene.pod.status?.phase, scene.pod.spec?.nodeName], ['Pending', undefined]);
    scene.cluster.edit('Pod', 'a', scene.pod.metadata.name, (pod) => {
      pod['spec'] = { ...(pod['spec'] as object), schedulingGates: [{ name: 'other' }] };
    });
    assert.equal(await scene.jobs.step(), false);
    scene.open();
    await scene.jobs.settle();
    assert.deepEqual(scene.end, ['Succeeded', 0]);
  });

  it('tell the pod first, then count it, then tell the end', async () => {
    const scene = await settled(['migrate'], { gates: [gate] });
    scene.open();
    const reported: string[] = [];
    while (await scene.jobs.step()) {
      const { metadata, status } = scene.pod;
      reported.push([status?.phase, metadata.finalizers?.length ?? 0, scene.conditions.at(-1)].join(' '));
    }
    assert.deepEqual(
      reported.map((line) => line.trim()),
      [
        'Pending 1',
        'Running 1',
        'Succeeded 1',
        'Succeeded 1',
        'Succeeded 0',
        'Succeeded 0 SuccessCriteriaMet CompletionsReached',
        'Succeeded 0 Complete CompletionsReached',
      ],
    );
    assert.deepEqual(scene.job.status?.succeeded, 1);
  });

  it('end as the command says, without another try', async () => {
    const scene = await settled(['exit', '3']);
    assert.deepEqual(scene.end, ['Failed', 3]);
    assert.deepEqual(scene.conditions, ['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
    const { terminated } = scene.pod.status?.containerStatuses?.[0]?.state ?? {};
    assert.deepEqual(
      [terminated?.finishedAt, terminated?.message],
      ['2030-01-01T12:00:00Z', 'it ends with code 3\n'],
    );
  });

  it('run as long as the command takes', async () => {
    const scene = await settled(['takes', '5']);
    assert.equal(scene.pod.status?.phase, 'Running');
    await scene.later(4);
    assert.equal(scene.pod.status?.phase, 'Running');
    await scene.later(1);
    assert.deepEqual(scene.end, ['Succeeded', 0]);
  });

  it("run out of the pod's time: it stays, as Failed, whatever the program makes of it", async () => {
    for (const [word, code] of [
      ['hang', 143],
      ['trap-0', 0],
    ] as const) {
      const scene = await settled([word]);
      await scene.later(60);
      assert.deepEqual(scene.end, ['Failed', code]);
      assert.equal(scene.pod.status?.reason, 'DeadlineExceeded');
      assert.ok(has(scene.job, 'Failed'));
    }
  });

  it('run out of their own time while nothing has started: the pod goes, and its last words with it', async () => {
    const scene = await settled(['migrate'], { gates: [gate] });
    await scene.later(120);
    assert.deepEqual(scene.pods, []);
    assert.deepEqual(scene.conditions, ['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
  });

  it('call a pod that was deleted while it ran what its program makes of it, and take it away when it is counted', async () => {
    const scene = await settled(['trap-0']);
    scene.jobs.end(scene.pod);
    assert.equal(scene.pod.metadata.deletionTimestamp, '2030-01-01T12:00:30Z');
    assert.equal(await scene.jobs.run(), true);
    assert.deepEqual(scene.end, ['Succeeded', 0]);
    await scene.jobs.settle();
    assert.deepEqual([scene.pods, has(scene.job, 'Complete')], [[], true]);
  });

  it('keep a pod that was deleted by force until its node has ended it', async () => {
    const scene = await settled(['hang']);
    scene.jobs.end(scene.pod, 0);
    while (await scene.jobs.control());
    assert.equal(scene.pod.status?.phase, 'Running');
    await scene.jobs.settle();
    assert.deepEqual([scene.pods, has(scene.job, 'Failed')], [[], true]);
  });

  it('fail a pod that was deleted behind its gate', async () => {
    const scene = await settled(['migrate'], { gates: [gate] });
    scene.jobs.end(scene.pod);
    await scene.jobs.settle();
    assert.deepEqual([scene.pods, scene.conditions.at(-1)], [[], 'Failed BackoffLimitExceeded']);
  });

  it('make another pod when one vanishes uncounted: a Job alone does not run once', async () => {
    const scene = await settled(['hang'], { gates: [gate] });
    const { uid, name } = scene.pod.metadata;
    scene.cluster.remove('Pod', 'a', name);
    await scene.jobs.settle();
    assert.notEqual(scene.pod.metadata.uid, uid);
    assert.equal(scene.pod.spec?.schedulingGates?.length, 1);
  });

  it('take the surplus of two pods that is on no node', async () => {
    const scene = await settled(['hang']);
    const { metadata, spec } = scene.pod;
    const second = { ...metadata, name: 'second', uid: 'second' };
    scene.cluster.seed({ ...scene.pod, metadata: second, spec: { ...spec!, nodeName: undefined } });
    await scene.jobs.settle();
    assert.deepEqual(scene.pod.metadata.uid, metadata.uid);
  });

  it('forget the pod of a Job that is suspended', async () => {
    const scene = await settled(['hang']);
    scene.cluster.edit('Job', 'a', 'shop-release', (job) => {
      job['spec'] = { ...(job['spec'] as object), suspend: true };
    });
    await scene.jobs.settle();
    assert.deepEqual([scene.pods, scene.job.status?.failed], [[], undefined]);
  });

  it('take their pods along', async () => {
    const scene = await settled(['hang']);
    scene.cluster.remove('Job', 'a', 'shop-release');
    await scene.jobs.settle();
    assert.deepEqual(scene.pods, []);
  });
});
