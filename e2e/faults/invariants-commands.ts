import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { isOver } from '../../operator/testing/jobs.ts';
import type { LivePod } from '../../operator/testing/jobs.ts';
import type { Invariant, Moment } from './invariants-moment.ts';

const gate = 'hostedsite.dev/run-once';
const component = 'app.kubernetes.io/component';
const record = 'hostedsite.dev/command';
/** On a pod: which revision's command, or which task's it runs. */
const release = 'hostedsite.dev/release';
const task = 'hostedsite.dev/task';

/** With it a pod may start: nobody can take that back. */
export const releaseOpensOnce: Invariant = {
  name: 'of a release, as often as it is asked for, one pod is let through its gate',
  begin: () => {
    const opened = new Map<string, string>();
    return (moment) => {
      const { object } = moment.event;
      if (!opensNow(moment) || isOfTask(object)) return [];
      const name = object.metadata.labels?.[release] ?? '';
      const revision = moment.there.get('ControllerRevision', moment.namespace, name);
      return second(opened, `${name} ${revision?.metadata.uid} ${String(revision?.['revision'])}`, object);
    };
  },
};

export const taskOpensOnce: Invariant = {
  name: 'of a task one pod is let through its gate, ever',
  begin: () => {
    const opened = new Map<string, string>();
    return (moment) => {
      const { object } = moment.event;
      if (!opensNow(moment) || !isOfTask(object)) return [];
      const name = object.metadata.labels?.[task] ?? '';
      const found = moment.there.get('SiteTask', moment.namespace, name);
      return second(opened, `${name} ${found?.metadata.uid}`, object);
    };
  },
};

function second(
  opened: Map<string, string>,
  what: string,
  { metadata: { name, uid = '' } }: Manifest,
): string[] {
  const first = opened.get(what) ?? uid;
  opened.set(what, first);
  return first === uid ? [] : [`${name} is another one of ${what}`];
}

/** A task yields to a release; what runs of it already runs on, but where the site is to stand still. */
export const oneCommandAtATime: Invariant = {
  name: 'no command begins while one of a release runs',
  begin: () => (moment) => {
    const { event, there, namespace } = moment;
    if (!opensNow(moment)) return [];
    const { uid, name } = event.object.metadata;
    const isAlone =
      !isOfTask(event.object) && orderOf(there.list('HostedSite', namespace)[0]) === 'Maintenance';
    const others = there
      .list('Pod', namespace)
      .filter((pod) => pod.metadata.uid !== uid && mayRun(pod) && (isAlone || !isOfTask(pod)));
    return others.map((pod) => `${name} begins beside ${pod.metadata.name}`);
  },
};

/** Written down first: whoever comes next knows which pod it was. */
export const opensWhatIsRecorded: Invariant = {
  name: 'a pod is let through its gate when its UID is written down',
  begin: () => (moment) => {
    if (!opensNow(moment)) return [];
    const { name, uid } = moment.event.object.metadata;
    const written = recordOf(askerOf(moment));
    return written === `Running ${uid}` || written.startsWith(`Running ${uid} `)
      ? []
      : [`${name} was let through, and written down is "${written}"`];
  },
};

/** A command that comes first has succeeded before anybody is served by its release. What the workload ran before is no news. */
export const servesAfterItsCommand: Invariant = {
  name: 'a release serves when its command has succeeded',
  begin: () => {
    const ran = new Set<string>();
    return ({ event, there, namespace }) => {
      const { kind, type, object } = event;
      if (kind !== 'Deployment' || type === 'DELETED' || componentOf(object) !== 'web') return [];
      const revision = revisionOf(object);
      const isNew = !ran.has(`${object.metadata.uid} ${revision}`);
      ran.add(`${object.metadata.uid} ${revision}`);
      if (!isNew || !comesFirst(there.list('HostedSite', namespace)[0])) return [];
      const written = recordOf(there.get('ControllerRevision', namespace, revision));
      return written === 'Succeeded' ? [] : [`${revision} is rolled out, and written down is "${written}"`];
    };
  },
};

export const cronStandsStill: Invariant = {
  name: 'no cron job is due while the command of a release runs',
  begin:
    () =>
    ({ event, there, namespace }) => {
      if (event.kind !== 'Pod' && event.kind !== 'CronJob') return [];
      const running = there.list('Pod', namespace).filter((pod) => mayRun(pod) && !isOfTask(pod));
      if (running.length === 0) return [];
      return (there.list('CronJob', namespace) as (Manifest & CronJob)[])
        .filter(({ spec }) => spec?.suspend !== true)
        .map(({ metadata }) => `${metadata.name} is not suspended beside ${running[0]?.metadata.name}`);
    },
};

/** What is done stays done, and who was begun comes to an end. */
export const recordsGoForward: Invariant = {
  name: 'what is written down of a command is never taken back',
  begin:
    () =>
    ({ event, before }) => {
      const { kind, type, object } = event;
      if ((kind !== 'ControllerRevision' && kind !== 'SiteTask') || type === 'DELETED') return [];
      if (!isSame(before, object)) return [];
      const [from, to] = [recordOf(before), recordOf(object)];
      return mayFollow(from, to) ? [] : [`${kind}/${object.metadata.name}: "${from}" became "${to}"`];
    },
};

function mayFollow(from: string, to: string): boolean {
  if (from === to) return true;
  if (from.startsWith('Running')) return to === 'Succeeded' || to.startsWith('Failed');
  // That of an attempt that failed, or was withdrawn, may be followed by the next one, and is never forgotten.
  return from !== 'Succeeded' && (from === '' || to !== '');
}

export const phasesGoForward: Invariant = {
  name: 'a phase is never taken back',
  begin:
    () =>
    ({ event, before }) => {
      const { kind, type, object } = event;
      if (type === 'DELETED' || !isSame(before, object)) return [];
      if (kind === 'HostedSite') return ofRelease(before, object);
      if (kind !== 'SiteTask') return [];
      const [from, to] = [phaseOf(before), phaseOf(object)];
      return isForward(from, to) ? [] : [`SiteTask/${object.metadata.name}: ${from} became ${to}`];
    },
};

const order: readonly string[] = ['', 'Pending', 'Running'];

function isForward(from: string, to: string): boolean {
  return (
    from === to || (order.includes(from) && (!order.includes(to) || order.indexOf(to) > order.indexOf(from)))
  );
}

/** A failed one may be asked for again; one that has succeeded is done. */
function ofRelease(before: Manifest, after: Manifest): string[] {
  const [from, to] = [commandOf(before), commandOf(after)];
  const isTakenBack = from.phase === 'Succeeded' && to.revision === from.revision && to.phase !== 'Succeeded';
  return isTakenBack ? [`the command of ${from.revision}: Succeeded became ${to.phase}`] : [];
}

function commandOf({ status }: Manifest): { phase?: string; revision?: string } {
  const { release: told } = (status ?? {}) as { release?: { command?: { phase: string; revision: string } } };
  return told?.command ?? {};
}

function phaseOf({ status }: Manifest): string {
  return ((status ?? {}) as { phase?: string }).phase ?? '';
}

/** The event by which a pod of a command may start from now on. */
function opensNow({ event, before }: Moment): boolean {
  const { kind, type, object } = event;
  if (kind !== 'Pod' || type === 'DELETED' || componentOf(object) !== 'command' || isGated(object))
    return false;
  return !isSame(before, object) || isGated(before);
}

function isSame(before: Manifest | undefined, after: Manifest): before is Manifest {
  return before !== undefined && before.metadata.uid === after.metadata.uid;
}

function isGated(pod: Manifest): boolean {
  return (pod as LivePod).spec?.schedulingGates?.some(({ name }) => name === gate) === true;
}

function mayRun(pod: Manifest): boolean {
  return componentOf(pod) === 'command' && !isGated(pod) && !isOver(pod as LivePod);
}

function isOfTask({ metadata: { labels } }: Manifest): boolean {
  return labels?.[task] !== undefined;
}

/** On what is written down which pod runs. */
function askerOf({ event: { object }, there, namespace }: Moment): Manifest | undefined {
  const { labels = {} } = object.metadata;
  return isOfTask(object)
    ? there.get('SiteTask', namespace, labels[task] ?? '')
    : there.get('ControllerRevision', namespace, labels[release] ?? '');
}

function recordOf(object: Manifest | undefined): string {
  return object?.metadata.annotations?.[record] ?? '';
}

function componentOf({ metadata: { labels } }: Manifest): string | undefined {
  return labels?.[component];
}

function revisionOf({ spec }: Manifest): string {
  const { template } = spec as { template: { metadata?: { labels?: Record<string, string> } } };
  return template.metadata?.labels?.['hostedsite.dev/revision'] ?? '';
}

function comesFirst(site: Manifest | undefined): boolean {
  return ['Before', 'Maintenance'].includes(orderOf(site) ?? '');
}

/** When the command of a release is run; undefined where there is none. */
function orderOf(site: Manifest | undefined): string | undefined {
  const { release: wanted } = (site?.['spec'] ?? {}) as { release?: { command?: unknown; order?: string } };
  return wanted?.command === undefined ? undefined : (wanted.order ?? 'Before');
}
