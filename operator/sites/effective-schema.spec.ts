import assert from 'node:assert/strict';
import { parted } from '../../tools/reference.ts';
import { exampleOf } from '../api/field-words.ts';
import { structural } from '../api/structural.ts';
import type { Structural } from '../api/structural.ts';
import { components } from '../components/index.ts';
import { effectiveSpec, hidden } from '../kinds/hosted-site/effective.ts';
import { hostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { hostedSite as hostedSiteKind } from '../kinds/hosted-site/index.ts';
import { hostedSite, settings, sight } from '../testing/world.ts';
import { effective } from './effective.ts';
import { resolve } from './resolve.ts';

const mariadb = { engine: 'MariaDB' } as const;

function shownOf(spec: Partial<HostedSiteSpec> = {}, reported = settings): Record<string, unknown> {
  const site = hostedSite(spec);
  return effective(resolve(site, reported), sight([], site));
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

/** A list is a value too, unless it is one of objects. */
function valuesIn(value: unknown, path = ''): [path: string, value: unknown][] {
  if (Array.isArray(value) && value.some((one) => typeof one === 'object'))
    return value.flatMap((one) => valuesIn(one, `${path}[]`));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, below]) =>
    valuesIn(below, path === '' ? name : `${path}.${name}`),
  );
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

describe('the fields of status.effective', () => {
  it('holds nothing that could be a secret, and nothing that would only be said again', () => {
    const text = JSON.stringify(shownOf(everything));
    assert.doesNotMatch(text, /hush/i);
    assert.doesNotMatch(text, /10\.9\.9/);
    assert.ok(text.length < 3000, `${text.length} bytes`);
  });

  it('has every field of its schema, and the schema each of its fields', () => {
    const reported = { ...settings, trustedProxies: ['203.0.113.0/24'] };
    const sites = [
      { ...examples, ...everything },
      { objectCache: { engine: 'Memcached' }, autoscaling: { maxReplicas: 4 } },
      { route: { tls: { issuerRef: { name: 'letsencrypt' } } } },
    ] satisfies Partial<HostedSiteSpec>[];
    const shown = sites.map((spec) => shownOf(spec, reported));
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
    const values = new Map(valuesIn({ ...shown, replicas }));
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
