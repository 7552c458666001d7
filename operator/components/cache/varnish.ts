import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts';
import type { PodPart, Site, Volume } from '../component.ts';
import { bytes, mebibytes } from '../../api/quantity.ts';
import { merged } from '../pod/resources.ts';
import { restrictedContainer } from '../pod/restricted.ts';
import { connections } from './connections.ts';
import { configMapName } from './config-map.ts';
import { healthPath } from './vcl/request.ts';

const mebibyte = 2 ** 20;
/**
 * Memory for each byte of the storage. Each stored page takes about 700 bytes that Varnish does not count, beside the 424 and more
 * that it does: with pages of a usual size that is little, with the smallest ones more than the storage itself.
 */
const overhead = { usual: 1.3, most: 2.7 };
/** Varnish itself, its threads and its log in memory, and the C compiler that reads the VCL at each start. */
const base = 128 * mebibyte;
/** Connections to the application that a pod may have, each with its two threads and their workspaces, in use. */
const places = Object.values(connections).reduce((sum: number, count) => sum + count, 0);
const place = 0.2 * mebibyte;
/**
 * The storage of what passes: a slow visitor of a large download holds 128 KiB, four times `transit_buffer`. It is never full with so many connections, which
 * is as well: answers would end in the middle. The rest is for the marks of what is not stored.
 */
const passing = Math.ceil((places * 128 * 1024) / mebibyte) * mebibyte + 21 * mebibyte;
/**
 * tcc takes a fraction of the time and the memory that gcc takes to read a VCL, at each start of a pod. Its own linker
 * would ask for a stack that may be executed. An image without it, or a VCL that it cannot read, has Debian's command (`%D`).
 */
const compiler =
  'if command -v tcc >/dev/null && tcc -c -fPIC -o %o.o %s && ld -shared -z noexecstack -o %o %o.o; then rm %o.o; else %D; fi';
/** Where visitors come in. */
export const cachePort = 6081;

/** A native sidecar: it is up before the application starts, and ends after it. */
export function varnish(site: Site): PodPart {
  return {
    initContainers: [{ ...varnishContainer(site, { restartPolicy: 'Always' }) }],
    volumes: varnishVolumes(configMapName(site)),
    servingPort: 'http',
  };
}

/** What a Varnish mounts; the VCL is in this ConfigMap. */
export function varnishVolumes(vcl: string): Volume[] {
  return [
    { name: 'vcl', configMap: { name: vcl } },
    // The log of requests is a ring that is written all the time: in memory it costs no disk.
    { name: 'varnish', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    { name: 'varnish-tmp', emptyDir: { sizeLimit: '64Mi' } },
  ];
}

export function varnishContainer(
  site: Pick<Site, 'cache' | 'web'>,
  role: Pick<Container, 'restartPolicy' | 'lifecycle'>,
): Container & { image: string } {
  return {
    name: 'varnish',
    image: site.cache.image,
    imagePullPolicy: 'IfNotPresent',
    ...role,
    command: ['varnishd', ...varnishArguments(site)],
    ports: [{ name: 'http', containerPort: cachePort, protocol: 'TCP' }],
    resources: resources(site.cache),
    securityContext: restrictedContainer(),
    volumeMounts: [
      { name: 'vcl', mountPath: '/etc/varnish', readOnly: true },
      { name: 'varnish', mountPath: '/var/lib/varnish' },
      { name: 'varnish-tmp', mountPath: '/tmp' },
    ],
    startupProbe: probe({ periodSeconds: 1, failureThreshold: 60 }),
    readinessProbe: probe({ periodSeconds: 2, failureThreshold: 3 }),
  };
}

function varnishArguments({ cache: { memory }, web }: Pick<Site, 'cache' | 'web'>): string[] {
  const parameters = {
    // HTTP/2 ends at the gateway.
    feature: '-http2',
    cc_command: compiler,
    vcc_feature: '-unsafe_path',
    // Longer than gateways keep idle connections (90 s is common), so that none is closed while a request is on its way.
    timeout_idle: '120',
    // Shorter than applications keep them (2 s in gunicorn, 5 s in Node.js and Apache), for the same reason: a POST that meets
    // the end of its connection is lost. The least that Varnish takes; over loopback a new one costs next to nothing.
    backend_idle_timeout: '1',
    // A WebSocket; what is silent on its way from the application has the same in the VCL.
    pipe_timeout: String(web.idleTimeoutSeconds),
    // A page in a full storage pushes out as many small ones as it needs.
    nuke_limit: '10000',
    // What is not stored passes in pieces: a large download for a slow visitor would else fill memory.
    transit_buffer: '32k',
    // Pages of a short life count towards the storage too.
    shortlived: '0',
    vsl_space: '16M',
    // Each URL that was looked up leaves a trace in the tree for three minutes; so for one, the least.
    critbit_cooloff: '60',
    // Headers of applications are longer than Varnish expects: tags of a page, policies, tokens. One line may have 32 KiB, all
    // together 40, in 128 lines beside those that come and go on the way.
    http_req_hdr_len: '32k',
    http_resp_hdr_len: '32k',
    http_req_size: '40k',
    http_resp_size: '40k',
    http_max_hdr: '192',
    workspace_client: '128k',
    workspace_backend: '128k',
    thread_pool_min: '20',
  };
  return [
    '-F',
    // No jail: the container is one.
    ...['-j', 'none'],
    ...['-T', 'none'],
    ...['-a', `http=:${cachePort},HTTP`],
    ...['-f', '/etc/varnish/site.vcl'],
    ...['-s', `default=malloc,${Math.floor(bytes(memory) / mebibyte)}M`],
    ...['-s', `Transient=malloc,${passing / mebibyte}M`],
    ...['-n', '/var/lib/varnish'],
    ...Object.entries(parameters).flatMap(([name, value]) => ['-p', `${name}=${value}`]),
  ];
}

export function resources({ memory, resources: written }: Pick<Site['cache'], 'memory' | 'resources'>) {
  const usual = bytes(memory) * overhead.usual + base;
  const most = bytes(memory) * overhead.most + base + places * place + passing;
  const own = {
    requests: { cpu: '50m', memory: mebibytes(usual), 'ephemeral-storage': '16Mi' },
    limits: { cpu: '1', memory: mebibytes(most), 'ephemeral-storage': '256Mi' },
  };
  return merged(own, written);
}

/** There is no liveness probe: varnishd watches its own worker and starts it again. */
function probe(rhythm: Pick<Probe, 'periodSeconds' | 'failureThreshold'>): Probe {
  return { httpGet: { path: healthPath, port: 'http' }, timeoutSeconds: 2, ...rhythm };
}
