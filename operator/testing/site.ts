import { presets } from '../presets/index.ts';
import type { PresetName } from '../presets/preset.ts';
import type {
  Bindings,
  Manifest,
  Observed,
  Owned,
  PodTemplate,
  Released,
  Revision,
  Site,
} from '../components/component.ts';
import { cronDefaults } from '../components/cron/spec.ts';
import { selector } from '../components/selector.ts';
import { writeYAML } from '../api/yaml.ts';

/** The sites and the sights that specs are written with. */

/** A small WordPress shop with everything; `database: undefined` and `files: undefined` take a part away. */
export function testSite(overrides: TestOverrides = {}): Site {
  const { preset: name = 'WordPress', web, rollout, cache, route, ...rest } = overrides;
  const preset = presets[name];
  const whole = {
    name: 'shop',
    namespace: 'customer-a',
    uid: 'site-uid',
    generation: 1,
    environment: 'Production',
    deletionPolicy: 'Retain',
    holds: [],
    preset,
    image: 'registry.example.org/shop:1.4.2',
    imagePullSecrets: [],
    hosts: ['www.example.org'],
    replicas: 1,
    areReplicasBySize: false,
    web: { ...testWeb, port: preset.port, healthPath: preset.healthPath, ...web },
    rollout: { ...testRollout, ...rollout },
    cache: { ...testCache, ...cache },
    database: testDatabase,
    files: testFiles,
    route: { redirectToHTTPS: false, redirectToCanonicalHost: false, ...route },
    egress: { mode: 'Internet', to: [] },
    network: testNetwork,
    cron: (preset.cron ?? []).map((entry) => ({ ...cronDefaults, ...entry })),
    ...rest,
  };
  return Object.fromEntries(
    Object.entries(whole).filter(([, part]) => part !== undefined),
  ) as unknown as Site;
}

export type TestOverrides = Partial<
  Omit<Site, 'preset' | 'web' | 'rollout' | 'cache' | 'route' | 'database' | 'files' | 'network'>
> & {
  preset?: PresetName;
  web?: Partial<Site['web']>;
  rollout?: Partial<Site['rollout']>;
  cache?: Partial<Site['cache']>;
  route?: Partial<Site['route']>;
  database?: Site['database'] | undefined;
  files?: Site['files'] | undefined;
  network?: Site['network'] | undefined;
};

const testWeb = {
  env: [],
  envFrom: [],
  generatedEnv: [],
  configFiles: [],
  resources: {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '2Gi' },
  },
  scratchSize: '1Gi',
  startupSeconds: 120,
  idleTimeoutSeconds: 3600,
};

const testRollout = {
  maxSurge: 1,
  maxUnavailable: 0,
  progressDeadlineSeconds: 600,
  terminationGracePeriodSeconds: 30,
};

const testCache = {
  image: 'registry.example.org/varnish:7.7',
  mode: 'Enabled',
  memory: '64Mi',
  ttlSeconds: 120,
  graceSeconds: 3600,
  maxTTLSeconds: 86_400,
  keepCookies: [],
  ignoreCookies: [],
  ignoreQueryParameters: ['utm_*', 'fbclid', 'gclid'],
  passPaths: [],
};

export const testDatabase: NonNullable<Site['database']> = {
  engine: 'MariaDB',
  image: 'registry.example.org/mariadb:11.8',
  storage: { size: '2Gi' },
  resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
};

/** For sites that are given one; `testSite` has none. */
export const testObjectCache: NonNullable<Site['objectCache']> = {
  engine: 'Valkey',
  image: 'registry.example.org/object-cache:1',
  memory: '64Mi',
};

export const testFiles: NonNullable<Site['files']> = {
  size: '1Gi',
  accessMode: 'ReadWriteOnce',
  mountPath: '/var/www/html/wp-content/uploads',
};

export const testNetwork: NonNullable<Site['network']> = {
  ingressControllers: {
    peers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } } }],
    ports: [80, 443],
  },
  dns: {
    peers: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
    ports: [53],
  },
  privateNetworks: ['10.0.0.0/8', 'fc00::/7'],
  forbiddenNetworks: ['169.254.0.0/16', 'fd00:ec2::254/128'],
};

/** What a pass sees at first sight of the site: nothing of it is there yet, the cluster has a default of each class. */
export function observed(overrides: Partial<Observed> = {}): Observed {
  return {
    now: new Date('2030-01-01T12:00:00Z'),
    site: {
      metadata: { name: 'shop', namespace: 'customer-a', uid: 'site-uid', generation: 1 },
      spec: {},
    },
    owned: [],
    pods: [],
    revisions: [],
    storageClasses: new Map([['standard', { isDefault: true, allowVolumeExpansion: true }]]),
    ingressClasses: new Map([['traefik', { isDefault: true }]]),
    missingKinds: new Set(),
    remarks: new Map(),
    ...overrides,
  };
}

export const noBindings: Required<Bindings> = { env: [], volumes: [], mounts: [] };

/** What is gathered from no other component, and a release that runs this template. */
export function released(
  overrides: Partial<Omit<Released, 'revision'>> & { revision?: Partial<Revision> } = {},
): Released {
  const template: PodTemplate = { metadata: {}, spec: {} };
  const revision = {
    name: 'shop-web-1111111111',
    number: 1,
    inputs: 'inputs',
    image: 'registry.example.org/shop:1.4.2',
    template,
    ...overrides.revision,
  };
  return {
    state: { is: 'running', desired: revision },
    bindings: noBindings,
    sidecars: { initContainers: [], volumes: [] },
    flows: [],
    servingPort: 'application',
    ...overrides,
    revision,
  };
}

/** An object as the cluster has it: with a generation, and a status that its controller wrote about that one. */
export function liveObject(kind: string, name: string, content: Record<string, unknown> = {}): Manifest {
  const { metadata, status, ...rest } = content as { metadata?: object; status?: object };
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'customer-a', uid: `${kind}-${name}-uid`, generation: 1, ...metadata },
    ...rest,
    status: { observedGeneration: 1, ...status },
  };
}

interface TestPod {
  component?: Parameters<typeof selector>[1];
  revision?: string;
  name?: string;
  status?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

/** A pod of the site; of the running release unless another one is named. */
export function livePod(pod: TestPod = {}): Manifest {
  const { component = 'web', revision = 'shop-web-1111111111', name = 'shop-web-abc', status = {} } = pod;
  const isWeb = component === 'web';
  const labels = {
    ...selector({ name: 'shop' }, component),
    ...(isWeb ? { 'hostedsite.dev/revision': revision } : {}),
  };
  return liveObject('Pod', name, { metadata: { labels, ...pod.metadata }, status });
}

/** The status of one container, as the kubelet writes it. */
export function containerStatus(
  name: string,
  state: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const image = 'registry.example.org/shop:1.4.2';
  return { name, image, imageID: '', ready: false, restartCount: 0, state, ...more };
}

/** Objects as golden files hold them: one document each, headed by what becomes of it. */
export function documents(expected: readonly Owned[]): string {
  return expected.map((one) => `# ${heading(one)}\n${writeYAML(one.object)}`).join('---\n');
}

function heading({ lifetime, write, generate }: Owned): string {
  const random = generate === undefined ? '' : `, generated: ${Object.keys(generate).join(', ')}`;
  return `lifetime ${lifetime}, ${write}${random}`;
}
