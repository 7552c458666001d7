import assert from 'node:assert/strict';
import type { Manifest } from '../component.ts';
import { containerStatus, liveObject, livePod, observed, released, testSite } from '../test-site.ts';
import { route } from './index.ts';

const site = testSite({ route: { maintenance: { allowFrom: [] } } });
const ingress = (name: string) =>
  liveObject('Ingress', 'shop', {
    spec: {
      ingressClassName: 'traefik',
      rules: [{ host: 'www.example.org', http: { paths: [{ backend: { service: { name } } }] } }],
    },
  });
const standIn = (availableReplicas: number, more: object = {}) =>
  liveObject('Deployment', 'shop-maintenance', {
    spec: { replicas: 1 },
    status: { replicas: 1, updatedReplicas: 1, availableReplicas, ...more },
  });
const [usual, shown] = [ingress('shop-web'), ingress('shop-maintenance')];

function serving(owned: Manifest[], wanted = site): string | undefined {
  const [object] = route.manifests(wanted, observed({ owned }), released());
  return /"name":"(shop-[a-z]+)"/.exec(JSON.stringify(object))?.[1];
}

describe('a route into maintenance', () => {
  const rows: [string, Manifest[], string][] = [
    ['the page cannot answer yet', [usual], 'shop-web'],
    ['the page does not answer yet', [usual, standIn(0)], 'shop-web'],
    ['the page answers', [usual, standIn(1)], 'shop-maintenance'],
    ['the page was shown and does not answer for a while', [shown, standIn(0)], 'shop-maintenance'],
    ['the page was shown and is gone', [shown], 'shop-maintenance'],
    ['the site has not been published yet', [], 'shop-maintenance'],
  ];
  for (const [when, owned, service] of rows) {
    it(`leads to ${service} when ${when}`, () => {
      assert.equal(serving(owned), service);
    });
  }

  it('leads back at once', () => {
    assert.equal(serving([shown, standIn(1)], testSite()), 'shop-web');
  });
});

describe('the report of a route into maintenance', () => {
  const waits = livePod({
    component: 'cache',
    status: { containerStatuses: [containerStatus('varnish', { waiting: { reason: 'ErrImagePull' } })] },
  });
  const refused = standIn(0, { conditions: [{ type: 'ReplicaFailure', status: 'True' }] });
  const of = (owned: Manifest[], pods: Manifest[] = [], wanted = site) => {
    const { ready, stalled = false } = route.report(wanted, observed({ owned, pods }), released());
    return [`${ready.status}/${ready.reason}`, stalled];
  };
  const rows: [string, ReturnType<typeof of>, [string, boolean]][] = [
    ['the page starts', of([usual, standIn(0)]), ['Unknown/Progressing', false]],
    ['the page answers and is not shown yet', of([usual, standIn(1)]), ['Unknown/Progressing', false]],
    ['the page is shown', of([shown, standIn(1)]), ['True/Maintenance', false]],
    [
      'the page is shown by an older form of it',
      of([shown, standIn(1, { observedGeneration: 0 })]),
      ['Unknown/Progressing', false],
    ],
    [
      'another form of the page starts',
      of([shown, standIn(1, { replicas: 2 })]),
      ['Unknown/Progressing', false],
    ],
    ['its image cannot be pulled', of([usual, standIn(0)], [waits]), ['False/ImagePullFailed', true]],
    ['its pods are refused', of([usual, refused]), ['False/PodsForbidden', true]],
    ['it is over and still shown', of([shown, standIn(1)], [], testSite()), ['Unknown/Progressing', false]],
    ['it is over', of([usual, standIn(1)], [], testSite()), ['True/Published', false]],
  ];
  for (const [when, told, wanted] of rows) {
    it(`is ${wanted[0]} when ${when}`, () => {
      assert.deepEqual(told, wanted);
    });
  }
});
