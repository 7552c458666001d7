import assert from 'node:assert/strict';
import type { HostedSite, HostedSiteSpec, HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import { unseenStatus } from '../kinds/hosted-site/unseen-status.ts';
import type { Component, Manifest, ObjectMeta, Revision } from '../components/component.ts';
import { observed } from './site.ts';
import { MemoryCluster } from './memory/memory-cluster.ts';
import { cachedKinds } from '../kinds/resources.ts';
import { silentLog } from '../observability/logger.ts';
import { fakeComponents } from './fake-components.ts';
import { observe } from '../sites/observe.ts';
import type { Observed } from '../releases/observed.ts';
import { reconcileSite } from '../sites/reconcile-site.ts';
import type { Settings } from '../sites/resolve.ts';
import { defaultNetwork } from '../sites/network-settings.ts';
import type { SiteKey } from '../sites/site-key.ts';
import { imageReferences } from '../components/images.ts';
import { defaultSizes } from '../components/sizes.ts';
import { hasSucceeded } from '../releases/succeeded.ts';
import type { SiteContext } from '../sites/context.ts';

export const settings: Settings = {
  sizes: defaultSizes,
  images: imageReferences(({ value }) => `registry.example.org/${value}:1`),
  network: defaultNetwork,
};

export const shop: SiteKey = 'customer-a/shop';
export const operatorNamespace = 'hosting';

/** A site as the API server hands it over. */
export function hostedSite(spec: Partial<HostedSiteSpec> = {}, rest: Partial<HostedSite> = {}): HostedSite {
  return {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { name: 'shop', namespace: 'customer-a', uid: 'site-uid', generation: 1 },
    spec: { image: 'registry.example.org/shop:1', hosts: ['www.example.org'], ...spec },
    ...rest,
  };
}

/** What a pass sees of a site and its objects at noon. */
export function sight(owned: readonly Manifest[], site = hostedSite()): Observed {
  return { ...observed({ owned, pods: owned.filter(({ kind }) => kind === 'Pod') }), site };
}

/** A cluster in memory, a clock that stands still, and a pass to try on them. */
export class World {
  now = new Date('2030-01-01T12:00:00Z');
  /** By how many milliseconds the operator's clock is ahead of the API server's. */
  ahead = 0;
  evenFor = Number.MAX_SAFE_INTEGER;
  readonly cluster = new MemoryCluster(() => this.now, operatorNamespace);
  components: readonly Component[];
  readonly heldSince: SiteContext['heldSince'] = new Map();
  readonly answers: SiteContext['answers'] = new Map();
  readonly searches: SiteContext['searches'] = new Map();
  readonly readings: SiteContext['readings'] = new Map();
  readonly notices: SiteContext['notices'] = new Map();
  readonly marked: SiteContext['marked'] = new Set();
  settings = settings;
  #given = 0;
  /** Never the same twice. */
  random = (bytes: number): string => `random-${bytes}-${(this.#given += 1)}`;

  constructor(spec: Partial<HostedSiteSpec> = {}, components = fakeComponents()) {
    this.components = components;
    this.cluster.seed(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'customer-a', uid: 'namespace-uid' } },
      hostedSite(spec, { status: unseenStatus }),
      ...classes,
    );
  }

  get context(): SiteContext {
    return {
      cluster: this.cluster,
      components: this.components,
      settings: this.settings,
      operatorNamespace,
      heldSince: this.heldSince,
      answers: this.answers,
      searches: this.searches,
      readings: this.readings,
      notices: this.notices,
      marked: this.marked,
      now: () => new Date(this.now.getTime() + this.ahead),
      evenFor: () => this.evenFor,
      log: silentLog,
      randomText: (bytes) => this.random(bytes),
    };
  }

  pass() {
    return reconcileSite(shop, this.context);
  }

  /** Passes until one writes nothing that can be seen; what fails or asks for it is tried again, as the controller would. */
  async settle(limit = 20): Promise<void> {
    for (let tries = 0; tries < limit; tries += 1) {
      const before = this.cluster.writes.length;
      const recheckAt = await this.pass().then(
        (outcome) => outcome.recheckAt ?? never,
        () => this.now,
      );
      const isSoon = recheckAt.getTime() - this.now.getTime() <= soon;
      if (isSoon) this.now = recheckAt;
      else if (this.cluster.writes.slice(before).every(({ kind }) => kind === 'Secret')) return;
    }
    assert.fail(`still writing after ${limit} passes`);
  }

  /** Passes and Kubernetes' controllers in turn, until the site is in force. */
  async bringUp(): Promise<void> {
    await this.settle();
    this.runControllers();
    await this.settle();
  }

  change(spec: Partial<HostedSiteSpec>): void {
    this.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site['spec'] = { ...(site['spec'] as object), ...spec };
    });
  }

  get site(): HostedSite {
    return this.cluster.get('HostedSite', 'customer-a', 'shop') as HostedSite;
  }

  get status(): HostedSiteStatus {
    return this.site.status ?? {};
  }

  /** `Unknown/Progressing` */
  condition(type: string): string | undefined {
    const found = this.status.conditions?.find((one) => one.type === type);
    return found && `${found.status}/${found.reason}`;
  }

  /** What is known of a release, wherever it is remembered. */
  outcomeOf(revision: Revision): string {
    const seen = observe(this.cluster, shop, this.now);
    if (seen !== undefined && hasSucceeded(revision, seen)) return 'Succeeded';
    return revision.outcome ?? 'untold';
  }

  names(kind: string): string[] {
    return this.cluster.list(kind, 'customer-a').map(({ metadata }) => metadata.name);
  }

  /** What the garbage collector comes to: whatever only belongs to sites that are gone, goes. */
  async collectGarbage(): Promise<void> {
    const { cluster } = this;
    const sites = new Set(cluster.list('HostedSite').map(({ metadata }) => metadata.uid));
    for (const kind of [...cachedKinds, 'Secret']) {
      for (const { metadata } of await cluster.labelled(kind, 'customer-a', {})) {
        const owners = metadata.ownerReferences ?? [];
        const isGarbage = owners.every((one) => one.kind === 'HostedSite' && !sites.has(one.uid));
        if (owners.length > 0 && isGarbage) cluster.remove(kind, metadata.namespace, metadata.name);
      }
    }
  }

  /**
   * What Kubernetes' controllers and kubelets come to: volumes are bound, Jobs done, every wanted pod runs and is available. Commands
   * are left alone: `JobsInMemory` plays those step by step.
   */
  runControllers(): void {
    for (const { metadata } of this.cluster.list('PersistentVolumeClaim'))
      this.#tell('PersistentVolumeClaim', metadata, bound);
    for (const { metadata } of this.cluster.list('StatefulSet')) this.#tell('StatefulSet', metadata, serving);
    for (const { metadata } of this.cluster.list('Job').filter(isNoCommand))
      this.#tell('Job', metadata, () => complete);
    for (const { metadata } of this.cluster.list('Pod').filter(isNoCommand))
      this.cluster.remove('Pod', metadata.namespace, metadata.name);
    for (const deployment of this.cluster.list('Deployment')) {
      this.#tell('Deployment', deployment.metadata, rolledOut);
      const { replicas } = deployment['spec'] as { replicas: number };
      for (let index = 0; index < replicas; index += 1) this.#pod(deployment, running, index);
    }
  }

  /** What the kubelet tells of the image that a pod asks for. */
  pull(status: Record<string, unknown>): void {
    for (const { metadata } of this.cluster.list('Pod').filter(asksForImage))
      this.#tell('Pod', metadata, () => ({ phase: 'Pending', ...status }));
  }

  /** The new release's pod waits, the old one runs on. */
  failNewPod(reason: string): void {
    const status = {
      phase: 'Pending',
      containerStatuses: [{ name: 'application', image: 'image', state: { waiting: { reason } } }],
    };
    for (const deployment of this.cluster.list('Deployment')) this.#pod(deployment, status, 0);
  }

  /** The new release's pod is not ready by the deadline, as the Deployment's controller tells it; those that ran run on. */
  missDeadline(state: Record<string, unknown> = { waiting: { reason: 'ErrImagePull' } }): void {
    const containerStatuses = [{ name: 'application', image: 'image', ready: false, state }];
    for (const deployment of this.cluster.list('Deployment')) {
      this.#pod(deployment, { phase: 'Pending', containerStatuses }, 9);
      const { name } = revisionOf(deployment['spec']);
      const message = `ReplicaSet "shop-web-${hashOf(name)}" has timed out progressing.`;
      const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
      this.#tell('Deployment', deployment.metadata, ({ metadata, spec, status }) => {
        const { replicas } = spec as { replicas: number };
        const counts = { replicas: replicas + 1, updatedReplicas: 1, availableReplicas: replicas };
        return {
          ...(status as object),
          observedGeneration: metadata.generation,
          ...counts,
          conditions: [late],
        };
      });
    }
  }

  #tell(kind: string, { namespace, name }: ObjectMeta, status: (object: Manifest) => unknown): void {
    this.cluster.edit(kind, namespace, name, (object) => {
      object['status'] = status(object);
    });
  }

  #pod(
    { metadata: { namespace = '' }, spec }: Manifest,
    status: Record<string, unknown>,
    index: number,
  ): void {
    const { name: revision, labels } = revisionOf(spec);
    const name = `${revision}-${index}`;
    const metadata = { name, namespace, labels: { ...labels, 'pod-template-hash': hashOf(revision) } };
    this.cluster.seed({ apiVersion: 'v1', kind: 'Pod', metadata, status });
  }
}

const never = new Date(8.64e15);
/** Status that has waited is written within this, in milliseconds. */
const soon = 20_000;

export function asksForImage({ metadata }: Manifest): boolean {
  return metadata.labels?.['app.kubernetes.io/component'] === 'image';
}

function isNoCommand({ metadata }: Manifest): boolean {
  return metadata.labels?.['app.kubernetes.io/component'] !== 'command';
}

function revisionOf(spec: unknown): { name: string; labels: Record<string, string> } {
  const { metadata } = (spec as { template: { metadata: { labels: Record<string, string> } } }).template;
  return { name: metadata.labels['hostedsite.dev/revision'] ?? '', labels: metadata.labels };
}

/** Of the ReplicaSet that runs a revision. */
function hashOf(revision: string): string {
  return revision.slice(-10);
}

const running = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  initContainerStatuses: [{ name: 'varnish', ready: true }],
  containerStatuses: [{ name: 'application', ready: true }],
};

const complete = { conditions: [{ type: 'Complete', status: 'True' }] };

function bound({ spec }: Manifest) {
  const { storage } = (spec as { resources: { requests: { storage: string } } }).resources.requests;
  return { phase: 'Bound', capacity: { storage } };
}

function serving({ metadata }: Manifest) {
  return { observedGeneration: metadata.generation, replicas: 1, readyReplicas: 1, updatedReplicas: 1 };
}

function rolledOut({ metadata, spec }: Manifest) {
  const { replicas } = spec as { replicas: number };
  const { generation: observedGeneration } = metadata;
  return { observedGeneration, replicas, updatedReplicas: replicas, availableReplicas: replicas };
}

/** A cluster that has a default of each class. */
const classes: Manifest[] = [
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    allowVolumeExpansion: true,
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'traefik', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  },
];
