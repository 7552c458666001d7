import assert from 'node:assert/strict';
import { defaultSizes } from '../components/sizes.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { liveObject } from '../testing/site.ts';
import { hostedSite, settings, sight } from '../testing/world.ts';
import { effective } from './effective.ts';
import { resolve } from './resolve.ts';

const mariadb = { engine: 'MariaDB' } as const;

function shownOf(
  spec: Partial<HostedSiteSpec> = {},
  {
    owned = [],
    reported = settings,
  }: { owned?: Parameters<typeof sight>[0]; reported?: typeof settings } = {},
): Record<string, unknown> {
  const site = hostedSite(spec);
  return effective(resolve(site, reported), sight(owned, site));
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
    const reported = {
      ...settings,
      sizes: { ...defaultSizes, Small: { ...Small, cache: { memory: '96Mi' } } },
      trustedProxies: ['203.0.113.0/24'],
    };
    const { cache, route } = shownOf({}, { reported }) as HostedSiteSpec;
    assert.equal(cache?.memory, '96Mi');
    assert.deepEqual(route?.trustedProxies, ['203.0.113.0/24']);
    const written = shownOf({ route: { trustedProxies: ['10.1.0.0/16'] } }, { reported }) as HostedSiteSpec;
    assert.equal(written.route?.trustedProxies, undefined);
  });

  it('says the number of pods that an autoscaler has left behind, until one is written', () => {
    const annotations = { 'hostedsite.dev/replicas': '5' };
    const deployment = liveObject('Deployment', 'shop-web', { spec: { replicas: 5 } });
    const owned = [{ ...deployment, metadata: { ...deployment.metadata, annotations } }];
    assert.equal(shownOf({}, { owned })['replicas'], 5);
    assert.equal(shownOf({ replicas: 2 }, { owned })['replicas'], 2);
  });
});
