import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import { applicationContainer, applicationPod, placement } from '../pod/application-pod.ts';
import type { EnvironmentVariable, Manifest, Observed, Owned, Released, Site, Volume } from '../component.ts';
import { holdsConfigFiles } from '../configuration.ts';
import { databaseServes, live } from '../live.ts';
import { selector } from '../selector.ts';
import { names } from './names.ts';

type Install = NonNullable<Site['preset']['install']>;

/** With pauses that grow to five minutes this is an hour and a half of trying. */
const attempts = 20;

/**
 * The first installation, once: a Job that is there is never changed. It begins when the database takes connections. One that
 * has not succeeded with an older image, or with older files of configuration, makes room for one with those of the running
 * release.
 */
export function installation(site: Site, seen: Observed, all: Released): Owned[] {
  const { install } = site.preset;
  if (install === undefined) return [];
  const found = live(seen, 'Job', names(site).job);
  const isOutdated = found !== undefined && !hasCondition(found, 'Complete') && runsOther(found, all);
  if (isOutdated || (found === undefined && !databaseServes(site, seen))) return [];
  return [{ object: job(site, install, all), lifetime: 'site', write: 'createOnce' }];
}

export function hasCondition({ status }: Job, desired: 'Complete' | 'Failed'): boolean {
  return status?.conditions?.some(({ type, status: holds }) => type === desired && holds === 'True') ?? false;
}

function toRun({ revision }: Pick<Released, 'revision'>): string {
  return revision.resolvedImage ?? revision.image;
}

function imageOf({ spec }: Job): string | undefined {
  return spec?.template.spec?.containers[0]?.image;
}

function runsOther(found: Job, all: Released): boolean {
  return imageOf(found) !== toRun(all) || copiesOf(found) !== String(copiesIn(all.bindings.volumes));
}

function copiesOf({ spec }: Job): string {
  return String(copiesIn((spec?.template.spec?.volumes ?? []) as Volume[]));
}

/** Names of the ConfigMaps with files of configuration. */
function copiesIn(volumes: readonly Volume[]): unknown[] {
  return volumes
    .filter(holdsConfigFiles)
    .map(({ configMap }) => (configMap as { name?: string } | undefined)?.name);
}

function job(site: Site, install: Install, all: Released): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: names(site).job },
    spec: {
      backoffLimit: attempts,
      template: { metadata: { labels: selector(site, 'application') }, spec: podSpec(site, install, all) },
    },
  } satisfies Job & Manifest;
}

function podSpec(site: Site, install: Install, { bindings, revision }: Released): PodSpec {
  const container = applicationContainer(site, bindings, toRun({ revision }));
  const own = environment(site);
  const isOwn = ({ name }: EnvironmentVariable) => own.some((one) => one.name === name);
  const { affinity } = placement(site);
  return {
    ...applicationPod(site, bindings),
    ...(affinity === undefined ? {} : { affinity }),
    restartPolicy: 'OnFailure',
    containers: [
      {
        name: 'install',
        ...container,
        command: [...install.command],
        env: [...container.env.filter((one) => !isOwn(one)), ...own],
      },
    ],
  };
}

function environment(site: Site): EnvironmentVariable[] {
  const [host = ''] = site.hosts;
  const { administrator: name } = names(site);
  return [
    { name: 'SITE_TITLE', value: site.name },
    { name: 'SITE_HOST', value: host },
    { name: 'SITE_PUBLIC', value: site.environment === 'Production' ? '1' : '0' },
    { name: 'SITE_ADMIN_USER', valueFrom: { secretKeyRef: { name, key: 'username' } } },
    { name: 'SITE_ADMIN_PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } },
  ];
}
