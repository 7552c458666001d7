import assert from 'node:assert/strict';
import type { Recorded } from './proxy-request.ts';
import { difference, grantedBy, needed } from './rights-rules.ts';
import type { Rendered, Right } from './rights-rules.ts';

const request: Recorded = {
  at: 0,
  verb: 'get',
  group: '',
  resource: 'pods',
  namespace: 'customer',
  name: 'one',
  dryRun: false,
  apply: false,
  initialEvents: false,
  blocks: [],
  own: false,
  armed: false,
  incarnation: 1,
  status: 200,
  upstream: 200,
};

describe('needed rights', () => {
  type Fields = { [Field in keyof Recorded]?: Recorded[Field] | undefined };
  const rows: [what: string, request: Fields, rights: string[]][] = [
    ['a read', {}, ['get pods cluster']],
    [
      'a read of the whole cluster',
      { verb: 'list', namespace: undefined, name: undefined },
      ['list pods cluster'],
    ],
    [
      'a request in its own namespace',
      { own: true, resource: 'secrets' },
      ['get secrets operator namespace'],
    ],
    [
      'a watch with initial events',
      { verb: 'watch', initialEvents: true },
      ['watch pods cluster', 'list pods cluster'],
    ],
    ['a watch', { verb: 'watch' }, ['watch pods cluster']],
    ['an apply that changes', { verb: 'patch', apply: true }, ['patch pods cluster']],
    [
      'an apply that creates',
      { verb: 'patch', apply: true, upstream: 201 },
      ['patch pods cluster', 'create pods cluster'],
    ],
    ['a subresource', { verb: 'patch', subresource: 'status' }, ['patch pods/status cluster']],
    ['a request that was cut off', { verb: 'create', status: 0, upstream: 0 }, ['create pods cluster']],
    ['a deletion of many', { verb: 'delete', name: undefined }, ['deletecollection pods cluster']],
    [
      'an object that holds up its owner',
      { verb: 'create', blocks: ['example.org things'] },
      ['create pods cluster', 'update things/finalizers cluster'],
    ],
  ];
  for (const [what, fields, rights] of rows) {
    it(`of ${what}`, () => {
      const found = needed([{ ...request, ...fields } as Recorded]);
      assert.deepEqual(
        found.map(({ verb, resource, scope }) => `${verb} ${resource} ${scope}`),
        rights,
      );
    });
  }

  it('are named once', () => {
    assert.equal(needed([request, request, { ...request, name: 'two' }]).length, 1);
  });
});

describe('granted rights', () => {
  const rule = { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'patch'] };
  const subjects = [{ kind: 'ServiceAccount', name: 'operator', namespace: 'own' }];
  const account: Rendered = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator' } };

  function role(kind: string, name: string): Rendered {
    return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, rules: [rule] };
  }

  function binding(kind: string, name: string): Rendered {
    const roleRef = { kind, name };
    return {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: `${kind}Binding`,
      metadata: { name },
      roleRef,
      subjects,
    };
  }

  it('are those of the roles that are bound to the account', () => {
    const objects = [
      account,
      role('ClusterRole', 'view'),
      role('ClusterRole', 'all'),
      binding('ClusterRole', 'all'),
    ];
    const found = grantedBy(objects).map(({ verb, resource, scope }) => `${verb} ${resource} ${scope}`);
    assert.deepEqual(found, [
      'get deployments cluster',
      'patch deployments cluster',
      'get statefulsets cluster',
      'patch statefulsets cluster',
    ]);
  });

  it('of a Role are for its namespace', () => {
    const found = grantedBy([account, role('Role', 'own'), binding('Role', 'own')]);
    assert.deepEqual([...new Set(found.map(({ scope }) => scope))], ['operator namespace']);
  });

  it('cannot come from a role that is not there', () => {
    assert.throws(() => grantedBy([account, binding('Role', 'own')]), /binds own, which it does not have/);
  });
});

describe('the difference of rights', () => {
  const everywhere: Right = { apiGroup: '', resource: 'secrets', verb: 'create', scope: 'cluster' };
  const own: Right = { ...everywhere, scope: 'operator namespace' };

  it('is nothing when they are the same', () => {
    assert.deepEqual(difference([everywhere, own], [own, everywhere]), { unused: [], missing: [] });
  });

  it('names what nothing needs and what is not given', () => {
    const leases: Right = {
      apiGroup: 'coordination.k8s.io',
      resource: 'leases',
      verb: 'get',
      scope: 'cluster',
    };
    assert.deepEqual(difference([own], [everywhere, leases]), {
      unused: ['create secrets in its own namespace'],
      missing: ['create secrets everywhere', 'get leases of coordination.k8s.io everywhere'],
    });
  });

  it('misses nothing in its own namespace that is given everywhere', () => {
    assert.deepEqual(difference([everywhere], [own]), { unused: ['create secrets everywhere'], missing: [] });
  });
});
