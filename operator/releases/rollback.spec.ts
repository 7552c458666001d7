import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import { failureAnnotation, outcomeAnnotation } from '../objects/labels.ts';
import { storedRevision } from './revision.ts';
import { World } from '../testing/world.ts';

const image = (tag: number): string => `registry.example.org/shop:${tag}`;
const database = { engine: 'MariaDB' } as const;

async function inForce(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World(spec, components);
  await world.bringUp();
  await world.bringUp();
  return world;
}

/** Asks for another image, and lets the operator write what it takes. */
async function ask(world: World, tag: number): Promise<void> {
  world.change({ image: image(tag) });
  await world.settle();
}

/** The second release is late, and the operator knows it. */
async function late(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = await inForce(spec);
  world.now = new Date(world.now.getTime() + 3_600_000);
  await ask(world, 2);
  world.missDeadline();
  await world.settle();
  return world;
}

/** Kubernetes has replaced the pods, too. */
async function rolledBack(): Promise<World> {
  const world = await late();
  world.runControllers();
  await world.settle();
  return world;
}

function runs({ cluster }: World): string {
  const spec = cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'] as {
    template: { spec: { containers: { image: string }[] } };
  };
  return spec.template.spec.containers[0]?.image ?? '';
}

function revisions(world: World): string[] {
  return world.cluster
    .list('ControllerRevision')
    .flatMap((object) => storedRevision(object) ?? [])
    .sort((a, b) => a.number - b.number)
    .map((one) => `${one.number} ${one.image.split(':')[1]} ${world.outcomeOf(one)}`);
}

function edit(world: World, tag: number, change: (object: Manifest) => void): void {
  const found = world.cluster
    .list('ControllerRevision')
    .find((object) => storedRevision(object)?.image === image(tag));
  world.cluster.edit('ControllerRevision', 'customer-a', found?.metadata.name ?? '', change);
}

describe('a release that is not ready by its deadline', () => {
  it('goes back to the last good one, which is told', async () => {
    const world = await late();
    assert.equal(runs(world), image(1));
    assert.deepEqual(revisions(world), ['1 1 Succeeded', '2 2 Failed']);
    const { release } = world.status;
    assert.deepEqual(
      [release?.running?.image, release?.lastGood, release?.outcome],
      [image(1), image(1), 'RolledBack'],
    );
    assert.match(
      release?.message ?? '',
      /runs registry.example.org\/shop:1 again.*shop:2 was not ready within 600/,
    );
    assert.equal(world.condition('Ready'), 'False/RolledBack');
    assert.equal(world.condition('Stalled'), 'True/RolledBack');
    assert.equal(world.condition('WebReady'), 'False/RolledBack');
    assert.equal(world.condition('Available'), 'True/Serving');
    const reported = world.cluster.events.map(({ reason }) => reason);
    assert.equal(reported.filter((reason) => reason === 'ReleaseRolledBack').length, 1);
  });

  it('is remembered before the other one runs', async () => {
    const world = await inForce();
    world.now = new Date(world.now.getTime() + 3_600_000);
    await ask(world, 2);
    world.missDeadline();
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(
      world.cluster.applied.map(({ kind, metadata }) => [kind, metadata.annotations?.[outcomeAnnotation]]),
      [
        ['ControllerRevision', 'Failed'],
        ['Deployment', undefined],
      ],
    );
  });

  it('goes on to be taken back when the operator died in between', async () => {
    const world = await inForce();
    await ask(world, 2);
    edit(world, 2, ({ metadata }) => {
      metadata.annotations = {
        ...metadata.annotations,
        [outcomeAnnotation]: 'Failed',
        [failureAnnotation]: 'Why.',
      };
    });
    await world.settle();
    assert.equal(runs(world), image(1));
    assert.match(world.status.release?.message ?? '', /Why\.$/);
  });

  it('is not tried again, whatever else changes', async () => {
    const world = await rolledBack();
    world.change({ replicas: 2, rollout: { progressDeadlineSeconds: 700 } });
    await world.bringUp();
    assert.equal(runs(world), image(1));
    assert.equal(world.condition('Ready'), 'False/RolledBack');
    assert.equal(world.site.status?.observedGeneration, world.site.metadata.generation);
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(world.cluster.writes, []);
  });

  const next: { title: string; tags: number[]; runs: number; numbers: string[] }[] = [
    { title: 'the one that runs', tags: [1], runs: 1, numbers: ['2 2 Failed', '3 1 Succeeded'] },
    { title: 'a third one', tags: [3], runs: 3, numbers: ['1 1 Succeeded', '2 2 Failed', '3 3 Succeeded'] },
    {
      title: 'the good one and then it anew',
      tags: [1, 2],
      runs: 2,
      numbers: ['3 1 Succeeded', '4 2 Succeeded'],
    },
  ];
  for (const { title, tags, runs: expected, numbers } of next) {
    it(`gives way to ${title}`, async () => {
      const world = await rolledBack();
      for (const tag of tags) {
        await ask(world, tag);
        assert.equal(runs(world), image(tag));
        world.runControllers();
        await world.settle();
        assert.equal(world.condition('Ready'), 'True/Serving');
      }
      assert.equal(runs(world), image(expected));
      assert.deepEqual(revisions(world), numbers);
      assert.equal(world.status.release?.outcome, 'Succeeded');
      assert.equal(world.status.release?.message, undefined);
    });
  }

  it('goes back over others that failed', async () => {
    const world = await rolledBack();
    await ask(world, 3);
    world.missDeadline();
    await world.settle();
    assert.equal(runs(world), image(1));
    assert.deepEqual(revisions(world), ['1 1 Succeeded', '2 2 Failed', '3 3 Failed']);
  });

  it('goes back over those that never came to serve', async () => {
    const world = await inForce();
    await ask(world, 2);
    await ask(world, 3);
    world.missDeadline();
    world.now = new Date(world.now.getTime() + 3_600_000);
    await world.settle();
    assert.equal(runs(world), image(1));
    assert.deepEqual(revisions(world), ['1 1 Succeeded', '2 2 untold', '3 3 Failed']);
  });

  it('keeps the last good one, however many fail after it', async () => {
    const world = await inForce();
    for (const tag of [2, 3, 4, 5, 6, 7, 8]) await ask(world, tag);
    for (const { metadata } of world.cluster.list('Pod'))
      world.cluster.remove('Pod', metadata.namespace, metadata.name);
    await world.settle();
    assert.ok(revisions(world).includes('1 1 Succeeded'));
  });

  it('goes back to what serves when an earlier operator remembered nothing', async () => {
    const world = await inForce();
    await ask(world, 2);
    edit(world, 2, ({ metadata }) => delete metadata.annotations);
    world.missDeadline();
    world.now = new Date(world.now.getTime() + 3_600_000);
    await world.settle();
    assert.equal(runs(world), image(1));
    assert.deepEqual(revisions(world), ['1 1 Succeeded', '2 2 Failed']);
  });

  it('is held by suspend, and taken back afterwards', async () => {
    const world = await inForce();
    await ask(world, 2);
    world.change({ suspend: true });
    world.missDeadline();
    await world.settle();
    assert.equal(runs(world), image(2));
    assert.equal(world.status.release?.outcome, 'Failed');
    world.change({ suspend: false });
    world.now = new Date(world.now.getTime() + 3_600_000);
    await world.settle();
    assert.equal(runs(world), image(1));
    world.change({ suspend: true, image: image(3) });
    await world.settle();
    assert.equal(world.status.release?.outcome, 'RolledBack');
  });
});

describe('a release that is late and stays', () => {
  const stays: {
    title: string;
    spec?: Partial<HostedSiteSpec>;
    before: (world: World) => Promise<void> | void;
  }[] = [
    {
      title: 'while the pods of the last good one are not ready either',
      before: ({ cluster }) => {
        for (const { metadata } of cluster.list('Pod'))
          cluster.edit('Pod', 'customer-a', metadata.name, (pod) => (pod['status'] = { phase: 'Running' }));
      },
    },
    {
      title: 'while the database does not answer',
      spec: { database },
      before: ({ cluster }) =>
        cluster.edit('StatefulSet', 'customer-a', 'shop-database', (one) => (one['status'] = {})),
    },
  ];
  for (const { title, spec = {}, before } of stays) {
    it(title, async () => {
      const world = await inForce(spec);
      world.now = new Date(world.now.getTime() + 3_600_000);
      await ask(world, 2);
      await before(world);
      world.missDeadline();
      await world.settle();
      assert.equal(runs(world), image(2));
      assert.ok(!revisions(world).includes('2 2 Failed'));
    });
  }

  it('is the first one: there is nothing to go back to', async () => {
    const world = new World({}, components);
    await world.settle();
    world.missDeadline();
    await world.settle();
    assert.equal(world.condition('Stalled'), 'True/ImagePullFailed');
    assert.equal(world.status.release?.outcome, 'Failed');
    assert.deepEqual(revisions(world), ['1 1 untold']);
  });

  it('has its whole time from when the database came', async () => {
    const world = await inForce({ database });
    await ask(world, 2);
    world.missDeadline();
    const outcome = await world.pass();
    assert.equal(runs(world), image(2));
    const reported = world.status.conditions?.find(({ type }) => type === 'DatabaseReady');
    const since = Date.parse(reported?.lastTransitionTime ?? '');
    assert.equal(outcome.recheckAt?.getTime(), since + 600_000);
    world.now = outcome.recheckAt ?? world.now;
    await world.settle();
    assert.equal(runs(world), image(1));
  });

  it('is not the one of which the deadline has passed', async () => {
    const world = await rolledBack();
    await ask(world, 3);
    world.missDeadline();
    await world.settle();
    const late3 = world.cluster.get('Deployment', 'customer-a', 'shop-web')?.['status'];
    await ask(world, 4);
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => {
      object['status'] = { ...(late3 as object), observedGeneration: object.metadata.generation };
    });
    world.failNewPod('ErrImagePull');
    await world.settle();
    assert.equal(runs(world), image(4));
  });
});
