import { specDefaults } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSite, HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Site } from '../components/component.ts';
import { holds } from '../components/holds.ts';
import { components } from '../components/index.ts';
import type { Size, SizeTable } from '../components/sizes.ts';
import type { Images, Sources } from '../components/sources.ts';
import { autoscalingDefaults } from '../components/web/spec.ts';
import { presets } from '../presets/index.ts';
import type { HostSettings } from './hosts/host-settings.ts';
import type { NetworkSettings } from './network-settings.ts';

/** What the operator's configuration adds to what the user wrote. */
export interface Settings {
  sizes: SizeTable;
  images: Images;
  network: NetworkSettings;
  /** Default: `defaultHosts`. */
  hosts?: HostSettings;
  /** Of sites that name none. Default: none. */
  trustedProxies?: readonly string[];
}

type OfSite =
  | 'name'
  | 'namespace'
  | 'uid'
  | 'generation'
  | 'environment'
  | 'deletionPolicy'
  | 'holds'
  | 'preset'
  | 'image'
  | 'imagePullSecrets'
  | 'hosts'
  | 'replicas'
  | 'areReplicasBySize'
  | 'autoscaling'
  | 'boost';
type OfComponents = Omit<Site, OfSite>;

/** What the user wrote + preset + size + defaults. Nobody asks after this where a value came from. */
export function resolve({ metadata, spec }: HostedSite, settings: Settings): Site {
  const preset = presets[spec.preset ?? specDefaults.preset];
  const size = settings.sizes[spec.size ?? specDefaults.size];
  const { images, network, trustedProxies = [] } = settings;
  const parts = partsOf(spec, { preset, size, images, network, trustedProxies });
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid,
    generation: metadata.generation,
    ...words(spec),
    preset,
    image: spec.image,
    imagePullSecrets: spec.imagePullSecrets ?? [],
    hosts: spec.hosts,
    ...resolvedReplicas(spec, defaultReplicas(size, parts.files)),
    ...parts,
  };
}

function partsOf(spec: HostedSiteSpec, from: Sources): OfComponents {
  const parts = components.map((component) => component.resolve?.(spec, from) ?? {});
  return Object.assign({}, ...parts) as OfComponents;
}

function words(spec: HostedSiteSpec): Pick<Site, 'environment' | 'deletionPolicy' | 'holds'> {
  const { environment, deletionPolicy } = { ...specDefaults, ...spec };
  return { environment, deletionPolicy, holds: holds(spec) };
}

/** A size never brings a site into a conflict that its user did not write: one pod where a volume serves only one. */
function defaultReplicas(size: Size, files: Site['files']): number {
  return files?.accessMode === 'ReadWriteOnce' ? 1 : size.replicas;
}

function resolvedReplicas(
  { replicas, autoscaling, boost }: HostedSiteSpec,
  bySize: number,
): Pick<Site, 'replicas' | 'areReplicasBySize' | 'autoscaling' | 'boost'> {
  return {
    replicas: replicas ?? bySize,
    areReplicasBySize: replicas === undefined,
    ...(autoscaling === undefined || replicas === 0
      ? {}
      : {
          autoscaling: {
            minReplicas: Math.min(bySize, autoscaling.maxReplicas),
            ...autoscalingDefaults,
            ...autoscaling,
          },
        }),
    ...(boost === undefined ? {} : { boost: { ...boost, endTime: new Date(boost.endTime) } }),
  };
}
