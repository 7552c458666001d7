import assert from 'node:assert/strict';
import { hostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { siteUrl } from '../components/address.ts';
import type { Component, PodTemplate } from '../components/component.ts';
import { components } from '../components/index.ts';
import { gathered, rendered } from '../sites/desired.ts';
import { fakeComponents } from '../testing/fake-components.ts';
import { contentHash } from '../objects/hash.ts';
import { releaseInputs } from './release.ts';
import { resolve } from '../sites/resolve.ts';
import { hostedSite, settings, sight } from '../testing/world.ts';

const base: HostedSiteSpec = {
  image: 'registry.example.org/shop:1',
  preset: 'WordPress',
  hosts: ['www.example.org'],
  database: { engine: 'MariaDB' },
};

/** Every field of the spec with another value, and whether it makes a release. */
const changes: { field: string; change: Partial<HostedSiteSpec>; release: boolean }[] = [
  { field: 'image', change: { image: 'registry.example.org/shop:2' }, release: true },
  { field: 'imagePullSecrets', change: { imagePullSecrets: [{ name: 'registry' }] }, release: true },
  { field: 'preset', change: { preset: 'Generic' }, release: true },
  { field: 'hosts', change: { hosts: ['example.org', 'www.example.org'] }, release: true },
  { field: 'hosts', change: { hosts: ['www.example.org', 'example.org'] }, release: true },
  { field: 'environment', change: { environment: 'Staging' }, release: true },
  { field: 'size', change: { size: 'Large' }, release: true },
  { field: 'replicas', change: { replicas: 2 }, release: false },
  { field: 'autoscaling', change: { autoscaling: { maxReplicas: 4 } }, release: false },
  {
    field: 'boost',
    change: { boost: { replicas: 4, endTime: '2100-01-01T00:00:00Z' } },
    release: false,
  },
  { field: 'suspend', change: { suspend: true }, release: false },
  { field: 'deletionPolicy', change: { deletionPolicy: 'Delete' }, release: false },
  { field: 'ttl', change: { ttl: '72h' }, release: false },
  { field: 'web.port', change: { web: { port: 8001 } }, release: true },
  { field: 'web.command', change: { web: { command: ['serve'] } }, release: true },
  { field: 'web.args', change: { web: { args: ['--verbose'] } }, release: true },
  { field: 'web.env', change: { web: { env: [{ name: 'A', value: 'b' }] } }, release: true },
  { field: 'web.envFrom', change: { web: { envFrom: [{ secretRef: { name: 'mail' } }] } }, release: true },
  { field: 'web.generatedEnv', change: { web: { generatedEnv: ['SECRET_KEY'] } }, release: true },
  {
    field: 'web.configFiles',
    change: { web: { configFiles: [{ configMap: { name: 'settings' }, mountPath: '/etc/shop' }] } },
    release: true,
  },
  { field: 'web.healthPath', change: { web: { healthPath: '/up' } }, release: true },
  { field: 'web.startupSeconds', change: { web: { startupSeconds: 300 } }, release: true },
  { field: 'web.idleTimeout', change: { web: { idleTimeout: '2h' } }, release: true },
  { field: 'web.resources', change: { web: { resources: { limits: { memory: '1Gi' } } } }, release: true },
  { field: 'web.scratchSize', change: { web: { scratchSize: '2Gi' } }, release: true },
  { field: 'rollout.maxSurge', change: { rollout: { maxSurge: 2 } }, release: false },
  { field: 'rollout.maxUnavailable', change: { rollout: { maxUnavailable: 1 } }, release: false },
  {
    field: 'rollout.progressDeadlineSeconds',
    change: { rollout: { progressDeadlineSeconds: 60 } },
    release: false,
  },
  {
    field: 'rollout.terminationGracePeriodSeconds',
    change: { rollout: { terminationGracePeriodSeconds: 60 } },
    release: true,
  },
  { field: 'release', change: { release: { command: ['migrate'] } }, release: false },
  { field: 'cache.mode', change: { cache: { mode: 'Pass' } }, release: true },
  { field: 'cache.memory', change: { cache: { memory: '1Gi' } }, release: true },
  { field: 'cache.ttl', change: { cache: { ttl: '5m' } }, release: true },
  { field: 'cache.grace', change: { cache: { grace: '5h' } }, release: true },
  { field: 'cache.maxTTL', change: { cache: { maxTTL: '2h' } }, release: true },
  { field: 'cache.keepCookies', change: { cache: { keepCookies: ['basket'] } }, release: true },
  {
    field: 'cache.ignoreCookies',
    change: { preset: 'Generic', cache: { ignoreCookies: ['theme'] } },
    release: true,
  },
  { field: 'cache.ignoreQueryParameters', change: { cache: { ignoreQueryParameters: [] } }, release: true },
  { field: 'cache.passPaths', change: { cache: { passPaths: ['/cart'] } }, release: true },
  { field: 'database', change: { preset: 'Generic', database: undefined as never }, release: true },
  {
    field: 'database.storage',
    change: { database: { engine: 'MariaDB', storage: { size: '20Gi' } } },
    release: false,
  },
  {
    field: 'database.resources',
    change: { database: { engine: 'MariaDB', resources: { limits: { memory: '2Gi' } } } },
    release: false,
  },
  { field: 'objectCache', change: { objectCache: { engine: 'Valkey' } }, release: true },
  { field: 'files.size', change: { files: { size: '20Gi' } }, release: false },
  { field: 'files.storageClassName', change: { files: { storageClassName: 'fast' } }, release: false },
  { field: 'files.accessMode', change: { files: { accessMode: 'ReadWriteMany' } }, release: true },
  { field: 'files.mountPath', change: { preset: 'Generic', files: { mountPath: '/srv' } }, release: true },
  {
    field: 'files.paths',
    change: { files: { paths: [{ subPath: 'themes', mountPath: '/srv/themes' }] } },
    release: true,
  },
  { field: 'egress', change: { egress: { mode: 'Restricted' } }, release: false },
  {
    field: 'cron',
    change: { cron: [{ name: 'report', schedule: 'H 3 * * *', command: ['report'] }] },
    release: false,
  },
  { field: 'workers', change: { workers: [{ name: 'mail', command: ['mail'] }] }, release: false },
  { field: 'route', change: { route: { ingressClassName: 'traefik' } }, release: false },
  { field: 'route.tls', change: { route: { tls: { secretName: 'own' } } }, release: true },
  { field: 'route.redirectToHTTPS', change: { route: { redirectToHTTPS: true } }, release: true },
  {
    field: 'route.redirectToCanonicalHost',
    change: { hosts: ['www.example.org', 'example.org'], route: { redirectToCanonicalHost: true } },
    release: true,
  },
  {
    field: 'route.trustedProxies',
    change: { route: { trustedProxies: ['203.0.113.0/24'] } },
    release: true,
  },
  {
    field: 'route.maintenance',
    change: { route: { maintenance: { enabled: true, allowFrom: ['203.0.113.0/24'] } } },
    release: false,
  },
];

const lists: { name: string; components: readonly Component[] }[] = [
  { name: 'components of specs', components: fakeComponents() },
  { name: 'components of sites', components },
];

function templateOf(list: readonly Component[], spec: HostedSiteSpec): PodTemplate {
  const owner = hostedSite(spec);
  const seen = sight([], owner);
  const site = resolve(owner, settings);
  const enabled = list.filter((component) => component.enabled(site));
  return rendered(enabled, site, seen, gathered(enabled, site, seen));
}

/** What a revision is told apart by. */
function inputs(spec: HostedSiteSpec): string {
  const site = resolve(hostedSite(spec), settings);
  return contentHash([releaseInputs(spec, site), site.hosts, siteUrl(site)]);
}

describe('the inputs of a release', () => {
  for (const { field, change, release } of changes) {
    const spec = { ...base, ...change };
    it(`${release ? 'hold' : 'leave out'} ${field}`, () =>
      assert.equal(inputs(spec) !== inputs(base), release));

    for (const { name, components: list } of lists) {
      it(`hold ${field} if it changes the pod template of the ${name}`, () => {
        const isRendered = contentHash(templateOf(list, spec)) !== contentHash(templateOf(list, base));
        assert.ok(
          release || !isRendered,
          `${field} changes the pod template: add it to the inputs of its component`,
        );
      });
    }
  }

  it('name every field of the spec in this table', () => {
    const fields = new Set(changes.map(({ field }) => field.split(/[. ]/)[0]));
    assert.deepEqual([...fields].sort(), Object.keys(hostedSiteSpec.shape).sort());
  });

  it('hold files where the preset keeps none', () => {
    const generic: HostedSiteSpec = { ...base, preset: 'Generic' };
    assert.notEqual(inputs({ ...generic, files: {} }), inputs(generic));
  });

  it('hold the engine of an object cache, and not its memory', () => {
    const withCache = (objectCache: HostedSiteSpec['objectCache']) =>
      inputs({ ...base, preset: 'Generic', ...(objectCache && { objectCache }) });
    assert.notEqual(withCache({ engine: 'Memcached' }), withCache({ engine: 'Valkey' }));
    assert.equal(withCache({ engine: 'Valkey', memory: '1Gi' }), withCache({ engine: 'Valkey' }));
  });

  it('hold the hosts where those are redirected', () => {
    const route = { redirectToCanonicalHost: true };
    const more = ['www.example.org', 'example.org'];
    assert.notEqual(inputs({ ...base, route, hosts: more }), inputs({ ...base, route }));
  });

  const same: [string, Partial<HostedSiteSpec>][] = [
    ['files that the preset keeps anyway', { files: { size: '20Gi' } }],
    ['an empty block', { web: {} }],
    ['empty blocks within', { web: { resources: { limits: {} } }, rollout: {} }],
    ['fields in another order', { hosts: base.hosts, image: base.image }],
  ];
  for (const [title, change] of same) {
    it(`are the same with ${title}`, () => assert.equal(inputs({ ...base, ...change }), inputs(base)));
  }
});
