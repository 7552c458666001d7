import assert from 'node:assert/strict';
import type { HostedSiteCondition } from '../../kinds/hosted-site/hosted-site.ts';
import type { Finding, Look, Manifest } from '../component.ts';
import { routeTarget } from '../route-target.ts';
import { liveObject, observed, released, testSite } from '../../testing/site.ts';
import { route } from './index.ts';

const own = testSite({ route: { tls: { secretName: 'own' } } });
const address = [{ ip: '203.0.113.1' }];
const ingress = (status: object = { loadBalancer: { ingress: address } }): Manifest =>
  liveObject('Ingress', 'shop', {
    spec: {
      rules: [{ host: 'www.example.org' }],
      tls: [{ hosts: ['www.example.org'], secretName: 'own' }],
    },
    status,
  });
const noon = Date.parse('2030-01-01T12:00:00Z');
const look = (finding?: Finding, seconds = 0): Look => ({
  ...(finding === undefined ? {} : { finding }),
  since: new Date(noon - seconds * 1000),
  lookAgainAt: new Date(noon + 2000),
});
const before = (text: string, observedGeneration = 1): HostedSiteCondition => {
  const [status = '', reason = ''] = text.split('/');
  return {
    type: 'RouteReady',
    status: status as 'True',
    reason,
    message: 'as it was told',
    observedGeneration,
    lastTransitionTime: '',
  };
};

function report(found?: Look, reported?: HostedSiteCondition, site = own) {
  const seen = observed({ owned: [ingress()], ...(found === undefined ? {} : { look: found }) });
  if (reported !== undefined) seen.site.status = { conditions: [reported] };
  return route.report(site, seen, released());
}

const [published, looking, wrong] = ['True/Published', 'Unknown/Progressing', 'False/CertificateNotServed'];

describe('what visitors are served over TLS', () => {
  const rows: [string, ReturnType<typeof report>, string][] = [
    ['nobody looks', report(), published],
    ['it is being looked at for the first time', report(look()), looking],
    ['it is looked at anew after a start, and was well', report(look(), before('True/Published')), published],
    ['it was well for an older spec', report(look(), before('True/Published', 0)), looking],
    ['it is looked at anew, and was wrong', report(look(), before(wrong, 0)), wrong],
    ['it is well', report(look('valid')), published],
    ['it is well again', report(look('valid'), before(wrong)), published],
    ['the operator cannot see it', report(look('unreachable', 99)), published],
    ['nobody answers, and it was wrong', report(look('unreachable', 899), before(wrong)), wrong],
    ['the operator cannot see it any more', report(look('unreachable', 900), before(wrong)), published],
    ['it is wrong at the first sight', report(look('controllers-own', 9)), looking],
    ['it is wrong for a moment and was well', report(look('none', 9), before('True/Published')), published],
    ['it is wrong for ten seconds', report(look('controllers-own', 10)), wrong],
    ['it was well and is wrong for ten seconds', report(look('none', 10), before('True/Published')), wrong],
    ['it is wrong in another way', report(look('out-of-date', 0), before(wrong)), wrong],
  ];
  for (const [when, { ready, stalled }, verdict] of rows) {
    it(`is ${verdict} when ${when}`, () => {
      assert.equal(`${ready.status}/${ready.reason}`, verdict);
      assert.equal(stalled, undefined);
    });
  }

  const words: [Finding, RegExp][] = [
    ['none', /refuses visitors of https:\/\/www\.example\.org\/.* The Secret own is missing, or/],
    ['controllers-own', /ingress controller's own, which no browser trusts\. The Secret own is missing, or/],
    ['other-host', /a certificate that is for other hosts\. The Secret own is missing, or/],
    [
      'out-of-date',
      /is over, or is not valid yet\. kubectl create secret tls own -n customer-a --cert=<file>/,
    ],
  ];
  for (const [finding, message] of words) {
    it(`is told as ${finding}, with what to do`, () => {
      assert.match(report(look(finding, 10)).ready.message, message);
    });
  }

  it('of a certificate that is issued is asked of cert-manager', () => {
    const issuer = { name: 'public', kind: 'Issuer', group: 'cert-manager.io' };
    const site = testSite({ route: { tls: { issuerRef: issuer } } });
    const issued = liveObject('Certificate', 'shop-tls', {
      status: { conditions: [{ type: 'Ready', status: 'True', reason: 'X', message: 'up to date' }] },
    });
    const named = ingress();
    named['spec'] = {
      ...(named['spec'] as object),
      tls: [{ hosts: ['www.example.org'], secretName: 'shop-tls' }],
    };
    const seen = observed({ owned: [named, issued], look: look('other-host', 10) });
    assert.match(
      route.report(site, seen, released()).ready.message,
      /kubectl describe certificate shop-tls -n customer-a says what became of it\.$/,
    );
  });

  it('is looked at again when it is time', () =>
    assert.deepEqual(report(look('valid')).recheckAt, new Date(noon + 2000)));
});

describe('where a route is looked at', () => {
  const at = (...owned: Manifest[]) => routeTarget(observed({ owned }), 'shop');
  const expected = { address: '203.0.113.1', host: 'www.example.org', secretName: 'own' };
  const plain = ingress();
  plain['spec'] = { rules: [{ host: 'www.example.org' }] };
  it('is the address that its controller has written', () => assert.deepEqual(at(ingress()), expected));
  it('may be a name', () => {
    const named = ingress({ loadBalancer: { ingress: [{ hostname: 'lb.example.net' }] } });
    assert.deepEqual(at(named), { ...expected, address: 'lb.example.net' });
  });
  it('is nowhere while no controller has written one', () => {
    assert.equal(at(ingress({})), undefined);
    assert.equal(at(ingress({ loadBalancer: {} })), undefined);
  });
  it('is nowhere without TLS, and without an Ingress', () => {
    assert.equal(at(plain), undefined);
    assert.equal(at(), undefined);
  });
});
