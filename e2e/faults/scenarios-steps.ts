import type { HostedSiteCondition } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { HostedSite, HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../operator/components/component.ts';
import { codeOf } from './world-api.ts';
import type { Requests } from './world-api.ts';
import { pathOf } from './world-feed.ts';
import type { Feed, FeedKind } from './world-feed.ts';

/** Of every scenario's site. */
export const siteName = 'shop';

/** Where a scenario plays. */
export interface Stage {
  readonly namespace: string;
  readonly operatorNamespace: string;
  /** What the user writes goes through this, never through the operator's way to the API. */
  readonly client: Requests;
  readonly feed: Pick<Feed, 'get' | 'list' | 'until'>;
  /** So long may one step wait for the operator, in milliseconds. */
  readonly patience: number;
  /** Ends every wait. */
  readonly signal?: AbortSignal;
}

/** Something that a user does, or waits for. Resolves when the feed knows of it. */
export interface Step {
  readonly words: string;
  take(stage: Stage): Promise<void>;
}

/** Any part of a spec; null takes a field out. */
export type SpecPatch = Readonly<Record<string, unknown>>;

const fieldManager = 'person';

/** `kubectl apply` of the whole site; resolves when it is written. */
export function apply(spec: HostedSiteSpec): Step {
  const body = {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { name: siteName },
    spec,
  };
  return {
    words: 'apply the site',
    take: (stage) =>
      write(stage, 'HostedSite', { body, contentType: 'application/apply-patch+yaml', force: 'true' }),
  };
}

export function change(spec: SpecPatch): Step {
  return {
    words: `change ${JSON.stringify(spec)}`,
    take: (stage) =>
      write(stage, 'HostedSite', { body: { spec }, contentType: 'application/merge-patch+json' }),
  };
}

/** What an autoscaler does. */
export function scale(replicas: number): Step {
  const body = { spec: { replicas } };
  return {
    words: `scale to ${replicas}`,
    take: (stage) =>
      write(stage, 'HostedSite', {
        body,
        contentType: 'application/merge-patch+json',
        subresource: '/scale',
      }),
  };
}

/** Somebody changes an object of the site by hand. */
export function edit(kind: FeedKind, name: string, body: object): Step {
  return {
    words: `edit ${kind}/${name}`,
    take: (stage) => write(stage, kind, { name, body, contentType: patchType(kind) }),
  };
}

/** Kinds that come as CustomResourceDefinitions know no strategic merge. */
function patchType(kind: FeedKind): string {
  return `application/${custom.has(kind) ? 'merge' : 'strategic-merge'}-patch+json`;
}

const custom: ReadonlySet<FeedKind> = new Set(['HostedSite', 'SiteTask', 'HTTPRoute', 'Certificate']);

/** `kubectl apply` of an object beside the site. */
export function make(kind: FeedKind, object: Manifest): Step {
  const { name } = object.metadata;
  return {
    words: `make ${kind}/${name}`,
    take: (stage) =>
      write(stage, kind, {
        name,
        body: object,
        contentType: 'application/apply-patch+yaml',
        force: 'true',
      }),
  };
}

/** An object of somebody else's: its label tells the observer that nobody may touch it. */
export function foreign(kind: FeedKind, object: Manifest): Step {
  const metadata = { ...object.metadata, labels: { ...object.metadata.labels, test: 'foreign' } };
  return {
    ...make(kind, { ...object, metadata }),
    words: `make a foreign ${kind}/${object.metadata.name}`,
  };
}

/** `kubectl delete --wait=false`; resolves when the object is gone or marked. */
export function remove(
  kind: FeedKind,
  name: string,
  propagationPolicy: 'Background' | 'Orphan' = 'Background',
): Step {
  return {
    words: `delete ${kind}/${name}`,
    async take(stage) {
      const { namespace, client } = stage;
      const uid = stage.feed.get(kind, namespace, name)?.metadata.uid;
      const path = pathOf(kind, namespace, name);
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy };
      await client.request({ method: 'DELETE', path, body, idempotent: false }).catch((error: unknown) => {
        if (codeOf(error) !== 404) throw error;
      });
      await waited(stage, `the end of ${kind}/${name}`, () => {
        const now = stage.feed.get(kind, namespace, name)?.metadata;
        return now === undefined || now.uid !== uid || now.deletionTimestamp !== undefined;
      });
    },
  };
}

export const removeSite: Step = remove('HostedSite', siteName);
/** `kubectl delete --cascade=orphan` */
export const orphanSite: Step = remove('HostedSite', siteName, 'Orphan');

/** Waits until the stage shows something. */
export function until(words: string, look: (stage: Stage) => boolean): Step {
  return { words, take: (stage) => waited(stage, words, () => look(stage)) };
}

export async function take(stage: Stage, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step.take(stage);
}

export function siteOf({ feed, namespace }: Pick<Stage, 'feed' | 'namespace'>): HostedSite | undefined {
  return feed.get('HostedSite', namespace, siteName) as HostedSite | undefined;
}

/** A condition that is about the newest generation. */
export function conditionOf(site: HostedSite | undefined, wanted: string): HostedSiteCondition | undefined {
  if (site?.status?.observedGeneration !== site?.metadata.generation) return undefined;
  return site?.status?.conditions?.find(
    ({ type, observedGeneration }) => type === wanted && observedGeneration === site.metadata.generation,
  );
}

interface Change {
  name?: string;
  body: unknown;
  contentType: string;
  force?: string;
  subresource?: string;
}

/** Resolves when the feed has the outcome: what is waited for next must not be judged by an older state. */
async function write(stage: Stage, kind: FeedKind, told: Change): Promise<void> {
  const { client, feed, namespace } = stage;
  const { name = siteName, body, contentType, force, subresource = '' } = told;
  const answer = (await client.request({
    method: 'PATCH',
    path: pathOf(kind, namespace, name) + subresource,
    query: { fieldManager, force },
    body,
    contentType,
    idempotent: true,
  })) as Manifest;
  await waited(stage, `news of ${kind}/${name}`, () => {
    const { resourceVersion } = feed.get(kind, namespace, name)?.metadata ?? {};
    return Number(resourceVersion ?? 0) >= Number(answer.metadata.resourceVersion);
  });
}

async function waited(stage: Stage, what: string, look: () => boolean): Promise<void> {
  const { feed, namespace, operatorNamespace, patience: milliseconds, signal } = stage;
  await feed.until([namespace, operatorNamespace], what, () => look() || undefined, { milliseconds, signal });
}
