import assert from 'node:assert/strict';
import { exampleOf } from '../api/field-words.ts';
import { structural } from '../api/structural.ts';
import type { Structural } from '../api/structural.ts';
import { components } from '../components/index.ts';
import { defaultSizes } from '../components/sizes.ts';
import { hostedSite as hostedSiteKind } from '../kinds/hosted-site/index.ts';
import { effectiveSpec, hidden } from '../kinds/hosted-site/effective.ts';
import { hostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { parted } from '../../tools/reference.ts';
import { liveObject } from '../testing/site.ts';
import { World, hostedSite, settings, sight } from '../testing/world.ts';
import { effective } from './effective.ts';
import { resolve } from './resolve.ts';

const mariadb = { engine: 'MariaDB' } as const;

function shownOf(
  spec: Partial<HostedSiteSpec> = {},
  { owned = [], told = settings }: { owned?: Parameters<typeof sight>[0]; told?: typeof settings } = {},
): Record<string, unknown> {
  const site = hostedSite(spec);
  return effective(resolve(site, told), sight(owned, site));
}

/** Of a field that is no object: `web.resources.limits.cpu`, `cron[].name`. */
function pathsOf({ properties, items }: Structural, path = ''): string[] {
  if (items !== undefined) return pathsOf(items, `${path}[]`);
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([name, below]) =>
    pathsOf(below, path === '' ? name : `${path}.${name}`),
  );
}

function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsIn(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, below]) =>
    pathsIn(below, path === '' ? name : `${path}.${name}`),
  );
}

/** Lists are values too, unless they are of objects. */
function valuesIn(
  value: unknown,
  path = '',
  into = new Map<string, unknown>(),
): ReadonlyMap<string, unknown> {
  const objects = Array.isArray(value) ? value.filter((one) => typeof one === 'object') : [];
  if (typeof value !== 'object' || value === null || (Array.isArray(value) && objects.length === 0))
    return into.set(path, value);
  if (Array.isArray(value)) for (const one of objects) valuesIn(one, `${path}[]`, into);
  else
    for (const [name, below] of Object.entries(value))
      valuesIn(below, path === '' ? name : `${path}.${name}`, into);
  return into;
}

/** Path and default of every field whose description names one. */
function defaultsIn({ properties = {}, items }: Structural, path = ''): [path: string, standard: string][] {
  if (items !== undefined) return defaultsIn(items, `${path}[]`);
  return Object.entries(properties).flatMap(([name, below]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const { standard } = parted(below.description ?? '');
    return [...(standard === '' ? [] : [[at, standard] as [string, string]]), ...defaultsIn(below, at)];
  });
}

/** Defaults that are a matter of the size, of the preset or of the cluster. */
const prose = /^(by size|the preset's|as replicas by size, at most maxReplicas)$/;

/** With a secret wherever people could write one. */
const everything: Partial<HostedSiteSpec> = {
  preset: 'WordPress',
  database: { ...mariadb, storage: { storageClassName: 'fast' }, resources: disk() },
  objectCache: { engine: 'Valkey' },
  files: {
    accessMode: 'ReadWriteMany',
    storageClassName: 'fast',
    paths: [{ subPath: 'hush', mountPath: '/hush' }],
  },
  replicas: 3,
  boost: { replicas: 8, endTime: '2030-12-01T18:00:00Z' },
  release: { command: ['migrate', '--password=hush'] },
  web: {
    command: ['serve', '--token=hush'],
    args: ['hush'],
    env: [{ name: 'TOKEN', value: 'hush' }],
    envFrom: [{ secretRef: { name: 'hush' } }],
    generatedEnv: ['HUSH'],
    configFiles: [{ configMap: { name: 'hush' }, mountPath: '/hush' }],
  },
  cache: { keepCookies: ['hush'], passPaths: ['/hush'] },
  route: {
    ingressClassName: 'traefik',
    tls: { secretName: 'shop-tls' },
    maintenance: { enabled: true, allowFrom: ['10.9.9.9/32'] },
  },
  egress: { mode: 'Restricted', to: [{ cidr: '10.9.9.0/24' }] },
  cron: [{ name: 'tidy', schedule: 'H 3 * * *', command: ['tidy', 'hush'] }],
  workers: [{ name: 'mail', command: ['work', 'hush'] }],
};

/** What the components of fields that are not above show of them. */
const fields = components.flatMap((component) => Object.keys(component.fields ?? {}));
const examples = Object.fromEntries(
  fields
    .filter((field) => field !== 'autoscaling')
    .map((field) => [field, exampleOf(hostedSiteKind.words, `spec.${field}`)]),
);

function disk() {
  const amounts = { 'ephemeral-storage': '1Gi' };
  return { requests: amounts, limits: amounts };
}

describe('status.effective', () => {
  it('is of a site of two lines what preset, size and defaults say, in the words of the spec', () => {
    const { web, files, database } = defaultSizes.Small;
    assert.deepEqual(shownOf({ preset: 'WordPress', database: mariadb }), {
      preset: 'WordPress',
      environment: 'Production',
      size: 'Small',
      suspend: false,
      replicas: 1,
      egress: { mode: 'Internet' },
      files: {
        size: files.size,
        accessMode: 'ReadWriteOnce',
        mountPath: '/var/www/html/wp-content/uploads',
      },
      database: {
        engine: 'MariaDB',
        replicas: 1,
        storage: { size: database.storage },
        resources: database.resources,
      },
      cache: {
        mode: 'Enabled',
        memory: '64Mi',
        resources: {
          requests: { cpu: '50m', memory: '212Mi', 'ephemeral-storage': '16Mi' },
          limits: { cpu: '1', memory: '517Mi', 'ephemeral-storage': '256Mi' },
        },
        ttl: '2m',
        grace: '1h',
        maxTTL: '24h',
        ignoreQueryParameters: ['utm_*', 'fbclid', 'gclid', 'msclkid', 'mc_cid', 'mc_eid'],
      },
      web: {
        port: 8000,
        healthPath: '/wp-includes/images/blank.gif',
        startupSeconds: 120,
        idleTimeout: '1h',
        resources: web.resources,
        scratchSize: '1Gi',
      },
      rollout: {
        maxSurge: 1,
        maxUnavailable: 0,
        progressDeadlineSeconds: 600,
        terminationGracePeriodSeconds: 30,
      },
      route: {
        redirectToHTTPS: false,
        redirectToCanonicalHost: false,
        maintenance: { enabled: false },
      },
      cron: [
        {
          name: 'wp-cron',
          schedule: 'H/15 * * * *',
          activeDeadlineSeconds: 3600,
          timeZone: 'Etc/UTC',
        },
      ],
    });
  });

  type Row = [title: string, spec: Partial<HostedSiteSpec>, part: string, shown: unknown];
  const rows: Row[] = [
    ['a size', { size: 'Large' }, 'cache.memory', '1Gi'],
    ['what is written beside a size', { size: 'Large', cache: { memory: '2Gi' } }, 'cache.memory', '2Gi'],
    ['what follows from memory', { cache: { memory: '1Gi' } }, 'cache.resources.requests.memory', '1460Mi'],
    ['a written limit', { web: { resources: { limits: { cpu: 3 } } } }, 'web.resources.limits.cpu', '3'],
    [
      'a limit that a larger scratch space needs',
      { web: { scratchSize: '4Gi' } },
      'web.resources.limits.ephemeral-storage',
      '5120Mi',
    ],
    ['a time in its largest unit', { cache: { ttl: '120m' } }, 'cache.ttl', '2h'],
    [
      'a deadline behind a long start',
      { web: { startupSeconds: 900 } },
      'rollout.progressDeadlineSeconds',
      1200,
    ],
    ['the place of files without a preset', { files: {} }, 'files.mountPath', '/data'],
    [
      'an issuer',
      { route: { tls: { issuerRef: { name: 'letsencrypt' } } } },
      'route.tls',
      { issuerRef: { kind: 'Issuer', group: 'cert-manager.io', name: 'letsencrypt' } },
    ],
    ['a site switched off', { replicas: 0, autoscaling: { maxReplicas: 4 } }, 'replicas', 0],
    ['a suspended site', { suspend: true }, 'suspend', true],
    [
      'an autoscaler',
      { autoscaling: { maxReplicas: 4 } },
      'autoscaling',
      { minReplicas: 1, targetCPUUtilizationPercentage: 70, maxReplicas: 4 },
    ],
    ['no replicas beside an autoscaler', { autoscaling: { maxReplicas: 4 } }, 'replicas', undefined],
    [
      'no list that is written',
      { cache: { ignoreQueryParameters: ['ref'] } },
      'cache.ignoreQueryParameters',
      undefined,
    ],
    ['no part that the site has not', {}, 'database', undefined],
  ];
  for (const [title, spec, part, expected] of rows) {
    it(`says ${title}`, () => {
      const found = part
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], shownOf(spec));
      assert.deepEqual(found, expected);
    });
  }

  it("says the operator's own table and proxies, where none are written", () => {
    const { Small } = defaultSizes;
    const told = {
      ...settings,
      sizes: { ...defaultSizes, Small: { ...Small, cache: { memory: '96Mi' } } },
      trustedProxies: ['203.0.113.0/24'],
    };
    const { cache, route } = shownOf({}, { told }) as HostedSiteSpec;
    assert.equal(cache?.memory, '96Mi');
    assert.deepEqual(route?.trustedProxies, ['203.0.113.0/24']);
    const written = shownOf({ route: { trustedProxies: ['10.1.0.0/16'] } }, { told }) as HostedSiteSpec;
    assert.equal(written.route?.trustedProxies, undefined);
  });

  it('says the number of pods that an autoscaler has left behind, until one is written', () => {
    const annotations = { 'hostedsite.dev/replicas': '5' };
    const deployment = liveObject('Deployment', 'shop-web', { spec: { replicas: 5 } });
    const owned = [{ ...deployment, metadata: { ...deployment.metadata, annotations } }];
    assert.equal(shownOf({}, { owned })['replicas'], 5);
    assert.equal(shownOf({ replicas: 2 }, { owned })['replicas'], 2);
  });

  it('holds nothing that could be a secret, and nothing that would only be said again', () => {
    const text = JSON.stringify(shownOf(everything));
    assert.doesNotMatch(text, /hush/i);
    assert.doesNotMatch(text, /10\.9\.9/);
    assert.ok(text.length < 3000, `${text.length} bytes`);
  });

  it('has every field of its schema, and the schema each of its fields', () => {
    const told = { ...settings, trustedProxies: ['203.0.113.0/24'] };
    const sites = [
      { ...examples, ...everything },
      { objectCache: { engine: 'Memcached' }, autoscaling: { maxReplicas: 4 } },
      { route: { tls: { issuerRef: { name: 'letsencrypt' } } } },
    ] satisfies Partial<HostedSiteSpec>[];
    const shown = sites.map((spec) => shownOf(spec, { told }));
    const found = new Set(shown.flatMap((one) => pathsIn(one)));
    const declared = pathsOf(structural(effectiveSpec, 'effective'));
    assert.deepEqual(
      [...found].sort(),
      declared.sort(),
      'show it in effective.ts of the component, or name it in hidden',
    );
    for (const one of shown) assert.deepEqual(effectiveSpec.parse(one), one);
  });

  it('is of a site that writes nothing what the reference names as the default', () => {
    const blocks = {
      database: mariadb,
      files: {},
      objectCache: { engine: 'Valkey' },
      release: { command: ['a'] },
    } satisfies Partial<HostedSiteSpec>;
    const lists = {
      cron: [{ name: 'a', schedule: '0 0 * * *', command: ['a'] }],
      workers: [{ name: 'a', command: ['a'] }],
    };
    const route = { tls: { issuerRef: { name: 'a' } } };
    const shown = shownOf({ ...blocks, ...lists, route, autoscaling: { maxReplicas: 4 } });
    const { replicas } = shownOf();
    const values = valuesIn({ ...shown, replicas });
    const named = defaultsIn(structural(hostedSiteSpec, 'spec')).filter(([path]) => values.has(path));
    const literal = named.filter(([, standard]) => !prose.test(standard));
    assert.ok(literal.length >= 20, `${literal.length} fields`);
    for (const [path, standard] of literal) {
      const said = [values.get(path)].flat().join(', ');
      // `600, or …`, `…, else /data`
      const isNamed =
        standard === said || standard.startsWith(`${said}, or `) || standard.endsWith(`, else ${said}`);
      assert.ok(isNamed, `${path} is ${said}, and the reference says ${standard}`);
    }
  });

  it('hides fields that there are', () => {
    const all = new Set<string>();
    const collect = ({ properties = {}, items }: Structural, path: string): void => {
      if (items !== undefined) collect(items, `${path}[]`);
      for (const [name, below] of Object.entries(properties)) {
        const at = path === '' ? name : `${path}.${name}`;
        all.add(at);
        collect(below, at);
      }
    };
    collect(structural(hostedSiteSpec, 'spec'), '');
    assert.deepEqual(
      [...hidden].filter((path) => !all.has(path)),
      [],
    );
  });
});

describe('status.effective of a pass', () => {
  const shown = (world: World) => world.site.status?.effective;

  it('comes with the status that an edit writes anyway', async () => {
    const world = new World({}, components);
    await world.bringUp();
    assert.deepEqual(shown(world), shownOf());
    world.cluster.forgetRecords();
    world.change({ cache: { memory: '80Mi' } });
    await world.pass();
    assert.equal((shown(world) as HostedSiteSpec).cache?.memory, '80Mi');
    const { writes } = world.cluster;
    assert.equal(writes.filter(({ verb }) => verb === 'status').length, 1);
  });

  it('is what the spec asks for while the site is suspended, or refused', async () => {
    const world = new World({}, components);
    await world.bringUp();
    world.change({ suspend: true, cache: { memory: '80Mi' } });
    await world.pass();
    assert.equal((shown(world) as HostedSiteSpec).cache?.memory, '80Mi');
    world.change({ suspend: false, replicas: 2, files: {} });
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/AccessModeConflict');
    assert.equal((shown(world) as HostedSiteSpec).replicas, 2);
  });

  it('is not said of a maintenance page that only a release shows', async () => {
    const command = ['migrate'];
    const world = new World({ release: { command, order: 'Maintenance' } }, components);
    await world.bringUp();
    world.change({ image: 'registry.example.org/shop:2' });
    await world.pass();
    assert.deepEqual((shown(world) as HostedSiteSpec).route?.maintenance, { enabled: false });
  });

  it('is absent where the spec could not be resolved', async () => {
    const world = new World({}, components);
    await world.bringUp();
    const { Small: _, ...sizes } = defaultSizes;
    world.settings = { ...settings, sizes: sizes as typeof defaultSizes };
    await world.pass().catch(() => undefined);
    assert.equal(shown(world), undefined);
    assert.equal(world.site.status?.observedGeneration, 1);
  });
});
