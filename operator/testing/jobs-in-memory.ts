import type { Manifest } from '../kube/manifest.ts';
import { nextOfPod, isCommand } from './job-pods.ts';
import type { PodAct } from './job-pods.ts';
import { isOf, isOver, nextOfJob, nextOfOrphan, seconds } from './jobs.ts';
import type { JobAct, LiveJob, LivePod } from './jobs.ts';
import type { MemoryCluster } from './memory/memory-cluster.ts';

/**
 * Job controller, garbage collector and nodes for the Jobs of commands in a memory cluster. One thing happens with each step, so
 * a pass can be tried between any two. What only waits for time goes on when `now` says that it has come. A pod without finalizers is gone as soon
 * as it is deleted: a memory cluster knows no graceful deletion.
 */
export class JobsInMemory {
  readonly #cluster: MemoryCluster;
  readonly #now: () => Date;
  #pods = 0;

  constructor(cluster: MemoryCluster, now: () => Date) {
    this.#cluster = cluster;
    this.#now = now;
  }

  /** What the controllers do; false when they have nothing to do. Nodes stand still. */
  async control(): Promise<boolean> {
    const pods = await this.#all<LivePod>('Pod', isCommand);
    const jobs = await this.#all<LiveJob>('Job', isOfCommand);
    for (const job of jobs) {
      const act = nextOfJob(job, pods, this.#now());
      if (act !== undefined && act.is !== 'wait') return this.#control(job, act);
    }
    const orphan = pods.find((pod) => !jobs.some((job) => isOf(pod, job)) && nextOfOrphan(pod) !== undefined);
    const act = orphan && nextOfOrphan(orphan);
    return act !== undefined && this.#controlPod(act);
  }

  /** What the nodes do, the same. Pods for which `isThere` is false have a node that does not answer. */
  async run(isThere: (pod: LivePod) => boolean = () => true): Promise<boolean> {
    for (const pod of await this.#all<LivePod>('Pod', isCommand)) {
      const act = isThere(pod) ? nextOfPod(pod, this.#now()) : undefined;
      if (act !== undefined && act.is !== 'wait') return this.#run(pod, act);
    }
    return false;
  }

  /** One step of whoever has something to do, controllers first. */
  async step(): Promise<boolean> {
    return (await this.control()) || (await this.run());
  }

  /** Steps until nobody has anything to do, without the operator. */
  async settle(limit = 50): Promise<void> {
    for (let steps = 0; await this.step(); steps += 1)
      if (steps === limit) throw new Error(`Jobs and pods do not come to rest within ${limit} steps`);
  }

  /** Somebody deletes a pod: what runs gets its grace, and everything else goes as soon as its finalizer does. */
  end(pod: Manifest, grace = 30): void {
    const { namespace, name } = pod.metadata;
    const { spec: { nodeName } = {}, status } = pod as LivePod;
    const period = nodeName === undefined || isOver({ status: status ?? {} }) ? 0 : grace;
    this.#cluster.edit('Pod', namespace, name, ({ metadata }) => {
      const deletionTimestamp = seconds(new Date(this.#now().getTime() + period * 1000));
      Object.assign(metadata, { deletionTimestamp, deletionGracePeriodSeconds: period });
    });
  }

  #control(job: LiveJob, act: JobAct): boolean {
    if (act.is === 'make') this.#cluster.seed(this.#named(act.pod));
    if (act.is === 'tell') this.#tell('Job', job, act.status);
    if (act.is === 'delete' || act.is === 'release') this.#controlPod(act);
    return true;
  }

  #controlPod(act: JobAct): boolean {
    if (act.is === 'delete') this.end(act.pod);
    if (act.is === 'release')
      this.#cluster.edit('Pod', act.pod.metadata.namespace, act.pod.metadata.name, ({ metadata }) => {
        delete metadata.finalizers;
      });
    return true;
  }

  #run(pod: LivePod, act: PodAct): boolean {
    const { namespace, name } = pod.metadata;
    if (act.is === 'bind')
      this.#cluster.edit('Pod', namespace, name, (object) => {
        object['spec'] = { ...(object['spec'] as object), nodeName: act.node };
      });
    if (act.is === 'tell') this.#tell('Pod', pod, { ...pod.status, ...act.status });
    // It goes when its Job has counted it.
    return act.is !== 'remove';
  }

  #tell(kind: 'Job' | 'Pod', { metadata: { namespace, name } }: Manifest, status: object): void {
    this.#cluster.edit(kind, namespace, name, (object) => {
      object['status'] = status;
    });
  }

  #named(pod: Manifest): Manifest {
    this.#pods += 1;
    const name = `${pod.metadata.name}${String(this.#pods).padStart(5, '0')}`;
    return { ...pod, metadata: { ...pod.metadata, name } };
  }

  /** Whole: the caches keep a hash of long texts. */
  async #all<T extends Manifest>(kind: 'Job' | 'Pod', which: (object: T) => boolean): Promise<T[]> {
    const all = await Promise.all(
      this.#cluster
        .list(kind)
        .map(({ metadata: { namespace, name } }) => this.#cluster.read(kind, namespace, name)),
    );
    return all.filter((one) => one !== undefined).filter((one) => which(one as T)) as T[];
  }
}

function isOfCommand({ spec }: LiveJob): boolean {
  const { metadata = {} } = spec?.template ?? {};
  return isCommand({ metadata: { name: '', ...metadata } });
}
