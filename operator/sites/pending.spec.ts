import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { image as imageComponent } from '../components/image/index.ts';
import { components } from '../components/index.ts';
import { fakeComponents } from '../testing/fake-components.ts';
import {
  answered,
  asking,
  history,
  image,
  inForce,
  later,
  made,
  resolved,
  resolving,
  resolvingWorld,
  runs,
} from '../testing/pending.ts';
import { World, settings } from '../testing/world.ts';

describe('a release of an image with a tag', () => {
  it('runs what the tag was when it began, and the site tells both', async () => {
    const world = await inForce();
    assert.equal(runs(world), resolved(1));
    assert.deepEqual(history(world), ['1 1 1 Succeeded']);
    assert.equal(world.status.release?.running?.image, image(1));
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('ImageResolved'), 'True/Resolved');
    assert.deepEqual(asking(world), []);
  });

  it('has all but what runs the image, before its image is known', async () => {
    const world = resolvingWorld({ preset: 'WordPress', database: { engine: 'MariaDB' } });
    await world.settle();
    assert.deepEqual(asking(world), [image(1)]);
    assert.deepEqual(world.names('StatefulSet'), ['shop-database']);
    assert.deepEqual([world.names('Deployment'), world.names('Job'), world.names('CronJob')], [[], [], []]);
    assert.deepEqual(history(world), []);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(world.condition('ImageResolved'), 'Unknown/Resolving');
  });

  it('installs the application from the very same content', async () => {
    const world = resolvingWorld({ preset: 'WordPress', database: { engine: 'MariaDB' } });
    await world.settle();
    world.runControllers();
    await answered(world, 1);
    const [job] = world.cluster.list('Job');
    assert.ok(JSON.stringify(job).includes(resolved(1)));
  });

  it('leaves what runs as it is until its image is known', async () => {
    const world = await inForce();
    world.change({ image: image(2) });
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [resolved(1), [image(2)]]);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(world.condition('Available'), 'True/Serving');
    assert.equal(world.status.release?.running?.image, image(1));
    await answered(world, 2);
    assert.deepEqual([runs(world), asking(world)], [resolved(2), []]);
    assert.deepEqual(history(world), ['1 1 1 Succeeded', '2 2 2 untold']);
    const { desired, running } = world.status.release ?? {};
    assert.deepEqual([desired?.image, running?.image], [image(2), image(1)]);
    assert.equal(desired?.digest, resolved(2).split('@')[1]);
  });

  it('goes on to be what runs until the image of the next one is known: it is repaired, and scaled', async () => {
    const world = await inForce();
    world.change({ image: image(2), replicas: 3 });
    await world.settle();
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => (object['spec'] = {}));
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [resolved(1), [image(2)]]);
    const deployment = world.cluster.get('Deployment', 'customer-a', 'shop-web');
    assert.equal((deployment?.['spec'] as { replicas: number }).replicas, 3);
  });

  it('ends once', async () => {
    const world = await inForce();
    world.cluster.forgetRecords();
    world.change({ image: image(2) });
    await answered(world, 2);
    await world.bringUp();
    const reasons = world.cluster.events.map(({ reason }) => reason);
    assert.deepEqual(reasons, ['ReleaseSucceeded']);
  });

  it('stays what it is when the tag moves: for more replicas, a repair, and the way back', async () => {
    const world = await inForce();
    world.change({ replicas: 3 });
    await world.settle();
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => (object['spec'] = {}));
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [resolved(1), []]);
    await world.bringUp();
    world.change({ image: image(2) });
    await answered(world, 2);
    await world.bringUp();
    world.change({ image: image(1) });
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [resolved(1), []]);
  });

  it('is another content with the next change that makes a release', async () => {
    const world = await inForce();
    world.change({ web: { env: [{ name: 'NEXT', value: 'yes' }] } });
    await answered(world, 2);
    assert.equal(runs(world), resolved(2));
    assert.deepEqual(history(world), ['1 1 1 Succeeded', '2 1 2 untold']);
  });

  it('is rendered anew with the same content when its ConfigMap is gone', async () => {
    const world = await inForce({}, [...fakeComponents('1'), imageComponent]);
    world.components = [...fakeComponents('2'), imageComponent];
    world.change({ image: image(2) });
    await answered(world, 2);
    await world.bringUp();
    for (const { metadata } of world.cluster.list('ConfigMap'))
      world.cluster.remove('ConfigMap', metadata.namespace, metadata.name);
    world.change({ image: image(1) });
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [resolved(1), []]);
    assert.ok(history(world).includes('3 1 1 untold'), history(world).join());
  });

  const unasked: Record<string, Partial<HostedSiteSpec>> = {
    'is written with its digest': { image: resolved(1) },
    'is in no registry': { image: 'localhost/shop:1' },
  };
  for (const [what, spec] of Object.entries(unasked)) {
    it(`is not asked for when its image ${what}`, async () => {
      const world = resolvingWorld(spec);
      await world.settle();
      assert.deepEqual([asking(world), runs(world)], [[], spec.image]);
      assert.equal(world.condition('ImageResolved'), undefined);
    });
  }

  it('runs by its tag where the runtime names no digest', async () => {
    const world = resolvingWorld();
    await world.settle();
    world.pull(made(`sha256:${'1'.repeat(64)}`));
    await world.settle();
    assert.deepEqual([runs(world), history(world)], [image(1), ['1 1 by tag untold']]);
  });

  it('that runs is not touched when an operator comes that resolves tags', async () => {
    const world = new World({}, components);
    await world.bringUp();
    world.settings = resolving;
    await world.bringUp();
    assert.deepEqual([runs(world), asking(world)], [image(1), []]);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('that waits for its image runs by its tag when the operator is told to resolve none', async () => {
    const world = await inForce();
    world.change({ image: image(2) });
    await world.settle();
    world.settings = settings;
    await world.settle();
    assert.deepEqual([runs(world), asking(world)], [image(2), []]);
  });

  it('that nobody wants any more is not asked for', async () => {
    const world = resolvingWorld();
    await world.settle();
    world.change({ image: image(2) });
    await world.settle();
    assert.deepEqual(asking(world), [image(2)]);
    world.change({ image: resolved(3) });
    await world.settle();
    assert.deepEqual([asking(world), runs(world)], [[], resolved(3)]);
  });

  it('is asked for again when its pod ended without an answer, and not at once', async () => {
    const world = resolvingWorld();
    await world.settle();
    const [first] = world.cluster.list('Pod');
    world.pull({ phase: 'Failed', reason: 'Evicted' });
    await world.pass();
    assert.equal(world.cluster.list('Pod')[0]?.metadata.uid, first?.metadata.uid);
    later(world, 10);
    await world.settle();
    assert.deepEqual(asking(world), [image(1)]);
    assert.notEqual(world.cluster.list('Pod')[0]?.metadata.uid, first?.metadata.uid);
  });

  it('takes nothing away while the revision that runs cannot be seen', async () => {
    const world = await inForce();
    for (const { metadata } of world.cluster.list('ControllerRevision'))
      world.cluster.remove('ControllerRevision', metadata.namespace, metadata.name);
    await world.settle();
    assert.equal(runs(world), resolved(1));
    assert.deepEqual(world.names('Service'), ['shop-web']);
  });

  it('does not keep credentials when its site goes before its image is known', async () => {
    const world = resolvingWorld({ preset: 'WordPress', deletionPolicy: 'Delete' });
    await world.settle();
    world.settings = settings;
    await world.settle();
    assert.notEqual(await world.cluster.read('Secret', 'customer-a', 'shop-admin'), undefined);
    world.settings = resolving;
    world.change({ image: image(2) });
    await world.settle();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    await world.pass();
    assert.equal(await world.cluster.read('Secret', 'customer-a', 'shop-admin'), undefined);
  });
});
