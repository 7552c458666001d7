import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest } from '../component.ts';
import { documents, liveObject, observed, released, testSite } from '../test-site.ts';
import { route } from './index.ts';

const site = testSite({ hosts: ['www.example.org', 'example.org'] });
const live = (hosts: string[], ingressClassName?: string) =>
  liveObject('Ingress', 'shop', {
    spec: { rules: hosts.map((host) => ({ host })), ...(ingressClassName && { ingressClassName }) },
  });
const classes = (...names: string[]) => new Map(names.map((name, at) => [name, { isDefault: at === 0 }]));
const classOf = (wanted = site, seen = observed()) =>
  (route.manifests(wanted, seen, released())[0]?.object['spec'] as { ingressClassName?: string })
    .ingressClassName;

describe('route', () => {
  it('is the Ingress of the golden file', () => {
    expectGolden(
      new URL('golden/ingress.yaml', import.meta.url),
      documents(route.manifests(site, observed(), released())),
    );
  });

  describe('names the class', () => {
    it('that the user wrote', () => {
      const written = testSite({ route: { ingressClassName: 'nginx' } });
      assert.equal(classOf(written, observed({ owned: [live([], 'traefik')] })), 'nginx');
    });

    it('that is the default', () => {
      assert.equal(classOf(), 'traefik');
    });

    it('that the Ingress has: a new default moves no running site', () => {
      const seen = { ingressClasses: classes('new', 'traefik'), owned: [live([], 'traefik')] };
      assert.equal(classOf(site, observed(seen)), 'traefik');
      assert.equal(classOf(site, observed({ ...seen, ingressClasses: classes('new') })), 'new');
    });
  });

  describe('refuses', () => {
    const refusals = (wanted = site, seen = observed()) => route.refusals?.(wanted, seen) ?? [];

    it('a class that does not exist', () => {
      const [refusal] = refusals(testSite({ route: { ingressClassName: 'nginx' } }));
      assert.equal(refusal?.reason, 'IngressClassNotFound');
      assert.match(refusal.message, /nginx does not exist.*kubectl get ingressclass/);
    });

    it('to name none where there is no default', () => {
      const ingressClasses = new Map([['traefik', { isDefault: false }]]);
      assert.match(
        refusals(site, observed({ ingressClasses }))[0]?.message ?? '',
        /spec\.route\.ingressClassName/,
      );
    });

    it('nothing else', () => {
      assert.deepEqual(refusals(), []);
    });
  });

  describe('reports', () => {
    const report = (owned: Manifest[]) => route.report(site, observed({ owned }), released());
    const rows: [string, Manifest[], string][] = [
      ['before the rules are written', [], 'Unknown'],
      ['before a new host has a rule', [live(['www.example.org'])], 'Unknown'],
      ['when every host has a rule', [live(['example.org', 'www.example.org'])], 'True'],
    ];
    for (const [when, owned, status] of rows) {
      it(`${status} ${when}`, () => {
        assert.equal(report(owned).ready.status, status);
      });
    }

    it('the addresses, the canonical one first', () => {
      assert.deepEqual(report([]).status, { urls: ['http://www.example.org/', 'http://example.org/'] });
    });
  });
});
