import assert from 'node:assert/strict';
import { Configured, image, web } from '../testing/configured.ts';
import { answered, later, resolving } from '../testing/pending.ts';
import type { World } from '../testing/world.ts';

describe('files of configuration that no release is made of', () => {
  /** Seconds until the next look. */
  async function passed(world: World): Promise<number | undefined> {
    const { recheckAt } = await world.pass();
    return recheckAt && (recheckAt.getTime() - world.now.getTime()) / 1000;
  }

  it('are read once in ten seconds, whatever brings passes, then less and less often', async () => {
    const world = new Configured();
    const pauses: (number | undefined)[] = [];
    for (const wait of [10, 20, 40, 80, 160, 300, 300]) {
      await world.pass();
      later(world, wait - 1);
      pauses.push(await passed(world));
      assert.equal(world.condition('Stalled'), 'True/ConfigMapNotFound');
      later(world, 1);
    }
    assert.equal(world.reads.length, 7);
    assert.deepEqual(pauses, [1, 1, 1, 1, 1, 1, 1]);
  });

  it('are read at once when a restart is asked for or the spec changes', async () => {
    const world = new Configured();
    await world.pass();
    await world.pass();
    assert.equal(world.reads.length, 1);
    world.annotate('1');
    await world.pass();
    assert.equal(world.reads.length, 2);
    world.configure('red').change(image(2));
    await world.pass();
    assert.equal(world.reads.length, 3);
    assert.equal(world.condition('Stalled'), undefined);
    await world.bringUp();
    assert.deepEqual([world.found(), world.reads.length], ['colour = red\n', 3]);
  });

  it('are read soon again when something else is told than before', async () => {
    const world = new Configured();
    await world.pass();
    for (const wait of [10, 20]) {
      later(world, wait);
      await world.pass();
    }
    world.configure('red').cluster.edit('ConfigMap', 'customer-a', 'settings', (object) => {
      object['data'] = { large: 'x'.repeat(2 ** 20) };
    });
    later(world, 40);
    assert.equal(await passed(world), 10);
    assert.equal(world.condition('Stalled'), 'True/ConfigMapTooLarge');
  });

  it('are read once in ten seconds where something else is in its way', async () => {
    const world = new Configured().configure('red');
    const answer = { code: 403, reason: 'Forbidden', message: 'exceeded quota' };
    world.cluster.fail({ verb: 'apply', kind: 'ConfigMap', answer });
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/Rejected');
    const reported = world.status;
    assert.equal(await passed(world), 10);
    assert.deepEqual([world.reads.length, world.status], [1, reported]);
    later(world, 10);
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.reads.length, 2);
  });

  it('are not read while the site is suspended, or refused anyway', async () => {
    const world = new Configured({ suspend: true }).configure('red');
    await world.pass();
    world.change({ suspend: false, web: { ...web, generatedEnv: ['SITE_URL'] } });
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/VariableTaken');
    assert.deepEqual(world.reads, []);
    world.change({ web });
    await world.bringUp();
    assert.deepEqual([world.found(), world.reads.length], ['colour = red\n', 1]);
  });

  it('are not read before the tag is resolved', async () => {
    const world = new Configured().configure('red');
    world.settings = resolving;
    await world.settle();
    assert.deepEqual(world.reads, []);
    await answered(world, 1);
    await world.bringUp();
    assert.deepEqual([world.found(), world.reads.length], ['colour = red\n', 1]);
  });
});
