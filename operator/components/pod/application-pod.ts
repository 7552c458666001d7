import type { Affinity, PodSpec, Toleration, TopologySpreadConstraint } from 'kubernetes-types/core/v1.d.ts';
import type {
  Bindings,
  Container,
  EnvironmentVariable,
  Resources,
  Site,
  Volume,
  VolumeMount,
} from '../component.ts';
import { siteUrl } from '../address.ts';
import { bytes, mebibytes } from '../../api/quantity.ts';
import { lostNode } from './lost-node.ts';
import { scratchPaths } from './mount-paths.ts';
import { pullSecrets } from './pull-secrets.ts';
import { restrictedContainer, restrictedPod } from './restricted.ts';
import { podsOfSite, selector } from '../selector.ts';

/** What every pod of the site's image has in common, whatever it is for: serving, the first installation. */

/** Group of the volumes; it is nobody's own group, so that files are shared by group and not by user. */
const filesGroup = 65532;
/** Logs and what the container runtime writes, beside the scratch volume. */
const besideScratch = 2 ** 30;

export function applicationPod(
  site: Site,
  bindings: Required<Bindings>,
): Omit<PodSpec, 'containers'> & { volumes: Volume[] } {
  return {
    serviceAccountName: `${site.name}-web`,
    automountServiceAccountToken: false,
    // Variables for each Service of the namespace would grow with it, and may collide with the application's own.
    enableServiceLinks: false,
    securityContext: restrictedPod(filesGroup),
    ...pullSecrets(site),
    volumes: [
      { name: 'scratch', emptyDir: { sizeLimit: site.web.scratchSize } },
      ...bindings.volumes,
    ] as Volume[],
  };
}

/** A container of the site's image; its name and what it runs are the caller's. */
export function applicationContainer(
  site: Site,
  bindings: Required<Bindings>,
  image: string,
): Omit<Container, 'name'> & { image: string; env: EnvironmentVariable[] } {
  return {
    image,
    imagePullPolicy: 'IfNotPresent',
    env: environment(site, bindings),
    ...(site.web.envFrom.length === 0 ? {} : { envFrom: [...site.web.envFrom] }),
    resources: applicationResources(site),
    securityContext: restrictedContainer(site.preset.readOnlyRootFilesystem),
    volumeMounts: [...scratchMounts(site), ...bindings.mounts],
  };
}

/** The preset's, the site's address, then what the parts of the site add, then the user's: `$(NAME)` may refer to what stands before. */
function environment(site: Site, bindings: Required<Bindings>): EnvironmentVariable[] {
  const { env, environmentEnv } = site.preset;
  const all: EnvironmentVariable[] = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    { name: 'SITE_URL', value: siteUrl(site) },
    { name: 'SITE_HOSTS', value: site.hosts.join() },
    { name: 'SITE_ENVIRONMENT', value: site.environment.toLowerCase() },
    { name: environmentEnv.name, value: environmentEnv.values[site.environment] },
    ...bindings.env,
    ...site.web.env,
  ];
  // Server-side apply refuses a list that names a variable twice; the last one would win anyway.
  return all.filter(({ name }, at) => all.findLastIndex((other) => other.name === name) === at);
}

function scratchMounts(site: Site): VolumeMount[] {
  return scratchPaths(site).map((mountPath) => ({
    name: 'scratch',
    mountPath,
    subPath: mountPath.slice(1).replaceAll('/', '-'),
  }));
}

/** A pod is evicted when it writes more than its limit: the scratch volume must fit below it, unless the user has set one. */
export function applicationResources({
  web: {
    resources: { requests, limits },
    isDiskWritten,
    scratchSize,
  },
}: Pick<Site, 'web'>): Resources {
  const needed = bytes(scratchSize) + besideScratch;
  const given = limits['ephemeral-storage'];
  const isEnough = given !== undefined && (isDiskWritten === true || bytes(given) >= needed);
  return { requests, limits: isEnough ? limits : { ...limits, 'ephemeral-storage': mebibytes(needed) } };
}

/**
 * Where the site's pods should be. A ReadWriteOnce volume is attached to one node, so whoever mounts it goes where the
 * others are: a new release starts beside the old one. Otherwise replicas go to different nodes. Both are wishes: a pod in a
 * worse place is better than none. Nor does a pod with such a volume leave a lost node early: Kubernetes gives the volume to
 * no other one before it knows that the pod has ended.
 */
export function placement(
  site: Pick<Site, 'name'> & { files?: Pick<NonNullable<Site['files']>, 'accessMode'> },
): {
  affinity?: Affinity;
  tolerations?: Toleration[];
  topologySpreadConstraints?: TopologySpreadConstraint[];
} {
  if (site.files?.accessMode === 'ReadWriteOnce') return { affinity: besideItsOwn(site) };
  return {
    tolerations: lostNode,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selector(site, 'web') },
        // Each release is spread by itself: the pods that it replaces do not count.
        matchLabelKeys: ['pod-template-hash'],
      },
    ],
  };
}

function besideItsOwn(site: Pick<Site, 'name'>): Affinity {
  return {
    podAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            topologyKey: 'kubernetes.io/hostname',
            labelSelector: {
              matchLabels: podsOfSite(site),
              matchExpressions: [
                { key: 'app.kubernetes.io/component', operator: 'In', values: ['web', 'application'] },
              ],
            },
          },
        },
      ],
    },
  };
}
