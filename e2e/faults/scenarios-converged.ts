import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { feedKinds } from './world-feed.ts';
import type { FeedKind } from './world-feed.ts';
import { conditionOf, siteName, siteOf } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

/** How a scenario ends: a status of the site about its newest generation, or no site. */
export type Final = 'Ready' | 'Stalled' | 'Suspended' | 'Gone';

/** What a user does with a site, and how it should end whatever happens to the operator meanwhile. */
export interface Scenario {
  readonly name: string;
  /** The operator resolves the tags of images. */
  readonly resolvesTags?: true;
  /** Before faults begin. */
  readonly prepare?: readonly Step[];
  /** While they happen. */
  readonly act: readonly Step[];
  readonly final: Final;
  /** What the final state must show besides: where the site's status was right before the operator acted, too. */
  readonly settled?: (stage: Stage) => boolean;
  /** A site that is made anew with this spec ends in the same state; absent where history decides the end, or shows in it. */
  readonly finalSpec?: HostedSiteSpec;
  /** `Kind/name` of what history leaves behind beside that state. */
  readonly kept?: readonly string[];
  /** Of 'Gone': volumes and credentials go as well. */
  readonly dataGoes?: boolean;
  /** Of 'Gone': which volumes go hangs on which were the site's already, and copies of credentials go when no volume is left. */
  readonly dataMayGo?: true;
  /** Secrets that are there stay as they are: whether one is the site's, or only its copy says that it goes with it, is history. */
  readonly secretsMayBeFree?: true;
  /** Which of the specs between were seen shows in counts and in what is remembered of releases. */
  readonly historyShows?: true;
  /** `Kind/name` of what is another one, by content, when the operator comes to it a moment later. `Pods` for their number. */
  readonly hangsOnTime?: readonly string[];
  /** What is told of the end of a command hangs on who looked at its pod while that was there. */
  readonly endMayBeUnseen?: true;
  /** Objects, as `Kind/name`, that a fault may make one time more be deleted and made anew, with the same content. */
  readonly madeAnew?: readonly string[];
}

type View = Pick<Stage, 'feed' | 'namespace' | 'operatorNamespace'>;

/** Whether the scenario has come to the end that it should come to. */
export function converged(stage: Stage, scenario: Scenario): boolean {
  const { final, settled = () => true, dataGoes = false } = scenario;
  if (final === 'Gone') return gone(stage, dataGoes) && settled(stage);
  const isReached = { Ready: isSettled, Stalled: isStalled, Suspended: isSuspended }[final];
  return isReached(stage) && isCounted(stage) && settled(stage);
}

export function isReady(stage: View): boolean {
  const site = siteOf(stage);
  return site?.metadata.deletionTimestamp === undefined && conditionOf(site, 'Ready')?.status === 'True';
}

/** Ready, and so is each of its parts: Ready stays True while one of them is disturbed. */
function isSettled(stage: View): boolean {
  const { conditions = [] } = siteOf(stage)?.status ?? {};
  return (
    isReady(stage) &&
    isWhole(stage) &&
    claimed(stage).every((host) => isNamed(stage, host)) &&
    // No autoscaler runs in this world.
    conditions.every(({ type, status }) => status === 'True' || type === 'ScalingActive')
  );
}

export function isStalled(stage: View): boolean {
  return conditionOf(siteOf(stage), 'Stalled')?.status === 'True';
}

export function isStalledFor(stage: View, reason: string): boolean {
  return isStalled(stage) && conditionOf(siteOf(stage), 'Stalled')?.reason === reason;
}

export function isSuspended(stage: View): boolean {
  return conditionOf(siteOf(stage), 'Ready')?.reason === 'Suspended';
}

/** Pods, the Deployment and the site's status have the same number: none of them is about to change. */
function isCounted(stage: View): boolean {
  const { feed, namespace } = stage;
  const deployment = feed.get('Deployment', namespace, `${siteName}-web`) as
    (Manifest & Deployment) | undefined;
  const counts = [siteOf(stage)?.status?.replicas ?? 0, deployment?.status?.replicas ?? 0];
  const pods = feed.list('Pod', namespace).filter(isWeb);
  return counts.every((count) => count === pods.length);
}

/** Every volume goes with the site, and the status says so; no finalizer of an earlier version is left. */
export function isOwned({ feed, namespace }: View): boolean {
  const site = siteOf({ feed, namespace });
  const { finalizers = [], uid } = site?.metadata ?? {};
  if (site?.status?.deletionPolicy !== 'Delete' || finalizers.length > 0) return false;
  const claims = feed.list('PersistentVolumeClaim', namespace).filter(isOurs);
  return claims.every(({ metadata: { ownerReferences = [] } }) =>
    ownerReferences.some((one) => one.uid === uid),
  );
}

/** The object is there and not on its way out. */
export function isThere({ feed, namespace }: View, kind: FeedKind, name: string): boolean {
  const found = feed.get(kind, namespace, name);
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
}

/** Workloads are as their newest specs want them: nothing of an older release is left and nothing is on its way. */
export function isWhole({ feed, namespace }: View): boolean {
  // The status of a Deployment may be older than the pods that its ReplicaSet has just made.
  const pods = feed.list('Pod', namespace).filter(isWeb);
  const deployment = feed.get('Deployment', namespace, `${siteName}-web`) as
    (Manifest & Deployment) | undefined;
  if (deployment === undefined || !isComplete(deployment)) return false;
  if (pods.length !== (deployment.spec?.replicas ?? 1)) return false;
  const servers = feed.list('StatefulSet', namespace) as (Manifest & StatefulSet)[];
  return servers.every(isComplete);
}

function isComplete({ metadata, spec, status }: Manifest & (Deployment | StatefulSet)): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
  const isSeen = observedGeneration >= (metadata.generation ?? 0) && metadata.deletionTimestamp === undefined;
  return (
    isSeen && [replicas, updatedReplicas, readyReplicas].every((count) => count === (spec?.replicas ?? 1))
  );
}

/** The site and all that Kubernetes collects after it; with `data` its volumes, credentials and their copies as well. */
export function gone(stage: View, data: boolean): boolean {
  const { feed, namespace, operatorNamespace } = stage;
  if (siteOf(stage) !== undefined || claimed(stage).length > 0) return false;
  const left = feedKinds.flatMap((kind) => feed.list(kind, namespace)).filter(isOurs);
  const copies = feed.list('Secret', operatorNamespace).filter(isOurs);
  return data ? left.length === 0 && copies.length === 0 : left.every(isData);
}

/** Hosts that are somebody's: a host that is dropped is given back, which is a mark on its claim, after the route is written. */
function claimed({ feed, operatorNamespace }: View): string[] {
  return feed.list('ConfigMap', operatorNamespace).flatMap(({ metadata, data }) => {
    const { host } = (data ?? {}) as { host?: string };
    const isReleased = metadata.annotations?.['hostedsite.dev/released-at'] !== undefined;
    return host === undefined || isReleased ? [] : [host];
  });
}

function isNamed(stage: View, host: string): boolean {
  return siteOf(stage)?.spec.hosts.includes(host) === true;
}

function isWeb({ metadata: { labels } }: Manifest): boolean {
  return labels?.['app.kubernetes.io/component'] === 'web';
}

function isOurs({ metadata: { labels } }: Manifest): boolean {
  return labels?.['app.kubernetes.io/managed-by'] === 'hostedsite';
}

function isData({ kind }: Manifest): boolean {
  return kind === 'PersistentVolumeClaim' || kind === 'Secret';
}

/** A pod of this image is there, ready or not; of this component, if one is named. */
export function runs({ feed, namespace }: Stage, wanted: string, component?: string): boolean {
  return feed.list('Pod', namespace).some((pod) => {
    const is = pod.metadata.labels?.['app.kubernetes.io/component'];
    if (component !== undefined && is !== component) return false;
    const { containers = [] } = (pod['spec'] ?? {}) as { containers?: { image: string }[] };
    return containers.some((container) => container.image === wanted);
  });
}
