import assert from 'node:assert/strict';
import { applicationContainer, applicationPod, placement } from './application-pod.ts';
import { noBindings, testFiles, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';

const container = (overrides: TestOverrides = {}, bindings = noBindings) =>
  applicationContainer(testSite(overrides), bindings, 'registry.example.org/shop:1');
const limits = (scratchSize: string) =>
  (container({ web: { scratchSize } })['resources'] as { limits: Record<string, string> }).limits;
const ofPreset = { name: 'DISABLE_WP_CRON', value: 'true' };
const ofSite = (environment: string, url = 'http://www.example.org', hosts = 'www.example.org') => [
  { name: 'SITE_URL', value: url },
  { name: 'SITE_HOSTS', value: hosts },
  { name: 'SITE_ENVIRONMENT', value: environment },
];

describe('the environment', () => {
  it("is the preset's, then that of the site's parts, then the user's", () => {
    const bindings = { ...noBindings, env: [{ name: 'DATABASE_HOST', value: 'shop-database' }] };
    const { env } = container({ web: { env: [{ name: 'MINE', value: '$(DATABASE_HOST)' }] } }, bindings);
    assert.deepEqual(
      env.map(({ name }) => name),
      [
        'DISABLE_WP_CRON',
        ...ofSite('').map(({ name }) => name),
        'WP_ENVIRONMENT_TYPE',
        'DATABASE_HOST',
        'MINE',
      ],
    );
  });

  it('names no variable twice: the last one counts', () => {
    const { env } = container({ web: { env: [{ name: 'WP_ENVIRONMENT_TYPE', value: 'local' }] } });
    assert.deepEqual(env, [
      ofPreset,
      ...ofSite('production'),
      { name: 'WP_ENVIRONMENT_TYPE', value: 'local' },
    ]);
  });

  it('tells the application what the site is for', () => {
    assert.deepEqual(container({ environment: 'Staging' }).env, [
      ofPreset,
      ...ofSite('staging'),
      { name: 'WP_ENVIRONMENT_TYPE', value: 'staging' },
    ]);
  });

  it('tells the application every name of the site, and the first by the scheme that visitors use', () => {
    const hosts = ['www.example.org', 'example.org'];
    const reported = (route: TestOverrides['route'], preset: 'Generic' | 'WordPress' = 'WordPress') =>
      container({ hosts, preset, ...(route && { route }) }).env.filter(({ name }) =>
        name.startsWith('SITE_'),
      );
    const all = hosts.join();
    const secure = ofSite('production', 'https://www.example.org', all);
    assert.deepEqual(reported(undefined), ofSite('production', 'http://www.example.org', all));
    assert.deepEqual(reported({ tls: { secretName: 'own' } }), secure);
    assert.deepEqual(reported({ redirectToHTTPS: true }, 'Generic'), secure);
  });

  it('takes whole Secrets and ConfigMaps', () => {
    const envFrom = [{ secretRef: { name: 'pay' } }];
    assert.deepEqual(container({ web: { envFrom } })['envFrom'], envFrom);
    assert.ok(!('envFrom' in container()));
  });
});

describe('the container', () => {
  it('is read-only where the preset knows every path that is written', () => {
    const isReadOnly = (preset: 'Generic' | 'WordPress') =>
      (container({ preset })['securityContext'] as { readOnlyRootFilesystem: boolean })
        .readOnlyRootFilesystem;
    assert.deepEqual([isReadOnly('WordPress'), isReadOnly('Generic')], [true, false]);
  });

  it('may write to /tmp and to the paths of its preset, each in its own part of the scratch volume', () => {
    assert.deepEqual(container()['volumeMounts'], [
      { name: 'scratch', mountPath: '/tmp', subPath: 'tmp' },
      { name: 'scratch', mountPath: '/run', subPath: 'run' },
    ]);
  });

  it('is not evicted for a scratch volume that the user made larger', () => {
    assert.equal(limits('1Gi')['ephemeral-storage'], '2Gi');
    assert.equal(limits('10Gi')['ephemeral-storage'], '11264Mi');
  });

  it('has the limit of disk that the user writes, however large its scratch volume is', () => {
    const resources = { requests: {}, limits: { 'ephemeral-storage': '1Gi' } };
    const { limits: written } = container({ web: { resources, isDiskWritten: true, scratchSize: '1Gi' } })[
      'resources'
    ] as { limits: object };
    assert.deepEqual(written, { 'ephemeral-storage': '1Gi' });
  });
});

describe('the pod', () => {
  it('bounds its scratch volume', () => {
    const { volumes } = applicationPod(testSite({ web: { scratchSize: '3Gi' } }), noBindings);
    assert.deepEqual(volumes, [{ name: 'scratch', emptyDir: { sizeLimit: '3Gi' } }]);
  });

  it('shares its volumes by a group that is nobody’s own', () => {
    const { securityContext } = applicationPod(testSite(), noBindings);
    assert.equal(securityContext?.fsGroup, 65532);
    assert.equal(securityContext.fsGroupChangePolicy, 'OnRootMismatch');
    assert.equal(securityContext.runAsNonRoot, true);
  });
});

describe('the placement', () => {
  it('is beside the others where the volume is attached to one node', () => {
    const { affinity, topologySpreadConstraints } = placement(testSite());
    assert.equal(topologySpreadConstraints, undefined);
    const [term] = affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    assert.equal(term?.podAffinityTerm.topologyKey, 'kubernetes.io/hostname');
    assert.deepEqual(term.podAffinityTerm.labelSelector?.matchExpressions?.[0]?.values, [
      'web',
      'application',
    ]);
  });

  it('is on different nodes otherwise, if there are enough', () => {
    for (const files of [undefined, { ...testFiles, accessMode: 'ReadWriteMany' } as const]) {
      const { affinity, topologySpreadConstraints } = placement(testSite({ files }));
      assert.equal(affinity, undefined);
      assert.equal(topologySpreadConstraints?.[0]?.whenUnsatisfiable, 'ScheduleAnyway');
      assert.deepEqual(topologySpreadConstraints[0].matchLabelKeys, ['pod-template-hash']);
    }
  });

  it('is given up soon with a lost node, unless the volume cannot follow', () => {
    const soon = { operator: 'Exists', effect: 'NoExecute' };
    assert.deepEqual(placement(testSite({ files: undefined })).tolerations, [
      { key: 'node.kubernetes.io/unreachable', ...soon, tolerationSeconds: 10 },
      { key: 'node.kubernetes.io/not-ready', ...soon, tolerationSeconds: 30 },
    ]);
    assert.ok(!('tolerations' in placement(testSite())));
  });
});
