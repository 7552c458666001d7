import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import type { Container, Manifest, PodTemplate, Volume, VolumeMount } from '../components/component.ts';
import { restartAnnotation } from '../objects/labels.ts';
import { World } from './world.ts';

export const web = { configFiles: [{ configMap: { name: 'settings' }, mountPath: '/etc/shop' }] };

/** A site with a folder of files of configuration, and what was read for it. */
export class Configured extends World {
  reads: string[] = [];

  constructor(spec: Partial<HostedSiteSpec> = {}) {
    super({ web, ...spec }, components);
    const { read } = this.cluster;
    this.cluster.read = (kind, namespace, name) => {
      if (kind === 'ConfigMap' && namespace === 'customer-a') this.reads.push(name);
      return read.call(this.cluster, kind, namespace, name);
    };
  }

  /** As a user writes it: without labels of ours, so no cache holds it. */
  configure(colour: string): this {
    this.cluster.seed({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'customer-a' },
      data: { 'app.ini': `colour = ${colour}\n` },
    });
    return this;
  }

  annotate(value: string): void {
    this.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [restartAnnotation]: value };
    });
  }

  /** What the pods of a workload find at /etc/shop. */
  found(workload: Manifest | undefined = this.deployment): unknown {
    const { template, jobTemplate } = workload?.['spec'] as Templates;
    const { spec } = template ?? jobTemplate!.spec.template;
    const { volumes = [], containers = [] } = spec as { volumes?: Volume[]; containers?: Container[] };
    const mounts = containers.flatMap((one) => one['volumeMounts'] as VolumeMount[]);
    const mount = mounts.find(({ mountPath }) => mountPath === '/etc/shop');
    const source = volumes.find(({ name }) => name === mount?.name)?.['configMap'] as { name: string };
    const data = this.cluster.get('ConfigMap', 'customer-a', source.name)?.['data'];
    return (data as Record<string, string> | undefined)?.['app.ini'];
  }

  get deployment(): Manifest | undefined {
    return this.cluster.get('Deployment', 'customer-a', 'shop-web');
  }

  get copies(): string[] {
    return this.names('ConfigMap').filter((name) => name.startsWith('shop-config-'));
  }

  get revisions(): number {
    return this.names('ControllerRevision').length;
  }
}

interface Templates {
  template?: PodTemplate;
  jobTemplate?: { spec: { template: PodTemplate } };
}

export const image = (tag: number) => ({ image: `registry.example.org/shop:${tag}` });
