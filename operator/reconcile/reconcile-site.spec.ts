import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../api/hosted-site.ts';
import type { ConditionType } from '../api/conditions.ts';
import type { EventReason } from '../api/events.ts';
import { fakeComponents } from './fake-components.ts';
import { World } from './test-world.ts';

const image = (tag: string) => `registry.example.org/shop:${tag}`;
const withDatabase = { database: { engine: 'MariaDB' } } as const;

/** The world before, and what one pass makes of it. Revisions are named by the hash of their content: `*` here. */
interface Row {
  title: string;
  spec?: Partial<HostedSiteSpec>;
  /** Brought up and in force before; else the site is seen for the first time. */
  running?: boolean;
  before?: (world: World) => void | Promise<void>;
  applied?: string[];
  created?: string[];
  removed?: string[];
  status?: Partial<Record<ConditionType, string | undefined>>;
  events?: EventReason[];
  outcome: string;
}

const webParts = [
  'ConfigMap/shop-cache-*',
  'ControllerRevision/shop-web-*',
  'Deployment/shop-web',
  'Service/shop-web',
];

const rows: Row[] = [
  {
    title: 'a small site is seen for the first time',
    applied: [...webParts, 'Ingress/shop'],
    status: { Ready: 'Unknown/Progressing', Available: 'False/Starting', Reconciling: 'True/Progressing' },
    events: ['ReleaseStarted'],
    outcome: 'waiting',
  },
  {
    title: 'a site with a database: the credentials first, then the claim, then what uses them',
    spec: withDatabase,
    created: ['Secret/shop-database (dry run)', 'Secret/site-secret-*', 'Secret/shop-database'],
    applied: [
      'PersistentVolumeClaim/data-shop-database-0',
      'StatefulSet/shop-database',
      ...webParts,
      'Ingress/shop',
    ],
    status: { Ready: 'Unknown/Progressing', DatabaseReady: 'False/Starting' },
    events: ['ReleaseStarted'],
    outcome: 'waiting',
  },
  {
    title: 'nothing has changed',
    running: true,
    spec: withDatabase,
    status: { Ready: 'True/Serving', Available: 'True/Serving', Reconciling: undefined, Stalled: undefined },
    outcome: 'settled',
  },
  {
    title: 'a new image',
    running: true,
    before: (world) => world.change({ image: image('2') }),
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing', Available: 'True/Serving', Reconciling: 'True/Progressing' },
    events: ['ReleaseStarted'],
    outcome: 'waiting',
  },
  {
    title: 'another host changes the route and no pod',
    running: true,
    before: (world) => world.change({ hosts: ['www.example.org', 'example.org'] }),
    applied: ['Ingress/shop'],
    status: { Ready: 'Unknown/Progressing', Available: 'True/Serving' },
    outcome: 'waiting',
  },
  {
    title: 'more replicas make no release',
    running: true,
    before: (world) => world.change({ replicas: 3 }),
    applied: ['Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing' },
    outcome: 'waiting',
  },
  {
    title: 'a larger volume',
    running: true,
    spec: withDatabase,
    before: (world) => world.change({ database: { engine: 'MariaDB', storage: { size: '20Gi' } } }),
    created: ['Secret/shop-database'],
    applied: ['PersistentVolumeClaim/data-shop-database-0'],
    events: ['VolumeGrown'],
    outcome: 'waiting',
  },
  {
    title: 'somebody changed a child',
    running: true,
    before: (world) =>
      world.cluster.edit('Service', 'customer-a', 'shop-web', (object) => (object['spec'] = {})),
    applied: ['Service/shop-web'],
    status: { Ready: 'True/Serving' },
    outcome: 'settled',
  },
  {
    title: 'somebody deleted a child',
    running: true,
    before: (world) => world.cluster.remove('Ingress', 'customer-a', 'shop'),
    applied: ['Ingress/shop'],
    status: { Ready: 'True/Serving' },
    outcome: 'settled',
  },
  {
    title: 'a StatefulSet that is gone comes back with its credentials',
    running: true,
    spec: withDatabase,
    before: (world) => world.cluster.remove('StatefulSet', 'customer-a', 'shop-database'),
    created: ['Secret/shop-database'],
    applied: ['StatefulSet/shop-database'],
    outcome: 'settled',
  },
  {
    title: 'a pod waits for its configuration: the credentials may be gone',
    running: true,
    spec: withDatabase,
    before: (world) => {
      world.cluster.remove('Secret', 'customer-a', 'shop-database');
      world.failNewPod('CreateContainerConfigError');
    },
    created: ['Secret/shop-database'],
    outcome: 'settled',
  },
  {
    title: 'the database leaves the spec: its server goes, its data and credentials stay',
    running: true,
    spec: withDatabase,
    before: (world) =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        site['spec'] = { image: image('1'), hosts: ['www.example.org'] };
      }),
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    removed: ['StatefulSet/shop-database'],
    status: { DatabaseReady: undefined },
    events: ['ReleaseStarted'],
    outcome: 'waiting',
  },
  {
    title: 'the last pod is gone',
    running: true,
    before: (world) =>
      world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => {
        object['status'] = { ...(object['status'] as object), availableReplicas: 0 };
      }),
    status: { Ready: 'False/Unavailable', Available: 'False/Unavailable', Reconciling: 'True/Unavailable' },
    outcome: 'waiting',
  },
  {
    title: 'a new image that cannot be pulled, seen when its pod has tried',
    running: true,
    before: async (world) => {
      world.change({ image: image('broken') });
      await world.settle();
      world.failNewPod('ImagePullBackOff');
    },
    status: {
      Ready: 'False/ImagePullFailed',
      Available: 'True/Serving',
      Stalled: 'True/ImagePullFailed',
      Reconciling: undefined,
    },
    events: ['ReleaseFailed', 'Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'a broken image is corrected',
    running: true,
    before: async (world) => {
      world.change({ image: image('broken') });
      await world.settle();
      world.failNewPod('ImagePullBackOff');
      await world.settle();
      world.change({ image: image('2') });
    },
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing', Available: 'True/Serving', Stalled: undefined },
    events: ['ReleaseStarted', 'Recovered'],
    outcome: 'waiting',
  },
  {
    title: 'a claim is lost',
    running: true,
    spec: withDatabase,
    before: (world) => world.cluster.remove('PersistentVolumeClaim', 'customer-a', 'data-shop-database-0'),
    status: { Ready: 'False/VolumeLost', Available: 'True/Serving', Stalled: 'True/VolumeLost' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'a lost claim holds every other change',
    running: true,
    spec: withDatabase,
    before: (world) => {
      world.cluster.remove('PersistentVolumeClaim', 'customer-a', 'data-shop-database-0');
      world.change({ image: image('2') });
    },
    status: { Ready: 'False/VolumeLost' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'suspended, with a change that waits',
    running: true,
    before: (world) => world.change({ suspend: true, image: image('2') }),
    status: { Ready: 'Unknown/Suspended', Available: 'True/Serving', Reconciling: undefined },
    events: ['Suspended'],
    outcome: 'settled',
  },
  {
    title: 'suspended, with nothing that waits',
    running: true,
    before: (world) => world.change({ suspend: true }),
    status: { Ready: 'True/Suspended', Available: 'True/Serving' },
    events: ['Suspended'],
    outcome: 'settled',
  },
  {
    title: 'suspended, and a child is deleted',
    running: true,
    before: async (world) => {
      world.change({ suspend: true });
      await world.settle();
      world.cluster.remove('Ingress', 'customer-a', 'shop');
    },
    status: { Ready: 'True/Suspended' },
    outcome: 'settled',
  },
  {
    title: 'no longer suspended',
    running: true,
    before: async (world) => {
      world.change({ suspend: true, image: image('2') });
      await world.settle();
      world.change({ suspend: false });
    },
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing' },
    events: ['ReleaseStarted', 'Resumed'],
    outcome: 'waiting',
  },
  {
    title: 'a new version of the operator renders everything differently',
    running: true,
    before: (world) => {
      world.components = fakeComponents('2');
    },
    status: { Ready: 'True/Serving' },
    outcome: 'settled',
  },
  {
    title: 'data is to be deleted with the site: the finalizer first',
    spec: { ...withDatabase, deletionPolicy: 'Delete' },
    created: ['Secret/shop-database (dry run)', 'Secret/site-secret-*', 'Secret/shop-database'],
    applied: [
      'HostedSite/shop',
      'PersistentVolumeClaim/data-shop-database-0',
      'StatefulSet/shop-database',
      ...webParts,
      'Ingress/shop',
    ],
    events: ['ReleaseStarted'],
    outcome: 'waiting',
  },
  {
    title: 'the API server refuses an object',
    before: (world) =>
      world.cluster.fail({
        verb: 'apply',
        kind: 'Service',
        answer: { code: 422, reason: 'Invalid', message: 'spec.ports: too many' },
      }),
    applied: webParts,
    status: { Ready: 'False/Rejected', Stalled: 'True/Rejected' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'an admission rule or a quota refuses an object',
    before: (world) =>
      world.cluster.fail({
        verb: 'apply',
        kind: 'Deployment',
        answer: { code: 403, reason: 'Forbidden', message: 'exceeded quota' },
      }),
    applied: ['ConfigMap/shop-cache-*', 'ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'False/Rejected', Stalled: 'True/Rejected' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
];

describe('one pass over one site', () => {
  for (const row of rows) {
    it(row.title, async () => {
      const world = new World(row.spec);
      if (row.running === true) await world.bringUp();
      await row.before?.(world);
      world.cluster.forgetRecords();
      const outcome = await world.pass();
      const { cluster } = world;
      assert.deepEqual(cluster.applied.map(named), row.applied ?? [], 'applied');
      assert.deepEqual(created(world), row.created ?? [], 'created');
      assert.deepEqual(
        cluster.deleted.map(({ kind, name }) => masked(kind, name)),
        row.removed ?? [],
        'removed',
      );
      for (const [type, wanted] of Object.entries(row.status ?? {}))
        assert.equal(world.condition(type), wanted, type);
      assert.deepEqual(
        cluster.events.map(({ reason }) => reason),
        row.events ?? [],
        'events',
      );
      assert.equal(outcome.kind, row.outcome);
      assert.ok(
        world.status.conditions?.every(
          ({ observedGeneration }) => observedGeneration === world.site.metadata.generation,
        ),
      );
    });

    it(`${row.title}, and the second pass writes nothing`, async () => {
      const world = new World(row.spec);
      if (row.running === true) await world.bringUp();
      await row.before?.(world);
      await world.settle();
      world.now = new Date('2030-01-02T00:00:00Z');
      world.cluster.forgetRecords();
      await world.pass();
      const writes = world.cluster.writes.filter(({ kind }) => kind !== 'Secret');
      assert.deepEqual(
        writes.map(({ verb, kind, name }) => `${verb} ${kind}/${name}`),
        [],
      );
      assert.deepEqual(world.cluster.events, []);
    });
  }

  it('has nothing to do for a site that is gone', async () => {
    const world = new World();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    assert.deepEqual(await world.pass(), { kind: 'settled' });
    assert.deepEqual(world.cluster.writes, []);
  });

  it('asks nothing of the API server when nothing has changed', async () => {
    const world = new World(withDatabase);
    await world.bringUp();
    world.cluster.fail({ times: 100, answer: new Error('a request was sent') });
    assert.deepEqual(await world.pass(), { kind: 'settled' });
  });
});

describe('a pass that is cut off', () => {
  it('tells its generation, and why, in the status', async () => {
    const world = new World();
    await world.bringUp();
    world.change({ image: image('2') });
    world.cluster.fail({
      verb: 'apply',
      kind: 'Deployment',
      answer: { code: 503, reason: 'ServiceUnavailable' },
    });
    await assert.rejects(world.pass(), /503/);
    assert.equal(world.status.observedGeneration, world.site.metadata.generation);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    const message = world.status.conditions?.find(({ type }) => type === 'Ready')?.message;
    assert.equal(
      message,
      'The last pass was cut off because the API server answered ServiceUnavailable; it is tried again.',
    );
  });

  it('leaves what components said when even they fail', async () => {
    const world = new World();
    await world.bringUp();
    const [first] = world.status.conditions?.filter(({ type }) => type === 'CacheReady') ?? [];
    world.change({ image: image('2') });
    world.components = world.components.map((component) => ({
      ...component,
      report: () => {
        throw new Error('a mistake in the operator');
      },
    }));
    await assert.rejects(world.pass(), /a mistake/);
    assert.equal(world.status.observedGeneration, world.site.metadata.generation);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.deepEqual(
      world.status.conditions?.find(({ type }) => type === 'CacheReady'),
      first,
    );
    assert.deepEqual(world.status.urls, ['http://www.example.org/']);
  });

  it('leaves Ready True while the generation is in force and visitors are served', async () => {
    const world = new World();
    await world.bringUp();
    world.cluster.remove('Ingress', 'customer-a', 'shop');
    world.cluster.fail({ verb: 'apply', kind: 'Ingress', answer: { code: 500, reason: 'InternalError' } });
    await assert.rejects(world.pass(), /500/);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('does not mind a site that vanishes before its status is written', async () => {
    const world = new World();
    world.cluster.fail({ verb: 'status', answer: { code: 404, reason: 'NotFound' } });
    assert.equal((await world.pass()).kind, 'waiting');
    assert.deepEqual(world.cluster.events, []);
  });
});

function named({ kind, metadata }: { kind: string; metadata: { name: string } }): string {
  return masked(kind, metadata.name);
}

function masked(kind: string, name: string): string {
  return `${kind}/${name.replace(/-[0-9a-f]{10,32}$/, '-*')}`;
}

function created({ cluster }: World): string[] {
  return cluster.writes
    .filter(({ verb }) => verb === 'create')
    .map(
      ({ kind, name, options }) =>
        masked(kind, name) + ('dryRun' in options && options.dryRun === true ? ' (dry run)' : ''),
    );
}
