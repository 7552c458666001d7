import { isOver, unseen } from '../commands/ending.ts';
import type { End } from '../commands/ending.ts';
import { opened } from '../commands/job.ts';
import { commandAnnotation, commandManager, recordText } from '../commands/record.ts';
import type { CommandRecord } from '../commands/record.ts';
import { selector } from '../components/selector.ts';
import type { Manifest } from '../components/component.ts';
import type { Cluster, Labelled } from '../kube/cluster.ts';
import { isOfTask } from '../objects/labels.ts';
import {
  attemptAnnotations,
  commandComponent,
  commandPods,
  storedObject,
} from '../releases/command/attempt.ts';
import type { RecordStep, Step } from '../releases/command/state.ts';
import type { Observed } from '../releases/observed.ts';
import type { Written } from './carry-out.ts';
import type { Decision } from './decision.ts';
import type { SiteContext } from './context.ts';

/**
 * The writes by which a command begins and ends. Each is refused unless the object is still as it was seen, and no two of them are
 * decided from one look: whoever was held up in between, or reads old caches, writes nothing.
 */

type Writer = Pick<Cluster, 'merge' | 'delete' | 'labelled' | 'metadata'>;
type Room = Pick<SiteContext, 'cluster' | 'log'>;

/**
 * What is to be remembered before anything else is done. Returns how the commands ended that were written down; undefined when
 * there was nothing to write.
 */
export async function writeRecords(
  steps: readonly RecordStep[],
  seen: Observed,
  { cluster, log }: Room,
): Promise<ReadonlyMap<string, End> | undefined> {
  const ended = new Map<string, End>();
  let written = 0;
  for (const step of steps) {
    const known = step.is === 'write' ? step : await lookedFor(step, seen, cluster);
    if (known === undefined) continue;
    // A write that changes nothing leads nowhere: the next look would decide the same.
    if (!(await writeRecord(known.revision, known.record, seen, cluster))) continue;
    log.info('command recorded', { site: named(seen), revision: known.revision, record: known.record.is });
    if (known.end !== undefined) ended.set(known.revision, known.end);
    written += 1;
  }
  return written === 0 ? undefined : ended;
}

/** The caches may be older than the record: only who asks the cluster can say that the pod is gone. */
async function lookedFor(
  { revision, uid, number, hash }: Extract<RecordStep, { is: 'look' }>,
  seen: Observed,
  cluster: Writer,
): Promise<Extract<RecordStep, { is: 'write' }> | undefined> {
  const there = await inSlot(seen, cluster);
  if (there.some(({ metadata }) => metadata.uid === uid)) return undefined;
  return { is: 'write', revision, record: { is: 'failed', number, hash }, end: unseen };
}

/** What a step is decided by, besides pods. */
const decisive: ReadonlySet<string> = new Set(['ControllerRevision', 'CronJob', 'Job']);

/**
 * A step is decided by a look that writes nothing else of what decides it: one object that is refused, or written again and again,
 * keeps no command from its end. Returns whether another one may follow it at once.
 */
export async function stepped(
  { release: { command } }: Pick<Decision, 'release'>,
  { applied, created, removed }: Written,
  seen: Observed,
  { cluster, log }: Room,
): Promise<{ goesOn?: true }> {
  const step = command?.step;
  const written = [
    ...applied.map(({ desired }) => desired.object),
    ...created.map(({ object }) => object),
    ...removed,
  ];
  if (step === undefined || written.some(({ kind }) => decisive.has(kind))) return {};
  if (!(await taken(step, seen, cluster))) return {};
  log.info('command stepped', { site: named(seen), step: step.is });
  // The caches still have what was removed: that it is gone brings a pass.
  return step.is === 'remove' ? {} : { goesOn: true };
}

function named({ site: { metadata } }: Observed): string {
  return `${metadata.namespace}/${metadata.name}`;
}

async function taken(step: Step, seen: Observed, cluster: Writer): Promise<boolean> {
  switch (step.is) {
    case 'write':
      return writeRecord(step.revision, step.record, seen, cluster);
    case 'record': {
      const { revision, pod, hash } = step;
      if (!(await isAlone(pod, seen, cluster))) return false;
      const uid = pod.metadata.uid ?? '';
      return writeRecord(revision, { is: 'running', uid, hash }, seen, cluster);
    }
    case 'open':
      await cluster.merge(opened(step.pod), { fieldManager: commandManager });
      return true;
    case 'remove': {
      if (await isStoredUnseen(step.job, seen, cluster)) return false;
      const { name, namespace, uid } = step.job.metadata;
      const ref = { kind: 'Job', namespace, name } as const;
      const options = { propagationPolicy: 'Background' } as const;
      await cluster.delete(ref, uid === undefined ? options : { ...options, uid });
      return true;
    }
  }
}

/** That nothing will be of it has to be written on its revision first, which the caches do not have yet. */
async function isStoredUnseen({ metadata }: Manifest, seen: Observed, cluster: Writer): Promise<boolean> {
  const revision = metadata.annotations?.[attemptAnnotations.revision];
  if (revision === undefined || storedObject(revision, seen) !== undefined) return false;
  const found = await cluster.metadata('ControllerRevision', metadata.namespace, revision);
  return found?.ownerReferences?.some(({ uid }) => uid === seen.site.metadata.uid) === true;
}

/** Of all pods of commands, those of tasks aside. One that the caches know to have ended stays so. */
async function isAlone(pod: Manifest, seen: Observed, cluster: Writer): Promise<boolean> {
  const over = new Set(commandPods(seen).flatMap((one) => (isOver(one) ? [one.metadata.uid] : [])));
  const there = await inSlot(seen, cluster);
  const [first, ...others] = there.filter(({ metadata }) => !over.has(metadata.uid));
  const isThere = first?.metadata.uid === pod.metadata.uid && first?.metadata.deletionTimestamp === undefined;
  return isThere && others.length === 0;
}

async function inSlot({ site }: Observed, cluster: Writer): Promise<Labelled[]> {
  const labels = selector(site.metadata, commandComponent);
  const found = await cluster.labelled('Pod', site.metadata.namespace, labels);
  return found.filter(({ metadata }) => !isOfTask({ kind: 'Pod', metadata }));
}

/**
 * Under a manager of its own: whoever applies the revision, an operator of before too, leaves it as it is. Returns whether it says
 * something else now.
 */
async function writeRecord(
  revision: string,
  record: CommandRecord,
  seen: Observed,
  cluster: Writer,
): Promise<boolean> {
  const stored = storedObject(revision, seen);
  if (stored === undefined) return false;
  const { apiVersion, kind, metadata } = stored;
  const { name, namespace, uid, resourceVersion } = metadata;
  const after = await cluster.merge(
    {
      ...{ apiVersion, kind },
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        annotations: { [commandAnnotation]: recordText(record) },
      },
    },
    { fieldManager: commandManager },
  );
  return resourceVersion === undefined || after.metadata.resourceVersion !== resourceVersion;
}
