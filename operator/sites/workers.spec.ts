import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { World } from '../testing/world.ts';

const mail = { name: 'mail', command: ['./worker', 'mail'], replicas: 2 };

/** A site that serves and has a worker. */
async function running(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World({ workers: [mail], ...spec }, components);
  await world.bringUp();
  await turn(world);
  world.cluster.forgetRecords();
  return world;
}

/** Kubernetes' controllers do what was written, and the operator sees it. */
async function turn(world: World): Promise<void> {
  world.runControllers();
  await world.settle();
}

interface Live {
  replicas: number;
  template: { metadata: { annotations: Record<string, string> }; spec: { containers: [{ image: string }] } };
}

function worker(world: World): Live | undefined {
  return world.cluster.get('Deployment', 'customer-a', 'shop-worker-mail')?.['spec'] as Live | undefined;
}

function written(world: World): string[] {
  return world.cluster.writes
    .filter(({ verb }) => verb !== 'status')
    .map(({ verb, kind, name }) => `${verb} ${kind}/${name}`);
}

describe('workers of a site', () => {
  it('are made with it, and told beside Ready', async () => {
    const world = await running();
    assert.equal(worker(world)?.replicas, 2);
    assert.equal(world.condition('WorkersReady'), 'True/Working');
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual([world.status.replicas, world.status.desiredReplicas], [1, 1]);
  });

  it('begin when the first installation is done', async () => {
    const spec = { preset: 'WordPress', database: { engine: 'MariaDB' } } as const;
    const world = new World({ ...spec, workers: [mail] }, components);
    await world.settle();
    assert.equal(worker(world), undefined);
    assert.equal(world.condition('WorkersReady'), 'Unknown/Installing');
    for (let turns = 0; turns < 3; turns += 1) await turn(world);
    assert.equal(worker(world)?.replicas, 2);
  });

  it('do not decide whether it is ready', async () => {
    const world = await running();
    world.cluster.edit('Deployment', 'customer-a', 'shop-worker-mail', (object) => {
      object['status'] = { ...(object['status'] as object), availableReplicas: 0 };
    });
    // What was in force would stay so: Ready is judged anew for another spec.
    world.change({ deletionPolicy: 'Retain' });
    await world.settle();
    assert.equal(world.condition('WorkersReady'), 'Unknown/Starting');
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual(written(world), []);
  });

  it('take a release when it serves', async () => {
    const world = await running();
    const before = worker(world)?.template.metadata.annotations;
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    assert.deepEqual(worker(world)?.template.metadata.annotations, before);
    await turn(world);
    assert.equal(worker(world)?.template.spec.containers[0].image, 'registry.example.org/shop:2');
  });

  const rows: [what: string, change: Partial<HostedSiteSpec>, written: string[]][] = [
    [
      'that gets another command is all that is written',
      { workers: [{ ...mail, command: ['./other'] }] },
      ['apply Deployment/shop-worker-mail'],
    ],
    [
      'beside it changes nothing of it',
      { workers: [mail, { ...mail, name: 'images' }] },
      ['apply Deployment/shop-worker-images'],
    ],
    [
      'under another name takes its place',
      { workers: [{ ...mail, name: 'post' }] },
      ['apply Deployment/shop-worker-post', 'delete Deployment/shop-worker-mail'],
    ],
    [
      'stays as it is while the site is suspended',
      { suspend: true, workers: [{ ...mail, replicas: 5 }] },
      [],
    ],
    [
      'stays as it is when what is written of it is refused',
      { workers: [{ ...mail, resources: { limits: { memory: 'much' } } }] },
      [],
    ],
  ];
  for (const [what, change, expected] of rows) {
    it(`one ${what}`, async () => {
      const world = await running();
      world.change(change);
      await world.settle();
      assert.deepEqual(written(world), expected);
    });
  }

  it('go when they are taken out, and their condition with them', async () => {
    const world = await running();
    world.change({ workers: [] });
    await world.settle();
    assert.equal(worker(world), undefined);
    assert.equal(world.condition('WorkersReady'), undefined);
    assert.ok(!world.names('NetworkPolicy').includes('shop-workers'));
  });

  it('are none while it is switched off, and come back with it', async () => {
    const world = await running();
    world.change({ replicas: 0 });
    await world.settle();
    await turn(world);
    assert.equal(worker(world)?.replicas, 0);
    assert.equal(world.condition('WorkersReady'), 'True/ScaledToZero');
    world.change({ replicas: 1 });
    await world.settle();
    assert.equal(worker(world)?.replicas, 2);
  });
});
