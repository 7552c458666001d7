import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest, Site } from '../component.ts';
import { documents, noBindings, observed, released, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';
import { web } from './index.ts';

type Rendered = Record<string, unknown> & {
  initContainers: { name: string }[];
  containers: [Record<string, unknown> & { env: { name: string; value?: string }[] }];
  volumes: { name: string }[];
};
const all = released({
  bindings: {
    env: [{ name: 'DATABASE_HOST', value: 'shop-database' }],
    volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'shop-files' } }],
    mounts: [{ name: 'files', mountPath: '/data' }],
  },
  sidecars: {
    initContainers: [{ name: 'varnish', image: 'registry.example.org/varnish:7.7', restartPolicy: 'Always' }],
    volumes: [{ name: 'vcl', configMap: { name: 'shop-cache-1' } }],
  },
  servingPort: 'http',
});
const template = (overrides: TestOverrides = {}, gathered = all) =>
  web.podTemplate?.(testSite(overrides), observed(), gathered);
const pod = (overrides: TestOverrides = {}) => template(overrides)?.spec as Rendered;
const container = (overrides: TestOverrides = {}) => pod(overrides).containers[0];
const object = (kind: string, site: Site = testSite()) =>
  web.manifests(site, observed(), all).find((one) => one.object.kind === kind)?.object as Manifest;
const spec = (kind: string, site: Site = testSite()) => object(kind, site)['spec'] as Record<string, unknown>;

describe('web', () => {
  for (const preset of ['Generic', 'WordPress'] as const) {
    it(`is the objects of the golden file of ${preset}`, () => {
      const site = testSite({ preset });
      const rendered = web.podTemplate?.(site, observed(), all) ?? assert.fail();
      const release = released({ ...all, revision: { template: rendered } });
      expectGolden(
        new URL(`golden/${preset.toLowerCase()}.yaml`, import.meta.url),
        documents(web.manifests(site, observed(), release)),
      );
    });
  }

  describe('the pod template', () => {
    it('holds sidecars, then the application, and the volumes of both', () => {
      assert.deepEqual(
        [...pod().initContainers, ...pod().containers].map(({ name }) => name),
        ['varnish', 'application'],
      );
      assert.deepEqual(
        pod().volumes.map(({ name }) => name),
        ['scratch', 'files', 'vcl'],
      );
    });

    it('has no token and no variables of foreign Services', () => {
      assert.equal(pod()['automountServiceAccountToken'], false);
      assert.equal(pod()['enableServiceLinks'], false);
    });

    it('names the pull secrets, if any', () => {
      assert.deepEqual(pod({ imagePullSecrets: [{ name: 'registry' }] })['imagePullSecrets'], [
        { name: 'registry' },
      ]);
      assert.ok(!('imagePullSecrets' in pod()));
    });

    it('runs what the user wrote', () => {
      const { command, args, ports } = container({ web: { command: ['node'], args: ['a'], port: 9000 } });
      assert.deepEqual([command, args], [['node'], ['a']]);
      assert.deepEqual(ports, [{ name: 'application', containerPort: 9000, protocol: 'TCP' }]);
      assert.ok(!('command' in container()) && !('args' in container()));
    });

    it('asks the health path until it starts, and while it serves', () => {
      const { startupProbe, readinessProbe } = container({ web: { healthPath: '/health' } });
      const httpHeaders = [
        { name: 'Host', value: 'www.example.org' },
        { name: 'X-Forwarded-Proto', value: 'https' },
      ];
      const httpGet = { path: '/health', port: 'application', httpHeaders };
      assert.deepEqual(startupProbe, { httpGet, timeoutSeconds: 5, periodSeconds: 1, failureThreshold: 120 });
      assert.deepEqual(readinessProbe, { httpGet, timeoutSeconds: 5, periodSeconds: 2, failureThreshold: 3 });
    });

    it('asks for the first host, as visitors do', () => {
      const { readinessProbe } = container({ hosts: ['shop.example', 'www.shop.example'] });
      const { httpHeaders } = (readinessProbe as { httpGet: { httpHeaders: unknown[] } }).httpGet;
      assert.deepEqual(httpHeaders[0], { name: 'Host', value: 'shop.example' });
    });

    it('may take as long to start as the site says', () => {
      const { startupProbe } = container({ web: { startupSeconds: 900 } });
      const { periodSeconds, failureThreshold } = startupProbe as Record<string, number>;
      assert.deepEqual([periodSeconds, failureThreshold], [1, 900]);
    });

    it('is not restarted for a page that fails', () => {
      const { livenessProbe } = container() as { livenessProbe?: object };
      assert.deepEqual(Object.keys(livenessProbe ?? {}).slice(0, 1), ['tcpSocket']);
    });

    const sleeps: [number, number][] = [
      [1, 1],
      [2, 1],
      [3, 2],
      [9, 6],
      [15, 10],
      [30, 10],
      [300, 10],
    ];
    for (const [grace, sleep] of sleeps) {
      it(`serves ${sleep} s on after its end was ordered, of ${grace} s`, () => {
        const { lifecycle } = container({ rollout: { terminationGracePeriodSeconds: grace } });
        assert.deepEqual(lifecycle, { preStop: { sleep: { seconds: sleep } } });
      });
    }
  });

  describe('the Deployment', () => {
    it('rolls as the site says', () => {
      const site = testSite({ rollout: { maxSurge: '25%', maxUnavailable: 1, progressDeadlineSeconds: 60 } });
      const { strategy, progressDeadlineSeconds } = spec('Deployment', site);
      assert.deepEqual(strategy, {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 },
      });
      assert.equal(progressDeadlineSeconds, 60);
    });

    it('runs the chosen release, not what would be rendered now', () => {
      const older = { metadata: {}, spec: { containers: [{ name: 'application', image: 'old' }] } };
      const expected = web.manifests(testSite(), observed(), released({ revision: { template: older } }));
      const deployment = expected.find(({ object: { kind } }) => kind === 'Deployment');
      assert.equal((deployment?.object['spec'] as { template: unknown }).template, older);
    });

    it('has as many replicas as the site', () => {
      assert.equal(spec('Deployment', testSite({ replicas: 3 }))['replicas'], 3);
    });

    it('selects the pods that its template makes', () => {
      const { matchLabels } = spec('Deployment')['selector'] as { matchLabels: object };
      assert.deepEqual(template()?.metadata.labels, matchLabels);
    });
  });

  it('sends visitors to the edge of the pod', () => {
    assert.deepEqual(spec('Service')['ports'], [
      { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
    ]);
    const withoutCache = web.manifests(testSite(), observed(), released({ bindings: noBindings }));
    const service = withoutCache.find(({ object: { kind } }) => kind === 'Service')?.object;
    assert.match(JSON.stringify(service), /"targetPort":"application"/);
  });
});
