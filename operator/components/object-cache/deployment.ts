import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Container, PodSpec, Probe } from 'kubernetes-types/core/v1.d.ts';
import { bytes, mebibytes } from '../../api/quantity.ts';
import type { Manifest, Owned, Site } from '../component.ts';
import { lostNode } from '../pod/lost-node.ts';
import { pullSecrets } from '../pod/pull-secrets.ts';
import { merged } from '../pod/resources.ts';
import { restrictedContainer, restrictedPod } from '../pod/restricted.ts';
import { selector } from '../selector.ts';
import { objectCacheName, passwordKey, ports } from './names.ts';

type ObjectCache = NonNullable<Site['objectCache']>;

/** The group of the image's user. */
const group = 10006;
const mebibyte = 2 ** 20;
/** What stored values cost beside their bytes: gaps between allocations, the table of keys while it grows. */
const overhead = 1.25;
/** The server itself, its threads, and what it reads and writes for its clients. */
const base = 48 * mebibyte;

export function deployment(site: Site, cache: ObjectCache, asksForPassword: boolean): Owned {
  const labels = selector(site, 'object-cache');
  return {
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: objectCacheName(site) },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        // Never two at once: what one pod of the site deletes in one of them, another would go on reading in the other.
        strategy: { type: 'Recreate' },
        revisionHistoryLimit: 0,
        template: { metadata: { labels }, spec: podSpec(site, cache, asksForPassword) },
      },
    } satisfies Deployment & Manifest,
    lifetime: 'site',
    write: 'apply',
  };
}

function podSpec(site: Site, cache: ObjectCache, asksForPassword: boolean): PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Nothing is to be saved, and nobody waits for the end of an answer.
    terminationGracePeriodSeconds: 5,
    securityContext: restrictedPod(group),
    ...pullSecrets(site),
    tolerations: lostNode,
    containers: [asksForPassword ? closed(site, container(cache)) : container(cache)],
  };
}

function container(cache: ObjectCache): Container {
  const name = cache.engine.toLowerCase();
  return {
    name,
    image: cache.image,
    imagePullPolicy: 'IfNotPresent',
    command: commands[cache.engine](bytes(cache.memory)),
    ports: [{ name, containerPort: ports[cache.engine], protocol: 'TCP' }],
    resources: resources(cache),
    securityContext: restrictedContainer(),
    startupProbe: connects(name, { periodSeconds: 1, failureThreshold: 60 }),
    readinessProbe: connects(name, { periodSeconds: 5, failureThreshold: 3 }),
  };
}

/**
 * The server reads the password from what a shell hands it, so that it is in no argument list; in the environment `valkey-cli`
 * finds it under this name.
 */
function closed(site: Site, { command = [], ...open }: Container): Container {
  const [server, ...options] = command;
  const variable = 'REDISCLI_AUTH';
  const script = `exec ${server} - "$@" <<END\nrequirepass $${variable}\nEND\n`;
  const secretKeyRef = { name: objectCacheName(site), key: passwordKey };
  return {
    ...open,
    command: ['sh', '-euc', script, 'sh', ...options],
    env: [{ name: variable, valueFrom: { secretKeyRef } }],
  };
}

/** The whole command line; memory in bytes. */
const commands: Readonly<Record<ObjectCache['engine'], (memory: number) => string[]>> = {
  Memcached: (memory) => [
    'memcached',
    `--port=${ports.Memcached}`,
    // Over UDP a forged sender would get answers that are many times as long as what was asked.
    '--udp-port=0',
    `--memory-limit=${Math.floor(memory / mebibyte)}`,
  ],
  Valkey: (memory) => [
    'valkey-server',
    ...['--port', String(ports.Valkey)],
    // Its clients are in other pods.
    ...['--protected-mode', 'no'],
    // Nothing is ever written to a disk.
    ...['--save', ''],
    ...['--appendonly', 'no'],
    ...['--maxmemory', String(memory)],
    ...['--maxmemory-policy', 'allkeys-lru'],
  ],
};

export function resources({ memory, resources: written }: Pick<ObjectCache, 'memory' | 'resources'>) {
  const limit = mebibytes(bytes(memory) * overhead + base);
  const own = {
    requests: { cpu: '20m', memory: limit, 'ephemeral-storage': '16Mi' },
    limits: { cpu: '1', memory: limit, 'ephemeral-storage': '256Mi' },
  };
  return merged(own, written);
}

/** There is no liveness probe: a server that ends is started again without one, and a busy one would lose all that it holds. */
function connects(port: string, rhythm: Pick<Probe, 'periodSeconds' | 'failureThreshold'>): Probe {
  return { tcpSocket: { port }, timeoutSeconds: 2, ...rhythm };
}
