import assert from 'node:assert/strict';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';
import { kinds } from '../operator/kinds/index.ts';
import type { Right } from '../operator/kube/right.ts';
import { operatorRights } from '../operator/operator.ts';
import { operatorRules, peoplesRules, rulesFile } from './rules-file.ts';
import type { Rule } from './rules-file.ts';

/** A row for each resource: `apps/deployments: get list`. */
function rows(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ apiGroups: [group = ''], resources, resourceNames, verbs }) =>
    resources.map((resource) => {
      const named = resourceNames === undefined ? '' : ' of its name';
      return `${group === '' ? '' : `${group}/`}${resource}${named}: ${verbs.join(' ')}`;
    }),
  );
}

describe('the rules of the operator', () => {
  const { cluster, everywhere, own, ownAlone } = operatorRules(operatorRights);
  const all = 'get list watch create patch delete';

  // Whoever changes a row changes what an administrator allows by installing the chart.
  it('give in every namespace this and no more', () => {
    assert.deepEqual(rows(everywhere).sort(), [
      `apps/controllerrevisions: ${all}`,
      `apps/deployments: ${all}`,
      `apps/statefulsets: ${all}`,
      `autoscaling/horizontalpodautoscalers: ${all}`,
      `batch/cronjobs: ${all}`,
      `batch/jobs: ${all}`,
      `cert-manager.io/certificates: ${all}`,
      `configmaps: ${all}`,
      'events.k8s.io/events: list create patch',
      `gateway.networking.k8s.io/httproutes: ${all}`,
      'hostedsite.dev/hostedsites/finalizers: update',
      'hostedsite.dev/hostedsites/status: patch',
      'hostedsite.dev/hostedsites: get list watch patch delete',
      'hostedsite.dev/sitetasks/finalizers: update',
      'hostedsite.dev/sitetasks/status: patch',
      'hostedsite.dev/sitetasks: get list watch patch delete',
      'namespaces: get',
      `networking.k8s.io/ingresses: ${all}`,
      `networking.k8s.io/networkpolicies: ${all}`,
      'persistentvolumeclaims: get list watch create patch',
      `pods: ${all}`,
      `policy/poddisruptionbudgets: ${all}`,
      'secrets: create delete',
      `serviceaccounts: ${all}`,
      `services: ${all}`,
    ]);
  });

  // Without these an operator that is limited to namespaces does what it does.
  it('give on what has no namespace this and no more', () => {
    assert.deepEqual(rows(cluster).sort(), [
      'apiextensions.k8s.io/customresourcedefinitions: list watch',
      'networking.k8s.io/ingressclasses: list watch',
      'storage.k8s.io/storageclasses: list watch',
    ]);
  });

  it('say all of its own namespace where that is none of sites', () => {
    assert.deepEqual(rows(ownAlone).sort(), [
      'configmaps: get list watch create patch delete',
      'coordination.k8s.io/leases of its name: get update',
      'coordination.k8s.io/leases: create',
      'namespaces: get',
      'secrets: get list create patch delete',
    ]);
  });

  it('give in its own namespace this and no more', () => {
    assert.deepEqual(rows(own).sort(), [
      'coordination.k8s.io/leases of its name: get update',
      'coordination.k8s.io/leases: create',
      'secrets: get list create patch delete',
    ]);
  });

  const site: Right = { kind: 'ConfigMap', verbs: ['get', 'list'], scope: 'site-namespaces' };
  const home: Right = { kind: 'ConfigMap', verbs: ['list'], scope: 'operator-namespace' };
  const cases: [what: string, rights: Right[], everywhere: string[], own: string[]][] = [
    [
      'sum up what several ask for',
      [site, { ...site, verbs: ['delete', 'get'] }],
      ['configmaps: get list delete'],
      [],
    ],
    ['do not say again what is given everywhere', [site, home], ['configmaps: get list'], []],
    [
      'say all of what is given everywhere in part',
      [site, { ...home, verbs: ['list', 'delete'] }],
      ['configmaps: get list'],
      ['configmaps: list delete'],
    ],
    [
      'keep what is on one object apart',
      [home, { ...home, verbs: ['update'], ownName: true }],
      [],
      ['configmaps: list', 'configmaps of its name: update'],
    ],
    [
      'put resources of a group together where the same is given',
      [site, { ...site, kind: 'Service' }, { ...site, kind: 'Deployment' }],
      ['configmaps: get list', 'services: get list', 'apps/deployments: get list'],
      [],
    ],
  ];
  for (const [what, rights, ...expected] of cases) {
    it(what, () => {
      const found = operatorRules(rights);
      assert.deepEqual([rows(found.everywhere), rows(found.own)], expected);
    });
  }
});

describe('the rules for people', () => {
  const { scale: _, ...unscaled } = hostedSite;
  const look = 'get list watch';
  const plural = 'hostedsite.dev/hostedsites';
  const table = [
    ['user', ['create update patch delete deletecollection']],
    ['action', ['create delete deletecollection']],
    ['internal', []],
  ] as const;
  for (const [role, written] of table) {
    it(`let them look at a kind of role ${role}, and write it as that says`, () => {
      const { view, edit } = peoplesRules([{ ...unscaled, role }]);
      assert.deepEqual(rows(view), [`${plural}: ${look}`, `${plural}/status: ${look}`]);
      assert.deepEqual(
        rows(edit),
        written.map((verbs) => `${plural}: ${verbs}`),
      );
    });
  }

  it('let them scale what can be scaled', () => {
    const { view, edit } = peoplesRules([hostedSite]);
    assert.ok(rows(view).includes(`${plural}/scale: ${look}`));
    assert.ok(rows(edit).includes(`${plural}/scale: update patch`));
  });
});

describe('the rules as templates', () => {
  const text = rulesFile(operatorRights, kinds);

  it('name the Lease as the chart names it to the operator', () => {
    assert.match(
      text,
      /resourceNames: \['\{\{ include "hostedsite\.fullname" \. \}\}'\]\n {2}verbs: \[get, update\]/,
    );
  });

  it('give no right on everything', () => {
    assert.doesNotMatch(text.replaceAll(/\{\{- \/\*.*\*\/ -\}\}/g, ''), /[*]/);
  });
});
