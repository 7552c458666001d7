import assert from 'node:assert/strict';
import { isHeld } from '../components/holds.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Site } from '../components/component.ts';
import { presets } from '../presets/index.ts';
import { resolve } from './resolve.ts';
import { defaultSizes, sizeTable } from '../components/sizes.ts';
import { hostedSite, settings } from '../testing/world.ts';

function resolved(spec: Partial<HostedSiteSpec> = {}): Site {
  return resolve(hostedSite(spec), settings);
}

const noRedirects = { redirectToHTTPS: false, redirectToCanonicalHost: false };
const mariadb = { engine: 'MariaDB' } as const;

describe('resolve', () => {
  it('gives a site of two lines everything', () => {
    assert.deepEqual(resolved(), {
      name: 'shop',
      namespace: 'customer-a',
      uid: 'site-uid',
      generation: 1,
      environment: 'Production',
      deletionPolicy: 'Retain',
      holds: [],
      preset: presets.Generic,
      image: 'registry.example.org/shop:1',
      imagePullSecrets: [],
      hosts: ['www.example.org'],
      replicas: 1,
      areReplicasBySize: true,
      web: {
        port: presets.Generic.port,
        env: [],
        envFrom: [],
        generatedEnv: [],
        configFiles: [],
        healthPath: presets.Generic.healthPath,
        idleTimeoutSeconds: 3600,
        resources: defaultSizes.Small.web.resources,
        scratchSize: '1Gi',
        startupSeconds: 120,
      },
      rollout: {
        maxSurge: 1,
        maxUnavailable: 0,
        progressDeadlineSeconds: 600,
        terminationGracePeriodSeconds: 30,
      },
      cache: {
        image: settings.images.varnish,
        mode: 'Enabled',
        memory: '64Mi',
        ttlSeconds: 120,
        graceSeconds: 3600,
        maxTTLSeconds: 86_400,
        keepCookies: [],
        ignoreCookies: [],
        ignoreQueryParameters: ['utm_*', 'fbclid', 'gclid', 'msclkid', 'mc_cid', 'mc_eid'],
        passPaths: [],
      },
      route: noRedirects,
      egress: { mode: 'Internet', to: [] },
      network: settings.network,
      cron: [],
    });
  });

  it('knows of a maintenance only while it is enabled', () => {
    const allowFrom = ['203.0.113.0/24'];
    const rows = [{}, { enabled: false, allowFrom }, { enabled: true }, { enabled: true, allowFrom }];
    assert.deepEqual(
      rows.map((maintenance) => resolved({ route: { maintenance } }).route),
      [{}, {}, { maintenance: { allowFrom: [] } }, { maintenance: { allowFrom } }].map((more) => ({
        ...noRedirects,
        ...more,
      })),
    );
  });

  const deadlines: [startup: number | undefined, written: number | undefined, deadline: number][] = [
    [undefined, undefined, 600],
    [undefined, 90, 90],
    [300, undefined, 600],
    [301, undefined, 601],
    [1800, undefined, 2100],
    [1800, 1900, 1900],
  ];
  for (const [startupSeconds, written, deadline] of deadlines) {
    it(`gives a release ${deadline} s when a start may take ${startupSeconds} and ${written} s are written`, () => {
      const { rollout } = resolved({
        web: { ...(startupSeconds && { startupSeconds }) },
        rollout: { ...(written && { progressDeadlineSeconds: written }) },
      });
      assert.equal(rollout.progressDeadlineSeconds, deadline);
    });
  }

  it('leaves what is written as it is', () => {
    const site = resolved({
      preset: 'WordPress',
      environment: 'Staging',
      deletionPolicy: 'Delete',
      suspend: true,
      size: 'Large',
      replicas: 7,
      imagePullSecrets: [{ name: 'registry' }],
      web: {
        port: 8001,
        command: ['serve'],
        args: ['-v'],
        env: [{ name: 'A', value: 'b' }],
        healthPath: '/up',
        scratchSize: '5Gi',
      },
      rollout: { maxSurge: '50%', terminationGracePeriodSeconds: 5 },
      cache: {
        mode: 'Pass',
        memory: '16Mi',
        ttl: '10s',
        grace: '2h',
        ignoreQueryParameters: [],
        keepCookies: ['basket'],
      },
      database: { ...mariadb, storage: { size: '7Gi', storageClassName: 'fast' } },
      files: { size: '3Gi', accessMode: 'ReadWriteMany', storageClassName: 'shared' },
      route: { ingressClassName: 'traefik' },
    });
    assert.deepEqual(
      [site.environment, site.deletionPolicy, isHeld(site, 'Changes'), site.replicas],
      ['Staging', 'Delete', true, 7],
    );
    const { port, command, args, env, healthPath, scratchSize } = site.web;
    assert.deepEqual([port, command, args, env], [8001, ['serve'], ['-v'], [{ name: 'A', value: 'b' }]]);
    assert.deepEqual([healthPath, scratchSize], ['/up', '5Gi']);
    assert.deepEqual(site.rollout, {
      maxSurge: '50%',
      maxUnavailable: 0,
      progressDeadlineSeconds: 600,
      terminationGracePeriodSeconds: 5,
    });
    const { mode, memory, ttlSeconds, graceSeconds, ignoreQueryParameters, keepCookies } = site.cache;
    assert.deepEqual([mode, memory, ttlSeconds, graceSeconds], ['Pass', '16Mi', 10, 7200]);
    assert.deepEqual([ignoreQueryParameters, keepCookies], [[], ['basket']]);
    assert.deepEqual(site.database?.storage, { size: '7Gi', storageClassName: 'fast' });
    assert.deepEqual(site.files, {
      size: '3Gi',
      accessMode: 'ReadWriteMany',
      storageClassName: 'shared',
      mountPath: presets.WordPress.filesPath,
    });
    assert.deepEqual(site.route, { ...noRedirects, ingressClassName: 'traefik' });
  });

  for (const size of ['Small', 'Medium', 'Large'] as const) {
    it(`takes every amount of ${size} from the table`, () => {
      const site = resolved({ size, database: mariadb });
      const row = defaultSizes[size];
      assert.equal(site.replicas, row.replicas);
      assert.deepEqual(site.web.resources, row.web.resources);
      assert.equal(site.cache.memory, row.cache.memory);
      assert.deepEqual(site.database?.resources, row.database.resources);
      assert.deepEqual(site.database?.storage, { size: row.database.storage });
      const { objectCache } = resolved({ size, objectCache: { engine: 'Valkey' } });
      assert.equal(objectCache?.memory, row.objectCache.memory);
      assert.equal(resolved({ size, preset: 'WordPress', database: mariadb }).files?.size, row.files.size);
    });
  }

  it('has a database only when it is written, with the image of the configuration', () => {
    assert.equal(resolved().database, undefined);
    assert.equal(resolved({ database: mariadb }).database?.image, settings.images.mariadb);
  });

  it('has an object cache only when it is written, with the image of the configuration', () => {
    assert.equal(resolved().objectCache, undefined);
    const written = { engine: 'Memcached', memory: '100M' } as const;
    const { objectCache: image } = settings.images;
    assert.deepEqual(resolved({ objectCache: written }).objectCache, { ...written, image });
  });

  it('has the cron jobs of the preset, and those that are written', () => {
    const own = { name: 'report', schedule: 'H 3 * * *', command: ['report'], timeZone: 'Europe/Berlin' };
    const cronOf = (spec: Partial<HostedSiteSpec>) => resolved({ preset: 'WordPress', ...spec }).cron;
    assert.deepEqual(
      cronOf({}).map(({ name, timeZone, activeDeadlineSeconds }) => [name, timeZone, activeDeadlineSeconds]),
      [['wp-cron', 'Etc/UTC', 3600]],
    );
    assert.deepEqual(cronOf({ cron: [own] })[1], { ...own, activeDeadlineSeconds: 3600 });
    const replaced = cronOf({ cron: [{ ...own, name: 'wp-cron', activeDeadlineSeconds: 60 }] });
    assert.deepEqual(replaced, [{ ...own, name: 'wp-cron', activeDeadlineSeconds: 60 }]);
  });

  it('has files where the preset keeps uploads, and where they are written', () => {
    assert.equal(resolved().files, undefined);
    const { filesPath: mountPath } = presets.WordPress;
    const usual = { size: '1Gi', accessMode: 'ReadWriteOnce' };
    assert.deepEqual(resolved({ preset: 'WordPress' }).files, { ...usual, mountPath });
    const written = { size: '2Gi', mountPath: '/data' };
    assert.deepEqual(resolved({ files: { size: '2Gi' } }).files, { ...usual, ...written });
  });

  const replicas: { title: string; spec: Partial<HostedSiteSpec>; replicas: number }[] = [
    { title: 'by size', spec: { size: 'Medium' }, replicas: 2 },
    {
      title: 'one where a volume serves only one pod',
      spec: { size: 'Large', preset: 'WordPress' },
      replicas: 1,
    },
    {
      title: 'by size where the volume is shared',
      spec: { size: 'Large', files: { accessMode: 'ReadWriteMany' } },
      replicas: 3,
    },
    {
      title: 'as written, also where that is a conflict for a person to solve',
      spec: { replicas: 2, preset: 'WordPress' },
      replicas: 2,
    },
    { title: 'none', spec: { replicas: 0, autoscaling: { maxReplicas: 3 } }, replicas: 0 },
  ];
  for (const { title, spec, replicas: expected } of replicas) {
    it(`replicas: ${title}`, () => assert.equal(resolved(spec).replicas, expected));
  }

  it('takes what autoscaling leaves out from the size, and a boost as it is', () => {
    const { autoscaling, boost } = resolved({
      size: 'Large',
      autoscaling: { maxReplicas: 10 },
      boost: { replicas: 12, endTime: '2030-01-01T01:00:00+01:00' },
    });
    assert.deepEqual(autoscaling, { minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 70 });
    assert.deepEqual(boost, { replicas: 12, endTime: new Date('2030-01-01T00:00:00Z') });
    const few = { maxReplicas: 2, targetCPUUtilizationPercentage: 50 };
    assert.deepEqual(resolved({ size: 'Large', autoscaling: few }).autoscaling, { minReplicas: 2, ...few });
    const least = { ...few, minReplicas: 1 };
    assert.deepEqual(resolved({ size: 'Large', autoscaling: least }).autoscaling, least);
    assert.equal(resolved({ replicas: 0, autoscaling: few }).autoscaling, undefined);
  });

  describe('resources', () => {
    const small = defaultSizes.Small.web.resources;
    const rows: {
      title: string;
      written: NonNullable<HostedSiteSpec['web']>['resources'];
      requests?: object;
      limits?: object;
    }[] = [
      { title: 'one limit', written: { limits: { memory: '1Gi' } }, limits: { memory: '1Gi' } },
      { title: 'a number of cores', written: { limits: { cpu: 2 } }, limits: { cpu: '2' } },
      {
        title: 'a limit below the request brings the request down',
        written: { limits: { memory: '64Mi' } },
        limits: { memory: '64Mi' },
        requests: { memory: '64Mi' },
      },
      {
        title: 'a request above the limit brings the limit up',
        written: { requests: { cpu: '1500m' } },
        limits: { cpu: '1500m' },
        requests: { cpu: '1500m' },
      },
      {
        title: 'both',
        written: { requests: { cpu: '1' }, limits: { cpu: '3' } },
        limits: { cpu: '3' },
        requests: { cpu: '1' },
      },
      { title: 'nothing', written: {} },
    ];
    for (const { title, written, requests, limits } of rows) {
      it(title, () => {
        assert.deepEqual(resolved({ web: { ...(written && { resources: written }) } }).web.resources, {
          requests: { ...small.requests, ...requests },
          limits: { ...small.limits, ...limits },
        });
      });
    }
  });
});

describe('the built-in table of sizes', () => {
  it('is a table', () => assert.deepEqual(sizeTable.parse(defaultSizes), defaultSizes));
});

describe('the network', () => {
  it('is left out where the administrator has switched policies off', () => {
    const off = { ...settings, network: { ...settings.network, enabled: false } };
    assert.ok(!('network' in resolve(hostedSite(), off)));
  });

  it('may be reached by what is written, and the internet', () => {
    const to = [{ cidr: '10.20.0.0/16', ports: [{ port: 5432 }] }];
    assert.deepEqual(resolved({ egress: { to } }).egress, { mode: 'Internet', to });
    assert.deepEqual(resolved({ egress: { mode: 'Restricted' } }).egress, { mode: 'Restricted', to: [] });
  });
});
