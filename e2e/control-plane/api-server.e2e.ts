import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostedSiteNames } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { HostedSiteStatus } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { unseenStatus } from '../../operator/kinds/hosted-site/unseen-status.ts';
import { until } from '../cluster/command.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { readYAML } from '../../operator/api/yaml.ts';

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

  it('says of a site that nobody has judged what the CRD says, and an apply takes away only its own', async () => {
    const crd: unknown = readYAML(
      readFileSync(new URL('../../crds/hostedsites.yaml', import.meta.url), 'utf8'),
    );
    const post = (path: string, body: unknown): Promise<unknown> =>
      plane.client.request({ method: 'POST', path, body, idempotent: false });
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    const sites = '/apis/hostedsite.dev/v1alpha1/namespaces/default/hostedsites';
    const { apiVersion, kind } = hostedSiteNames;
    const spec = { image: 'shop:1', hosts: ['www.example.org'] };
    const object = { apiVersion, kind, metadata: { name: 'shop' }, spec };
    await until('the kind is served', 20, () => post(sites, object).catch(() => undefined));
    const site = async (): Promise<Live & { status: HostedSiteStatus }> => {
      const one = await plane.client.request({ method: 'GET', path: `${sites}/shop`, idempotent: true });
      return one as Live & { status: HostedSiteStatus };
    };
    const status = async (): Promise<HostedSiteStatus> => (await site()).status;
    assert.deepEqual(await status(), unseenStatus);
    const [ready, reconciling] = unseenStatus.conditions;
    const told = async (conditions: unknown[], resourceVersion?: string): Promise<string[]> => {
      const metadata = { name: 'shop', resourceVersion };
      await plane.client.request({
        method: 'PATCH',
        path: `${sites}/shop/status`,
        query: { fieldManager: 'hostedsite-status', force: 'true' },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion, kind, metadata, status: { observedGeneration: 1, conditions } },
        idempotent: false,
      });
      const { conditions: all = [] } = await status();
      return all.map(({ type, status: holds }) => `${type} ${holds}`).sort();
    };
    const judged = { ...ready, status: 'False' };
    assert.deepEqual(await told([judged]), ['Ready False', 'Reconciling True'], 'it is nobody’s');
    const { resourceVersion } = (await site()).metadata;
    assert.deepEqual(await told([judged, reconciling], resourceVersion), ['Ready False', 'Reconciling True']);
    await assert.rejects(told([judged], resourceVersion), /409 Conflict/, 'it follows another status');
    assert.deepEqual(await told([judged]), ['Ready False']);
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
