import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { World } from '../testing/world.ts';

const autoscaling = { minReplicas: 2, maxReplicas: 6 };
const evening = '2030-01-01T18:00:00Z';

interface Deployment {
  metadata: { annotations?: Record<string, string> };
  spec: { replicas?: number };
}

function deployment(world: World): Deployment {
  return world.cluster.get('Deployment', 'customer-a', 'shop-web') as unknown as Deployment;
}

function replicas(world: World): number | undefined {
  return deployment(world).spec.replicas;
}

/** What the autoscaler's controller does, or a person with `kubectl scale deployment`. */
function scaled(world: World, to: number): void {
  world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => {
    object['spec'] = { ...(object['spec'] as object), replicas: to };
  });
}

/** As the API server does it: a new spec is a new generation; fields that are undefined are gone. */
function change(
  world: World,
  spec: { [Field in keyof HostedSiteSpec]?: HostedSiteSpec[Field] | undefined },
): void {
  world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
    const whole = Object.entries({ ...(site['spec'] as object), ...spec });
    site['spec'] = Object.fromEntries(whole.filter(([, value]) => value !== undefined));
  });
}

async function up(spec: Partial<HostedSiteSpec>): Promise<World> {
  const world = new World(spec, components);
  await world.bringUp();
  return world;
}

describe('autoscaling', () => {
  it('takes the number over as it is, and at no moment the Deployment has none', async () => {
    const world = await up({ replicas: 3 });
    world.cluster.forgetRecords();
    change(world, { replicas: undefined, autoscaling });
    await world.settle();
    assert.equal(replicas(world), 3);
    const written = world.cluster.writes.filter(({ kind }) => kind === 'Deployment');
    assert.deepEqual(
      written.map(({ options, object }) => [
        (options as { fieldManager?: string }).fieldManager,
        (object?.['spec'] as { replicas?: number }).replicas,
      ]),
      [
        ['hostedsite-handover', 3],
        ['hostedsite', undefined],
      ],
    );
    assert.deepEqual(world.names('HorizontalPodAutoscaler'), ['shop-web']);
  });

  it('hands over what a new Deployment begins with', async () => {
    const world = await up({ autoscaling });
    assert.equal(replicas(world), 2);
    assert.equal(deployment(world).metadata.annotations?.['hostedsite.dev/replicas'], 'Autoscaled');
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('is left alone: nothing is written when the number changes', async () => {
    const world = await up({ autoscaling });
    scaled(world, 5);
    world.runControllers();
    await world.settle();
    world.cluster.forgetRecords();
    await world.pass();
    assert.equal(replicas(world), 5);
    assert.deepEqual(world.cluster.writes, []);
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.status.replicas, 5);
  });

  it('leaves the number behind when it is taken away, until one is written', async () => {
    const world = await up({ autoscaling });
    scaled(world, 5);
    change(world, { autoscaling: undefined });
    await world.settle();
    assert.equal(replicas(world), 5);
    assert.deepEqual(world.names('HorizontalPodAutoscaler'), []);
    scaled(world, 1);
    await world.settle();
    assert.equal(replicas(world), 5);
    change(world, { replicas: 3 });
    await world.settle();
    assert.equal(replicas(world), 3);
    assert.equal(deployment(world).metadata.annotations?.['hostedsite.dev/replicas'], undefined);
  });

  it('goes straight to the number that is written instead', async () => {
    const world = await up({ autoscaling });
    scaled(world, 5);
    change(world, { autoscaling: undefined, replicas: 4 });
    await world.settle();
    assert.equal(replicas(world), 4);
  });

  it('is switched off with replicas: 0, and back on with its least number', async () => {
    const world = await up({ autoscaling });
    change(world, { replicas: 0 });
    await world.settle();
    assert.deepEqual([replicas(world), world.names('HorizontalPodAutoscaler')], [2, []]);
    await world.bringUp();
    assert.deepEqual([replicas(world), world.names('HorizontalPodAutoscaler')], [0, []]);
    change(world, { replicas: undefined });
    await world.settle();
    assert.deepEqual([replicas(world), world.names('HorizontalPodAutoscaler')], [2, ['shop-web']]);
  });

  it('survives a pass that is cut off between the hand-over and the write', async () => {
    const world = await up({ replicas: 3 });
    change(world, { replicas: undefined, autoscaling });
    const answer = { code: 500, message: 'cut off' };
    // The second one: the first is the hand-over.
    let count = 0;
    const { cluster } = world;
    const apply = cluster.apply.bind(cluster);
    cluster.apply = (object, options) => {
      if (object.kind === 'Deployment' && (count += 1) === 2)
        return Promise.reject(new Error(answer.message));
      return apply(object, options);
    };
    await assert.rejects(world.pass(), /cut off/);
    assert.equal(replicas(world), 3);
    await world.settle();
    assert.equal(replicas(world), 3);
    assert.equal(count, 4);
  });
});

describe('a boost', () => {
  const boost = { replicas: 5, endTime: evening };

  it('lasts until its end, and is looked at then', async () => {
    const world = await up({ replicas: 2 });
    change(world, { boost });
    await world.bringUp();
    assert.equal(replicas(world), 5);
    assert.equal(world.condition('Boosted'), 'True/Boosted');
    const { recheckAt } = await world.pass();
    assert.deepEqual(recheckAt, new Date(evening));
    world.now = recheckAt ?? assert.fail();
    await world.bringUp();
    assert.equal(replicas(world), 2);
    assert.equal(world.condition('Boosted'), 'False/BoostOver');
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual(
      world.cluster.events.map(({ reason }) => reason).filter((reason) => reason.startsWith('Boost')),
      ['BoostEnded'],
    );
  });

  it('is over although nobody looked at its end', async () => {
    const world = await up({ replicas: 2, boost });
    world.now = new Date('2031-01-01T00:00:00Z');
    await world.settle();
    assert.equal(replicas(world), 2);
  });

  it('that is over when it is written changes nothing, and says what to write', async () => {
    const world = await up({ replicas: 2, boost: { ...boost, endTime: '2030-01-01T11:00:00Z' } });
    assert.equal(replicas(world), 2);
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('Stalled'), undefined);
    const reported = world.status.conditions?.find(({ type }) => type === 'Boosted');
    assert.match(reported?.message ?? '', /in the past.*Write a later endTime/);
    assert.deepEqual(
      world.cluster.events.map(({ reason }) => reason).filter((reason) => reason.startsWith('Boost')),
      ['BoostTooLate'],
    );
  });

  it('raises what the autoscaler may do, and lowers it again', async () => {
    const world = await up({ autoscaling, boost: { ...boost, replicas: 8 } });
    const bounds = () => {
      const found = world.cluster.get('HorizontalPodAutoscaler', 'customer-a', 'shop-web') ?? assert.fail();
      const { minReplicas, maxReplicas } = found['spec'] as { minReplicas: number; maxReplicas: number };
      return [minReplicas, maxReplicas];
    };
    assert.deepEqual(bounds(), [8, 8]);
    world.now = new Date(evening);
    await world.settle();
    assert.deepEqual(bounds(), [2, 6]);
  });

  it('waits with everything else while the site is suspended', async () => {
    const world = await up({ replicas: 2 });
    change(world, { boost, suspend: true });
    world.cluster.forgetRecords();
    await world.settle();
    assert.deepEqual(
      world.cluster.writes.filter(({ verb }) => verb !== 'status'),
      [],
    );
    assert.equal(world.condition('Boosted'), 'Unknown/Suspended');
    change(world, { suspend: false });
    await world.settle();
    assert.equal(replicas(world), 5);
  });

  it('is refused with the other replicas where a volume serves one node only', async () => {
    const world = await up({ preset: 'WordPress', database: { engine: 'MariaDB' } });
    change(world, { boost });
    await world.settle();
    assert.equal(world.condition('Stalled'), 'True/AccessModeConflict');
    assert.equal(world.condition('Boosted'), 'Unknown/Progressing');
    assert.equal(replicas(world), 1);
  });
});

describe('the budget of a site', () => {
  it('comes with a second pod and goes with it', async () => {
    const world = await up({ replicas: 2 });
    assert.deepEqual(world.names('PodDisruptionBudget'), ['shop-web']);
    change(world, { replicas: 1 });
    await world.settle();
    assert.deepEqual(world.names('PodDisruptionBudget'), []);
  });
});
