import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HostedSiteSpec, HostedSiteStatus } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { until } from '../cluster/command.ts';
import { definitions } from '../cluster/modules.ts';
import { Incarnation } from '../faults/incarnation.ts';
import { started } from '../support/started.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { readDocuments, readYAML } from '../../operator/api/yaml.ts';

interface Live {
  metadata: { name: string; namespace?: string; uid: string; generation: number };
  spec: Record<string, unknown>;
  status?: HostedSiteStatus & Record<string, unknown>;
}

/** Kinds that come and go while the operator runs, and hosts that two sites name: without nodes, for the API's part in it. */
describe('routes at the API server', function () {
  this.timeout(120_000);
  const all = started();
  const start = controlPlanes(all);
  let plane: ControlPlane;
  let operator: Incarnation | undefined;
  const sites = '/apis/hostedsite.dev/v1alpha1';
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const certificates = '/apis/cert-manager.io/v1/namespaces/a/certificates';
  const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/a/httproutes';
  const ingresses = '/apis/networking.k8s.io/v1/namespaces';

  before(async () => {
    plane = await start({ controllers: false });
    await post(crds, readYAML(readFileSync(new URL('../../crds/hostedsites.yaml', import.meta.url), 'utf8')));
    for (const name of ['a', 'b', 'operator'])
      await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const ingressClass = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'any', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: 'example.org/any' },
    };
    await post('/apis/networking.k8s.io/v1/ingressclasses', ingressClass);
    // Faster than time: absent kinds are asked for again within seconds.
    const options = { operatorNamespace: 'operator', number: 1, lease: 1, speed: 8 };
    operator = await all.run(() => new Incarnation({ access: plane.admin, ...options }));
  });

  const get = async <T = Live>(path: string): Promise<T> =>
    (await plane.client.request({ method: 'GET', path, idempotent: true })) as T;
  const post = (path: string, body: unknown): Promise<unknown> =>
    plane.client.request({ method: 'POST', path, body, idempotent: false });
  const remove = (path: string): Promise<unknown> =>
    plane.client.request({ method: 'DELETE', path, idempotent: false });
  const merge = (path: string, body: unknown): Promise<unknown> => {
    const contentType = 'application/merge-patch+json';
    return plane.client.request({ method: 'PATCH', path, body, contentType, idempotent: false });
  };

  async function write(namespace: string, name: string, spec: Partial<HostedSiteSpec>): Promise<void> {
    await until('the site is accepted', 10, async () => {
      await post(`${sites}/namespaces/${namespace}/hostedsites`, {
        apiVersion: 'hostedsite.dev/v1alpha1',
        kind: 'HostedSite',
        metadata: { name },
        spec: { image: 'registry.example.org/shop:1', hosts: [`${name}.example.org`], ...spec },
      });
      return true;
    });
  }

  /** Waits until the condition says so of the newest generation, and returns the sentence. */
  function told(namespace: string, name: string, type: string, verdict: string): Promise<string> {
    const path = `${sites}/namespaces/${namespace}/hostedsites/${name}`;
    let last: unknown;
    return until(`${type} of ${name} is ${verdict}`, 30, async () => {
      const { status, metadata } = await get(path);
      const one = status?.conditions?.find((candidate) => candidate.type === type);
      last = status?.conditions;
      const fits =
        one?.observedGeneration === metadata.generation && `${one.status}/${one.reason}` === verdict;
      return fits ? one.message : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(last)}; ${operator?.complaints.join('; ')}`);
    });
  }

  async function install(name: 'certManager' | 'gatewayApi'): Promise<string[]> {
    const all = readDocuments(await definitions(name)) as Live[];
    for (const one of all) await post(crds, one);
    return all.map(({ metadata }) => metadata.name);
  }

  const conditions = (...types: string[]) =>
    types.map((type) => ({
      type,
      status: 'True',
      reason: 'Fine',
      message: 'fine',
      lastTransitionTime: new Date().toISOString(),
      observedGeneration: 1,
    }));

  it('an issuer: says that cert-manager is missing, goes on when it is there, and says so when it is taken away', async () => {
    await write('a', 'shop', { route: { tls: { issuerRef: { name: 'public' } } } });
    assert.match(
      await told('a', 'shop', 'Stalled', 'True/CertManagerNotFound'),
      /Install it, or name a Secret/,
    );
    const [crd] = await install('certManager');
    const asked: Live = await until('the Certificate is asked for', 20, () =>
      get<Live | undefined>(`${certificates}/shop-tls`),
    );
    const issuerRef = { name: 'public', kind: 'Issuer', group: 'cert-manager.io' };
    assert.deepEqual(asked.spec, { secretName: 'shop-tls', dnsNames: ['shop.example.org'], issuerRef });
    assert.equal((await get(`${ingresses}/a/ingresses/shop`)).spec['tls'], undefined);
    await merge(`${certificates}/shop-tls/status`, { status: { conditions: conditions('Ready') } });
    const tls = await until('the Ingress names it', 20, async () => {
      return (await get(`${ingresses}/a/ingresses/shop`)).spec['tls'];
    });
    assert.deepEqual(tls, [{ hosts: ['shop.example.org'], secretName: 'shop-tls' }]);
    await remove(`${crds}/${crd}`);
    await told('a', 'shop', 'Stalled', 'True/CertManagerNotFound');
    assert.deepEqual((await get(`${sites}/namespaces/a/hostedsites/shop`)).status?.urls, [
      'https://shop.example.org/',
    ]);
    assert.deepEqual((await get(`${ingresses}/a/ingresses/shop`)).spec['tls'], tls, 'what ran runs on');
  });

  it('Gateways: the Ingress stays until they have taken the route', async () => {
    await write('a', 'blog', {});
    await until('the Ingress is written', 20, () => get(`${ingresses}/a/ingresses/blog`));
    const blog = `${sites}/namespaces/a/hostedsites/blog`;
    await merge(blog, { spec: { route: { parentRefs: [{ name: 'public', namespace: 'b' }] } } });
    await told('a', 'blog', 'Stalled', 'True/GatewayAPINotFound');
    await install('gatewayApi');
    const parentRef = { name: 'public', namespace: 'b' };
    const taken = conditions('Accepted', 'ResolvedRefs');
    const parent = { parentRef, controllerName: 'example.org/any', conditions: taken };
    await until('the route is written', 20, () => get(`${routes}/blog`));
    assert.ok(await get(`${ingresses}/a/ingresses/blog`), 'nobody has taken the route');
    await merge(`${routes}/blog/status`, { status: { parents: [parent] } });
    await until('the Ingress is gone', 20, async () => {
      const gone = get(`${ingresses}/a/ingresses/blog`).then(() => undefined);
      return gone.catch((error: unknown) => (/404/.test(String(error)) ? true : undefined));
    });
    await told('a', 'blog', 'RouteReady', 'True/Published');
    assert.deepEqual((await get(`${routes}/blog`)).spec['hostnames'], ['blog.example.org']);
  });

  it('one host of two sites: the second is told, and has it when it is given back and nobody keeps it', async () => {
    const hosts = ['same.example.org'];
    await write('a', 'first', { hosts });
    await until('the first one is published', 20, () => get(`${ingresses}/a/ingresses/first`));
    await write('b', 'second', { hosts });
    const said = await told('b', 'second', 'Stalled', 'True/HostTaken');
    assert.match(said, /^The host same\.example\.org belongs to another site\./);
    await write('a', 'beside', { hosts });
    await told('a', 'beside', 'Stalled', 'True/HostTaken');
    await remove(`${sites}/namespaces/a/hostedsites/first`);
    await until('one of the same namespace has it at once', 20, () => get(`${ingresses}/a/ingresses/beside`));
    await remove(`${sites}/namespaces/a/hostedsites/beside`);
    await until('it stays with its namespace', 30, async () => {
      const again = await told('b', 'second', 'Stalled', 'True/HostTaken');
      return again.includes('stays with the namespace of that one for a time') ? true : undefined;
    });
    const [first = ''] = hosts;
    const claim = `host-${createHash('sha256').update(first).digest('hex')}`;
    await remove(`/api/v1/namespaces/operator/configmaps/${claim}`);
    await until('the administrator has freed it', 20, () => get(`${ingresses}/b/ingresses/second`));
  });
});
