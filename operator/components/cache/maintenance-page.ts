import { createHash } from 'node:crypto';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Owned, Site, Volume } from '../component.ts';
import type { Flow } from '../flow.ts';
import { live } from '../live.ts';
import { lostNode } from '../pod/lost-node.ts';
import { podsOf } from '../pod/pod-trouble.ts';
import { pullSecrets } from '../pod/pull-secrets.ts';
import { restrictedPod } from '../pod/restricted.ts';
import { selector } from '../selector.ts';
import { leadsToMaintenancePage, maintenancePageCause, maintenancePageName } from '../maintenance-page.ts';
import { maintenancePageVcl } from './vcl/maintenance-page-vcl.ts';
import { cachePort, varnishContainer, varnishVolumes } from './varnish.ts';

/** The group of the image's user. */
const group = 10003;
/** Seconds: so long it answers on after its end was ordered, until no gateway sends it visitors any more. */
const drain = 10;

/** What answers in place of the site: a Varnish of its own, so that nothing of the site need be well, or be there at all. */
export function maintenancePage(site: Site, seen: Pick<Observed, 'owned' | 'pods'>): Owned[] {
  const desired =
    maintenancePageCause(site) === undefined ? ending(site, seen) : wholeMaintenancePage(site, seen);
  const left = mounted(site, seen).filter(({ object: old }) =>
    desired.every(({ object }) => !isSame(object, old)),
  );
  return [...left, ...desired];
}

/** Until its last pod has answered its last visitor. */
export function maintenancePageFlows(site: Site, seen: Pick<Observed, 'pods'>): Flow[] {
  const isOver =
    maintenancePageCause(site) === undefined && podsOf(seen, selector(site, 'cache')).length === 0;
  if (isOver) return [];
  return [
    { from: 'visitors', to: 'cache', port: cachePort },
    { from: 'cache', to: 'web', port: cachePort },
  ];
}

function wholeMaintenancePage(site: Site, seen: Pick<Observed, 'owned'>): Owned[] {
  const vcl = maintenancePageVcl(site, live(seen, 'Service', `${site.name}-web`)?.spec?.clusterIP);
  const hash = createHash('sha256').update(vcl).digest('hex').slice(0, 10);
  const name = `${maintenancePageName(site)}-${hash}`;
  return [
    configMap(name, { 'site.vcl': vcl }),
    deployment(site, name, site.replicas > 1 ? 2 : 1),
    service(site),
  ].map(written);
}

/** It stays as it is until no route leads to it any more: gateways hear of the new route and of its end in any order. */
function ending(site: Site, seen: Pick<Observed, 'owned'>): Owned[] {
  const { replicas = 1, template } = live(seen, 'Deployment', maintenancePageName(site))?.spec ?? {};
  const { volumes = [] } = template?.spec ?? {};
  const [name] = volumes.flatMap(({ configMap: source }) => source?.name ?? []);
  if (name === undefined || !leadsToMaintenancePage(site, seen)) return [];
  const kept = configMaps(seen, new Set([name]));
  return [...kept, ...[deployment(site, name, replicas), service(site)].map(written)];
}

/** A pod that answers its last visitors is not to lose what it runs. */
function mounted(site: Site, seen: Pick<Observed, 'owned' | 'pods'>): Owned[] {
  const pods = podsOf(seen, selector(site, 'cache')) as (Manifest & Pod)[];
  const volumes = pods.flatMap(({ spec }) => spec?.volumes ?? []);
  const names = new Set(volumes.map((volume) => volume.configMap?.name));
  return configMaps(seen, names);
}

/** Those of these names that there are. What is in them is not known any more, so they stay and are never written again. */
function configMaps({ owned }: Pick<Observed, 'owned'>, names: ReadonlySet<string | undefined>): Owned[] {
  const there = owned.filter(({ kind, metadata }) => kind === 'ConfigMap' && names.has(metadata.name));
  return there.map(({ metadata: { name } }) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
    return { object, lifetime: 'site', write: 'createOnce' };
  });
}

function written(object: Manifest): Owned {
  return { object, lifetime: 'site', write: 'apply' };
}

function isSame(one: Manifest, other: Manifest): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

/** Named by its content, as a new pod may be shown what an older one has mounted; not immutable, as those belong to releases. */
function configMap(name: string, data: unknown): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function deployment(site: Site, configMap: string, replicas: number): Manifest {
  const labels = selector(site, 'cache');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: maintenancePageName(site) },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 0,
      template: { metadata: { labels }, spec: podSpec(site, configMap) },
    } satisfies Omit<DeploymentSpec, 'template'> & { template: unknown },
  };
}

function podSpec(site: Site, configMap: string) {
  const labels = { matchLabels: selector(site, 'cache') };
  const stored = { ...site, cache: { ...site.cache, memory: '16Mi' } };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(group),
    ...pullSecrets(site),
    terminationGracePeriodSeconds: 30,
    tolerations: lostNode,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: labels,
      },
    ],
    containers: [varnishContainer(stored, { lifecycle: { preStop: { sleep: { seconds: drain } } } })],
    volumes: varnishVolumes(configMap) as (Volume & object)[],
  } satisfies PodSpec;
}

function service(site: Site): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: maintenancePageName(site) },
    spec: {
      type: 'ClusterIP',
      selector: selector(site, 'cache'),
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}
