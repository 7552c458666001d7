import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest } from '../../operator/components/component.ts';
import type { AccessSource } from '../../operator/kube/client/access.ts';
import { codeOf } from './world-api.ts';
import type { PlainRequest } from './world-api.ts';
import { Feed, pathOf } from './world-feed.ts';
import type { FeedKind, Seen } from './world-feed.ts';
import { isCommand } from '../../operator/testing/job-pods.ts';
import type { PodAct } from '../../operator/testing/job-pods.ts';
import { needs, nextOfCommand, podStatus } from './world-pods.ts';
import type { LivePod, Need } from './world-pods.ts';
import { answerTo, answered } from './world-routes.ts';
import type { AnsweredKind } from './world-routes.ts';

export { prepareCluster } from './world-cluster.ts';

type Claim = Manifest & PersistentVolumeClaim;
type Tended = 'PersistentVolumeClaim' | 'Pod' | AnsweredKind;

/**
 * What nodes, kubelets and storage drivers would do, for every namespace of a control plane: pods start as soon as all is
 * there that they name, claims are bound and grow. Everything happens at once, so a run is as fast as its operator.
 */
export class World {
  /** Of all namespaces; observers and scenarios read it too. */
  readonly feed: Feed;
  readonly #forget: () => void;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  /** Of pods that run for some time yet. */
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** What the API server refused although it should not have: the rig itself is at fault. */
  readonly complaints: string[] = [];

  private constructor(feed: Feed) {
    this.feed = feed;
    this.#forget = feed.listen('*', (seen) => this.#happened(seen));
  }

  static async start(plane: { readonly admin: AccessSource }): Promise<World> {
    const world = new World(await Feed.start(plane));
    for (const kind of tended) {
      for (const { metadata } of world.feed.all(kind))
        world.#tend(kind, metadata.namespace ?? '', metadata.name);
    }
    return world;
  }

  async stop(): Promise<void> {
    this.#forget();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#busy.values());
    await this.feed.stop();
  }

  #happened({ kind, type, object: { metadata } }: Seen): void {
    const { namespace = '', name } = metadata;
    if (type !== 'DELETED' && isTended(kind)) this.#tend(kind, namespace, name);
    if (kind === 'Pod' && type === 'DELETED') this.#tendAll('PersistentVolumeClaim', namespace, isEnding);
    if (supplies.has(kind)) this.#tendAll('Pod', namespace, isPending);
  }

  #tendAll(kind: Tended, namespace: string, which: (one: Manifest) => boolean): void {
    for (const one of this.feed.list(kind, namespace)) {
      if (which(one)) this.#tend(kind, namespace, one.metadata.name);
    }
  }

  /** One at a time for each object; what happens meanwhile is looked at afterwards. */
  #tend(kind: Tended, namespace: string, name: string): void {
    const id = `${kind}/${namespace}/${name}`;
    if (this.#busy.has(id)) {
      this.#again.add(id);
      return;
    }
    const once = async (): Promise<void> => {
      do {
        this.#again.delete(id);
        const object = this.feed.get(kind, namespace, name);
        if (object !== undefined) await this.#answer(kind, object);
      } while (this.#again.has(id));
    };
    const tending = once()
      .catch((error: unknown) => this.complaints.push(`${id}: ${String(error)}`))
      .then(() => void this.#busy.delete(id));
    this.#busy.set(id, tending);
  }

  async #answer(kind: Tended, object: Manifest): Promise<void> {
    if (kind === 'Pod') return this.#pod(object as LivePod);
    if (kind === 'PersistentVolumeClaim') return this.#claim(object as Claim);
    const status = answerTo(object, new Date());
    if (status !== undefined) await this.#patch(object, kind, { status }, '/status');
  }

  async #pod(pod: LivePod): Promise<void> {
    const missing = await this.#missing(pod);
    if (isCommand(pod)) {
      const act = nextOfCommand(pod, missing, new Date());
      return act === undefined ? undefined : this.#command(pod, act);
    }
    const status = podStatus(pod, missing, new Date());
    if (status !== undefined) await this.#patch(pod, 'Pod', { status }, '/status');
  }

  async #command(pod: LivePod, act: PodAct): Promise<void> {
    const { uid, namespace = '', name } = pod.metadata;
    const path = pathOf('Pod', namespace, name);
    if (act.is === 'tell') await this.#patch(pod, 'Pod', { status: act.status }, '/status');
    if (act.is === 'bind') {
      const target = { apiVersion: 'v1', kind: 'Node', name: act.node };
      const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, uid }, target };
      await this.#ask({ method: 'POST', path: `${path}/binding`, body, idempotent: false });
    }
    if (act.is === 'remove') {
      const preconditions = { uid };
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions };
      await this.#ask({ method: 'DELETE', path, body, idempotent: true });
    }
    if (act.is === 'wait') this.#later(act.until, namespace, name);
  }

  /** Only while somebody looks: a pod that hangs for an hour keeps no process. */
  #later(until: Date, namespace: string, name: string): void {
    const id = `${namespace}/${name}`;
    clearTimeout(this.#timers.get(id));
    const again = (): void => this.#tend('Pod', namespace, name);
    this.#timers.set(id, setTimeout(again, Math.max(0, until.getTime() - Date.now())).unref());
  }

  /** What the feed does not know yet may be there all the same: only a live look makes it missing. */
  async #missing(pod: LivePod): Promise<Need[]> {
    const namespace = pod.metadata.namespace ?? '';
    const unknown = needs(pod).filter(({ kind, name }) => !isUsable(this.feed.get(kind, namespace, name)));
    const missing: Need[] = [];
    for (const need of unknown) {
      if (need.kind === 'PersistentVolumeClaim' || !(await this.#exists(namespace, need))) missing.push(need);
    }
    return missing;
  }

  async #exists(namespace: string, { kind, name }: Need): Promise<boolean> {
    try {
      await this.feed.api.request({ method: 'GET', path: pathOf(kind, namespace, name), idempotent: true });
      return true;
    } catch (error) {
      if (codeOf(error) === 404) return false;
      throw error;
    }
  }

  async #claim(claim: Claim): Promise<void> {
    if (isEnding(claim)) return this.#release(claim);
    const { accessModes = [] } = claim.spec ?? {};
    const storage = requested(claim);
    if (claim.status?.phase === 'Bound' && claim.status.capacity?.['storage'] === storage) return;
    const status = { phase: 'Bound', accessModes, capacity: { storage } };
    await this.#patch(claim, 'PersistentVolumeClaim', { status }, '/status');
  }

  /** A claim that is being deleted goes when no pod uses it, as the cluster's own controller has it. */
  async #release(claim: Claim): Promise<void> {
    const { namespace = '', name, finalizers = [] } = claim.metadata;
    const uses = (pod: Manifest): boolean =>
      needs(pod as LivePod).some((need) => need.kind === 'PersistentVolumeClaim' && need.name === name);
    if (!finalizers.includes(protection) || this.feed.list('Pod', namespace).some(uses)) return;
    const left = finalizers.filter((one) => one !== protection);
    await this.#patch(claim, 'PersistentVolumeClaim', { metadata: { finalizers: left } });
  }

  async #patch({ metadata }: Manifest, kind: FeedKind, change: object, subresource = ''): Promise<void> {
    const { uid, namespace, name } = metadata;
    const changed = {
      ...change,
      metadata: { ...('metadata' in change ? (change.metadata as object) : {}), uid },
    };
    await this.#ask({
      method: 'PATCH',
      path: pathOf(kind, namespace, name) + subresource,
      query: { fieldManager: 'kubelet' },
      body: changed,
      contentType: 'application/merge-patch+json',
      idempotent: true,
    });
  }

  async #ask(request: PlainRequest): Promise<void> {
    try {
      await this.feed.api.request(request);
    } catch (error) {
      // Gone, or another object has the name: nothing is left to do for this one.
      if (codeOf(error) !== 404 && codeOf(error) !== 409) throw error;
    }
  }
}

const tended: readonly Tended[] = ['PersistentVolumeClaim', 'Pod', ...answered];

function isTended(kind: FeedKind): kind is Tended {
  return (tended as readonly FeedKind[]).includes(kind);
}

const protection = 'kubernetes.io/pvc-protection';
const supplies: ReadonlySet<FeedKind> = new Set(['Secret', 'ConfigMap', 'PersistentVolumeClaim']);

function isUsable(object: Manifest | undefined): boolean {
  if (object?.kind !== 'PersistentVolumeClaim') return object !== undefined;
  return (object as Claim).status?.phase === 'Bound';
}

function isPending(pod: Manifest): boolean {
  const { phase = 'Pending' } = (pod as LivePod).status ?? {};
  return phase === 'Pending';
}

function isEnding({ metadata }: Manifest): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function requested({ spec }: Claim): string {
  return spec?.resources?.requests?.['storage'] ?? '0';
}
