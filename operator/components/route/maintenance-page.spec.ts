import assert from 'node:assert/strict';
import type { Manifest } from '../component.ts';
import { containerStatus, liveObject, livePod, observed, released, testSite } from '../../testing/site.ts';
import { route } from './index.ts';

const site = testSite({ route: { maintenance: { allowFrom: [] } } });
const ingress = (name: string) =>
  liveObject('Ingress', 'shop', {
    spec: {
      ingressClassName: 'traefik',
      rules: [{ host: 'www.example.org', http: { paths: [{ backend: { service: { name } } }] } }],
    },
  });
const maintenancePage = (availableReplicas: number, more: object = {}) =>
  liveObject('Deployment', 'shop-maintenance', {
    spec: { replicas: 1 },
    status: { replicas: 1, updatedReplicas: 1, availableReplicas, ...more },
  });
const [usual, shown] = [ingress('shop-web'), ingress('shop-maintenance')];

function serving(owned: Manifest[], expected = site, pods: Manifest[] = []): string | undefined {
  const [object] = route.manifests(expected, observed({ owned, pods }), released());
  return /"name":"(shop-[a-z]+)"/.exec(JSON.stringify(object))?.[1];
}

describe('a route into maintenance', () => {
  const rows: [string, Manifest[], string][] = [
    ['the page cannot answer yet', [usual], 'shop-web'],
    ['the page does not answer yet', [usual, maintenancePage(0)], 'shop-web'],
    ['the page answers', [usual, maintenancePage(1)], 'shop-maintenance'],
    ['the page was shown and does not answer for a while', [shown, maintenancePage(0)], 'shop-maintenance'],
    ['the page was shown and is gone', [shown], 'shop-maintenance'],
    ['the site has not been published yet', [], 'shop-maintenance'],
  ];
  for (const [when, owned, service] of rows) {
    it(`leads to ${service} when ${when}`, () => {
      assert.equal(serving(owned), service);
    });
  }
});

describe('a route to a site that is switched off', () => {
  it('leads to the page as soon as that answers', () => {
    const off = testSite({ replicas: 0 });
    assert.deepEqual(
      [maintenancePage(0), maintenancePage(1)].map((page) => serving([usual, page], off)),
      ['shop-web', 'shop-maintenance'],
    );
  });
});

describe('a route back to the site', () => {
  const readyPod = (lastTransitionTime: string, status = 'True', metadata = {}) =>
    livePod({ metadata, status: { conditions: [{ type: 'Ready', status, lastTransitionTime }] } });
  const [young, known] = [readyPod('2030-01-01T11:59:58Z'), readyPod('2030-01-01T11:59:57Z')];
  const leaving = { deletionTimestamp: '2030-01-01T12:00:00Z' };
  const rows: [string, Manifest[], string][] = [
    ['at once when a pod has been ready for 3 s', [known], 'shop-web'],
    ['at once when one of its pods has', [young, known], 'shop-web'],
    ['not yet when it is ready for less', [young], 'shop-maintenance'],
    ['not when none is ready', [readyPod('2030-01-01T11:00:00Z', 'False')], 'shop-maintenance'],
    [
      'not when the ready one is on its way out',
      [readyPod('2030-01-01T11:00:00Z', 'True', leaving)],
      'shop-maintenance',
    ],
    ['not when there is none', [], 'shop-maintenance'],
  ];
  for (const [when, pods, service] of rows) {
    it(`leads ${when}`, () => {
      assert.equal(serving([shown, maintenancePage(1)], testSite(), pods), service);
    });
  }

  it('stays there when no pod is ready any more', () => {
    assert.equal(serving([usual, maintenancePage(1)], testSite()), 'shop-web');
  });

  it('is looked at when it may go', () => {
    const at = (pods: Manifest[]) =>
      route.report(testSite(), observed({ owned: [shown, maintenancePage(1)], pods }), released()).recheckAt;
    assert.deepEqual(
      [at([young]), at([known]), at([])],
      [new Date('2030-01-01T12:00:01Z'), undefined, undefined],
    );
  });
});

describe('the report of a route into maintenance', () => {
  const waits = livePod({
    component: 'cache',
    status: { containerStatuses: [containerStatus('varnish', { waiting: { reason: 'ErrImagePull' } })] },
  });
  const refused = maintenancePage(0, { conditions: [{ type: 'ReplicaFailure', status: 'True' }] });
  const of = (owned: Manifest[], pods: Manifest[] = [], expected = site) => {
    const { ready, stalled = false } = route.report(expected, observed({ owned, pods }), released());
    return [`${ready.status}/${ready.reason}`, stalled];
  };
  const off = testSite({ replicas: 0 });
  const rows: [string, ReturnType<typeof of>, [string, boolean]][] = [
    ['the page starts', of([usual, maintenancePage(0)]), ['Unknown/Progressing', false]],
    [
      'the page answers and is not shown yet',
      of([usual, maintenancePage(1)]),
      ['Unknown/Progressing', false],
    ],
    ['the page is shown', of([shown, maintenancePage(1)]), ['True/Maintenance', false]],
    [
      'the page is shown by an older form of it',
      of([shown, maintenancePage(1, { observedGeneration: 0 })]),
      ['Unknown/Progressing', false],
    ],
    [
      'another form of the page starts',
      of([shown, maintenancePage(1, { replicas: 2 })]),
      ['Unknown/Progressing', false],
    ],
    ['its image cannot be pulled', of([usual, maintenancePage(0)], [waits]), ['False/ImagePullFailed', true]],
    ['its pods are refused', of([usual, refused]), ['False/PodsForbidden', true]],
    [
      'it is over and still shown',
      of([shown, maintenancePage(1)], [], testSite()),
      ['Unknown/Progressing', false],
    ],
    [
      'it is switched off, and the page starts',
      of([usual, maintenancePage(0)], [], off),
      ['Unknown/Progressing', false],
    ],
    ['it is switched off', of([shown, maintenancePage(1)], [], off), ['True/ScaledToZero', false]],
    [
      'it is switched off, and the page is refused',
      of([usual, refused], [], off),
      ['False/PodsForbidden', true],
    ],
    ['it is over', of([usual, maintenancePage(1)], [], testSite()), ['True/Published', false]],
  ];
  for (const [when, reported, expected] of rows) {
    it(`is ${expected[0]} when ${when}`, () => {
      assert.deepEqual(reported, expected);
    });
  }
});
