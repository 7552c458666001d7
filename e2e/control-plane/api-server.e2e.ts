import assert from 'node:assert/strict';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

/** What the operator takes for granted of the API server, asked of a real one. */
describe('the API server', function () {
  this.timeout(60_000);
  const start = controlPlanes();
  let plane: ControlPlane;

  before(async () => {
    plane = await start({ controllers: false });
  });

  interface Live {
    metadata: { resourceVersion: string; uid: string };
    data?: Record<string, string>;
  }

  async function apply(plural: string, name: string, object: object): Promise<Live> {
    const body = { apiVersion: 'v1', ...object };
    const answer = await plane.client.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/default/${plural}/${name}`,
      query: { fieldManager: 'hostedsite', force: 'true', fieldValidation: 'Strict' },
      contentType: 'application/apply-patch+yaml',
      body,
      idempotent: false,
    });
    return answer as Live;
  }

  const kinds = [
    { plural: 'configmaps', kind: 'ConfigMap', rest: { data: { a: '1' } } },
    { plural: 'services', kind: 'Service', rest: { spec: { ports: [{ port: 80 }] } } },
    { plural: 'serviceaccounts', kind: 'ServiceAccount', rest: {} },
  ];
  for (const { plural, kind, rest } of kinds) {
    it(`makes a ${kind} by an apply with version 1, and refuses it when one is there`, async () => {
      const object = (name: string): object => ({ kind, metadata: { name, resourceVersion: '1' }, ...rest });
      const made = await apply(plural, 'new', object('new'));
      assert.ok(Number(made.metadata.resourceVersion) > 1);
      await assert.rejects(apply(plural, 'new', object('new')), /409 Conflict/);
    });
  }

  it('refuses an apply with the UID of an object that is gone', async () => {
    const metadata = { name: 'absent', uid: '00000000-0000-0000-0000-000000000000' };
    await assert.rejects(apply('configmaps', 'absent', { kind: 'ConfigMap', metadata }), /409 Conflict/);
  });

  it('counts versions across kinds', async () => {
    const first = await apply('configmaps', 'one', { kind: 'ConfigMap', metadata: { name: 'one' } });
    const second = await apply('serviceaccounts', 'two', {
      kind: 'ServiceAccount',
      metadata: { name: 'two' },
    });
    assert.ok(Number(second.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
  });
});
