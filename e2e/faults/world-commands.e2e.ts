import assert from 'node:assert/strict';
import type { Manifest } from '../../operator/components/component.ts';
import { has, isOf } from '../../operator/testing/jobs.ts';
import type { LiveJob, LivePod } from '../../operator/testing/jobs.ts';
import { controlPlanes } from '../control-plane/control-plane.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { pathOf } from './world-feed.ts';
import { World, prepareCluster } from './world.ts';

const gates = [{ name: 'hostedsite.dev/run-once' }];

describe('commands in a world with the Job controller of Kubernetes', () => {
  const start = controlPlanes();
  let plane: ControlPlane;
  let world: World;
  let namespace = '';
  let runs = 0;

  before(async function () {
    this.timeout(60_000);
    plane = await start({ controllers: false });
    await prepareCluster(plane);
    world = await World.start(plane);
  });
  after(() => world?.stop());

  beforeEach(async () => {
    runs += 1;
    namespace = `c${runs}`;
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await plane.client.request({ method: 'POST', path: '/api/v1/namespaces', body, idempotent: false });
  });
  afterEach(() => assert.deepEqual(world.complaints, []));

  async function run(command: readonly string[], schedulingGates: readonly object[] = []): Promise<void> {
    const labels = { 'app.kubernetes.io/component': 'command' };
    const containers = [{ name: 'command', image: 'shop:1', command }];
    const limits = { restartPolicy: 'Never', activeDeadlineSeconds: 2, terminationGracePeriodSeconds: 30 };
    const template = { metadata: { labels }, spec: { ...limits, schedulingGates, containers } };
    const body = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'shop-release', labels },
      spec: { backoffLimit: 0, podReplacementPolicy: 'Failed', activeDeadlineSeconds: 5, template },
    };
    await plane.client.request({
      method: 'POST',
      path: pathOf('Job', namespace),
      body,
      idempotent: false,
    });
  }

  function pods(): LivePod[] {
    const job = world.feed.get('Job', namespace, 'shop-release');
    return world.feed
      .list('Pod', namespace)
      .filter((pod) => job !== undefined && isOf(pod, job)) as LivePod[];
  }

  function until<T>(what: string, look: () => T | undefined): Promise<T> {
    return world.feed.until([namespace], what, look, { milliseconds: 15_000 });
  }

  const untilPod = (what: string, is: (pod: LivePod) => boolean): Promise<LivePod> =>
    until(what, () => pods().find(is));
  const untilJob = (type: string): Promise<LiveJob> =>
    until(`the Job is ${type}`, () => {
      const job = world.feed.get('Job', namespace, 'shop-release') as LiveJob | undefined;
      return job !== undefined && has(job, type) ? job : undefined;
    });

  async function change(pod: Manifest, body: object): Promise<void> {
    const path = pathOf('Pod', namespace, pod.metadata.name);
    const contentType = 'application/merge-patch+json';
    await plane.client.request({ method: 'PATCH', path, body, contentType, idempotent: true });
  }

  async function remove(pod: Manifest, gracePeriodSeconds?: number): Promise<void> {
    const path = pathOf('Pod', namespace, pod.metadata.name);
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(gracePeriodSeconds === 0 && { gracePeriodSeconds }),
    };
    await plane.client.request({ method: 'DELETE', path, body, idempotent: true });
  }

  it('wait behind a gate, and run on a node when it is gone', async () => {
    await run(['migrate'], gates);
    const pod = await untilPod('a pod', () => true);
    assert.deepEqual([pod.status?.phase, pod.spec?.nodeName], ['Pending', undefined]);
    await change(pod, { spec: { schedulingGates: null } });
    await untilJob('Complete');
    const end = await untilPod('its end', (one) => one.status?.phase === 'Succeeded');
    assert.deepEqual([end.metadata.uid, end.spec?.nodeName], [pod.metadata.uid, 'node']);
  });

  it('fail with their code, and are not tried again', async () => {
    await run(['exit', '3']);
    await untilJob('Failed');
    const [pod, ...others] = pods();
    assert.equal(pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 3);
    assert.deepEqual(others, []);
  });

  it('are ended at the deadline of their pod, which stays', async () => {
    await run(['trap-0']);
    await untilJob('Failed');
    const { phase, reason } = pods()[0]?.status ?? {};
    assert.deepEqual([phase, reason], ['Failed', 'DeadlineExceeded']);
  });

  it('are ended by who deletes their pod: a success is one only by its time', async () => {
    await run(['trap-0']);
    const pod = await untilPod('it runs', ({ status }) => status?.phase === 'Running');
    await remove(pod);
    const end = await untilPod('its end', ({ status }) => status?.phase === 'Succeeded');
    const { deletionTimestamp = '', deletionGracePeriodSeconds = 0 } = end.metadata;
    const asked = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
    const { finishedAt = '' } = end.status?.containerStatuses?.[0]?.state?.terminated ?? {};
    assert.ok(Date.parse(finishedAt) >= asked, `${finishedAt} is not before ${deletionTimestamp}`);
    await untilJob('Complete');
    await until('the pod is gone', () => pods().length === 0 || undefined);
  });

  it('are made anew by their Job when a pod vanishes uncounted: behind a gate', async () => {
    await run(['hang'], gates);
    const pod = await untilPod('a pod', () => true);
    await change(pod, { spec: { schedulingGates: null } });
    await untilPod('it runs', ({ status }) => status?.phase === 'Running');
    await change(pod, { metadata: { finalizers: null } });
    await remove(pod, 0);
    const next = await untilPod('another pod', ({ metadata }) => metadata.uid !== pod.metadata.uid);
    assert.equal(next.spec?.schedulingGates?.length, 1);
  });

  it('lose a second pod of their Job that waits behind its gate, and run on', async () => {
    await run(['takes', '1'], gates);
    const pod = await untilPod('a pod', () => true);
    await change(pod, { spec: { schedulingGates: null } });
    await untilPod('it runs', ({ status }) => status?.phase === 'Running');
    const { labels, annotations, finalizers, ownerReferences } = pod.metadata;
    const metadata = { name: 'second', labels, annotations, finalizers, ownerReferences };
    const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod.spec };
    const path = pathOf('Pod', namespace);
    await plane.client.request({ method: 'POST', path, body, idempotent: false });
    await untilPod('the second', (one) => one.metadata.name === 'second');
    await until('the second is gone', () => pods().length === 1 || undefined);
    await untilJob('Complete');
    assert.deepEqual(
      pods().map(({ metadata: { uid }, status }) => [uid, status?.phase]),
      [[pod.metadata.uid, 'Succeeded']],
    );
  });

  it('end with the deadline of their Job when nobody takes the gate away, and their pod is gone', async () => {
    await run(['migrate'], gates);
    await untilPod('a pod', () => true);
    const job = await untilJob('Failed');
    const reasons = job.status?.conditions?.map(({ type, reason }) => `${type} ${reason}`);
    assert.deepEqual(reasons, ['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    await until('the pod is gone', () => pods().length === 0 || undefined);
  });
});
