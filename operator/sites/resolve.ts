import { seconds } from '../api/duration.ts';
import { specDefaults } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSite, HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { releaseDefaults } from '../components/application/spec.ts';
import { cacheDefaults } from '../components/cache/spec.ts';
import { cronDefaults } from '../components/cron/spec.ts';
import { isMovable } from '../components/image/reference.ts';
import type { Site } from '../components/component.ts';
import { filesDefaults } from '../components/files/spec.ts';
import { egressDefaults } from '../components/network/spec.ts';
import { merged } from '../components/pod/resources.ts';
import { issuerDefaults, routeDefaults } from '../components/route/spec.ts';
import {
  autoscalingDefaults,
  progressDeadline,
  rolloutDefaults,
  defaultIdleTimeout,
  webDefaults,
} from '../components/web/spec.ts';
import { presets } from '../presets/index.ts';
import type { Preset } from '../presets/preset.ts';
import type { HostSettings } from './hosts/host-settings.ts';
import type { NetworkSettings } from './network-settings.ts';
import type { SizeTable } from './sizes.ts';

/** What the operator's configuration adds to what the user wrote. */
export interface Settings {
  sizes: SizeTable;
  /** `resolveTags`: a new release runs the content that the tag of its image has when it begins. Default: false. */
  images: { varnish: string; mariadb: string; objectCache: string; resolveTags?: boolean };
  network: NetworkSettings;
  /** Default: `defaultHosts`. */
  hosts?: HostSettings;
  /** Of sites that name none. Default: none. */
  trustedProxies?: readonly string[];
}

type Size = SizeTable[keyof SizeTable];
type Part<Name extends keyof Site> = Required<Pick<Site, Name>>[Name];

/** What the user wrote + preset + size + defaults. Nobody asks after this where a value came from. */
export function resolve({ metadata, spec }: HostedSite, settings: Settings): Site {
  const preset = presets[spec.preset ?? specDefaults.preset];
  const size = settings.sizes[spec.size ?? specDefaults.size];
  const files = resolvedFiles(spec, preset, size);
  const database = resolvedDatabase(spec, size, settings);
  const web = resolvedWeb(spec, preset, size);
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid,
    generation: metadata.generation,
    ...words(spec),
    preset,
    image: spec.image,
    ...(settings.images.resolveTags === true && isMovable(spec.image) ? { resolvesTag: true } : {}),
    imagePullSecrets: spec.imagePullSecrets ?? [],
    hosts: spec.hosts,
    ...resolvedReplicas(spec, defaultReplicas(size, files)),
    web,
    rollout: {
      ...rolloutDefaults,
      progressDeadlineSeconds: progressDeadline(web.startupSeconds),
      ...spec.rollout,
    },
    ...(spec.release === undefined ? {} : { release: { ...releaseDefaults, ...spec.release } }),
    cache: resolvedCache(spec, size, settings),
    ...(database === undefined ? {} : { database }),
    ...resolvedObjectCache(spec, size, settings),
    ...(files === undefined ? {} : { files }),
    route: resolvedRoute(spec, settings),
    egress: { ...egressDefaults, ...spec.egress },
    ...(settings.network.enabled ? { network: settings.network } : {}),
    cron: resolvedCron(spec, preset),
  };
}

function words(spec: HostedSiteSpec): Pick<Site, 'environment' | 'deletionPolicy' | 'suspend'> {
  const { environment, deletionPolicy, suspend } = { ...specDefaults, ...spec };
  return { environment, deletionPolicy, suspend };
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

function resolvedWeb({ web = {} }: HostedSiteSpec, preset: Preset, size: Size): Part<'web'> {
  const { command, args, idleTimeout, resources, ...written } = web;
  const isDiskWritten = resources?.limits?.['ephemeral-storage'] !== undefined;
  return {
    port: preset.port,
    env: [],
    envFrom: [],
    generatedEnv: [],
    configFiles: [],
    healthPath: preset.healthPath,
    ...webDefaults,
    ...written,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    idleTimeoutSeconds: seconds(idleTimeout ?? defaultIdleTimeout),
    resources: merged(size.web.resources, resources),
    ...(isDiskWritten ? { isDiskWritten } : {}),
  };
}

function resolvedCache({ cache = {} }: HostedSiteSpec, size: Size, { images }: Settings): Part<'cache'> {
  const { ttl, grace, maxTTL, ...written } = cache;
  return {
    image: images.varnish,
    mode: cacheDefaults.mode,
    memory: size.cache.memory,
    keepCookies: cacheDefaults.keepCookies,
    ignoreCookies: cacheDefaults.ignoreCookies,
    ignoreQueryParameters: cacheDefaults.ignoreQueryParameters,
    passPaths: cacheDefaults.passPaths,
    ...written,
    ttlSeconds: seconds(ttl ?? cacheDefaults.ttl),
    graceSeconds: seconds(grace ?? cacheDefaults.grace),
    maxTTLSeconds: seconds(maxTTL ?? cacheDefaults.maxTTL),
  };
}

function resolvedDatabase({ database }: HostedSiteSpec, size: Size, { images }: Settings): Site['database'] {
  if (database === undefined) return undefined;
  return {
    engine: database.engine,
    image: images.mariadb,
    storage: { size: size.database.storage, ...database.storage },
    resources: merged(size.database.resources, database.resources),
  };
}

function resolvedObjectCache(
  { objectCache }: HostedSiteSpec,
  size: Size,
  { images }: Settings,
): Pick<Site, 'objectCache'> {
  if (objectCache === undefined) return {};
  return { objectCache: { image: images.objectCache, memory: size.objectCache.memory, ...objectCache } };
}

function resolvedFiles({ files }: HostedSiteSpec, preset: Preset, size: Size): Site['files'] {
  if (files === undefined && preset.filesPath === undefined) return undefined;
  return { size: size.files.size, accessMode: filesDefaults.accessMode, ...files };
}

/** The preset's first; an entry of the same name replaces it. */
function resolvedCron({ cron = [] }: HostedSiteSpec, preset: Preset): Part<'cron'> {
  const ofPreset = (preset.cron ?? []).filter(({ name }) => !cron.some((entry) => entry.name === name));
  return [...ofPreset, ...cron].map((entry) => ({ ...cronDefaults, ...entry }));
}

/** A list without an entry is one: the site trusts nobody. */
function resolvedRoute(
  { route = {} }: HostedSiteSpec,
  { trustedProxies = [] }: Pick<Settings, 'trustedProxies'>,
): Part<'route'> {
  const { tls, maintenance, ...rest } = route;
  return {
    ...(trustedProxies.length === 0 ? {} : { trustedProxies }),
    ...rest,
    ...resolvedTls(tls),
    ...resolvedMaintenance(maintenance),
  };
}

type WrittenRoute = NonNullable<HostedSiteSpec['route']>;

function resolvedTls(tls: WrittenRoute['tls']): Pick<Part<'route'>, 'tls'> {
  if (tls?.issuerRef !== undefined) return { tls: { issuerRef: { ...issuerDefaults, ...tls.issuerRef } } };
  return tls?.secretName === undefined ? {} : { tls: { secretName: tls.secretName } };
}

function resolvedMaintenance(maintenance: WrittenRoute['maintenance']): Pick<Part<'route'>, 'maintenance'> {
  if (maintenance?.enabled !== true) return {};
  return { maintenance: { allowFrom: maintenance.allowFrom ?? routeDefaults.maintenance.allowFrom } };
}
