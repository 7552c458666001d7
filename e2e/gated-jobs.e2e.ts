import assert from 'node:assert/strict';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';

const gate = 'hostedsite.dev/run-once';
const wordOfEnd = 'HOSTED-SITE-LAST-WORDS';

/** Ends by itself, or only when it is told to; a program that is told to end may say that all is well. */
const programs = {
  short: `console.log('${wordOfEnd}')`,
  endless: 'setInterval(() => {}, 1000)',
  obedient: `process.on('SIGTERM', () => { console.log('${wordOfEnd}'); process.exit(0) }); setInterval(() => {}, 1000)`,
};

interface Made {
  gates?: readonly string[];
  pod?: object;
  job?: object;
}

/** What at most one run of a command rests on, as Kubernetes does it. */
describe('A Job whose pods wait behind a gate', () => {
  const ns = namespace('story-gated-jobs');
  let reference = '';

  const job = (name: string, program: keyof typeof programs, made: Made = {}): object => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      podReplacementPolicy: 'Failed',
      ...made.job,
      template: {
        metadata: { labels: { job: name } },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 5,
          automountServiceAccountToken: false,
          schedulingGates: (made.gates ?? [gate]).map((one) => ({ name: one })),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          ...made.pod,
          containers: [
            {
              name: 'command',
              image: reference,
              imagePullPolicy: 'IfNotPresent',
              command: ['node', '-e', programs[program]],
              terminationMessagePolicy: 'FallbackToLogsOnError',
              resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  });
  const podsOf = async (name: string): Promise<Pod[]> =>
    (
      JSON.parse(await kubectl(['get', 'pods', '-n', ns, '-l', `job=${name}`, '-o', 'json'])) as {
        items: Pod[];
      }
    ).items;
  const onlyPod = (name: string): Promise<Pod> =>
    eventually(`a pod of ${name}`, 20, async () => {
      const found = await podsOf(name);
      return found.length === 1 ? found[0] : undefined;
    });
  const jobOf = async (name: string): Promise<Job> =>
    JSON.parse(await kubectl(['get', 'job', name, '-n', ns, '-o', 'json'])) as Job;
  const podUntil = (name: string, what: string, test: (pod: Pod) => boolean, seconds = 60): Promise<Pod> =>
    eventually(`the pod of ${name} ${what}`, seconds, async () => (await podsOf(name)).find(test));
  const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const conditionOf = (found: Job, type: string): string | undefined =>
    found.status?.conditions?.find((one) => one.type === type && one.status === 'True')?.reason ?? undefined;

  const patchPod = (name: string, type: 'json' | 'merge', patch: object): Promise<string> =>
    kubectl(['patch', 'pod', name, '-n', ns, `--type=${type}`, '-p', JSON.stringify(patch)]);

  /** As the operator does it: a merge patch that leaves other gates, for this very pod. */
  async function open({ metadata, spec }: Pod): Promise<void> {
    const { name = '', uid, resourceVersion } = metadata ?? {};
    const schedulingGates = spec?.schedulingGates?.filter((one) => one.name !== gate) ?? [];
    await patchPod(name, 'merge', { metadata: { uid, resourceVersion }, spec: { schedulingGates } });
  }
  const running = async (name: string): Promise<Pod> => {
    await open(await onlyPod(name));
    return podUntil(
      name,
      'runs',
      ({ status }) => status?.containerStatuses?.[0]?.state?.running !== undefined,
    );
  };
  const lastState = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.terminated;

  before(async () => {
    reference = await image('node-example-1');
  });

  it('stay unscheduled until it is opened, and then run once', async () => {
    await apply(ns, job('opened', 'short'));
    const gated = await onlyPod('opened');
    assert.equal(gated.spec?.nodeName, undefined);
    assert.equal(
      gated.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.reason,
      'SchedulingGated',
    );
    await open(gated);
    const ended = await podUntil('opened', 'ends', hasEnded);
    assert.deepEqual([ended.metadata?.uid, ended.status?.phase], [gated.metadata?.uid, 'Succeeded']);
    await kubectl(['wait', '--for=condition=Complete', 'job/opened', '-n', ns, '--timeout=30s']);
  });

  it('are not opened twice from one look, and never shut again', async () => {
    await apply(ns, job('contended', 'endless'));
    const gated = await onlyPod('contended');
    await open(gated);
    await assert.rejects(open(gated), /the object has been modified/);
    const [opened = gated] = await podsOf('contended');
    const patch = JSON.stringify({ spec: { schedulingGates: [{ name: gate }] } });
    const shut = kubectl([
      'patch',
      'pod',
      opened.metadata?.name ?? '',
      '-n',
      ns,
      '--type=merge',
      '-p',
      patch,
    ]);
    await assert.rejects(shut, /only deletion is allowed|Forbidden/);
    await kubectl(['delete', 'job', 'contended', '-n', ns, '--wait=false']);
  });

  it('keep the gates of others', async () => {
    const other = 'example.org/quota';
    await apply(ns, job('guarded', 'short', { gates: [other, gate] }));
    await open(await onlyPod('guarded'));
    const [still] = await podsOf('guarded');
    assert.deepEqual(still?.spec?.schedulingGates, [{ name: other }]);
  });

  it('wait too when the Job has made room for a second one, and the surplus goes unopened', async () => {
    await apply(ns, job('crowded', 'endless'));
    const first = await running('crowded');
    const { metadata = {}, spec } = first;
    const { nodeName: _node, ...rest } = spec ?? { containers: [] };
    const second = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'crowded-second',
        labels: metadata.labels,
        ownerReferences: metadata.ownerReferences,
        finalizers: ['batch.kubernetes.io/job-tracking'],
      },
      spec: { ...rest, schedulingGates: [{ name: gate }] },
    };
    await apply(ns, second);
    await eventually('the second pod is gone', 60, async () => {
      const left = await podsOf('crowded');
      return left.every((one) => one.metadata?.uid === metadata.uid) ? left : undefined;
    });
    const [left] = await podsOf('crowded');
    assert.equal(left?.metadata?.deletionTimestamp, undefined);
  });

  it('fail at their own deadline, whatever they say when they are told to end', async () => {
    await apply(
      ns,
      job('late', 'obedient', { pod: { activeDeadlineSeconds: 10 }, job: { activeDeadlineSeconds: 70 } }),
    );
    await running('late');
    const ended = await podUntil('late', 'ends', hasEnded, 40);
    assert.deepEqual([ended.status?.phase, ended.status?.reason], ['Failed', 'DeadlineExceeded']);
    const { exitCode, message = '' } = lastState(ended) ?? {};
    // Of a program that says all is well the kubelet takes no last lines.
    assert.deepEqual([exitCode, message], [0, '']);
    await kubectl(['wait', '--for=condition=Failed', 'job/late', '-n', ns, '--timeout=30s']);
  });

  it('look as if all were well when somebody deletes them, but for the times', async () => {
    await apply(ns, job('deleted', 'obedient'));
    const name = (await running('deleted')).metadata?.name ?? '';
    // So that it can be looked at afterwards.
    await patchPod(name, 'json', [
      { op: 'add', path: '/metadata/finalizers/-', value: 'example.org/witness' },
    ]);
    await kubectl(['delete', 'pod', name, '-n', ns, '--wait=false']);
    const ended = await podUntil('deleted', 'ends', hasEnded, 40);
    const { deletionTimestamp = '', deletionGracePeriodSeconds = 0 } = ended.metadata ?? {};
    const { finishedAt = '', exitCode } = lastState(ended) ?? {};
    assert.deepEqual([ended.status?.phase, exitCode], ['Succeeded', 0]);
    assert.ok(Date.parse(finishedAt) >= Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000);
    await kubectl(['wait', '--for=condition=Complete', 'job/deleted', '-n', ns, '--timeout=40s']);
    await patchPod(name, 'merge', { metadata: { finalizers: null } });
  });

  it('that were deleted unopened fail the Job, and none is made in their place', async () => {
    await apply(ns, job('unopened', 'short'));
    const name = (await onlyPod('unopened')).metadata?.name ?? '';
    await kubectl(['delete', 'pod', name, '-n', ns, '--wait=false']);
    await kubectl(['wait', '--for=condition=Failed', 'job/unopened', '-n', ns, '--timeout=90s']);
    const { failed, succeeded } = (await jobOf('unopened')).status ?? {};
    assert.deepEqual([failed, succeeded], [1, undefined]);
  });

  it("reach the Job's deadline when no node takes them", async () => {
    const pod = { nodeSelector: { 'hostedsite.dev/none': 'such' }, activeDeadlineSeconds: 5 };
    await apply(ns, job('homeless', 'short', { pod, job: { activeDeadlineSeconds: 8 } }));
    await open(await onlyPod('homeless'));
    await kubectl(['wait', '--for=condition=Failed', 'job/homeless', '-n', ns, '--timeout=60s']);
    assert.equal(conditionOf(await jobOf('homeless'), 'Failed'), 'DeadlineExceeded');
  });

  it('leave a record on a revision that who applies the rest does not take away', async () => {
    const revision = (data: object, number = 1): object => ({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'record' },
      revision: number,
      data,
    });
    const applied = async (object: object): Promise<string> =>
      kubectl(
        ['apply', '--server-side', '--field-manager=hostedsite', '-n', ns, '-f', '-'],
        JSON.stringify(object),
      );
    await applied(revision({ a: 1, b: 2 }));
    const record = JSON.stringify({ metadata: { annotations: { 'hostedsite.dev/command': 'Running x y' } } });
    await kubectl([
      'patch',
      'controllerrevision',
      'record',
      '-n',
      ns,
      '--type=merge',
      '--field-manager=hostedsite-command',
      '-p',
      record,
    ]);
    await applied(revision({ a: 1, b: 2 }, 2));
    const found = await kubectl([
      'get',
      'controllerrevision',
      'record',
      '-n',
      ns,
      '-o',
      'jsonpath={.revision} {.metadata.annotations}',
    ]);
    assert.match(found, /^2 .*Running x y/);
    await assert.rejects(applied(revision({ a: 1 }, 2)), /immutable/);
  });
});
