import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { HostedSiteStatus } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { readYAML } from '../../operator/api/yaml.ts';
import { until } from '../cluster/command.ts';
import { Incarnation } from '../faults/incarnation.ts';
import { started } from '../support/started.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

/** The definition of HostedSite comes after the operator, goes while it runs, and comes back. */
describe('the definition of HostedSite', function () {
  this.timeout(120_000);
  const all = started();
  const start = controlPlanes(all);
  let plane: ControlPlane;
  let operator: Incarnation;
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const sites = '/apis/hostedsite.dev/v1alpha1/namespaces/a/hostedsites';

  before(async () => {
    plane = await start({ controllers: false });
    for (const name of ['a', 'operator'])
      await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    // Faster than time: what is missing is asked for again within seconds.
    const options = { operatorNamespace: 'operator', number: 1, lease: 1, speed: 8 };
    operator = await all.run(() => new Incarnation({ access: plane.admin, ...options }));
  });

  const post = (path: string, body: unknown): Promise<unknown> =>
    plane.client.request({ method: 'POST', path, body, idempotent: false });
  const install = (): Promise<unknown> =>
    post(crds, readYAML(readFileSync(new URL('../../crds/hostedsites.yaml', import.meta.url), 'utf8')));

  /** Resolves when the operator says how to install it. */
  const missed = (): Promise<boolean> =>
    until('the operator says that it is missing', 30, () => {
      const sentence = /hostedsites\.hostedsite\.dev is not installed: kubectl apply --server-side -f crds\//;
      return Promise.resolve(operator.complaints.some((one) => sentence.test(one)) || undefined);
    });

  async function judged(name: string): Promise<void> {
    await until('the site is accepted', 15, async () => {
      await post(sites, {
        apiVersion: 'hostedsite.dev/v1alpha1',
        kind: 'HostedSite',
        metadata: { name },
        spec: { image: 'registry.example.org/shop:1', hosts: [`${name}.example.org`] },
      });
      return true;
    });
    await until('the site is judged', 40, async () => {
      const path = `${sites}/${name}`;
      const found = (await plane.client.request({ method: 'GET', path, idempotent: true })) as {
        status?: HostedSiteStatus;
      };
      return found.status?.observedGeneration === 1 ? true : undefined;
    });
  }

  it('is named when it is not installed, with the command, and the operator goes on when it is', async () => {
    await missed();
    assert.ok(!operator.complaints.some((one) => one.includes('not from an API server')));
    await install();
    await judged('first');
  });

  it('is named when somebody deletes it, and sites that are made after it is back are looked after', async () => {
    operator.complaints.length = 0;
    const path = `${crds}/hostedsites.hostedsite.dev`;
    await plane.client.request({ method: 'DELETE', path, idempotent: false });
    await missed();
    await until('it is gone', 30, async () => {
      const left = (await plane.client.request({ method: 'GET', path: crds, idempotent: true })) as {
        items: { metadata: { name: string } }[];
      };
      return left.items.some(({ metadata }) => metadata.name.startsWith('hostedsites.')) ? undefined : true;
    });
    await install();
    await judged('second');
  });
});
