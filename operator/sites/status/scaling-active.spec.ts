import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../../kinds/hosted-site/hosted-site.ts';
import { components } from '../../components/index.ts';
import { World } from '../../testing/world.ts';

const autoscaling = { minReplicas: 2, maxReplicas: 6 };
const [noon, later] = ['2030-01-01T12:00:00Z', new Date('2030-01-01T12:02:00Z')];

const works = { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' };
const fails = { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' };

/** What the autoscaler's controller says; the numbers are others each time. */
function say(world: World, condition: { type: string; status: string; reason: string }, since = noon): void {
  world.cluster.edit('HorizontalPodAutoscaler', 'customer-a', 'shop-web', (object) => {
    const message = `measured ${world.cluster.writes.length} times`;
    object['status'] = {
      currentReplicas: 2,
      conditions: [
        { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale', lastTransitionTime: noon },
        { ...condition, message, lastTransitionTime: since },
      ],
    };
  });
}

async function up(spec: Partial<HostedSiteSpec> = { autoscaling }): Promise<World> {
  const world = new World(spec, components);
  await world.bringUp();
  return world;
}

const verdict = (world: World) => world.condition('ScalingActive');
const failed = 'False/FailedGetResourceMetric';

describe('whether an autoscaler can scale', () => {
  it('is not said of a site that asks for none', async () =>
    assert.equal(verdict(await up({ replicas: 2 })), undefined));

  it('is unknown until it has said so', async () => {
    const world = await up();
    assert.equal(verdict(world), 'Unknown/Progressing');
    say(world, works);
    await world.settle();
    assert.equal(verdict(world), 'True/ValidMetricFound');
  });

  it('is told when it has failed for two minutes, and Ready stays', async () => {
    const world = await up();
    say(world, fails);
    const { recheckAt } = await world.pass();
    assert.equal(verdict(world), 'Unknown/Progressing');
    assert.deepEqual(recheckAt, later);
    world.now = later;
    await world.settle();
    assert.equal(verdict(world), failed);
    assert.match(
      world.status.conditions?.find(({ type }) => type === 'ScalingActive')?.message ?? '',
      /no metrics API \(metrics-server\)\. kubectl describe hpa shop-web -n customer-a says why\.$/,
    );
    assert.deepEqual([world.condition('Ready'), world.condition('Stalled')], ['True/Serving', undefined]);
  });

  it('is not told again and again', async () => {
    const world = await up();
    say(world, fails);
    world.now = later;
    await world.settle();
    world.cluster.forgetRecords();
    say(world, fails);
    assert.equal((await world.pass()).recheckAt, undefined);
    assert.deepEqual(world.cluster.writes, []);
  });

  it('stays as it was while measurements come and go', async () => {
    const world = await up();
    say(world, works);
    await world.settle();
    world.cluster.forgetRecords();
    say(world, fails);
    await world.pass();
    say(world, works);
    await world.pass();
    assert.deepEqual(world.cluster.writes, []);
    say(world, fails, '2029-12-31T00:00:00Z');
    await world.settle();
    assert.equal(verdict(world), failed);
    say(world, { ...fails, reason: 'InvalidSelector' }, noon);
    await world.settle();
    assert.equal(verdict(world), 'False/ScalingFailed');
    say(world, works);
    await world.settle();
    assert.equal(verdict(world), 'True/ValidMetricFound');
  });

  const silent: [string, Partial<HostedSiteSpec>, string | undefined][] = [
    ['the site is suspended', { suspend: true }, 'Unknown/Suspended'],
    ['a boost is in force', { boost: { replicas: 4, endTime: '2030-01-01T18:00:00Z' } }, 'Unknown/Boosted'],
    ['the site is switched off', { replicas: 0 }, undefined],
    ['a boost is over', { boost: { replicas: 4, endTime: '2030-01-01T11:00:00Z' } }, failed],
  ];
  for (const [when, spec, expected] of silent) {
    it(`is ${expected ?? 'not said'} when it fails and ${when}`, async () => {
      const world = await up();
      say(world, fails);
      world.now = later;
      await world.settle();
      assert.equal(verdict(world), failed);
      world.change(spec);
      await world.bringUp();
      assert.equal(verdict(world), expected);
    });
  }

  it('is told of a suspended site as long as it can', async () => {
    const world = await up();
    say(world, works);
    world.change({ suspend: true });
    await world.settle();
    assert.equal(verdict(world), 'True/ValidMetricFound');
  });
});
