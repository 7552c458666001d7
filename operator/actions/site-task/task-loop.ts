import type { Clock } from '../../kube/clock.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { keyOf, splitKey } from '../../kube/key.ts';
import type { Key } from '../../kube/key.ts';
import type { Lookup, Loop, Wake } from '../../kube/loop/loop.ts';
import { gone, settled, waiting } from '../../kube/outcome.ts';
import type { Outcome } from '../../kube/outcome.ts';
import type { Manifest } from '../../kube/manifest.ts';
import type { Right } from '../../kube/right.ts';
import type { KindChange } from '../../kube/watch/cache.ts';
import type { Index } from '../../kube/watch/store.ts';
import { NotFound } from '../../kube/errors.ts';
import { componentOf } from '../../objects/labels.ts';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import { isEnd, saysSame } from '../action.ts';
import { act, writeStatus } from './act.ts';
import { decide } from './decide.ts';
import type { Decision, TaskTold } from './decision.ts';
import { gather } from './gather.ts';
import type { TaskFacts } from './facts.ts';
import { look } from './look.ts';
import { taskStatus } from './status.ts';
import { taskKeyOf } from './task-key.ts';

export interface TaskTools {
  cluster: Cluster;
  clock: Pick<Clock, 'wall'>;
  /** A site's objects, and the site that an object belongs to. */
  bySite: Index;
}

const sites = { scope: 'site-namespaces' } as const;

export const taskRights: readonly Right[] = [
  { ...sites, kind: 'SiteTask', verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
  { ...sites, kind: 'SiteTask', subresource: 'status', verbs: ['patch'] },
  // An owner reference that blocks its owner's deletion needs this where the cluster checks for it.
  { ...sites, kind: 'SiteTask', subresource: 'finalizers', verbs: ['update'] },
  { ...sites, kind: 'Job', verbs: ['get', 'list', 'watch', 'create', 'delete'] },
  { ...sites, kind: 'Pod', verbs: ['get', 'list', 'watch', 'patch'] },
  { ...sites, kind: 'HostedSite', verbs: ['get', 'list', 'watch'] },
];

const minute = 60_000;
const hour = 60 * minute;

/** Looks after SiteTasks. */
export function taskLoop(tools: TaskTools): Loop {
  return {
    name: 'sitetask',
    timing: { gather: 0, waiting: minute, resync: 10 * hour, workers: 4 },
    // Whatever it writes is a Conflict where it was decided by an old view, and a start is decided by a live one.
    mustBeCurrent: [],
    first: [],
    wakes: (change, lookup) => wakes(change, lookup, tools.bySite),
    wakesOfKind: (kind, lookup) => (kind === 'SiteTask' ? everyTask(lookup) : []),
    reconcile: (key) => reconcileTask(key, tools),
  };
}

function everyTask({ cluster, initial }: Lookup): Wake[] {
  return initial ? [] : cluster.list('SiteTask').flatMap((task) => wakeOf(taskKeyOf(task)));
}

/** A task and what was made for it concern that one; a site, and pods of commands of its releases, those that are not over. */
function wakes({ kind, object }: KindChange, { cluster, initial }: Lookup, bySite: Index): Wake[] {
  const own = concernsTask.has(kind) ? taskKeyOf(object) : undefined;
  if (own !== undefined) return wakeOf(own);
  const site = siteOf(kind, object, bySite);
  if (initial || site === undefined) return [];
  return cluster
    .list('SiteTask', object.metadata.namespace)
    .filter((task) => isOpen(task) && siteNameOf(task) === site)
    .flatMap((task) => wakeOf(taskKeyOf(task)));
}

const concernsTask: ReadonlySet<string> = new Set<string>(['SiteTask', 'Job', 'Pod']);

/** The key of the site whose tasks a change concerns. */
function siteOf(kind: string, object: Manifest, bySite: Index): Key | undefined {
  const { namespace = '', name } = object.metadata;
  if (kind === 'HostedSite') return keyOf(namespace, name);
  return kind === 'Pod' && componentOf(object) === 'command' ? bySite.of(object) : undefined;
}

function isOpen(task: Manifest): boolean {
  return !isEnd((task as SiteTask).status?.phase);
}

function siteNameOf({ metadata, ...rest }: Manifest): Key {
  return keyOf(metadata.namespace ?? '', (rest as Partial<SiteTask>).spec?.siteName ?? '');
}

function wakeOf(key: Key | undefined): Wake[] {
  return key === undefined ? [] : [{ key, priority: 'user', canWait: false }];
}

/** One pass over one task: gather, decide, one write. A throw means: again, later. */
export async function reconcileTask(key: Key, { cluster, clock, bySite }: TaskTools): Promise<Outcome> {
  const found = await known(key, cluster);
  if (found === undefined || found.task.metadata.deletionTimestamp !== undefined) return gone();
  const now = new Date(clock.wall());
  const facts = { ...gather(cluster, found.task, { now, bySite }), isHeavy: found.isHeavy };
  const { decision, informed } = await decided(facts, cluster);
  const { reported, act: desired, recheckAt } = decision;
  if (reported !== undefined && (await isTold(reported, informed, cluster)))
    return outcome(decision, reported);
  if (desired.is !== 'nothing' && desired.is !== 'look') {
    const refusal = await act(desired, facts.task, cluster);
    if (refusal !== undefined) await isTold(refusal, informed, cluster);
  }
  return reported === undefined ? settled(recheckAt) : outcome(decision, reported);
}

/** Of a task that is too heavy for the caches they have nothing but its name. */
async function known(key: Key, cluster: Cluster): Promise<{ task: SiteTask; isHeavy: boolean } | undefined> {
  const { namespace, name } = splitKey(key);
  const found = cluster.get('SiteTask', namespace, name);
  const isHeavy = found !== undefined && found['spec'] === undefined;
  const task = isHeavy ? await cluster.read('SiteTask', namespace, name) : found;
  return task && { task: task as SiteTask, isHeavy };
}

async function decided(
  facts: TaskFacts,
  cluster: Cluster,
): Promise<{ decision: Decision; informed: TaskFacts }> {
  const decision = decide(facts);
  if (decision.act.is !== 'look') return { decision, informed: facts };
  const informed = { ...facts, live: await look(facts, cluster) };
  return { decision: decide(informed), informed };
}

/** Returns whether the status had to be written: then the next pass, which this brings, does the rest. */
async function isTold(reported: TaskTold, facts: TaskFacts, cluster: Cluster): Promise<boolean> {
  const { task } = facts;
  const status = taskStatus(reported, facts);
  if (saysSame(status, task.status ?? {})) return false;
  try {
    await writeStatus(status, task, cluster);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
  return true;
}

function outcome({ recheckAt }: Decision, { phase, reason }: TaskTold): Outcome {
  return isEnd(phase) ? settled(recheckAt) : waiting(reason, recheckAt);
}
