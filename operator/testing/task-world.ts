import assert from 'node:assert/strict';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { byTask } from '../actions/site-task/task-key.ts';
import { reconcileTask } from '../actions/site-task/task-loop.ts';
import { isGated } from '../commands/job.ts';
import type { Manifest } from '../components/component.ts';
import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';
import type { SiteTask, SiteTaskSpec } from '../kinds/site-task/site-task.ts';
import type { SiteTaskStatus } from '../kinds/site-task/status.ts';
import { unseenStatus } from '../kinds/site-task/unseen-status.ts';
import type { Cluster } from '../kube/cluster.ts';
import { siteLabels } from '../objects/labels.ts';
import { selector } from '../components/selector.ts';
import { bySite } from '../sites/site-key.ts';
import { MemoryCluster } from './memory/memory-cluster.ts';
import { hostedSite } from './world.ts';

export const migrate = 'customer-a/migrate';
const namespace = 'customer-a';
const created = '2030-01-01T12:00:00Z';

export function siteTask(spec: Partial<SiteTaskSpec> = {}, metadata: Partial<SiteTask['metadata']> = {}) {
  return {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteTask',
    metadata: {
      ...{ name: 'migrate', namespace, uid: 'task-uid', generation: 1, creationTimestamp: created },
      ...metadata,
    },
    spec: { siteName: 'shop', command: ['migrate', '--all'], ...spec },
    status: unseenStatus,
  } satisfies SiteTask & Manifest;
}

/** A site that serves, a task, and Kubernetes' own part in what becomes of it. */
export class TaskWorld {
  now = new Date(created);
  readonly cluster = new MemoryCluster(() => this.now);
  /** What passes are tried on; a spec may put something between. */
  reached: Cluster = this.cluster;
  /** UID of each pod whose gate was taken away, in order. */
  readonly opened: string[] = [];
  #pods = 0;

  constructor(task: Manifest = siteTask()) {
    this.cluster.seed(hostedSite(), ...serving('shop-web-1', 'shop:1', 1), task);
  }

  get task(): SiteTask {
    return (this.cluster.get('SiteTask', namespace, 'migrate') ?? assert.fail('no task')) as SiteTask;
  }

  get status(): SiteTaskStatus {
    return this.task.status ?? {};
  }

  /** `Pending/Starting` */
  get reported(): string {
    return `${this.status.phase}/${this.status.reason}`;
  }

  /** What was written: verb, kind and name. */
  get writes(): string[] {
    return this.cluster.writes.map(({ verb, kind, name }) => `${verb} ${kind}/${name}`);
  }

  get job(): Manifest | undefined {
    return this.cluster.get('Job', namespace, 'migrate-task');
  }

  get pods(): Manifest[] {
    return this.cluster.find(byTask, migrate).filter(({ kind }) => kind === 'Pod');
  }

  pass(key: `${string}/${string}` = migrate) {
    return reconcileTask(key, { cluster: this.reached, clock: { wall: () => this.now.getTime() }, bySite });
  }

  /** Passes until one writes nothing; what fails is tried again, as the controller would. */
  async settle(limit = 20): Promise<void> {
    for (let tries = 0; tries < limit; tries += 1) {
      const before = this.cluster.writes.length;
      const isCutOff = await this.pass().then(
        () => false,
        () => true,
      );
      this.#notice();
      if (!isCutOff && this.cluster.writes.length === before) return;
    }
    assert.fail(`still writing after ${limit} passes: ${this.writes.slice(-4).join(', ')}`);
  }

  later(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  suspend(value: boolean): void {
    this.editSite((site) => {
      site.spec.suspend = value;
    });
  }

  editSite(change: (site: HostedSite) => void): void {
    this.cluster.edit('HostedSite', namespace, 'shop', (site) => change(site as HostedSite));
  }

  /** What the Job's controller comes to: a pod where there is none that may still run, and what the Job says of ended ones. */
  runJobs(): void {
    for (const job of this.cluster.list('Job')) {
      const pods = this.pods.filter((pod) => isOf(pod, job));
      const ended = pods.map((pod) => (pod as Manifest & Pod).status?.phase);
      if (ended.includes('Succeeded')) this.#finish(job, 'Complete');
      else if (ended.includes('Failed')) this.#finish(job, 'Failed');
      else if (pods.length === 0) this.addPod(job);
    }
  }

  addPod(job: Manifest): void {
    const { template } = (job as Manifest & Job).spec ?? assert.fail();
    this.#pods += 1;
    const { name, uid = '' } = job.metadata;
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true };
    this.cluster.seed({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...{ name: `${name}-${this.#pods}`, namespace, uid: `pod-${this.#pods}`, ownerReferences: [owner] },
        labels: template.metadata?.labels ?? {},
      },
      spec: structuredClone(template.spec),
      status: { phase: 'Pending' },
    });
  }

  /** What the kubelet comes to: every pod that may start runs. */
  startPods(): void {
    for (const pod of this.pods.filter((one) => !isGated(one) && phaseOf(one) === 'Pending'))
      this.#tell(pod, {
        ...{ phase: 'Running', startTime: this.#timestamp() },
        containerStatuses: [{ name: 'command', state: { running: { startedAt: this.#timestamp() } } }],
      });
  }

  /** What runs ends with this code. */
  endPods(exitCode: number, more: Record<string, unknown> = {}): void {
    for (const pod of this.pods.filter((one) => phaseOf(one) === 'Running')) {
      const finishedAt = this.#timestamp();
      const { startTime: startedAt } = (pod as Manifest & Pod).status ?? {};
      const terminated = { exitCode, startedAt, finishedAt, ...more };
      const containerStatuses = [{ name: 'command', state: { terminated } }];
      this.#tell(pod, {
        phase: exitCode === 0 ? 'Succeeded' : 'Failed',
        startTime: startedAt,
        containerStatuses,
      });
    }
  }

  /** Until the command runs. */
  async begin(): Promise<void> {
    for (let turns = 0; turns < 4; turns += 1) {
      await this.settle();
      this.runJobs();
      this.startPods();
    }
    await this.settle();
  }

  /** The whole life of a task whose command ends with this code. */
  async live(exitCode: number, more: Record<string, unknown> = {}): Promise<void> {
    await this.begin();
    this.later(7);
    this.endPods(exitCode, more);
    this.runJobs();
    await this.settle();
  }

  /** What belongs to a Job or a task that is gone, goes. */
  collectGarbage(): void {
    for (const kind of ['Job', 'Pod'] as const) {
      const owners = new Set(
        [...this.cluster.list('SiteTask'), ...this.cluster.list('Job')].map(({ metadata }) => metadata.uid),
      );
      for (const { metadata } of this.cluster.list(kind)) {
        const [owner] = metadata.ownerReferences ?? [];
        if (owner !== undefined && !owners.has(owner.uid) && owner.kind !== 'ReplicaSet')
          this.cluster.remove(kind, metadata.namespace, metadata.name);
      }
    }
  }

  #notice(): void {
    const open = this.pods.filter((pod) => !isGated(pod)).map(({ metadata }) => metadata.uid ?? '');
    this.opened.push(...open.filter((uid) => !this.opened.includes(uid)));
  }

  #finish({ metadata: { name } }: Manifest, type: 'Complete' | 'Failed'): void {
    this.cluster.edit('Job', namespace, name, (job) => {
      job['status'] = { conditions: [{ type, status: 'True' }] };
    });
  }

  /** A kubelet speaks only of pods that came to its node. */
  #tell({ metadata: { name } }: Manifest, status: Record<string, unknown>): void {
    this.cluster.edit('Pod', namespace, name, (pod) => {
      pod['spec'] = { ...(pod['spec'] as object), nodeName: 'node' };
      pod['status'] = { ...(pod['status'] as object), ...status };
    });
  }

  #timestamp(): string {
    return this.now.toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

/** A release of the site `shop` that runs: its revision, the Deployment and a pod of it. */
export function serving(revision: string, image: string, number: number): Manifest[] {
  const labels = {
    ...{ 'app.kubernetes.io/name': 'hostedsite', 'app.kubernetes.io/instance': 'shop' },
    ...{ 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/component': 'web' },
  };
  const owner = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site-uid' };
  const ownerReferences = [{ ...owner, controller: true }];
  const metadata = { labels: { ...labels, 'hostedsite.dev/revision': revision } };
  const template = { metadata, spec: { containers: [{ name: 'application', image, command: ['serve'] }] } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: revision, namespace, labels, ownerReferences },
      revision: number,
      data: { inputs: revision, image, template },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop-web', namespace, labels, ownerReferences },
      spec: { replicas: 1, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `${revision}-0`, namespace },
      status: { phase: 'Running', containerStatuses: [{ name: 'application', ready: true }] },
    },
  ];
}

/** A pod of a command of a release, behind its gate. */
export function releasePod(name: string, status: object = { phase: 'Pending' }) {
  const labels = { ...siteLabels({ name: 'shop' }), ...selector({ name: 'shop' }, 'command') };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'customer-a', labels } },
    spec: { schedulingGates: [{ name: 'hostedsite.dev/run-once' }] },
    status,
  };
}

function isOf({ metadata: { ownerReferences = [] } }: Manifest, { metadata: { uid } }: Manifest): boolean {
  return ownerReferences.some((owner) => owner.uid === uid);
}

function phaseOf(pod: Manifest): string | undefined {
  return (pod as Manifest & Pod).status?.phase;
}
