import assert from 'node:assert/strict';
import { described, narrowed, planResource } from './proxy-request.ts';
import type { Asked } from './proxy-request.ts';

function asked(method: string, target: string, more: Partial<Asked> = {}): Asked {
  return { method, target, headers: {}, body: Buffer.alloc(0), ...more };
}

/** Verb, resource as plans name it, group, namespace and name. */
function summary(request: Asked): string {
  const found = described(request);
  if (found === undefined) return 'nothing';
  const { verb, group, namespace, name } = found;
  return [verb, planResource(found), group || 'core', namespace ?? '*', name ?? '*'].join(' ');
}

describe('a request as the API server sees it', () => {
  const rows: [method: string, target: string, summary: string][] = [
    ['GET', '/api/v1/pods?limit=500', 'list pods core * *'],
    ['GET', '/api/v1/pods?watch=true', 'watch pods core * *'],
    ['GET', '/api/v1/pods?watch=false', 'list pods core * *'],
    ['GET', '/api/v1/namespaces', 'list namespaces core * *'],
    ['GET', '/api/v1/namespaces/customer', 'get namespaces core * customer'],
    ['GET', '/api/v1/namespaces/customer/pods', 'list pods core customer *'],
    ['GET', '/apis/apps/v1/namespaces/customer/deployments/web', 'get deployments apps customer web'],
    [
      'PATCH',
      '/apis/hostedsite.dev/v1alpha1/namespaces/customer/hostedsites/shop/status?force=true',
      'patch hostedsites/status hostedsite.dev customer shop',
    ],
    ['DELETE', '/api/v1/namespaces/customer/secrets/a%20b', 'delete secrets core customer a b'],
    [
      'PUT',
      '/apis/coordination.k8s.io/v1/namespaces/own/leases/one',
      'update leases coordination.k8s.io own one',
    ],
    ['GET', '/apis/storage.k8s.io/v1/storageclasses', 'list storageclasses storage.k8s.io * *'],
    ['GET', '/version', 'nothing'],
    ['GET', '/api/v1', 'nothing'],
    ['OPTIONS', '/api/v1/pods', 'nothing'],
  ];
  for (const [method, target, expected] of rows) {
    it(`${method} ${target}`, () => assert.equal(summary(asked(method, target)), expected));
  }

  it('takes the name of what is created from its body', () => {
    const body = Buffer.from(JSON.stringify({ metadata: { name: 'one' } }));
    const request = asked('POST', '/api/v1/namespaces/customer/secrets?dryRun=All', { body });
    assert.equal(summary(request), 'create secrets?dryRun core customer one');
  });

  it('knows a server-side apply, and a watch with initial events', () => {
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const path = '/api/v1/namespaces/customer/configmaps/one';
    assert.equal(described(asked('PATCH', path, { headers }))?.apply, true);
    assert.equal(described(asked('PATCH', path))?.apply, false);
    const watch = described(asked('GET', '/api/v1/pods?watch=true&sendInitialEvents=true'));
    assert.equal(watch?.initialEvents, true);
  });

  it('names the owners whose deletion an object holds up', () => {
    const owner = (kind: string, blockOwnerDeletion: boolean): object => {
      return { apiVersion: kind === 'Pod' ? 'v1' : 'hostedsite.dev/v1alpha1', kind, blockOwnerDeletion };
    };
    const ownerReferences = [owner('HostedSite', true), owner('Pod', true), owner('Job', false)];
    const body = Buffer.from(JSON.stringify({ metadata: { name: 'one', ownerReferences } }));
    const found = described(asked('PATCH', '/api/v1/namespaces/customer/services/one', { body }));
    assert.deepEqual(found?.blocks, ['hostedsite.dev hostedsites', ' pods']);
  });
});

describe('a request of the whole cluster', () => {
  const rows: [method: string, target: string, expected: string][] = [
    ['GET', '/api/v1/pods?watch=true', '/api/v1/namespaces/f1/pods?watch=true'],
    ['GET', '/apis/apps/v1/deployments', '/apis/apps/v1/namespaces/f1/deployments'],
    ['GET', '/apis/events.k8s.io/v1/events', '/apis/events.k8s.io/v1/namespaces/f1/events'],
    [
      'GET',
      '/apis/storage.k8s.io/v1/storageclasses?limit=5',
      '/apis/storage.k8s.io/v1/storageclasses?limit=5',
    ],
    ['GET', '/api/v1/namespaces/other/pods', '/api/v1/namespaces/other/pods'],
    ['GET', '/api/v1/namespaces/other', '/api/v1/namespaces/other'],
    ['POST', '/api/v1/namespaces/other/pods', '/api/v1/namespaces/other/pods'],
  ];
  for (const [method, target, expected] of rows) {
    it(`${method} ${target} asks for ${expected}`, () => {
      const request = described(asked(method, target));
      assert.ok(request);
      assert.equal(narrowed(target, request, 'f1'), expected);
    });
  }
});
