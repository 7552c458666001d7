import assert from 'node:assert/strict';
import type { Manifest, Owned } from '../component.ts';
import { liveObject, observed, released, testSite } from '../../testing/site.ts';
import { route } from './index.ts';

const issued = testSite({
  route: { tls: { issuerRef: { name: 'public', kind: 'Issuer', group: 'cert-manager.io' } } },
});
const ingress = (secretName?: string): Manifest =>
  liveObject('Ingress', 'shop', {
    spec: {
      rules: [{ host: 'www.example.org' }],
      ...(secretName === undefined ? {} : { tls: [{ hosts: ['www.example.org'], secretName }] }),
    },
  });
const certificate = (status: string, message: string, observedGeneration = 2): Manifest =>
  liveObject('Certificate', 'shop-tls', {
    metadata: { generation: 2 },
    status: { conditions: [{ type: 'Ready', status, reason: 'X', message, observedGeneration }] },
  });
const fresh = liveObject('Certificate', 'shop-tls');

const report = (owned: Manifest[], site = issued) => route.report(site, observed({ owned }), released());
const tlsOf = (owned: Owned[]) => {
  const found = owned.find(({ object }) => object.kind === 'Ingress')?.object;
  return (found?.['spec'] as { tls?: { secretName: string }[] } | undefined)?.tls?.[0]?.secretName;
};
const named = (owned: Manifest[]) => tlsOf(route.manifests(issued, observed({ owned }), released()));

describe('a certificate that is issued', () => {
  const rows: [string, Manifest[], string, RegExp][] = [
    ['before the rules are written', [], 'Unknown/Progressing', /being written/],
    [
      'before cert-manager has said anything',
      [ingress(), fresh],
      'False/CertificatePending',
      /said nothing about the Certificate shop-tls/,
    ],
    [
      "in cert-manager's words",
      [ingress(), certificate('False', 'Issuing certificate as Secret does not exist')],
      'False/CertificatePending',
      /shop-tls: Issuing certificate as Secret does not exist$/,
    ],
    [
      'when what it says is about the hosts before',
      [ingress('shop-tls'), certificate('True', 'up to date', 1)],
      'False/CertificatePending',
      /said nothing/,
    ],
    [
      'when it is issued, and the Ingress does not name it yet',
      [ingress(), certificate('True', 'up to date')],
      'Unknown/Progressing',
      /being written/,
    ],
    [
      'when it serves',
      [ingress('shop-tls'), certificate('True', 'up to date')],
      'True/Published',
      /are written/,
    ],
  ];
  for (const [when, owned, verdict, message] of rows) {
    it(`is ${verdict} ${when}`, () => {
      const { ready, stalled } = report(owned);
      assert.equal(`${ready.status}/${ready.reason}`, verdict);
      assert.match(ready.message, message);
      assert.equal(stalled, undefined);
    });
  }

  it('is named by the Ingress when it is there, and stays named while more hosts are added', () => {
    assert.equal(named([]), undefined);
    assert.equal(named([ingress(), certificate('False', 'issuing')]), undefined);
    assert.equal(named([ingress(), certificate('True', 'up to date')]), 'shop-tls');
    assert.equal(named([ingress('shop-tls'), certificate('False', 'issuing')]), 'shop-tls');
    assert.equal(named([ingress('own'), certificate('False', 'issuing')]), undefined);
  });
});

describe('a certificate that the user has', () => {
  const own = testSite({ route: { tls: { secretName: 'own' } } });
  const rows: [string, Manifest[], string, string][] = [
    ['is not in force before the Ingress names it', [ingress()], 'Unknown', 'http://www.example.org/'],
    ['nor while it names another', [ingress('shop-tls')], 'Unknown', 'https://www.example.org/'],
    ['is in force when it does', [ingress('own')], 'True', 'https://www.example.org/'],
  ];
  for (const [title, owned, status, url] of rows) {
    it(title, () => {
      const { ready, status: reported } = report(owned, own);
      assert.equal(ready.status, status);
      assert.deepEqual(reported, { urls: [url] });
    });
  }

  it('may be that of a proxy before the controller: visitors are sent to https, so it is there', () => {
    const { status } = report([ingress()], testSite({ route: { redirectToHTTPS: true } }));
    assert.deepEqual(status, { urls: ['https://www.example.org/'] });
  });

  it('leaves the Ingress with the spec', () => {
    const plain = testSite();
    assert.equal(tlsOf(route.manifests(plain, observed({ owned: [ingress('own')] }), released())), undefined);
    assert.equal(report([ingress('own')], plain).ready.status, 'Unknown');
  });
});
