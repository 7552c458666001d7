import assert from 'node:assert/strict';
import type { Manifest } from './manifest.ts';
import {
  apiVersion,
  cachedKinds,
  isCached,
  resourceOf,
  resourcePath,
  resources,
  selects,
} from './resources.ts';

describe('resources', () => {
  it('never watches Secrets', () => {
    assert.ok(!isCached('Secret'));
    assert.ok(!cachedKinds.some((kind) => resources[kind].plural === 'secrets'));
  });

  it('selects every kind of children by label', () => {
    const whole = cachedKinds.filter((kind) => resources[kind].selector === undefined);
    assert.deepEqual(whole, [
      'HostedSite',
      'SiteTask',
      'StorageClass',
      'IngressClass',
      'CustomResourceDefinition',
    ]);
  });

  it('says what to do about a kind that it does not know', () => {
    assert.throws(
      () => resourceOf('Gadget'),
      /kind Gadget is not in the table of kube\/resources.ts: add a row/,
    );
    assert.throws(() => resourceOf('toString'), /add a row/);
  });

  it('names versions of the core group and of others', () => {
    assert.equal(apiVersion(resources.Pod), 'v1');
    assert.equal(apiVersion(resources.HostedSite), 'hostedsite.dev/v1alpha1');
  });

  const rows = [
    [resourcePath(resources.Pod), '/api/v1/pods'],
    [resourcePath(resources.Pod, { namespace: 'a' }), '/api/v1/namespaces/a/pods'],
    [
      resourcePath(resources.Deployment, { namespace: 'a', name: 'd' }),
      '/apis/apps/v1/namespaces/a/deployments/d',
    ],
    [
      resourcePath(resources.HostedSite, { namespace: 'a', name: 's', subresource: 'status' }),
      '/apis/hostedsite.dev/v1alpha1/namespaces/a/hostedsites/s/status',
    ],
    [resourcePath(resources.Namespace, { namespace: 'ignored', name: 'a' }), '/api/v1/namespaces/a'],
    [
      resourcePath(resources.ConfigMap, { namespace: 'a/..', name: 'x?y' }),
      '/api/v1/namespaces/a%2F../configmaps/x%3Fy',
    ],
  ] as const;
  for (const [path, expected] of rows) it(`builds ${expected}`, () => assert.equal(path, expected));

  it('selects as the API server would', () => {
    const object = (labels?: Record<string, string>): Manifest => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'a', ...(labels ? { labels } : {}) },
    });
    assert.ok(selects(resources.Service, object({ 'app.kubernetes.io/managed-by': 'hostedsite' })));
    assert.ok(!selects(resources.Service, object({ 'app.kubernetes.io/managed-by': 'Helm' })));
    assert.ok(!selects(resources.Service, object()));
    assert.ok(selects(resources.HostedSite, object()));
  });
});
