import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest, Site } from '../component.ts';
import { documents, liveObject, livePod, observed, released, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';
import { cache } from './index.ts';
import { maintenancePageVcl } from './vcl/maintenance-page-vcl.ts';

const office = ['203.0.113.0/24', '2001:db8::/32'];
const inMaintenance = (allowFrom: string[] = [], more: TestOverrides = {}) =>
  testSite({ route: { maintenance: { allowFrom } }, ...more });
const web = liveObject('Service', 'shop-web', { spec: { clusterIP: '10.96.0.7' } });
const ingress = (service: string) =>
  liveObject('Ingress', 'shop', {
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: service } } }] } }] },
  });
const maintenancePage = (site = inMaintenance(), owned: Manifest[] = [web]) =>
  cache.manifests(site, observed({ owned }), released()).slice(1);
const deployment = (site = inMaintenance()) =>
  maintenancePage(site).find(({ object }) => object.kind === 'Deployment')?.object['spec'] as {
    replicas: number;
    template: { spec: { volumes: { configMap?: { name: string } }[]; imagePullSecrets?: object[] } };
  };

describe('the maintenance page of a site that is switched off', () => {
  const off = testSite({ replicas: 0 });

  it('is the same, but for what it says', () => {
    const kinds = maintenancePage(off).map(({ object }) => object.kind);
    assert.deepEqual(kinds, ['ConfigMap', 'Deployment', 'Service']);
    const [text, other] = [off, inMaintenance()].map((site) =>
      maintenancePageVcl(site, undefined).split('\n'),
    );
    const differing = text?.filter((line, at) => line !== other?.[at]);
    assert.deepEqual(differing, [
      '<title>Switched off</title>',
      '<h1>Switched off</h1>',
      '<p>This site is switched off at the moment. Please try again later.</p>',
    ]);
  });

  it('is reached by visitors', () => {
    const flows = cache.flows?.(off, observed());
    assert.ok(flows?.some(({ from, to }) => from === 'visitors' && to === 'cache'));
  });

  it('is in maintenance, when that is wanted too', () => {
    const both = testSite({ replicas: 0, route: { maintenance: { allowFrom: [] } } });
    assert.match(maintenancePageVcl(both, undefined), /<title>Maintenance/);
  });

  it('has no more pods when the site comes back', () => {
    const [, page] = maintenancePage(off).map(({ object }) => object);
    const kept = maintenancePage(testSite({ replicas: 3 }), [web, page ?? web, ingress('shop-maintenance')]);
    assert.deepEqual(kept.at(-2)?.object, page);
  });
});

describe('the maintenance page of a site in maintenance', () => {
  it('is the objects of the golden file', () => {
    const short = maintenancePage().map((one) =>
      one.object.kind === 'ConfigMap' ? { ...one, object: { ...one.object, data: {} } } : one,
    );
    expectGolden(new URL('golden/maintenance.yaml', import.meta.url), documents(short));
  });

  it('is not there otherwise', () => {
    assert.deepEqual(maintenancePage(testSite()), []);
    assert.deepEqual(maintenancePage(testSite(), [web, ingress('shop-web')]), []);
  });

  it('stays as it is until the route leads to the site again', () => {
    const expected = maintenancePage(inMaintenance(office)).map(({ object }) => object);
    const kept = maintenancePage(testSite(), [web, ...expected, ingress('shop-maintenance')]);
    const [, ...rest] = expected;
    assert.deepEqual(
      kept.slice(1).map(({ object }) => object),
      rest,
    );
    const [map] = kept;
    const { name } = expected[0]!.metadata;
    assert.deepEqual(map?.object, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    assert.equal(
      map.write,
      'createOnce',
      'what is in it is not known any more: it stays, and is not written',
    );
    assert.deepEqual(maintenancePage(testSite(), [web, ...expected, ingress('shop-web')]), []);
  });

  it('leaves a pod that ends what it runs, and takes it away afterwards', () => {
    const name = 'shop-maintenance-0123456789';
    const volumes = [
      { name: 'vcl', configMap: { name } },
      { name: 'tmp', emptyDir: {} },
    ];
    const pod = { ...livePod({ component: 'cache' }), spec: { volumes } };
    const old = liveObject('ConfigMap', name, { data: { 'site.vcl': 'old' } });
    const left = (site: Site, pods: Manifest[]) =>
      cache
        .manifests(site, observed({ owned: [web, old], pods }), released())
        .filter(({ object }) => object.metadata.name === name)
        .map(({ object, write }) => [write, object['data']]);
    assert.deepEqual(left(inMaintenance(), [pod]), [['createOnce', undefined]]);
    assert.deepEqual(left(testSite(), [pod]), [['createOnce', undefined]]);
    assert.deepEqual(left(testSite(), []), []);
  });

  it('is open to visitors, and to it the site, until its last pod is gone', () => {
    const [visitors, ...more] = cache.flows?.(inMaintenance(), observed()) ?? [];
    assert.deepEqual(more, [
      { from: 'visitors', to: 'cache', port: 6081 },
      { from: 'cache', to: 'web', port: 6081 },
    ]);
    const pods = [livePod({ component: 'cache' })];
    assert.deepEqual(cache.flows?.(testSite(), observed({ pods })), [visitors, ...more]);
    assert.deepEqual(cache.flows?.(testSite(), observed()), [visitors]);
  });

  it('runs the VCL that is written beside it', () => {
    const [configMap] = maintenancePage();
    assert.equal(configMap?.object.kind, 'ConfigMap');
    assert.deepEqual(
      deployment().template.spec.volumes.flatMap((volume) => volume.configMap ?? []),
      [{ name: configMap.object.metadata.name }],
    );
  });

  it('is two where the site is more than one, and pulls with the credentials of the site', () => {
    const rows = [0, 1, 2, 20].map((replicas) => deployment(inMaintenance([], { replicas })).replicas);
    assert.deepEqual(rows, [1, 1, 2, 2]);
    const imagePullSecrets = [{ name: 'registry' }];
    const { template } = deployment(inMaintenance([], { imagePullSecrets }));
    assert.deepEqual(template.spec.imagePullSecrets, imagePullSecrets);
  });
});

describe('the VCL of the maintenance page', () => {
  const of = (allowFrom: string[], address: string | undefined = '10.96.0.7') =>
    maintenancePageVcl(inMaintenance(allowFrom), address);

  for (const [name, allowFrom] of [
    ['maintenance', []],
    ['maintenance-open', office],
  ] as const) {
    it(`is the golden file ${name}.vcl`, () => {
      expectGolden(new URL(`golden/${name}.vcl`, import.meta.url), of([...allowFrom]));
    });
  }

  it('reaches nothing when nobody is let through, or when nothing is known to be behind it', () => {
    for (const text of [of([]), maintenancePageVcl(inMaintenance(office), undefined)]) {
      assert.match(text, /^backend default none;$/m);
      assert.doesNotMatch(text, /return \(p(?:ass|ipe)\)|acl /);
    }
  });

  it('answers the probes before it says 503', () => {
    const text = of(office);
    const places = ['varnish-health', 'let_through) {', 'synth(503)'].map((mark) => text.indexOf(mark));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it('knows a visitor as the site does, before it decides', () => {
    const text = of(office);
    const places = ['call hostedsite_visitor;', '~ let_through'].map((mark) => text.indexOf(mark));
    assert.ok((places[0] ?? -1) > 0 && (places[0] ?? 0) < (places[1] ?? 0));
    const route = { maintenance: { allowFrom: office }, trustedProxies: ['198.51.100.0/24'] };
    assert.match(
      maintenancePageVcl(testSite({ route }), '10.96.0.7'),
      /acl trusted_proxies \{\n {4}"198\.51\.100\.0"\/24;/,
    );
  });

  it('holds nothing that is no range of addresses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^[0-9a-fA-F:.]+\/[0-9]{1,3}$/.test(text));
        assert.throws(() => of([text]), /no range of addresses/);
      }),
      { numRuns: 30 },
    );
  });
});
