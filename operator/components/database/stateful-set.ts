import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Container, EnvVar, PodSpec, Probe } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { bytes } from '../../api/quantity.ts';
import { merged } from '../pod/resources.ts';
import { restrictedContainer, restrictedPod } from '../pod/restricted.ts';
import { selector } from '../selector.ts';
import { databasePort, names } from './names.ts';

type Database = NonNullable<Site['database']>;

/** The group of the image's user. */
const group = 10002;
/** Of the container's memory limit: connections, temporary tables and the server itself need the rest. */
const bufferPoolShare = 0.4;
/** Below this InnoDB does not start. */
const leastBufferPool = 32 * 2 ** 20;

/** The size table knows nothing of the disk beside the claim: /tmp and the log. */
const besideTheClaim = {
  requests: { 'ephemeral-storage': '64Mi' },
  limits: { 'ephemeral-storage': '2Gi' },
};

export function statefulSet(site: Site, database: Database): Owned {
  const { server, pods } = names(site);
  return {
    object: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: server },
      spec: {
        replicas: 1,
        serviceName: pods,
        // With OrderedReady a pod that never becomes ready is never replaced by a corrected one.
        podManagementPolicy: 'Parallel',
        updateStrategy: { type: 'RollingUpdate' },
        revisionHistoryLimit: 2,
        selector: { matchLabels: selector(site, 'database') },
        template: { metadata: { labels: selector(site, 'database') }, spec: podSpec(site, database) },
      },
    } satisfies StatefulSet & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

function podSpec(site: Site, database: Database): PodSpec {
  const { server, claim } = names(site);
  return {
    serviceAccountName: server,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The server writes its pages out before it ends; what it does not manage is recovered at the next start.
    terminationGracePeriodSeconds: 60,
    securityContext: restrictedPod(group),
    containers: [container(site, database)],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: claim } },
      // In memory: the file with the passwords passes through here at each start.
      { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    ],
  };
}

function container(site: Site, database: Database): Container {
  return {
    name: 'mariadb',
    image: database.image,
    imagePullPolicy: 'IfNotPresent',
    env: environment(site, database),
    ports: [{ name: 'mariadb', containerPort: databasePort, protocol: 'TCP' }],
    resources: merged(besideTheClaim, database.resources),
    securityContext: restrictedContainer(),
    volumeMounts: [
      { name: 'data', mountPath: '/var/lib/mysql' },
      { name: 'run', mountPath: '/run/mysqld' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    // Half an hour: a large database that was not shut down cleanly is recovered before it answers.
    startupProbe: ready({ periodSeconds: 2, failureThreshold: 900 }),
    readinessProbe: ready({ periodSeconds: 5, failureThreshold: 3 }),
  };
}

/**
 * There is no liveness probe: a server with no connection left, or busy with one statement, is not helped by a restart
 * that throws its memory away. A server that ends is started again without one.
 */
function ready(rhythm: Pick<Probe, 'periodSeconds' | 'failureThreshold'>): Probe {
  return { exec: { command: ['/usr/local/bin/mariadb-ready'] }, timeoutSeconds: 5, ...rhythm };
}

function environment(site: Site, { resources }: Database): EnvVar[] {
  const { credentials, rootCredentials } = names(site);
  const limit = bytes(resources.limits['memory'] ?? '0');
  const bufferPool = Math.max(Math.floor(limit * bufferPoolShare), leastBufferPool);
  return [
    secretValue('MARIADB_ROOT_PASSWORD', rootCredentials, 'password'),
    secretValue('MARIADB_DATABASE', credentials, 'database'),
    secretValue('MARIADB_USER', credentials, 'username'),
    secretValue('MARIADB_PASSWORD', credentials, 'password'),
    { name: 'MARIADB_BUFFER_POOL_SIZE', value: String(bufferPool) },
  ];
}

function secretValue(name: string, secret: string, key: string): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
