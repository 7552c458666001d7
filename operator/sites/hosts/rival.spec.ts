import assert from 'node:assert/strict';
import { components } from '../../components/index.ts';
import { World } from '../../testing/world.ts';

/** Somebody ran `kubectl autoscale deployment shop-web`. */
function addAutoscaler(world: World, target = 'shop-web', namespace = 'customer-a'): void {
  world.cluster.seed({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'mine', namespace },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target } },
  });
}

/** What its controller does, or a person with `kubectl scale`. */
function scale(world: World, to: number): void {
  world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => {
    object['spec'] = { ...(object['spec'] as object), replicas: to };
  });
}

async function up(): Promise<World> {
  const world = new World({ replicas: 1 }, components);
  await world.bringUp();
  return world;
}

function later(world: World, seconds: number): Promise<unknown> {
  world.now = new Date(world.now.getTime() + seconds * 1000);
  return world.pass();
}

const reported = 'False/ForeignAutoscaler';
const verdict = (world: World) => world.condition('ScalingActive');

describe('an autoscaler of somebody else', () => {
  it('is told by name when it has set the number of pods, which is set back', async () => {
    const world = await up();
    addAutoscaler(world);
    scale(world, 2);
    await world.pass();
    assert.equal(verdict(world), reported);
    const { message } = world.status.conditions?.find(({ type }) => type === 'ScalingActive') ?? {};
    assert.match(
      message ?? '',
      /^The HorizontalPodAutoscaler mine, which is not the site's, .* Deployment shop-web, .* kubectl delete hpa mine -n customer-a, and write spec\.autoscaling;/,
    );
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.status.desiredReplicas, 1);
    assert.equal(world.cluster.events.length > 0, true);
    assert.ok(!world.cluster.events.some(({ reason }) => reason === 'Scaled'), 'the spec did not change');
  });

  it('stays told until it is gone, by one look a minute', async () => {
    const world = await up();
    addAutoscaler(world);
    scale(world, 2);
    const { recheckAt } = await world.pass();
    assert.equal(recheckAt?.toISOString(), '2030-01-01T12:01:00.000Z');
    world.cluster.remove('HorizontalPodAutoscaler', 'customer-a', 'mine');
    await later(world, 59);
    assert.equal(verdict(world), reported);
    await later(world, 1);
    assert.equal(verdict(world), undefined);
  });

  it('stays told after the operator has restarted', async () => {
    const world = await up();
    addAutoscaler(world);
    scale(world, 2);
    await world.pass();
    world.searches.clear();
    await world.pass();
    assert.equal(verdict(world), reported);
  });

  it('stays told while nobody answers', async () => {
    const world = await up();
    addAutoscaler(world);
    scale(world, 2);
    await world.pass();
    world.cluster.fail({ verb: 'autoscalers', answer: { code: 403, reason: 'Forbidden' } });
    await later(world, 60);
    assert.equal(verdict(world), reported);
  });

  const others: [string, (world: World) => void][] = [
    ['a person scales the Deployment', () => undefined],
    ['the autoscaler is that of another Deployment', (world) => addAutoscaler(world, 'shop-db')],
    ['it is in another namespace', (world) => addAutoscaler(world, 'shop-web', 'customer-b')],
  ];
  for (const [when, prepare] of others) {
    it(`is not told when ${when}`, async () => {
      const world = await up();
      prepare(world);
      scale(world, 2);
      await world.pass();
      assert.equal(verdict(world), undefined);
    });
  }

  it('is told no more while the site is suspended, which contests nothing', async () => {
    const world = await up();
    addAutoscaler(world);
    scale(world, 2);
    await world.pass();
    world.change({ suspend: true });
    await world.pass();
    assert.equal(verdict(world), undefined);
  });

  it('is not looked for while the number is as it was written', async () => {
    const world = await up();
    world.cluster.fail({ verb: 'autoscalers', answer: new Error('nobody is to ask') });
    await later(world, 120);
    world.change({ replicas: 3 });
    await world.pass();
    assert.equal(world.searches.size, 0);
  });

  it('holds nothing up where it may not be looked for', async () => {
    const world = await up();
    world.cluster.fail({ verb: 'autoscalers', answer: { code: 403, reason: 'Forbidden' } });
    scale(world, 2);
    await world.pass();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('is forgotten with the site', async () => {
    const world = await up();
    scale(world, 2);
    await world.pass();
    assert.equal(world.searches.size, 1);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.pass();
    assert.equal(world.searches.size, 0);
  });
});
