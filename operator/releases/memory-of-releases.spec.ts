import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import { outcomeAnnotation, succeededBeforeAnnotation } from '../objects/labels.ts';
import { image, runs } from '../testing/pending.ts';
import { World } from '../testing/world.ts';

async function inForce(): Promise<World> {
  const world = new World({}, components);
  await world.bringUp();
  return world;
}

/** The second release serves. */
async function withTwo(): Promise<World> {
  const world = await inForce();
  await ask(world, 2);
  await world.bringUp();
  return world;
}

async function ask(world: World, tag: number): Promise<void> {
  world.change({ image: image(tag) });
  await world.settle();
}

function annotations({ cluster }: World, name: string): (string | undefined)[] {
  return cluster.list('ControllerRevision').map(({ metadata }) => metadata.annotations?.[name]);
}

function late(world: World): void {
  world.missDeadline();
  world.now = new Date(world.now.getTime() + 3_600_000);
}

describe('that a release succeeded', () => {
  it('is written by no pass of its own, and by the one that begins the next', async () => {
    const world = await inForce();
    const [first] = world.names('ControllerRevision');
    await ask(world, 2);
    assert.deepEqual(annotations(world, outcomeAnnotation), [undefined, undefined]);
    assert.deepEqual(
      annotations(world, succeededBeforeAnnotation).filter((names) => names !== undefined),
      [first],
    );
  });

  it('is known when pods of a bad one have taken the place of all of its own', async () => {
    const world = await inForce();
    await ask(world, 2);
    for (const { metadata } of world.cluster.list('Pod'))
      world.cluster.remove('Pod', metadata.namespace, metadata.name);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
  });

  it('is known of the next one that begins before the status has told it', async () => {
    const world = await inForce();
    await ask(world, 2);
    world.runControllers();
    await ask(world, 3);
    assert.equal(world.status.release?.running?.image, image(2));
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is known of one that was gone back to, and asked for again then', async () => {
    const world = await inForce();
    await ask(world, 2);
    late(world);
    await world.settle();
    await ask(world, 1);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
    await ask(world, 3);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
  });

  it('keeps it from being given up, whatever its pods meet later', async () => {
    const world = await withTwo();
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is seen again when the status is lost', async () => {
    const world = await withTwo();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
    await ask(world, 3);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is taken to be so of the latest when the status is lost with more, and is written on it', async () => {
    const world = await withTwo();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
    late(world);
    await world.settle();
    world.now = new Date(world.now.getTime() + 3_600_000);
    await world.settle();
    assert.equal(runs(world), image(2));
    assert.ok(annotations(world, outcomeAnnotation).includes('Succeeded'));
  });

  for (const { title, held, freed } of [
    {
      title: 'suspended',
      held: (world: World) => world.change({ suspend: true }),
      freed: (world: World) => world.change({ suspend: false }),
    },
    {
      title: 'refused',
      held: (world: World) => world.change({ route: { ingressClassName: 'none' } }),
      freed: (world: World) => world.change({ route: {} }),
    },
    {
      title: 'cut off',
      held: ({ cluster }: World) =>
        cluster.fail({ verb: 'apply', kind: 'ControllerRevision', answer: new Error('not now'), times: 1 }),
      freed: () => undefined,
    },
  ]) {
    it(`is taken to be so of the latest of a site without a status that is ${title} at first`, async () => {
      const world = await withTwo();
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
      late(world);
      held(world);
      await world.pass().catch(() => undefined);
      assert.equal(world.status.release, undefined);
      freed(world);
      await world.settle();
      world.now = new Date(world.now.getTime() + 3_600_000);
      await world.settle();
      assert.equal(runs(world), image(2));
      assert.ok(annotations(world, outcomeAnnotation).includes('Succeeded'));
    });
  }

  for (const tag of [3, 1]) {
    it(`is not forgotten when the next one, ${image(tag)}, could not be stored`, async () => {
      const world = await withTwo();
      world.cluster.fail({
        verb: 'apply',
        kind: 'ControllerRevision',
        answer: new Error('not now'),
        times: 1,
      });
      world.change({ image: image(tag) });
      await assert.rejects(world.pass());
      assert.equal(world.status.release?.desired?.image, image(2));
      // One of its pods is away when it is tried again.
      world.cluster.edit('Deployment', 'customer-a', 'shop-web', ({ status }) => {
        Object.assign(status as object, { availableReplicas: 0, readyReplicas: 0 });
      });
      await world.settle();
      late(world);
      await world.settle();
      assert.equal(runs(world), image(2));
    });
  }

  it('is not taken to be so of one that is asked for when the status is lost, also if it was stored before', async () => {
    const world = await withTwo();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
    await ask(world, 1);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is not said of one that was never started', async () => {
    const world = new World({ replicas: 0 }, components);
    await world.bringUp();
    assert.equal(world.status.release?.outcome, 'Progressing');
    world.change({ image: image(2), replicas: 1 });
    await world.settle();
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('stays as an operator of before has written it', async () => {
    const world = await inForce();
    for (const name of world.names('ControllerRevision')) {
      world.cluster.edit('ControllerRevision', 'customer-a', name, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [outcomeAnnotation]: 'Succeeded' };
      });
    }
    await ask(world, 2);
    assert.deepEqual(annotations(world, succeededBeforeAnnotation), [undefined, undefined]);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
  });
});
