import type { Manifest } from '../../operator/components/component.ts';
import { isOf, isOver } from '../../operator/testing/jobs.ts';
import type { LivePod } from '../../operator/testing/jobs.ts';
import { edit, make, siteName, siteOf, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';
import { codeOf } from './world-api.ts';
import { pathOf } from './world-feed.ts';

const job = `${siteName}-release`;
const record = 'hostedsite.dev/command';

/** Words of commands: how the world plays them is in `operator/testing/job-pods.ts`. */
export const well = ['migrate'];
export const badly = ['exit', '1'];
/** Long enough for a person to do something meanwhile. */
export const slowly = ['takes', '2'];
/** Longer than a release behind the page waits for news of what may run beside it. */
export const atLength = ['takes', '12'];
export const endlessly = ['hang'];
/** Until somebody ends it, which it then calls a success. */
export const forgiving = ['trap-0'];

/** `kubectl annotate --overwrite` */
export const askAgain: Step = edit('HostedSite', siteName, {
  metadata: { annotations: { 'hostedsite.dev/restartedAt': '2026-01-01T00:00:00Z' } },
});

/** `kubectl create` */
export function runTask(name: string, command: readonly string[], more: object = {}): Step {
  return make('SiteTask', {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteTask',
    metadata: { name },
    spec: { siteName, command: [...command], ...more },
  });
}

/** What is written down of the command of the newest release; empty for nothing. */
export function recordOf(stage: Stage): string {
  const [newest] = revisions(stage).sort((a, b) => Number(b['revision']) - Number(a['revision']));
  return newest?.metadata.annotations?.[record] ?? '';
}

export function failures(stage: Stage): number {
  return revisions(stage).filter(
    ({ metadata }) => metadata.annotations?.[record]?.startsWith('Failed') === true,
  ).length;
}

/** Those of the site: a StatefulSet has some too. */
function revisions({ feed, namespace }: Stage): Manifest[] {
  return feed
    .list('ControllerRevision', namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'HostedSite'));
}

/** What the status says of the command of the newest release. */
export function phaseOf(stage: Stage): string | undefined {
  const { release } = (siteOf(stage)?.status ?? {}) as { release?: { command?: { phase?: string } } };
  return release?.command?.phase;
}

export function isDone(stage: Stage): boolean {
  return recordOf(stage) === 'Succeeded' && phaseOf(stage) === 'Succeeded';
}

export function hasFailed(stage: Stage): boolean {
  return recordOf(stage).startsWith('Failed') && phaseOf(stage) === 'Failed';
}

export function isTaskOver({ feed, namespace }: Stage, name: string, phase: 'Succeeded' | 'Failed'): boolean {
  const found = feed.get('SiteTask', namespace, name);
  return (found?.['status'] as { phase?: string } | undefined)?.phase === phase;
}

export const untilItRuns: Step = until('the command runs', (stage) => running(stage) !== undefined);
export function isTaskGone({ feed, namespace }: Stage, name: string): boolean {
  return feed.get('SiteTask', namespace, name) === undefined;
}

export const untilTaskRuns: Step = until('a task runs', ({ feed, namespace }) =>
  feed
    .list('Pod', namespace)
    .some((pod) => isRunning(pod) && pod.metadata.labels?.['hostedsite.dev/task'] !== undefined),
);

/** `kubectl delete pod`, with `--grace-period=0 --force` if wanted: of what runs. */
export function stopIt(grace?: number): Step {
  return onPod('delete the pod of the command', async (stage, { metadata: { name } }) => {
    const gracePeriod = grace === undefined ? {} : { gracePeriodSeconds: grace };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...gracePeriod };
    const path = pathOf('Pod', stage.namespace, name);
    await stage.client.request({ method: 'DELETE', path, body, idempotent: false }).catch(unlessGone);
  });
}

/** Somebody takes the finalizer off and deletes the pod: its Job does not learn how it ended, and makes another one. */
export const loseIt: Step = onPod(
  'take the pod of the command out of sight of its Job',
  async (stage, pod) => {
    const { name, uid } = pod.metadata;
    await edit('Pod', name, { metadata: { finalizers: null } }).take(stage);
    await stopIt(0).take(stage);
    await until('the pod is gone', ({ feed, namespace }) =>
      feed.list('Pod', namespace).every(({ metadata }) => metadata.uid !== uid),
    ).take(stage);
  },
);

/** What a Job controller with an old cache makes: a pod as the first one was made, beside it. */
export const doubleIt: Step = onPod('a second pod for the command', async (stage, pod) => {
  const { labels, annotations, finalizers, ownerReferences } = pod.metadata;
  const { nodeName: _, ...spec } = pod.spec ?? { containers: [] };
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${job}-second`, labels, annotations, finalizers, ownerReferences },
    spec: { ...spec, schedulingGates: [{ name: 'hostedsite.dev/run-once' }] },
  };
  const path = pathOf('Pod', stage.namespace);
  await stage.client.request({ method: 'POST', path, body, idempotent: false });
});

function onPod(words: string, act: (stage: Stage, pod: LivePod) => Promise<void>): Step {
  return {
    words,
    async take(stage) {
      const pod = running(stage);
      if (pod === undefined) throw new Error(`${words}: no command runs`);
      await act(stage, pod);
    },
  };
}

/** The pod of the release's command, when it runs. */
function running({ feed, namespace }: Stage): LivePod | undefined {
  const found = feed.get('Job', namespace, job);
  const pods = found === undefined ? [] : feed.list('Pod', namespace).filter((pod) => isOf(pod, found));
  return pods.find(isRunning) as LivePod | undefined;
}

function isRunning(pod: Manifest): boolean {
  return (pod as LivePod).status?.phase === 'Running' && !isOver(pod as LivePod);
}

function unlessGone(error: unknown): void {
  if (codeOf(error) !== 404) throw error;
}
