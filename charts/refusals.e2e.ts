import assert from 'node:assert/strict';
import { chart, helm } from './helm.ts';

describe('the values of the chart', function () {
  this.timeout(60_000);

  const refused: Record<string, unknown> = {
    replicaCount: 2,
    watchNamespaces: ['Shop'],
    'images.vanish': 'typo',
    'images.resolveTags': 'no',
    'digests.operator': '0.1.0',
    'digests.wordpress': `sha256:${'0'.repeat(64)}`,
    'podDisruptionBudget.maxUnavailable': 0,
    'crds.keep': 'no',
    'sizes.Tiny.replicas': 1,
    'sizes.Small.web.memory': '1Gi',
    logLevel: 'loud',
    'hosts.releaseAfter': '7d',
    'networkPolicy.metricsFrom': 'monitoring',
    'deletionGuard.enabled': 'no',
    'routePolicy.label': 'not a label',
    'limits.sitesPerNamespace': -1,
    replicas: '1',
    'tolerations[0].keys': 'dedicated',
    'affinity.nodeAfinity': {},
    'resources.limit.memory': '1Gi',
    'networkPolicy.metricsFrom[0].podSelector.labels': {},
    'topologySpreadConstraints[0].maxSkew': 1,
    'networkPolicies.ingressControllers.peers': [],
    'networkPolicies.dns.ports': [],
    'networkPolicies.privateNetworks': ['internal'],
    'networkPolicies.enabled': 'no',
  };
  for (const [path, value] of Object.entries(refused)) {
    it(`refuses ${path}: ${JSON.stringify(value)}`, () => {
      const set = ['--set-json', `${path}=${JSON.stringify(value)}`];
      const { status, stderr } = helm('template', 'test', chart, ...set);
      assert.notEqual(status, 0);
      assert.match(stderr, /don't meet the specifications of the schema/);
    });
  }
});
