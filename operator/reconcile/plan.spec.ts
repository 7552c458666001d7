import assert from 'node:assert/strict';
import type { HostedSite } from '../api/hosted-site.ts';
import type {
  Component,
  Kind,
  Manifest,
  ObjectMeta,
  Observed,
  Owned,
  Revision,
} from '../components/component.ts';
import { desired } from './desired.ts';
import { plan } from './plan.ts';
import type { Plan } from './plan.ts';
import { resolve } from './resolve.ts';
import { hostedSite, settings } from './test-world.ts';

const owner = hostedSite({}, { status: { observedGeneration: 1 } });
const site = resolve(owner, settings);
const kinds: ReadonlySet<Kind> = new Set([
  'Service',
  'ConfigMap',
  'ControllerRevision',
  'Job',
  'PersistentVolumeClaim',
  'StatefulSet',
]);

function revision(name: string, configMap: string): Revision {
  const spec = { volumes: [{ name: 'vcl', configMap: { name: configMap } }] };
  return { name, number: 1, inputs: 'inputs', image: 'image', template: { metadata: {}, spec } };
}

const running = revision('shop-web-1', 'shop-cache-1');

function object(kind: string, name: string, rest: Partial<Manifest> = {}): Manifest {
  return { apiVersion: 'v1', kind, metadata: { name }, ...rest } as Manifest;
}

const service = object('Service', 'shop-web', { spec: { type: 'ClusterIP' } });

/** The objects as desired.ts stamps them: namespace, labels, owner, hash. */
function stamped(owned: readonly Partial<Owned>[]) {
  const wanted = owned.map((one) => ({ object: service, lifetime: 'site', write: 'apply', ...one }) as Owned);
  const component: Component = {
    name: 'database',
    kinds: [],
    enabled: () => true,
    manifests: () => wanted,
    report: () => ({ ready: { status: 'True', reason: 'Serving', message: '' } }),
  };
  const all = {
    bindings: { env: [], volumes: [], mounts: [] },
    sidecars: { initContainers: [], volumes: [] },
    servingPort: 'http',
    revision: running,
  };
  return desired([component], site, seen(), all);
}

function seen(owned: readonly Manifest[] = [], of: HostedSite = owner): Observed {
  return {
    now: new Date(0),
    site: of,
    owned,
    pods: owned.filter(({ kind }) => kind === 'Pod'),
    revisions: [],
    storageClasses: new Map(),
    ingressClasses: new Map(),
  };
}

function planned(owned: readonly Partial<Owned>[], live: readonly Manifest[], of?: HostedSite): Plan {
  const retained = [running, revision('shop-web-0', 'shop-cache-0')];
  return plan({ site, seen: seen(live, of), desired: stamped(owned), retained, kinds });
}

/** The live object after it was applied: with what the API server adds. */
function applied(
  owned: Partial<Owned>,
  change: Partial<Manifest> = {},
  metadata: Partial<ObjectMeta> = {},
): Manifest {
  const [one] = stamped([owned]);
  if (one === undefined) throw new Error('nothing is desired');
  return {
    ...one.object,
    status: {},
    ...change,
    metadata: { ...one.object.metadata, uid: 'uid', resourceVersion: '7', ...metadata },
  };
}

function because({ apply }: Plan): string[] {
  return apply.map((one) => `${one.wanted.object.metadata.name}: ${one.because}`);
}

const ours = [
  {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    name: 'shop',
    uid: 'site-uid',
    controller: true,
  },
];

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

describe('what is created once', () => {
  const secret = {
    object: object('Secret', 'shop-database'),
    lifetime: 'kept',
    write: 'createOnce',
  } as const;
  const job = { object: object('Job', 'shop-install', { spec: {} }), write: 'createOnce' } as const;
  const set = { object: object('StatefulSet', 'shop-database', { spec: { replicas: 1 } }) };
  const fresh = hostedSite();
  const waiting = (reason: string): Manifest => {
    const status = {
      initContainerStatuses: [{ state: { running: {} } }],
      containerStatuses: [{ state: { waiting: { reason } } }],
    };
    return object('Pod', 'p', { status });
  };
  const rows: {
    title: string;
    owned: Partial<Owned>[];
    live: Manifest[];
    of?: HostedSite;
    created: string[];
  }[] = [
    {
      title: 'a Secret of a generation that no pass has finished',
      owned: [secret],
      live: [],
      of: fresh,
      created: ['shop-database'],
    },
    { title: 'no Secret when nothing asks for it', owned: [secret], live: [], created: [] },
    {
      title: 'a Secret before a workload that is not there',
      owned: [secret, set],
      live: [],
      created: ['shop-database'],
    },
    {
      title: 'no Secret when the workload is there',
      owned: [secret, set],
      live: [applied(set)],
      created: [],
    },
    {
      title: 'a Secret that a pod may wait for',
      owned: [secret],
      live: [waiting('CreateContainerConfigError')],
      created: ['shop-database'],
    },
    {
      title: 'no Secret for a pod that waits for its image',
      owned: [secret],
      live: [waiting('ImagePullBackOff')],
      created: [],
    },
    {
      title: 'no Secret for a pod without a status',
      owned: [secret],
      live: [object('Pod', 'p')],
      created: [],
    },
    { title: 'a Job that is not there', owned: [job], live: [], created: ['shop-install'] },
    {
      title: 'no Job that is there, however it looks',
      owned: [job],
      live: [applied(job, { spec: { x: 1 } })],
      created: [],
    },
  ];
  for (const { title, owned, live, of, created } of rows) {
    it(title, () => {
      const { create } = planned(owned, live, of);
      assert.deepEqual(
        create.map(({ wanted }) => wanted.object.metadata.name),
        created,
      );
    });
  }

  const known: { title: string; live: Manifest[]; known: boolean }[] = [
    { title: 'nothing of the component is there', live: [], known: false },
    {
      title: 'its claim is there',
      live: [applied({ object: object('PersistentVolumeClaim', 'data'), lifetime: 'kept' })],
      known: true,
    },
    { title: 'only its pod is there', live: [applied({ object: object('Pod', 'p') })], known: false },
    {
      title: 'a workload of ours mentions the Secret',
      live: [
        object('Job', 'x', {
          metadata: { name: 'x', ownerReferences: ours },
          spec: { secret: { secretName: 'shop-database' } },
        }),
      ],
      known: true,
    },
    {
      title: "a workload of somebody else's mentions the Secret",
      live: [object('Job', 'x', { spec: { secret: { secretName: 'shop-database' } } })],
      known: false,
    },
    {
      title: 'a workload of ours mentions a longer name',
      live: [
        object('Job', 'x', {
          metadata: { name: 'x', ownerReferences: ours },
          spec: { secretName: 'shop-database-2' },
        }),
      ],
      known: false,
    },
  ];
  for (const { title, live, known: wanted } of known) {
    it(`a taken name is ${wanted ? '' : 'not '}ours: ${title}`, () => {
      assert.equal(planned([secret], live, fresh).create[0]?.known, wanted);
    });
  }
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
  const rows: { title: string; live: Manifest; leaving: number; refused: string[] }[] = [
    {
      title: 'an object of somebody else',
      live: applied({}, {}, { ownerReferences: [] }),
      leaving: 0,
      refused: ['NameTaken'],
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
    for (const { title, live, leaving, refused } of rows) {
      it(`${title} (${write})`, () => {
        const found = planned([{ write }], [live]);
        assert.deepEqual([found.apply, found.create, found.remove], [[], [], []]);
        assert.equal(found.leaving.length, leaving);
        assert.deepEqual(
          found.refusals.map(({ reason }) => reason),
          refused,
        );
      });
    }
  }
});

describe('the finalizer', () => {
  const finalizer = 'hostedsite.dev/delete-data';
  const rows: {
    title: string;
    policy: 'Retain' | 'Delete';
    there: string[];
    written: string[] | undefined;
  }[] = [
    { title: 'is not there with Retain', policy: 'Retain', there: ['other'], written: undefined },
    { title: 'comes with Delete', policy: 'Delete', there: ['other'], written: [finalizer] },
    { title: 'is there with Delete', policy: 'Delete', there: [finalizer], written: undefined },
    { title: 'goes with Retain', policy: 'Retain', there: [finalizer], written: [] },
  ];
  for (const { title, policy, there, written } of rows) {
    it(title, () => {
      const of = hostedSite({ deletionPolicy: policy });
      const object = { ...of, metadata: { ...of.metadata, finalizers: there } };
      const input = { site: resolve(of, settings), seen: seen([], object), desired: [], retained: [], kinds };
      assert.deepEqual(plan(input).finalizers, written);
    });
  }
});
