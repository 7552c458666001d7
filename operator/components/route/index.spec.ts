import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest } from '../component.ts';
import { documents, liveObject, observed, released, testSite } from '../../testing/site.ts';
import { route } from './index.ts';

const site = testSite({ hosts: ['www.example.org', 'example.org'] });
const live = (hosts: string[], ingressClassName?: string) =>
  liveObject('Ingress', 'shop', {
    spec: { rules: hosts.map((host) => ({ host })), ...(ingressClassName && { ingressClassName }) },
  });
const issuerRef = { name: 'public', kind: 'ClusterIssuer', group: 'cert-manager.io' };
const classes = (...names: string[]) => new Map(names.map((name, at) => [name, { isDefault: at === 0 }]));
const classOf = (expected = site, seen = observed()) =>
  (route.manifests(expected, seen, released())[0]?.object['spec'] as { ingressClassName?: string })
    .ingressClassName;

describe('route', () => {
  it('is the Ingress of the golden file', () => {
    expectGolden(
      new URL('golden/ingress.yaml', import.meta.url),
      documents(route.manifests(site, observed(), released())),
    );
  });

  it('names the Secret of a certificate for all hosts', () => {
    const expected = testSite({ hosts: [...site.hosts], route: { tls: { secretName: 'own' } } });
    expectGolden(
      new URL('golden/ingress-tls.yaml', import.meta.url),
      documents(route.manifests(expected, observed(), released())),
    );
  });

  it('asks cert-manager for a certificate', () => {
    const expected = testSite({ hosts: [...site.hosts], route: { tls: { issuerRef } } });
    expectGolden(
      new URL('golden/certificate.yaml', import.meta.url),
      documents(route.manifests(expected, observed(), released())),
    );
  });

  it('is HTTPRoutes of 16 hosts each where Gateways are named', () => {
    const parentRefs = [{ name: 'public', namespace: 'gateways', sectionName: 'https' }, { name: 'own' }];
    const hosts = Array.from({ length: 17 }, (_, at) => `h${at}.example.org`);
    expectGolden(
      new URL('golden/http-route.yaml', import.meta.url),
      documents(route.manifests(testSite({ hosts, route: { parentRefs } }), observed(), released())),
    );
  });

  describe('where nobody may look at classes', () => {
    const { ingressClasses: _, ...unseen } = observed();
    const nginx = testSite({ route: { ingressClassName: 'nginx' } });

    it('names the one that is written, or that the Ingress has, or leaves it to the API server', () => {
      assert.equal(classOf(nginx, unseen), 'nginx');
      assert.equal(classOf(site, { ...unseen, owned: [live([], 'traefik')] }), 'traefik');
      assert.equal(classOf(site, unseen), undefined);
    });

    it('says of no class that it is not there', () => {
      for (const one of [site, nginx]) assert.deepEqual(route.refusals?.(one, unseen), []);
    });

    const rows: [string, typeof site, string | undefined, RegExp][] = [
      [
        'of the one that is written',
        nginx,
        'nginx',
        /Whether the cluster has the IngressClass nginx cannot be seen: the operator is/,
      ],
      [
        'of one that is not',
        site,
        undefined,
        /The Ingress has no class, and whether the cluster has a default one cannot be seen/,
      ],
    ];
    for (const [what, one, className, sentence] of rows)
      it(`says that nobody knows ${what}`, () => {
        const owned = [live([...one.hosts], className)];
        const { ready } = route.report(one, { ...unseen, owned }, released());
        assert.deepEqual([ready.status, ready.reason], ['True', 'Published']);
        assert.match(ready.message, sentence);
      });
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
    const refusals = (expected = site, seen = observed()) => route.refusals?.(expected, seen) ?? [];

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

    const missing = observed({ missingKinds: new Set(['HTTPRoute', 'Certificate']) });

    it('an issuer where cert-manager is not installed', () => {
      const [refusal] = refusals(testSite({ route: { tls: { issuerRef } } }), missing);
      assert.equal(refusal?.reason, 'CertManagerNotFound');
      assert.match(refusal.message, /Install it, or .*spec\.route\.tls\.secretName/);
    });

    it('Gateways where the Gateway API is not installed', () => {
      const [refusal] = refusals(testSite({ route: { parentRefs: [{ name: 'public' }] } }), missing);
      assert.equal(refusal?.reason, 'GatewayAPINotFound');
      assert.match(refusal.message, /Install it, or leave out spec\.route\.parentRefs/);
    });

    it('nothing else: kinds that are not asked for may be missing, and a Gateway needs no class', () => {
      assert.deepEqual(refusals(), []);
      assert.deepEqual(refusals(testSite({ route: { tls: { secretName: 'own' } } }), missing), []);
      const seen = observed({ ingressClasses: new Map() });
      assert.deepEqual(refusals(testSite({ route: { parentRefs: [{ name: 'public' }] } }), seen), []);
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
