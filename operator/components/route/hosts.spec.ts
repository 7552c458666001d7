import assert from 'node:assert/strict';
import { livePod, observed, released, testSite } from '../../testing/site.ts';
import type { Manifest, Observed, Revision } from '../component.ts';
import { publishedHosts, waitingHosts } from './hosts.ts';
import { route } from './index.ts';

const [a, b, c] = ['a.example.org', 'b.example.org', 'c.example.org'];

/** Each pod by the hosts that its revision was told. */
function sight(reported: string[], pods: (readonly string[] | undefined)[], phase = 'Running'): Observed {
  const revisions: Revision[] = pods.map((hosts, at) => ({
    ...released().revision,
    name: `shop-web-${at}`,
    ...(hosts === undefined ? {} : { hosts, url: `http://${hosts[0]}` }),
  }));
  const seen = observed({
    revisions,
    pods: revisions.map(({ name }) => livePod({ revision: name, status: { phase } })),
  });
  const status = { observedGeneration: 1, urls: reported.map((host) => `http://${host}/`) };
  return { ...seen, site: { ...seen.site, status } };
}

function beside(seen: Observed, ...pods: Observed['pods']): Observed {
  return { ...seen, pods: [...seen.pods, ...pods] };
}

describe('the hosts that are published', () => {
  /** `next` is what the release knows that is to run: the spec's hosts unless a release was taken back. */
  const rows: { title: string; spec: string[]; seen: Observed; hosts: string[]; next?: string[] }[] = [
    {
      title: 'those of the release that is to run where no pod is and the one that was asked for failed',
      spec: [b],
      seen: sight([a], []),
      hosts: [a],
      next: [a],
    },
    { title: 'all of a new site', spec: [a], seen: sight([], []), hosts: [a] },
    { title: 'all of a site whose first pods start', spec: [a], seen: sight([], [[a]]), hosts: [a] },
    { title: 'the old ones while only old pods are there', spec: [b], seen: sight([a], [[a]]), hosts: [a] },
    { title: 'the old ones while old pods are left', spec: [b], seen: sight([a], [[a], [b]]), hosts: [a] },
    { title: 'the new ones when all pods know them', spec: [b], seen: sight([a], [[b]]), hosts: [b] },
    {
      title: 'without the new one until all know it',
      spec: [a, b],
      seen: sight([a], [[a], [a, b]]),
      hosts: [a],
    },
    { title: 'with the new one when all know it', spec: [a, b], seen: sight([a], [[a, b]]), hosts: [a, b] },
    {
      title: 'with the dropped one until no pod knows it',
      spec: [a],
      seen: sight([a, b], [[a, b], [a]]),
      hosts: [a, b],
    },
    {
      title: 'in their new order',
      spec: [b, a],
      seen: sight(
        [a, b],
        [
          [a, b],
          [b, a],
        ],
      ),
      hosts: [b, a],
    },
    {
      title: 'the told ones where pods were told none',
      spec: [b],
      seen: sight([a], [undefined, [b]]),
      hosts: [a],
    },
    {
      title: 'the told ones where a pod has the labels that no release made',
      spec: [a, b],
      seen: beside(sight([a], [[a, b]]), livePod({ revision: 'of-no-release' })),
      hosts: [a],
    },
    { title: 'all where no pod is', spec: [b], seen: sight([a], []), hosts: [b] },
    {
      title: 'all where only pods are that have ended',
      spec: [b],
      seen: sight([a], [[a]], 'Failed'),
      hosts: [b],
    },
    {
      title: 'a third one in place of a second that was never published',
      spec: [c],
      seen: sight([a], [[a], [b], [c]]),
      hosts: [a],
    },
  ];
  for (const { title, spec, seen, hosts, next = spec } of rows) {
    it(`are ${title}`, () => {
      const site = testSite({ hosts: spec });
      const running = released({ revision: { hosts: next } });
      assert.deepEqual(publishedHosts(site, seen, running), hosts);
      assert.deepEqual(
        waitingHosts(site, seen, running),
        spec.filter((host) => !hosts.includes(host)),
      );
    });
  }

  describe('with a pod that is being deleted on a node of which nothing is heard', () => {
    const site = testSite({ hosts: [b] });
    /** What is said of it, and how many seconds ago it should have ended. */
    const deleted = (ready: string | undefined, seconds: number, spec = [a]): Observed => {
      const seen = sight([a], [spec, [b]]);
      const [old, ...others] = seen.pods as [Manifest, ...Manifest[]];
      const deletionTimestamp = new Date(seen.now.getTime() - seconds * 1000).toISOString();
      const conditions = ready === undefined ? [] : [{ type: 'Ready', status: ready }];
      const lost = {
        ...old,
        metadata: { ...old.metadata, deletionTimestamp },
        status: { phase: 'Running', conditions },
      };
      return { ...seen, pods: [lost, ...others] };
    };
    for (const [what, seen, hosts] of [
      ['do not wait for it', deleted('False', 30), [b]],
      ['wait while it may still end by itself', deleted('False', 29), [a]],
      ['wait while it has its time', deleted('False', -20), [a]],
      ['wait while it is ready', deleted('True', 3600), [a]],
      ['wait while nobody says whether it is', deleted(undefined, 3600), [a]],
    ] as const)
      it(what, () => assert.deepEqual(publishedHosts(site, seen, released()), hosts));

    it('are looked at again when it should be over, and only while they wait', () => {
      const at = (seconds: number): string =>
        new Date(observed().now.getTime() + seconds * 1000).toISOString();
      assert.equal(route.report?.(site, deleted('False', -20), released()).recheckAt?.toISOString(), at(50));
      assert.equal(route.report?.(site, deleted('False', 30), released()).recheckAt, undefined);
      assert.equal(route.report?.(site, deleted('True', 30), released()).recheckAt, undefined);
      const settled = testSite({ hosts: [a] });
      assert.equal(route.report?.(settled, deleted('False', -20), released()).recheckAt, undefined);
    });
  });

  it('have a certificate, those that leave and those that wait', () => {
    const issuerRef = { name: 'public', kind: 'ClusterIssuer', group: 'cert-manager.io' };
    const site = testSite({ hosts: [b], route: { tls: { issuerRef } } });
    const [certificate] = route.manifests(site, sight([a], [[a], [b]]), released());
    assert.deepEqual((certificate?.object['spec'] as { dnsNames: string[] }).dnsNames, [b, a]);
  });

  it('have a certificate while a release is taken back, and those that wait have none', () => {
    const issuerRef = { name: 'public', kind: 'ClusterIssuer', group: 'cert-manager.io' };
    const site = testSite({ hosts: [b], route: { tls: { issuerRef } } });
    const { revision } = released();
    const all = released({ state: { is: 'rolledBack', desired: revision, current: revision } });
    const [certificate] = route.manifests(site, sight([a], [[a]]), all);
    assert.deepEqual((certificate?.object['spec'] as { dnsNames: string[] }).dnsNames, [a]);
  });

  it('are known to the status as they were written', () => {
    const site = testSite({ hosts: ['shop.123', 'xn--a.example.org'] });
    const seen = sight(['shop.123', 'xn--a.example.org'], [['shop.123', 'xn--a.example.org']]);
    assert.deepEqual(publishedHosts(site, seen, released()), site.hosts);
  });

  it('are those of a Gateway, too', () => {
    const site = testSite({ hosts: [b], route: { parentRefs: [{ name: 'public' }] } });
    const [first] = route.manifests(site, sight([a], [[a], [b]]), released());
    assert.deepEqual((first?.object['spec'] as { hostnames: string[] }).hostnames, [a]);
  });
});
