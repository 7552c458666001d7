import assert from 'node:assert/strict';
import type { Manifest } from './manifest.ts';
import { apiVersion, resourcePath, selects } from './resources.ts';
import { sample } from '../testing/kube/sample-resources.ts';

describe('resources', () => {
  it('names versions of the core group and of others', () => {
    assert.equal(apiVersion(sample('Pod')), 'v1');
    assert.equal(apiVersion(sample('HostedSite')), 'hostedsite.dev/v1alpha1');
  });

  const rows = [
    [resourcePath(sample('Pod')), '/api/v1/pods'],
    [resourcePath(sample('Pod'), { namespace: 'a' }), '/api/v1/namespaces/a/pods'],
    [
      resourcePath(sample('Deployment'), { namespace: 'a', name: 'd' }),
      '/apis/apps/v1/namespaces/a/deployments/d',
    ],
    [
      resourcePath(sample('HostedSite'), { namespace: 'a', name: 's', subresource: 'status' }),
      '/apis/hostedsite.dev/v1alpha1/namespaces/a/hostedsites/s/status',
    ],
    [resourcePath(sample('Namespace'), { namespace: 'ignored', name: 'a' }), '/api/v1/namespaces/a'],
    [
      resourcePath(sample('ConfigMap'), { namespace: 'a/..', name: 'x?y' }),
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
    assert.ok(selects(sample('Service'), object({ 'app.kubernetes.io/managed-by': 'hostedsite' })));
    assert.ok(!selects(sample('Service'), object({ 'app.kubernetes.io/managed-by': 'Helm' })));
    assert.ok(!selects(sample('Service'), object()));
    assert.ok(selects(sample('HostedSite'), object()));
  });
});
