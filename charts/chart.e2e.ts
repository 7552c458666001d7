import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cachedKinds, resourceOf } from '../operator/kinds/resources.ts';
import { defaultNetwork } from '../operator/sites/network-settings.ts';
import { chart, environment, helm, one, pod, rendered, verbs } from './helm.ts';
import type { Rendered } from './helm.ts';
import { defaultSizes } from '../operator/components/sizes.ts';
import { readYAML } from '../operator/api/yaml.ts';

describe('the chart', function () {
  this.timeout(60_000);
  let objects: Rendered[];
  before(() => {
    objects = rendered();
  });

  it('passes the strict linter', () => {
    const { status, stdout } = helm('lint', '--strict', chart);
    assert.equal(status, 0, stdout);
  });

  describe('for a list of namespaces', () => {
    const limited = () => rendered({ watchNamespaces: ['b', 'a', 'b'], 'crds.install': false });

    it('makes nothing of the whole cluster', () => {
      const wide = limited().filter(({ metadata }) => metadata.namespace === undefined);
      assert.deepEqual(wide, []);
    });

    it('gives in each what it else gives everywhere, in its own what it needs there, and nothing else', () => {
      const roles = limited().filter(({ kind }) => kind === 'Role');
      assert.deepEqual(roles.map(({ metadata }) => metadata.namespace).sort(), ['a', 'b', 'hosting']);
      const has = (role: Rendered): string[] => (role.rules ?? []).map((rule) => JSON.stringify(rule));
      const everywhere = has(one(objects, 'ClusterRole'));
      for (const role of roles.filter(({ metadata }) => metadata.namespace !== 'hosting')) {
        assert.deepEqual(
          has(role).filter((rule) => !everywhere.includes(rule)),
          [],
        );
        assert.deepEqual(verbs(role, '', 'secrets'), ['create', 'delete']);
        assert.deepEqual(verbs(role, 'storage.k8s.io', 'storageclasses'), []);
      }
      const own = one(limited(), 'Role');
      assert.deepEqual(verbs(own, '', 'configmaps'), ['create', 'delete', 'get', 'list', 'patch', 'watch']);
      assert.deepEqual(verbs(own, '', 'namespaces'), ['get']);
      assert.equal(limited().filter(({ kind }) => kind === 'RoleBinding').length, 3);
    });

    it('tells the operator, once each', () => {
      assert.equal(environment(limited())['WATCH_NAMESPACES'], 'b,a');
      assert.ok(!('WATCH_NAMESPACES' in environment(objects)));
    });
  });

  it('gives no right on everything', () => {
    const rules = objects.flatMap((object) => object.rules ?? []);
    assert.ok(rules.length > 0);
    for (const rule of rules) {
      assert.ok(![...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*'), JSON.stringify(rule));
    }
  });

  it('never lets the operator read Secrets outside its own namespace', () => {
    assert.deepEqual(verbs(one(objects, 'ClusterRole'), '', 'secrets'), ['create', 'delete']);
    const role = one(objects, 'Role');
    assert.equal(role.metadata.namespace, 'hosting');
    assert.deepEqual(verbs(role, '', 'secrets'), ['create', 'delete', 'get', 'list', 'patch']);
  });

  it('lets the operator give pods and Jobs their owner back, and change nothing else of what runs once', () => {
    const role = one(objects, 'ClusterRole');
    const given = ['create', 'delete', 'get', 'list', 'patch', 'watch'];
    assert.deepEqual(verbs(role, '', 'pods'), given);
    assert.deepEqual(verbs(role, 'batch', 'jobs'), given);
  });

  it('lets users read sites by view and write them by edit, and nothing else', () => {
    const view = one(objects, 'ClusterRole', 'test-hostedsite-operator-view');
    const edit = one(objects, 'ClusterRole', 'test-hostedsite-operator-edit');
    assert.equal(view.metadata.labels?.['rbac.authorization.k8s.io/aggregate-to-view'], 'true');
    assert.equal(edit.metadata.labels?.['rbac.authorization.k8s.io/aggregate-to-edit'], 'true');
    assert.deepEqual(verbs(view, 'hostedsite.dev', 'hostedsites'), ['get', 'list', 'watch']);
    assert.deepEqual(verbs(edit, 'hostedsite.dev', 'hostedsites/status'), []);
    assert.deepEqual(verbs(view, 'hostedsite.dev', 'sitetasks'), ['get', 'list', 'watch']);
    assert.deepEqual(verbs(edit, 'hostedsite.dev', 'sitetasks'), ['create', 'delete', 'deletecollection']);
    for (const { apiGroups } of [...view.rules!, ...edit.rules!])
      assert.deepEqual(apiGroups, ['hostedsite.dev']);
  });

  for (const kind of cachedKinds) {
    it(`lets the operator list and watch the kind ${kind}, which it caches`, () => {
      const { group, plural } = resourceOf(kind);
      const given = verbs(one(objects, 'ClusterRole'), group, plural);
      for (const verb of ['list', 'watch']) assert.ok(given.includes(verb), verb);
    });
  }

  it('runs the operator as the restricted Pod Security Standard asks', () => {
    const { securityContext, containers } = pod(objects);
    assert.equal(securityContext['runAsNonRoot'], true);
    assert.deepEqual(securityContext['seccompProfile'], { type: 'RuntimeDefault' });
    assert.deepEqual(containers[0].securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('leaves a lost node within seconds, whatever else it tolerates', () => {
    const own = { key: 'dedicated', operator: 'Exists' };
    const patient = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 600 };
    const seconds = (tolerations: object[]): [unknown, unknown][] =>
      pod(rendered({ tolerations })).tolerations.map(({ key, tolerationSeconds }) => [
        key,
        tolerationSeconds,
      ]);
    const [unready, unreachable] = [
      ['node.kubernetes.io/not-ready', 30],
      ['node.kubernetes.io/unreachable', 10],
    ];
    assert.deepEqual(seconds([]), [unready, unreachable]);
    assert.deepEqual(seconds([own]), [unready, unreachable, ['dedicated', undefined]]);
    assert.deepEqual(seconds([patient]), [unready, ['node.kubernetes.io/unreachable', 600]]);
  });

  it('keeps a host for its namespace for a week, and bounds nothing, unless it is told', () => {
    const told = (all: Rendered[]) => {
      const { HOSTS_RELEASE_AFTER, HOSTS_PER_NAMESPACE, SITES_PER_NAMESPACE } = environment(all);
      return [HOSTS_RELEASE_AFTER, HOSTS_PER_NAMESPACE, SITES_PER_NAMESPACE];
    };
    assert.deepEqual(told(objects), ['168h', '0', '0']);
    const limits = { hostsPerNamespace: 5_000_000, sitesPerNamespace: 20 };
    assert.deepEqual(told(rendered({ 'hosts.releaseAfter': '0s', limits })), ['0s', '5000000', '20']);
  });

  it('lets pods of its own namespace read the metrics, or whom it is told, or nobody', () => {
    const ingress = (all: Rendered[]) =>
      (one(all, 'NetworkPolicy') as unknown as { spec: { ingress: { from: unknown; ports: unknown }[] } })
        .spec.ingress;
    const ports = [{ protocol: 'TCP', port: 'http' }];
    const labels = { name: 'hostedsite-operator-test', instance: 'test' };
    const matchLabels = Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [`app.kubernetes.io/${key}`, value]),
    );
    const test = { from: [{ podSelector: { matchLabels } }], ports };
    assert.deepEqual(ingress(objects), [test, { from: [{ podSelector: {} }], ports }]);
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];
    assert.deepEqual(ingress(rendered({ 'networkPolicy.metricsFrom': from })), [test, { from, ports }]);
    assert.deepEqual(ingress(rendered({ 'networkPolicy.metricsFrom': [] })), [test]);
    const off = rendered({ 'networkPolicy.enabled': false });
    assert.ok(!off.some(({ kind }) => kind === 'NetworkPolicy'));
  });

  it('keeps routes to sites only where it is asked to', () => {
    assert.ok(!objects.some(({ metadata }) => metadata.name.endsWith('-routes')));
    const name = 'test-hostedsite-operator-routes';
    const asked = rendered({ 'routePolicy.enabled': true });
    assert.ok(one(asked, 'ValidatingAdmissionPolicyBinding', name));
    const { validations } = one(asked, 'ValidatingAdmissionPolicy', name).spec as unknown as {
      validations: [{ expression: string }];
    };
    const accounts = ['hosting:test-hostedsite-operator', 'cert-manager:cert-manager'];
    const users = accounts.map((account) => `system:serviceaccount:${account}`);
    assert.equal(validations[0].expression, `request.userInfo.username in ${JSON.stringify(users)}`);
  });

  it('guards data that is on its way to Retain, unless it is told not to', () => {
    const name = 'test-hostedsite-operator-deletion';
    const policy = one(objects, 'ValidatingAdmissionPolicy', name).spec as unknown as {
      failurePolicy: string;
      matchConstraints: { resourceRules: [{ operations: string[]; resources: string[] }] };
    };
    assert.equal(policy.failurePolicy, 'Fail');
    const [{ operations, resources: named }] = policy.matchConstraints.resourceRules;
    assert.deepEqual([operations, named], [['DELETE'], ['hostedsites']]);
    const binding = one(objects, 'ValidatingAdmissionPolicyBinding', name).spec as unknown as object;
    assert.deepEqual(binding, { policyName: name, validationActions: ['Deny'] });
    const off = rendered({ 'deletionGuard.enabled': false });
    assert.ok(!off.some(({ kind }) => kind.startsWith('ValidatingAdmission')));
  });

  it('gives the heap three quarters of whatever memory the pod may have', () => {
    assert.equal(environment(objects)['NODE_OPTIONS'], '--max-old-space-size-percentage=75');
  });

  it('may write the Lease that it names to the operator', () => {
    const lease = environment(objects)['LEASE_NAME'];
    const named = one(objects, 'Role').rules!.find(({ verbs: given }) => given.includes('update'));
    assert.deepEqual(named?.resourceNames, [lease]);
  });

  it('names images by registry and version, or as they are given', () => {
    const version = (readYAML(readFileSync(`${chart}/Chart.yaml`, 'utf8')) as { appVersion: string })
      .appVersion;
    const given = rendered({
      registry: 'registry.example.org/sites',
      'images.mariadb': 'other/mariadb@sha256:0',
    });
    assert.equal(pod(given).containers[0].image, `registry.example.org/sites/operator:${version}`);
    assert.equal(environment(given)['IMAGE_VARNISH'], `registry.example.org/sites/varnish:${version}`);
    assert.equal(environment(given)['IMAGE_MARIADB'], 'other/mariadb@sha256:0');
    assert.equal(
      environment(given)['IMAGE_OBJECT_CACHE'],
      `registry.example.org/sites/object-cache:${version}`,
    );
  });

  it('names images by their digests, but those that are named whole', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const given = rendered({
      digests: { operator: digest, mariadb: digest },
      'images.mariadb': 'other/mariadb:1',
    });
    assert.equal(pod(given).containers[0].image, `localhost/hostedsite/operator@${digest}`);
    assert.equal(environment(given)['IMAGE_MARIADB'], 'other/mariadb:1');
    assert.match(environment(given)['IMAGE_VARNISH'] ?? '', /varnish:[0-9]/);
  });

  it('has the operator resolve tags unless it is told not to', () => {
    assert.equal(environment(objects)['RESOLVE_TAGS'], 'true');
    assert.equal(environment(rendered({ 'images.resolveTags': false }))['RESOLVE_TAGS'], 'false');
  });

  it('hands over proxies that all sites trust, and looks at what is served over TLS unless told not to', () => {
    const trustedProxies = ['203.0.113.0/24', '2001:db8::/32'];
    const told = (all: Rendered[]) => [environment(all)['TRUSTED_PROXIES'], environment(all)['VERIFY_TLS']];
    assert.deepEqual(told(objects), [undefined, 'true']);
    const given = rendered({ route: { trustedProxies, verifyTLS: false } });
    assert.deepEqual(told(given), [trustedProxies.join(','), 'false']);
  });

  it('hands a table of sizes over as a file, and restarts the operator when it changes', () => {
    assert.ok(!('SIZES' in environment(objects)));
    const given = rendered({ sizes: defaultSizes });
    const map = one(given, 'ConfigMap', 'test-hostedsite-operator-sizes');
    assert.deepEqual(readYAML(map.data!['sizes.yaml']!), defaultSizes);
    assert.equal(environment(given)['SIZES'], '/etc/hostedsite/sizes.yaml');
    const sum = (all: Rendered[]) =>
      one(all, 'Deployment').spec!.template.metadata.annotations['checksum/sizes'];
    assert.notEqual(sum(given), sum(rendered({ 'sizes.Small.replicas': 2 })));
  });

  it('tells the operator of the network what an operator without it takes for granted', () => {
    const map = one(objects, 'ConfigMap', 'test-hostedsite-operator-network');
    assert.deepEqual(readYAML(map.data!['network.yaml']!), defaultNetwork);
    assert.equal(environment(objects)['NETWORK'], '/etc/hostedsite-network/network.yaml');
    const sum = (all: Rendered[]) =>
      one(all, 'Deployment').spec!.template.metadata.annotations['checksum/network'];
    assert.notEqual(sum(objects), sum(rendered({ 'networkPolicies.enabled': false })));
  });

  it('keeps the CRDs when it is uninstalled, also with values of an earlier chart, and leaves them out on request', () => {
    const policies = (all: Rendered[]) =>
      ['hostedsites.hostedsite.dev', 'sitetasks.hostedsite.dev'].map(
        (name) =>
          one(all, 'CustomResourceDefinition', name).metadata.annotations?.['helm.sh/resource-policy'],
      );
    assert.deepEqual(policies(objects), ['keep', 'keep']);
    assert.deepEqual(policies(rendered({ 'crds.keep': null })), ['keep', 'keep']);
    assert.deepEqual(policies(rendered({ 'crds.keep': false })), [undefined, undefined]);
    assert.ok(!rendered({ 'crds.install': false }).some(({ kind }) => kind === 'CustomResourceDefinition'));
  });

  it('renders with the values of an earlier chart, which had none of what is new', () => {
    const without = rendered({
      digests: null,
      commonLabels: null,
      podDisruptionBudget: null,
      extraObjects: null,
    });
    assert.deepEqual(without, objects);
  });

  it('tests itself by a pod that its Services do not take for the operator', () => {
    const { metadata } = one(objects, 'Pod', 'test-hostedsite-operator-test');
    const { selector } = one(objects, 'Service', 'test-hostedsite-operator-metrics').spec as unknown as {
      selector: Record<string, string>;
    };
    assert.ok(Object.entries(selector).some(([key, value]) => metadata.labels?.[key] !== value));
    assert.ok(!rendered({ 'metrics.service': false }).some(({ kind }) => kind === 'Pod'));
  });
});
