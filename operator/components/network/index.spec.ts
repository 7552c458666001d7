import assert from 'node:assert/strict';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1.d.ts';
import { expectGolden } from '../../../tools/golden.ts';
import type { Site } from '../component.ts';
import type { KnownFlow } from '../flow.ts';
import { documents, liveObject, observed, released, testNetwork, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';
import { network } from './index.ts';

/** Of a WordPress: the site's image runs in `web` and `application`. */
const flows: readonly KnownFlow[] = [
  { from: 'web', to: 'dns' },
  { from: 'application', to: 'dns' },
  { from: 'web', to: 'egress' },
  { from: 'application', to: 'egress' },
  { from: 'web', to: 'database', port: 3306 },
  { from: 'application', to: 'database', port: 3306 },
  { from: 'visitors', to: 'web', port: 6081 },
];
const written = (site: Site, all = flows) => network.manifests(site, observed(), released({ flows: all }));
const names = (site: Site, all = flows) => written(site, all).map(({ object }) => object.metadata.name);
const spec = (name: string, site: Site, all = flows): NetworkPolicySpec =>
  written(site, all).find(({ object }) => object.metadata.name === name)?.object['spec'] as NetworkPolicySpec;
/** What the web pods may connect to besides DNS and the database. */
function egress(overrides: TestOverrides): unknown[] {
  return spec('shop-web', testSite(overrides), [{ from: 'web', to: 'egress' }]).egress ?? [];
}
const restricted = (...to: Site['egress']['to'][number][]) => egress({ egress: { mode: 'Restricted', to } });

describe('network', () => {
  it('is the policies of the golden file', () => {
    expectGolden(new URL('golden/wordpress.yaml', import.meta.url), documents(written(testSite())));
  });

  it('has a policy for each part that a flow names, and one for all other pods', () => {
    assert.deepEqual(names(testSite()), [
      'shop-application',
      'shop-database',
      'shop-web',
      'shop-default-deny',
    ]);
    assert.deepEqual(names(testSite(), []), ['shop-default-deny']);
  });

  it('puts every pod of the site under exactly one policy', () => {
    const own = ['shop-application', 'shop-database', 'shop-web'].map(
      (name) => spec(name, testSite()).podSelector.matchLabels?.['app.kubernetes.io/component'],
    );
    const { matchLabels, matchExpressions } = spec('shop-default-deny', testSite()).podSelector;
    assert.deepEqual(matchExpressions, [
      { key: 'app.kubernetes.io/component', operator: 'NotIn', values: own },
    ]);
    assert.deepEqual(matchLabels, {
      'app.kubernetes.io/name': 'hostedsite',
      'app.kubernetes.io/instance': 'shop',
    });
  });

  it('says of both directions that they are closed, and names no rule where nothing is open', () => {
    for (const { object } of written(testSite())) {
      const { policyTypes, ingress, egress: out } = object['spec'] as NetworkPolicySpec;
      assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
      assert.ok(Array.isArray(ingress) && Array.isArray(out), object.metadata.name);
    }
    const { ingress, egress: out } = spec('shop-default-deny', testSite());
    assert.deepEqual([ingress, out], [[], []]);
  });

  describe('never writes a list that would mean everybody', () => {
    const nobody = { peers: [], ports: [] };
    const worlds: [string, TestOverrides][] = [
      ['a site as it is', {}],
      ['no ingress controller', { network: { ...testNetwork, ingressControllers: nobody } }],
      [
        'a controller without ports',
        { network: { ...testNetwork, ingressControllers: { ...testNetwork.ingressControllers, ports: [] } } },
      ],
      ['no DNS', { network: { ...testNetwork, dns: nobody } }],
      ['DNS without ports', { network: { ...testNetwork, dns: { ...testNetwork.dns, ports: [] } } }],
      ['nothing outside', { egress: { mode: 'Restricted', to: [] } }],
      [
        'a destination without a place',
        { egress: { mode: 'Restricted', to: [{}, { ports: [{ port: 1 }] }] } },
      ],
      [
        'a destination without a port',
        { egress: { mode: 'Restricted', to: [{ cidr: '10.0.0.0/8', ports: [] }] } },
      ],
    ];
    for (const [what, overrides] of worlds) {
      it(`with ${what}`, () => {
        for (const { object } of written(testSite(overrides)))
          namesSomebody(object['spec'] as Required<NetworkPolicySpec>);
      });
    }
  });

  describe('lets the application out', () => {
    it('to the internet and to the ingress controllers when nothing is written', () => {
      assert.deepEqual(egress({}), [
        {
          to: [
            { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '169.254.0.0/16'] } },
            // fd00:ec2::254 lies in fc00::/7.
            { ipBlock: { cidr: '::/0', except: ['fc00::/7'] } },
          ],
        },
        {
          to: testNetwork.ingressControllers.peers,
          ports: [
            { protocol: 'TCP', port: 80 },
            { protocol: 'TCP', port: 443 },
          ],
        },
      ]);
    });

    it('to nothing when it is restricted', () => assert.deepEqual(restricted(), []));

    const rows: [string, Site['egress']['to'][number], object][] = [
      [
        'a range, on a port',
        { cidr: '10.20.0.0/16', ports: [{ port: 5432 }] },
        { to: [{ ipBlock: { cidr: '10.20.0.0/16' } }], ports: [{ protocol: 'TCP', port: 5432 }] },
      ],
      ['a range as a whole', { cidr: '2001:db8::/32' }, { to: [{ ipBlock: { cidr: '2001:db8::/32' } }] }],
      [
        'a range but for what no site may reach',
        { cidr: '0.0.0.0/0' },
        { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }] },
      ],
      [
        'pods beside it',
        { podSelector: { matchLabels: { app: 'valkey' } }, ports: [{ port: 6379, protocol: 'UDP' }] },
        {
          to: [{ podSelector: { matchLabels: { app: 'valkey' } } }],
          ports: [{ protocol: 'UDP', port: 6379 }],
        },
      ],
    ];
    for (const [what, destination, rule] of rows) {
      it(`to ${what}`, () => assert.deepEqual(restricted(destination), [rule]));
      it(`to ${what} besides the internet`, () =>
        assert.deepEqual(egress({ egress: { mode: 'Internet', to: [destination] } }).slice(2), [rule]));
    }
  });

  describe('refuses', () => {
    const refusals = (cidr: string, overrides: TestOverrides = {}) =>
      network.refusals?.(
        testSite({ egress: { mode: 'Internet', to: [{ cidr }] }, ...overrides }),
        observed(),
      );

    for (const cidr of ['169.254.169.254/32', '169.254.0.0/16', 'fd00:ec2::254/128']) {
      it(`to open ${cidr}, which the administrator has closed`, () => {
        const [refusal] = refusals(cidr) ?? [];
        assert.equal(refusal?.reason, 'EgressForbidden');
        assert.ok(refusal.message.includes(`${cidr},`));
      });
    }

    it('nothing else', () => {
      assert.deepEqual(refusals('169.0.0.0/8'), []);
      assert.deepEqual(refusals('10.0.0.0/8'), []);
      assert.deepEqual(refusals('169.254.169.254/32', { network: undefined }), []);
    });
  });

  describe('where the administrator has switched policies off', () => {
    const off = testSite({ network: undefined });
    const unenforced = testSite({ network: undefined, egress: { mode: 'Restricted', to: [] } });

    it('is no part of a site', () => assert.equal(network.enabled(off), false));

    it('writes nothing, and says that a restriction is not in force', () => {
      assert.ok(network.enabled(unenforced));
      assert.deepEqual(names(unenforced), []);
      const { ready, stalled } = network.report(unenforced, observed(), released());
      assert.deepEqual([ready.status, ready.reason, stalled], ['False', 'PoliciesDisabled', true]);
    });
  });

  describe('reports', () => {
    const site = testSite();
    const report = (...there: string[]) => {
      const owned = there.map((name) => liveObject('NetworkPolicy', name));
      return network.report(site, observed({ owned }), released({ flows })).ready;
    };

    it('Unknown until every policy is there', () => {
      assert.equal(report().reason, 'Progressing');
      assert.equal(report('shop-application', 'shop-database', 'shop-web').status, 'Unknown');
    });

    it('True then', () => {
      assert.equal(report(...names(site)).status, 'True');
    });
  });
});

function namesSomebody({ ingress, egress }: Required<NetworkPolicySpec>): void {
  for (const { from = [], ports = [] } of ingress) assert.ok(from.length > 0 && ports.length > 0);
  for (const { to = [], ports } of egress) {
    assert.ok(to.length > 0 && ports?.length !== 0);
    for (const peer of to) assert.notDeepEqual(peer, {});
  }
}
