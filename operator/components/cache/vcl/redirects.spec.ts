import assert from 'node:assert/strict';
import { expectGolden } from '../../../../tools/golden.ts';
import type { Site } from '../../component.ts';
import { testSite } from '../../../testing/site.ts';
import { vcl } from './vcl.ts';

const hosts = ['www.example.org', 'example.org', 'shop.example.org'];
const of = (route: Partial<Site['route']>, more: { hosts?: string[] } = {}) =>
  vcl(testSite({ hosts, ...more, route }));

describe('the redirects of the edge', () => {
  it('are the golden file redirects.vcl', () => {
    const text = of({ redirectToHTTPS: true, redirectToCanonicalHost: true });
    expectGolden(new URL('golden/redirects.vcl', import.meta.url), text);
  });

  const nothing: [string, Partial<Site['route']>, string[]][] = [
    ['neither is wanted', { redirectToHTTPS: false, redirectToCanonicalHost: false }, hosts],
    ['there is one host only', { redirectToCanonicalHost: true }, ['www.example.org']],
  ];
  for (const [when, route, names] of nothing) {
    it(`leave the VCL as it was when ${when}`, () => {
      assert.equal(of(route, { hosts: names }), of({}, { hosts: names }));
    });
  }

  it('send nobody to another host unless that is wanted', () => {
    assert.doesNotMatch(of({ redirectToHTTPS: true }), /:\/\/[a-z]/);
  });

  it('send nobody to https unless that is wanted', () => {
    assert.doesNotMatch(of({ redirectToCanonicalHost: true }), /https:\/\//);
  });

  it('name every host but the first, and no pattern that another host could match', () => {
    const text = of({ redirectToCanonicalHost: true });
    const asked = [...text.matchAll(/req\.http\.host == "([^"]+)"/g)].map(([, host]) => host);
    assert.deepEqual(asked, ['example.org', 'shop.example.org']);
    assert.match(text, /X-Forwarded-Proto \+ ":\/\/www\.example\.org" \+ req\.url/);
  });

  it('come after the probes, and before anything that passes or stores', () => {
    const text = of({ redirectToHTTPS: true, redirectToCanonicalHost: true });
    const order = [
      'varnish-health',
      '"https://" +',
      'X-Forwarded-Proto = "https"',
      '"://www',
      'return (pass)',
    ];
    const places = order.map((mark) => text.indexOf(mark));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(places[0] !== -1);
  });

  it('leave alone who proves to a certificate authority that the host is his', () => {
    const text = of({ redirectToHTTPS: true, redirectToCanonicalHost: true });
    assert.equal(text.match(/!~ "\^\/\[\.\]well-known\/acme-challenge\/"/g)?.length, 2);
  });
});
