import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import { fakeComponents } from '../testing/fake-components.ts';
import { storedRevision } from './revision.ts';
import { World } from '../testing/world.ts';

const image = (tag: number) => `registry.example.org/shop:${tag}`;

async function inForce(): Promise<World> {
  const world = new World({ image: image(1) });
  await world.bringUp();
  return world;
}

/** Another version of the operator, which renders every template differently. */
async function upgraded(version = '2'): Promise<World> {
  const world = await inForce();
  world.components = fakeComponents(version);
  await world.settle();
  return world;
}

function annotate(world: World, value: string | undefined): void {
  world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
    const { 'hostedsite.dev/restartedAt': _, ...rest } = metadata.annotations ?? {};
    metadata.annotations = value === undefined ? rest : { ...rest, 'hostedsite.dev/restartedAt': value };
  });
}

/** `number image`, of every stored revision. */
function history(world: World): string[] {
  return world.cluster
    .list('ControllerRevision')
    .flatMap((object) => storedRevision(object) ?? [])
    .sort((a, b) => a.number - b.number)
    .map((one) => `${one.number} ${one.image.split(':')[1]} ${world.outcomeOf(one)}`);
}

/** The version of the operator that rendered what runs. */
function runs(world: World): string | undefined {
  const spec = JSON.stringify(world.cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'] ?? null);
  return /"OPERATOR_VERSION","value":"(\d+)"/.exec(spec)?.[1];
}

async function writesNothing(world: World): Promise<void> {
  world.cluster.forgetRecords();
  await world.settle();
  assert.deepEqual(world.cluster.writes, []);
}

describe('a site of an older rendering', () => {
  it('is told beside Ready, once, with the command', async () => {
    const world = await inForce();
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
    world.components = fakeComponents('2');
    await world.settle();
    assert.equal(world.condition('RenderingCurrent'), 'False/OlderRendering');
    assert.deepEqual([world.condition('Ready'), world.condition('Reconciling')], ['True/Serving', undefined]);
    const reported = world.status.conditions?.find(({ type }) => type === 'RenderingCurrent')?.message;
    assert.match(
      reported ?? '',
      /kubectl annotate hostedsite shop -n customer-a --overwrite hostedsite\.dev\//,
    );
    await writesNothing(world);
  });

  it('is not told of one that differs only by what its tag was resolved to', async () => {
    const world = await inForce();
    for (const object of world.cluster.list('ControllerRevision')) {
      const resolvedImage = `${image(1).replace(/:1$/, '')}@sha256:${'4'.repeat(64)}`;
      world.cluster.edit('ControllerRevision', 'customer-a', object.metadata.name, (one) => {
        const text = JSON.stringify(one['data']).replaceAll(
          `"image":"${image(1)}","env"`,
          `"image":"${resolvedImage}","env"`,
        );
        one['data'] = { ...(JSON.parse(text) as object), resolvedImage };
      });
    }
    await world.settle();
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
  });

  it('stays told while a new release takes over, and until it serves', async () => {
    const world = await upgraded();
    world.change({ image: image(2) });
    await world.settle();
    assert.equal(world.condition('RenderingCurrent'), 'False/RollingOut');
    world.runControllers();
    await world.settle();
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
  });
});

describe('the annotation restartedAt', () => {
  it('releases the same spec, rendered by the operator of today', async () => {
    const world = await upgraded();
    annotate(world, 'noon');
    await world.settle();
    assert.deepEqual([runs(world), history(world)], ['2', ['1 1 Succeeded', '2 1 untold']]);
    assert.equal(world.condition('RenderingCurrent'), 'False/RollingOut');
    world.runControllers();
    await world.settle();
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
    assert.equal(world.condition('Ready'), 'True/Serving');
    await writesNothing(world);
  });

  it('asks once for each value, also where nothing is older', async () => {
    const world = await inForce();
    for (const value of ['noon', 'noon', 'evening', 'noon']) {
      annotate(world, value);
      await world.bringUp();
    }
    assert.deepEqual(history(world).length, 3);
  });

  it('asks for nothing when it vanishes, and does not bring the older rendering back', async () => {
    const world = await upgraded();
    annotate(world, 'noon');
    await world.bringUp();
    annotate(world, undefined);
    await writesNothing(world);
    assert.equal(runs(world), '2');
  });

  it('asks for nothing by being empty', async () => {
    const world = await upgraded();
    annotate(world, '');
    await writesNothing(world);
  });

  it('is not asked anew by the releases that come after it, and their way back is what ran', async () => {
    const world = await upgraded();
    annotate(world, 'noon');
    await world.bringUp();
    for (const tag of [2, 3, 4, 5, 6, 7, 8, 9]) {
      world.change({ image: image(tag) });
      await world.bringUp();
    }
    assert.deepEqual(
      history(world),
      [5, 6, 7, 8, 9].map((tag) => `${tag + 1} ${tag} Succeeded`),
    );
    world.change({ image: image(6) });
    await world.bringUp();
    assert.equal(history(world).at(-1), '11 6 Succeeded');
    await writesNothing(world);
  });

  it('keeps the content of an image whose tag has moved since', async () => {
    const world = await upgraded();
    const [first] = world.cluster.list('ControllerRevision');
    const content = `registry.example.org/shop@sha256:${'4'.repeat(64)}`;
    world.cluster.edit('ControllerRevision', 'customer-a', first?.metadata.name ?? '', (one) => {
      one['data'] = { ...(one['data'] as object), resolvedImage: content };
    });
    world.settings = { ...world.settings, images: { ...world.settings.images, resolveTags: true } };
    annotate(world, 'noon');
    await world.settle();
    assert.ok(JSON.stringify(world.cluster.get('Deployment', 'customer-a', 'shop-web')).includes(content));
  });

  it('goes back when what it asks for does not come up, and is taken back by its removal', async () => {
    const { world, first } = await failedRestart();
    assert.equal(revisionOf(world), first);
    assert.deepEqual(history(world), ['1 1 Succeeded', '2 1 Failed']);
    assert.equal(world.condition('Ready'), 'False/RolledBack');
    assert.equal(world.condition('RenderingCurrent'), 'False/OlderRendering');
    annotate(world, undefined);
    await world.bringUp();
    assert.deepEqual([revisionOf(world), world.condition('Ready')], [first, 'True/Serving']);
    assert.deepEqual(history(world), ['2 1 Failed', '3 1 Succeeded']);
    assert.equal(world.condition('RenderingCurrent'), 'False/OlderRendering');
    annotate(world, 'noon');
    await world.bringUp();
    assert.equal(revisionOf(world), first, 'what failed is not tried again');
  });

  it('tries what failed again with another value', async () => {
    const { world, first } = await failedRestart();
    annotate(world, 'evening');
    await world.settle();
    assert.notEqual(revisionOf(world), first);
    world.runControllers();
    await world.settle();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
  });
});

/** With the components of sites, which know of deadlines; the other table of sizes is what an operator renders otherwise. */
async function failedRestart(): Promise<{ world: World; first: string | undefined }> {
  const world = new World({ image: image(1) }, components);
  await world.bringUp();
  await world.bringUp();
  const first = revisionOf(world);
  const { Small, ...sizes } = world.settings.sizes;
  const cache = { ...Small.cache, memory: '72Mi' };
  world.settings = { ...world.settings, sizes: { ...sizes, Small: { ...Small, cache } } };
  world.now = new Date(world.now.getTime() + 3_600_000);
  annotate(world, 'noon');
  await world.settle();
  assert.notEqual(revisionOf(world), first);
  world.missDeadline();
  await world.settle();
  return { world, first };
}

function revisionOf(world: World): string | undefined {
  const spec = world.cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'];
  return /"hostedsite\.dev\/revision":"([^"]+)"/.exec(JSON.stringify(spec ?? null))?.[1];
}
