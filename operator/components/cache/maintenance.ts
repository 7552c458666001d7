import { createHash } from 'node:crypto';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1.d.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Owned, Site, Volume } from '../component.ts';
import { live } from '../live.ts';
import { hasStandIn, maintenanceName } from '../maintenance.ts';
import { restrictedPod } from '../restricted.ts';
import { selector } from '../selector.ts';
import { maintenanceVcl } from './maintenance-vcl.ts';
import { varnishContainer, varnishVolumes } from './varnish.ts';

/** The group of the image's user. */
const group = 10003;
/** Seconds: so long it answers on after its end was ordered, until no gateway sends it visitors any more. */
const drain = 10;

/** The stand-in of a site in maintenance: a Varnish of its own, so that nothing of the site need be well or be restarted. */
export function maintenance(site: Site, seen: Pick<Observed, 'owned'>): Owned[] {
  if (!hasStandIn(site, seen)) return [];
  const vcl = maintenanceVcl(site, live(seen, 'Service', `${site.name}-web`)?.spec?.clusterIP);
  const hash = createHash('sha256').update(vcl).digest('hex').slice(0, 10);
  const name = `${maintenanceName(site)}-${hash}`;
  // Not immutable: such ones belong to releases.
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'site.vcl': vcl } };
  return [configMap, deployment(site, name), service(site)].map((object) => {
    return { object, lifetime: 'site', write: 'apply' };
  });
}

function deployment(site: Site, configMap: string): Manifest {
  const labels = selector(site, 'cache');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: maintenanceName(site) },
    spec: {
      replicas: site.replicas > 1 ? 2 : 1,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 0,
      template: { metadata: { labels }, spec: podSpec(site, configMap) },
    } satisfies Omit<DeploymentSpec, 'template'> & { template: unknown },
  };
}

function podSpec(site: Site, configMap: string) {
  const labels = { matchLabels: selector(site, 'cache') };
  const stored = { image: site.cache.image, memory: '16Mi' };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(group),
    ...(site.imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: site.imagePullSecrets.map(({ name }) => ({ name })) }),
    terminationGracePeriodSeconds: 30,
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
    metadata: { name: maintenanceName(site) },
    spec: {
      type: 'ClusterIP',
      selector: selector(site, 'cache'),
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}
