import assert from 'node:assert/strict';
import type { Manifest, Observed, ParentRef } from '../component.ts';
import { liveObject, observed, released, testSite } from '../../testing/site.ts';
import { route } from './index.ts';

const ownerReferences = [{ apiVersion: 'v', kind: 'HostedSite', name: 'shop', uid: 'site-uid' }];
const site = testSite({ route: { parentRefs: [{ name: 'public', namespace: 'gateways' }] } });
const plain = testSite();
const noon = new Date('2030-01-01T12:00:00Z');
const before = (seconds: number): string => new Date(noon.getTime() - seconds * 1000).toISOString();

interface Said {
  parent?: ParentRef;
  accepted?: [status: string, reason: string, message?: string];
  resolved?: [status: string, reason: string, message?: string];
  generation?: number;
  age?: number;
}

/** The route, and what a Gateway's controller has said of it. */
function httpRoute(...said: Said[]): Manifest {
  const parents = said.map(({ parent, accepted, resolved, generation = 3, age = 60 }) => ({
    parentRef: parent ?? { name: 'public', namespace: 'gateways' },
    controllerName: 'example.org/gateways',
    conditions: Object.entries({ Accepted: accepted, ResolvedRefs: resolved }).flatMap(([type, one]) => {
      if (one === undefined) return [];
      const [status, reason, message = ''] = one;
      const lastTransitionTime = before(age);
      return [{ type, status, reason, message, observedGeneration: generation, lastTransitionTime }];
    }),
  }));
  const spec = { hostnames: ['www.example.org'] };
  return liveObject('HTTPRoute', 'shop', {
    metadata: { generation: 3, ownerReferences },
    spec,
    status: { parents },
  });
}

const yes: Said = { accepted: ['True', 'Accepted'], resolved: ['True', 'ResolvedRefs'] };

const report = (owned: Manifest[], expected = site) =>
  route.report(expected, observed({ now: noon, owned }), released());

describe('a route of Gateways', () => {
  const rows: [string, Manifest[], string, RegExp, true?][] = [
    [
      'before it is written',
      [],
      'Unknown/Progressing',
      /No controller has taken the route for Gateway gateways\/public/,
    ],
    ['while nobody answers', [httpRoute()], 'Unknown/Progressing', /when the Gateway is there/],
    [
      'while the answer is about an older one',
      [httpRoute({ ...yes, generation: 2 })],
      'Unknown/Progressing',
      /No controller/,
    ],
    [
      'while another Gateway answers',
      [httpRoute({ ...yes, parent: { name: 'public' } })],
      'Unknown/Progressing',
      /No controller/,
    ],
    [
      'while the controller waits',
      [httpRoute({ accepted: ['False', 'Pending'] })],
      'Unknown/Progressing',
      /No controller/,
    ],
    [
      'when it is not allowed',
      [httpRoute({ accepted: ['False', 'NotAllowedByListeners', 'No listener allows it.'] })],
      'False/RouteRejected',
      /Gateway gateways\/public does not take the route: No listener allows it\.$/,
      true,
    ],
    [
      'when it gives no words',
      [httpRoute({ accepted: ['False', 'NoMatchingParent'] })],
      'False/RouteRejected',
      /NoMatchingParent$/,
      true,
    ],
    [
      'while the Service is not seen',
      [httpRoute({ accepted: ['True', 'Accepted'], resolved: ['False', 'BackendNotFound', 'no Service'] })],
      'False/RouteRejected',
      /no Service$/,
    ],
    ['when it is taken', [httpRoute(yes)], 'True/Published', /have taken the route/],
  ];
  for (const [when, owned, verdict, message, stalled] of rows) {
    it(`is ${verdict} ${when}`, () => {
      const { ready, stalled: isStalled = false, status } = report(owned);
      assert.equal(`${ready.status}/${ready.reason}`, verdict);
      assert.match(ready.message, message);
      assert.equal(isStalled, stalled === true);
      assert.deepEqual(status, { urls: ['http://www.example.org/'] });
    });
  }

  it('has addresses with https where visitors are sent there', () => {
    const parentRefs = [{ name: 'public', namespace: 'gateways' }];
    const { status } = report([httpRoute(yes)], testSite({ route: { parentRefs, redirectToHTTPS: true } }));
    assert.deepEqual(status, { urls: ['https://www.example.org/'] });
  });

  it('has to be taken by each Gateway, and each listener that is named; the namespace may be left out', () => {
    const parentRefs = [
      { name: 'public', sectionName: 'a' },
      { name: 'public', sectionName: 'b' },
    ];
    const both = testSite({ route: { parentRefs } });
    const said = (sectionName: string, more: Said = yes): Said => {
      return { ...more, parent: { name: 'public', namespace: 'customer-a', sectionName } };
    };
    assert.equal(report([httpRoute(said('a'))], both).ready.status, 'Unknown');
    assert.equal(report([httpRoute(said('a'), said('b'))], both).ready.status, 'True');
    const no = said('b', { accepted: ['False', 'NoMatchingListenerHostname'] });
    assert.match(report([httpRoute(said('a'), no)], both).ready.message, /customer-a\/public, listener b/);
  });

  it('has to be taken whole when there are many hosts', () => {
    const hosts = Array.from({ length: 17 }, (_, at) => `h${at}.example.org`);
    assert.equal(report([httpRoute(yes)], { ...site, hosts }).ready.status, 'Unknown');
  });
});

describe('the way from an Ingress to Gateways and back', () => {
  const spec = {
    ingressClassName: 'traefik',
    rules: [{ host: 'www.example.org' }],
    tls: [{ secretName: 'own' }],
  };
  const ingress = (age = 3600, owners = ownerReferences): Manifest =>
    liveObject('Ingress', 'shop', {
      metadata: { ownerReferences: owners, creationTimestamp: before(age) },
      spec,
    });
  const seen = (...owned: Manifest[]): Observed => observed({ now: noon, owned });
  const kinds = (expected: typeof site, one: Observed): string[] =>
    route.manifests(expected, one, released()).map(({ object }) => object.kind);

  it('keeps the Ingress as it is until the Gateways have taken the route for ten seconds', () => {
    assert.deepEqual(kinds(site, seen(ingress())), ['HTTPRoute', 'Ingress']);
    const [, kept] = route.manifests(site, seen(ingress(), httpRoute()), released());
    assert.deepEqual(kept?.object['spec'], spec);
    const young = seen(ingress(), httpRoute({ ...yes, age: 9 }));
    assert.deepEqual(kinds(site, young), ['HTTPRoute', 'Ingress']);
    assert.deepEqual(route.report(site, young, released()).recheckAt, new Date(noon.getTime() + 1000));
    const old = seen(ingress(), httpRoute({ ...yes, age: 10 }));
    assert.deepEqual(kinds(site, old), ['HTTPRoute']);
    assert.equal(route.report(site, old, released()).recheckAt, undefined);
  });

  it('keeps the HTTPRoutes until the Ingress is ten seconds old', () => {
    assert.deepEqual(kinds(plain, seen(httpRoute(yes))), ['Ingress', 'HTTPRoute']);
    assert.deepEqual(kinds(plain, seen(httpRoute(yes), ingress(9))), ['Ingress', 'HTTPRoute']);
    assert.deepEqual(kinds(plain, seen(httpRoute(yes), ingress(10))), ['Ingress']);
  });

  it('keeps nothing that is not of the site', () => {
    assert.deepEqual(kinds(site, seen(ingress(3600, []))), ['HTTPRoute']);
  });
});
