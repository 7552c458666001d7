import assert from 'node:assert/strict';
import type { Manifest, ObjectMeta } from '../components/component.ts';
import { applied, because, object, ours, planned } from '../testing/plan.ts';

describe('what is applied, and why', () => {
  const rows: { title: string; live: Manifest[]; because: string[] }[] = [
    { title: 'nothing is there', live: [], because: ['shop-web: it is not there'] },
    { title: 'it is as it should be', live: [applied({})], because: [] },
    {
      title: 'a field was changed',
      live: [applied({}, { spec: { type: 'NodePort' } })],
      because: ['shop-web: spec.type is "NodePort" instead of "ClusterIP"'],
    },
    {
      title: 'a field was removed',
      live: [applied({}, { spec: {} })],
      because: ['shop-web: spec.type is missing'],
    },
    {
      title: 'the API server added fields',
      live: [
        applied(
          {},
          { spec: { type: 'ClusterIP', clusterIP: '10.96.0.7' } },
          { annotations: { ...applied({}).metadata.annotations, other: 'x' } },
        ),
      ],
      because: [],
    },
    {
      title: 'a label was changed',
      live: [applied({}, {}, { labels: { ...applied({}).metadata.labels, 'app.kubernetes.io/name': 'x' } })],
      because: ['shop-web: metadata.labels.app.kubernetes.io/name is "x" instead of "hostedsite"'],
    },
    {
      title: 'a field is no longer wanted',
      live: [
        {
          ...applied({
            object: object('Service', 'shop-web', {
              spec: { type: 'ClusterIP', sessionAffinity: 'ClientIP' },
            }),
          }),
        },
      ],
      because: ['shop-web: it was applied from other fields'],
    },
    {
      title: 'the annotation with the hash is gone',
      live: [applied({}, {}, { annotations: {} })],
      because: ['shop-web: it was applied from other fields'],
    },
    {
      title: 'it is being deleted',
      live: [applied({}, {}, { deletionTimestamp: '2030-01-01T00:00:00Z' })],
      because: [],
    },
  ];
  for (const { title, live, because: words } of rows) {
    it(title, () => assert.deepEqual(because(planned([{}], live)), words));
  }

  it('is found again when something else is wanted of what was as it should be', () => {
    const live = [applied({})];
    assert.deepEqual(because(planned([{}], live)), []);
    const other = object('Service', 'shop-web', { spec: { type: 'NodePort' } });
    const found = ['shop-web: spec.type is "ClusterIP" instead of "NodePort"'];
    assert.deepEqual(because(planned([{ object: other }], live)), found);
    assert.deepEqual(because(planned([{}], live)), []);
  });

  it('follows the order of what is desired', () => {
    const names = ['b', 'a', 'c'].map((name) => ({ object: object('Service', name) }));
    assert.deepEqual(because(planned(names, [])), [
      'b: it is not there',
      'a: it is not there',
      'c: it is not there',
    ]);
  });

  it('gives the live object along, so that no other is written', () => {
    const live = applied({}, { spec: {} });
    assert.equal(planned([{}], [live]).apply[0]?.live, live);
  });
});

describe('what is removed', () => {
  const owned = (kind: string, name: string, metadata: Partial<ObjectMeta> = {}): Manifest =>
    object(kind, name, { metadata: { name, uid: 'uid', ownerReferences: ours, ...metadata } });
  const rows: { title: string; live: Manifest; removed: boolean }[] = [
    { title: 'an object that is no longer wanted', live: owned('Service', 'old'), removed: true },
    { title: 'not one that is wanted', live: owned('Service', 'shop-web'), removed: false },
    {
      title: 'one of another kind with a wanted name',
      live: owned('StatefulSet', 'shop-web'),
      removed: true,
    },
    { title: 'not one of a kind that no component declares', live: owned('Lease', 'old'), removed: false },
    {
      title: 'not one without an owner: it is kept',
      live: owned('PersistentVolumeClaim', 'data', { ownerReferences: [] }),
      removed: false,
    },
    {
      title: 'not one of a former site',
      live: owned('Service', 'old', { ownerReferences: [{ ...ours[0]!, uid: 'former' }] }),
      removed: false,
    },
    {
      title: 'not one that the site owns without controlling it',
      live: owned('Service', 'old', { ownerReferences: [{ ...ours[0]!, controller: false }] }),
      removed: false,
    },
    { title: 'a Job', live: owned('Job', 'old'), removed: true },
    {
      title: 'not the Job of a command, which may be at work',
      live: owned('Job', 'old', { labels: { 'app.kubernetes.io/component': 'command' } }),
      removed: false,
    },
    {
      title: 'not one that is going',
      live: owned('Service', 'old', { deletionTimestamp: '2030-01-01T00:00:00Z' }),
      removed: false,
    },
    {
      title: 'a revision beyond those that are kept',
      live: owned('ControllerRevision', 'shop-web-x'),
      removed: true,
    },
    { title: 'not a revision that is kept', live: owned('ControllerRevision', 'shop-web-0'), removed: false },
    {
      title: 'a ConfigMap that no kept revision mounts',
      live: owned('ConfigMap', 'shop-cache-x'),
      removed: true,
    },
    {
      title: 'not a ConfigMap that a kept revision mounts',
      live: owned('ConfigMap', 'shop-cache-0'),
      removed: false,
    },
  ];
  for (const { title, live, removed } of rows) {
    it(title, () => assert.deepEqual(planned([{}], [live]).remove, removed ? [live] : []));
  }
});

describe('what is not written', () => {
  const formerly = { ownerReferences: [{ ...ours[0]!, uid: 'former' }] };
  const rows: { title: string; live: Manifest; leaving: number; orphaned?: number; refused: string[] }[] = [
    {
      title: 'an object of somebody else',
      live: applied({}, {}, { ownerReferences: [], labels: {} }),
      leaving: 0,
      refused: ['NameTaken'],
    },
    {
      title: 'an object with the labels of the site that nobody owns',
      live: applied({}, {}, { ownerReferences: [] }),
      leaving: 0,
      orphaned: 1,
      refused: [],
    },
    { title: 'an object of a former site', live: applied({}, {}, formerly), leaving: 1, refused: [] },
    {
      title: 'an object that is going',
      live: applied({}, {}, { deletionTimestamp: '2030-01-01T00:00:00Z' }),
      leaving: 1,
      refused: [],
    },
  ];
  for (const write of ['apply', 'createOnce'] as const) {
    for (const { title, live, leaving, orphaned = 0, refused } of rows) {
      it(`${title} (${write})`, () => {
        const found = planned([{ write }], [live]);
        assert.deepEqual([found.apply, found.create, found.remove], [[], [], []]);
        assert.equal(found.leaving.length, leaving);
        assert.equal(found.orphaned.length, orphaned);
        assert.deepEqual(
          found.refusals.map(({ reason }) => reason),
          refused,
        );
      });
    }
  }
});

describe('what somebody adds', () => {
  const rule = { from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 3306 }] };
  const spec = { podSelector: { matchLabels: { app: 'shop' } }, ingress: [rule], egress: [] };
  const policy = (changed: object) => {
    const expected = { object: object('NetworkPolicy', 'shop-web', { spec }) };
    const live = applied(expected, { spec: { ...spec, ...changed } });
    return planned([expected], [live]).apply.map(({ because: words }) => words);
  };
  const rows: [string, object][] = [
    ['a rule', { egress: [{}] }],
    ['a port', { ingress: [{ ...rule, ports: [...rule.ports, { protocol: 'TCP', port: 22 }] }] }],
    ['a range of ports', { ingress: [{ ...rule, ports: [{ ...rule.ports[0], endPort: 4000 }] }] }],
    ['a label to the pods that it is about', { podSelector: { matchLabels: { app: 'shop', x: 'y' } } }],
  ];
  for (const [what, changed] of rows) {
    it(`to a policy is taken back: ${what}`, () => assert.equal(policy(changed).length, 1));
  }

  it('to a policy as the API server stores it is nothing', () =>
    assert.deepEqual(policy({ egress: undefined }), []));
});
