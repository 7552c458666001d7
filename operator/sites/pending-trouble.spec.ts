import assert from 'node:assert/strict';
import {
  answered,
  asking,
  history,
  image,
  inForce,
  later,
  made,
  refused,
  resolved,
  resolvingWorld,
  revisions,
  runs,
} from '../testing/pending.ts';
import type { World } from '../testing/world.ts';

describe('a release whose image cannot be had', () => {
  async function late(): Promise<World> {
    const world = await inForce();
    later(world, 3600);
    world.change({ image: image(2) });
    await world.settle();
    world.pull(refused);
    await world.settle();
    return world;
  }

  it('is told, while what runs runs on', async () => {
    const world = await late();
    assert.equal(runs(world), resolved(1));
    assert.equal(world.condition('Stalled'), 'True/ImagePullFailed');
    assert.equal(world.condition('Available'), 'True/Serving');
    assert.deepEqual(history(world), ['1 1 1 Succeeded']);
  });

  it('goes on by itself when it can be had in time', async () => {
    const world = await late();
    world.pull(made(resolved(2)));
    await world.bringUp();
    assert.equal(runs(world), resolved(2));
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('Stalled'), undefined);
  });

  it('has failed at the deadline, and is not asked for again', async () => {
    const world = await late();
    later(world, 600);
    await world.settle();
    assert.deepEqual(history(world), ['1 1 1 Succeeded', '2 2 unresolved Failed']);
    assert.deepEqual([runs(world), asking(world)], [resolved(1), []]);
    assert.equal(world.condition('Stalled'), 'True/RolledBack');
    const { release } = world.status;
    assert.deepEqual([release?.running?.image, release?.outcome], [image(1), 'RolledBack']);
    assert.match(
      release?.message ?? '',
      /shop:2 was not ready within 600 seconds\. The image .* cannot be pulled/,
    );
    later(world, 3600);
    world.change({ replicas: 2 });
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [resolved(1), []]);
  });

  it('is asked for anew when the spec asks for it anew', async () => {
    const world = await late();
    later(world, 600);
    await world.settle();
    world.change({ image: image(1) });
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    world.change({ image: image(2) });
    await answered(world, 2);
    assert.equal(runs(world), resolved(2));
    assert.ok(history(world).includes('4 2 2 untold'), history(world).join());
  });

  it('is waited for when there is nothing to go back to', async () => {
    const world = resolvingWorld();
    await world.settle();
    world.pull(refused);
    later(world, 100_000);
    await world.settle();
    assert.equal(world.condition('Stalled'), 'True/ImagePullFailed');
    assert.deepEqual([asking(world), history(world)], [[image(1)], []]);
    world.pull(made(resolved(1)));
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('is asked for anew when what it went back to is gone', async () => {
    const world = await late();
    later(world, 600);
    await world.settle();
    const [good] = revisions(world);
    world.cluster.remove('ControllerRevision', 'customer-a', good?.name ?? '');
    for (const { metadata } of world.cluster.list('Pod'))
      world.cluster.remove('Pod', metadata.namespace, metadata.name);
    await world.settle();
    assert.deepEqual(asking(world), [image(2)]);
    assert.ok(!JSON.stringify(world.cluster.list('Deployment')).includes(image(2)));
  });
});
