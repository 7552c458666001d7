import type { HostedSite, HostedSiteSpec, HostedSiteStatus } from '../api/hosted-site.ts';
import type { Component, Manifest } from '../components/component.ts';
import type { SiteKey } from '../kube/cluster.ts';
import { MemoryCluster } from '../kube/memory-cluster.ts';
import type { CachedKind } from '../kube/resources.ts';
import { silentLog } from '../observability/logger.ts';
import { fakeComponents } from './fake-components.ts';
import { reconcileSite } from './reconcile-site.ts';
import type { Settings } from './resolve.ts';
import { defaultSizes } from './sizes.ts';
import type { Workshop } from './workshop.ts';

export const settings: Settings = {
  sizes: defaultSizes,
  images: { varnish: 'registry.example.org/varnish:7', mariadb: 'registry.example.org/mariadb:11' },
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

/** A cluster in memory, a clock that stands still, and a pass to try on them. */
export class World {
  now = new Date('2030-01-01T12:00:00Z');
  readonly cluster = new MemoryCluster(() => this.now);
  components: readonly Component[] = fakeComponents();
  #given = 0;
  /** Never the same twice. */
  random = (bytes: number): string => `random-${bytes}-${(this.#given += 1)}`;

  constructor(spec: Partial<HostedSiteSpec> = {}) {
    this.cluster.seed(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'customer-a', uid: 'namespace-uid' } },
      hostedSite(spec) as Manifest,
    );
  }

  get workshop(): Workshop {
    return {
      cluster: this.cluster,
      components: this.components,
      settings,
      operatorNamespace,
      now: () => this.now,
      log: silentLog,
      randomText: (bytes) => this.random(bytes),
    };
  }

  pass() {
    return reconcileSite(shop, this.workshop);
  }

  /** Passes until one writes nothing that can be seen; what fails is tried again, as the controller would. */
  async settle(limit = 20): Promise<void> {
    for (let tries = 0; tries < limit; tries += 1) {
      const before = this.cluster.writes.length;
      await this.pass().catch(() => undefined);
      if (this.cluster.writes.slice(before).every(({ kind }) => kind === 'Secret')) return;
    }
    throw new Error(`still writing after ${limit} passes`);
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

  names(kind: CachedKind): string[] {
    return this.cluster.list(kind, 'customer-a').map(({ metadata }) => metadata.name);
  }

  /** What Deployment and StatefulSet controllers and kubelets come to: every wanted pod runs and is available. */
  runControllers(): void {
    for (const { metadata } of this.cluster.list('StatefulSet')) {
      this.cluster.edit('StatefulSet', metadata.namespace, metadata.name, (set) => {
        set['status'] = { observedGeneration: metadata.generation, readyReplicas: 1 };
      });
    }
    for (const { metadata } of this.cluster.list('Pod'))
      this.cluster.remove('Pod', metadata.namespace, metadata.name);
    for (const deployment of this.cluster.list('Deployment')) this.#roll(deployment);
  }

  /** The new release's pod waits, the old one runs on. */
  failNewPod(reason: string): void {
    const [deployment] = this.cluster.list('Deployment');
    if (deployment !== undefined)
      this.#pod(deployment, { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason } } }] });
  }

  #roll(deployment: Manifest): void {
    const { namespace, name, generation } = deployment.metadata;
    const { replicas } = deployment['spec'] as { replicas: number };
    this.cluster.edit('Deployment', namespace, name, (object) => {
      object['status'] = {
        observedGeneration: generation,
        replicas,
        updatedReplicas: replicas,
        availableReplicas: replicas,
      };
    });
    for (let index = 0; index < replicas; index += 1) this.#pod(deployment, { phase: 'Running' }, index);
  }

  #pod({ metadata, spec }: Manifest, status: Record<string, unknown>, index = 0): void {
    const { template } = spec as { template: { metadata: { labels: Record<string, string> } } };
    const { labels } = template.metadata;
    const name = `${labels['hostedsite.dev/revision'] ?? metadata.name}-${index}`;
    this.cluster.seed({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
        labels,
      },
      status,
    });
  }
}
