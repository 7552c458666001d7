import assert from 'node:assert/strict';
import { Commanded } from '../testing/commanded.ts';

const inForce = async (...args: ConstructorParameters<typeof Commanded>): Promise<Commanded> => {
  const shop = new Commanded(...args);
  await shop.rest();
  shop.world.cluster.forgetRecords();
  return shop;
};

/** The Job of the release with that number is there. */
async function untilMade(shop: Commanded, number: string): Promise<void> {
  const made = (): string | undefined => shop.job?.metadata.annotations?.['hostedsite.dev/release-number'];
  for (let tries = 0; tries < 8 && made() !== number; tries += 1) {
    await shop.pass();
    await shop.jobs.settle();
  }
  assert.equal(made(), number);
}

describe('the command of a first release', () => {
  it('runs before anything serves, in six writes of its own', async () => {
    const shop = new Commanded();
    const { world, jobs } = shop;
    const first = await shop.pass();
    assert.ok(first.includes('apply ControllerRevision/shop-web-HASH'));
    assert.ok(first.includes('apply ServiceAccount/shop-web'));
    assert.ok(!first.some((write) => /Deployment|Job/.test(write)), String(first));
    assert.deepEqual(await shop.pass(), ['create Job/shop-release']);
    assert.deepEqual(await shop.pass(), []);
    await jobs.settle();
    assert.deepEqual(await shop.pass(), ['merge ControllerRevision/shop-web-HASH']);
    assert.equal(await jobs.step(), false, 'its pod waits behind its gate');
    assert.match(shop.records[0] ?? '', /^Running \S+ [0-9a-f]{10}$/);
    assert.deepEqual(await shop.pass(), ['merge Pod/shop-release-POD']);
    assert.deepEqual(world.names('Deployment'), []);
    await jobs.settle();
    assert.deepEqual(await shop.pass(), [
      'merge ControllerRevision/shop-web-HASH',
      'apply Deployment/shop-web',
    ]);
    assert.deepEqual(shop.records, ['Succeeded']);
    await shop.rest();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('ApplicationReady'), 'True/CommandSucceeded');
    assert.equal(shop.begun, 1);
  });

  it('is told while it is waited for', async () => {
    const shop = new Commanded({ release: { command: ['hang'] } });
    await shop.passes();
    assert.equal(shop.world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(shop.world.condition('ApplicationReady'), 'Unknown/CommandRunning');
    assert.equal(shop.world.status.release?.command?.phase, 'Waiting');
    await shop.untilOpen();
    await shop.pass();
    assert.equal(shop.world.status.release?.command?.phase, 'Running');
    assert.equal(shop.world.status.release?.command?.logs, 'kubectl logs job/shop-release -n customer-a');
  });

  it('leaves nothing running when it fails', async () => {
    const shop = new Commanded({ release: { command: ['exit', '3'] } });
    await shop.rest();
    const { release } = shop.world.status;
    assert.deepEqual(shop.world.names('Deployment'), []);
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
    assert.equal(shop.world.condition('Stalled'), 'True/ReleaseCommandFailed');
    assert.equal(shop.world.condition('ApplicationReady'), 'False/CommandFailed');
    assert.deepEqual([release?.outcome, release?.running], ['Failed', undefined]);
    assert.deepEqual([release?.command?.phase, release?.command?.exitCode], ['Failed', 3]);
    assert.match(
      release?.message ?? '',
      /nothing is rolled out.* ended with code 3\. Its last lines:\nit ends/s,
    );
    assert.equal(shop.begun, 1);
  });
});

describe('the command of the next release', () => {
  it('runs while the one before serves on', async () => {
    const shop = await inForce();
    shop.release(2);
    assert.deepEqual(await shop.pass(), ['apply ControllerRevision/shop-web-HASH']);
    assert.deepEqual(await shop.pass(), ['delete Job/shop-release']);
    await shop.jobs.settle();
    assert.deepEqual(await shop.pass(), ['create Job/shop-release']);
    await shop.untilOpen();
    await shop.pass();
    assert.equal(shop.runs, '1');
    assert.equal(shop.world.condition('Available'), 'True/Serving');
    assert.equal(shop.world.condition('Ready'), 'Unknown/Progressing');
    assert.deepEqual(shop.world.status.release?.running?.image, 'registry.example.org/shop:1');
    await shop.rest();
    assert.equal(shop.runs, '2');
    assert.deepEqual(shop.records, ['Succeeded', 'Succeeded']);
    assert.equal(shop.begun, 2);
    assert.equal(shop.world.condition('Ready'), 'True/Serving');
  });

  it('keeps a release from serving when it fails, and tells so once', async () => {
    const shop = await inForce();
    shop.release(2, { release: { command: ['exit', '1'] } });
    await shop.rest();
    assert.equal(shop.runs, '1');
    assert.equal(shop.begun, 2);
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
    assert.equal(shop.world.condition('Available'), 'True/Serving');
    const { release } = shop.world.status;
    assert.equal(release?.outcome, 'Failed');
    assert.equal(release?.running?.image, 'registry.example.org/shop:1');
    assert.equal(release?.lastGood, 'registry.example.org/shop:1');
    const reasons = shop.world.cluster.events.map(({ reason }) => reason);
    assert.deepEqual(
      reasons.filter((one) => one === 'ReleaseFailed'),
      ['ReleaseFailed'],
    );
    shop.world.cluster.forgetRecords();
    await shop.pass();
    assert.deepEqual(shop.world.cluster.writes, []);
  });

  for (const { title, act } of [
    {
      title: 'a corrected command alone',
      act: (shop: Commanded) => shop.world.change({ release: { command: ['migrate'] } }),
    },
    {
      title: 'no command any more',
      act: (shop: Commanded) => shop.world.change({ release: undefined as never }),
    },
    {
      title: 'the next image',
      act: (shop: Commanded) => shop.release(3, { release: { command: ['migrate'] } }),
    },
  ])
    it(`goes on with ${title} after it has failed`, async () => {
      const shop = await inForce();
      shop.release(2, { release: { command: ['exit', '1'] } });
      await shop.rest();
      act(shop);
      await shop.rest();
      assert.notEqual(shop.runs, '1');
      assert.equal(shop.world.condition('Ready'), 'True/Serving');
    });

  it('is tried again, the same, when the annotation asks for it', async () => {
    const shop = await inForce();
    shop.release(2, { release: { command: ['exit', '1'] } });
    await shop.rest();
    shop.annotate('hostedsite.dev/restartedAt', '1');
    await shop.rest();
    assert.equal(shop.begun, 3);
    await shop.rest();
    assert.equal(shop.begun, 3);
    assert.equal(shop.runs, '1');
  });

  it('is tried again when the spec goes away and comes back', async () => {
    const shop = await inForce();
    shop.release(2, { release: { command: ['exit', '1'] } });
    await shop.rest();
    shop.release(1);
    await shop.rest();
    assert.equal(shop.begun, 2);
    shop.release(2);
    await shop.rest();
    assert.equal(shop.begun, 3);
  });
});

describe('once for each release', () => {
  it('is nothing at the same image again, back, and forth', async () => {
    const shop = await inForce();
    shop.release(2);
    await shop.rest();
    for (const tag of [1, 2, 1]) {
      shop.release(tag);
      await shop.rest();
      assert.equal(shop.runs, String(tag));
    }
    assert.equal(shop.begun, 2);
  });

  it('is nothing at a restart, and so nothing after an upgrade of the operator', async () => {
    const shop = await inForce();
    shop.annotate('hostedsite.dev/restartedAt', '1');
    await shop.rest();
    assert.equal(shop.begun, 1);
    assert.deepEqual(shop.records, ['Succeeded', 'Succeeded']);
    assert.equal(shop.world.condition('Ready'), 'True/Serving');
  });

  it('is nothing where a command is added to a site that runs, until the next release', async () => {
    const shop = await inForce({ release: undefined as never });
    shop.world.change({ release: { command: ['migrate'] } });
    await shop.rest();
    assert.equal(shop.begun, 0);
    shop.annotate('hostedsite.dev/restartedAt', '1');
    await shop.rest();
    assert.equal(shop.begun, 0);
    shop.release(2);
    await shop.rest();
    assert.equal(shop.begun, 1);
  });

  for (const { title, command, record } of [
    { title: 'it failed', command: ['exit', '1'], record: /^Failed 2 / },
    { title: 'it was withdrawn', command: ['migrate'], record: /^Withdrawn 1$/ },
  ])
    it(`is nothing at a restart of a release that came up without, after ${title}`, async () => {
      const shop = await inForce();
      shop.release(2, { release: { command } });
      if (command[0] === 'exit') await shop.rest();
      else await untilMade(shop, '2');
      shop.world.change({ release: undefined as never });
      await shop.rest();
      assert.equal(shop.runs, '2');
      assert.match(shop.records[1] ?? '', record);
      const { begun } = shop;
      shop.world.change({ release: { command: ['migrate'] } });
      await shop.rest();
      shop.annotate('hostedsite.dev/restartedAt', '1');
      await shop.rest();
      assert.deepEqual([shop.begun, shop.runs], [begun, '2']);
    });

  it('is nothing on the way back to a release from before there was a command', async () => {
    const shop = await inForce({ release: undefined as never });
    shop.release(2, { release: { command: ['migrate'] } });
    await shop.rest();
    shop.release(1);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [1, '1']);
  });
});

describe('what ran before', () => {
  const parts = (shop: Commanded): string[] =>
    ['StatefulSet', 'Deployment', 'Service', 'NetworkPolicy'].flatMap((kind) =>
      shop.world
        .names(kind as never)
        .filter((name) => /database|object-cache/.test(name))
        .map((name) => `${kind}/${name}`),
    );
  const ways = (shop: Commanded): number => {
    const policy = shop.world.cluster.get('NetworkPolicy', 'customer-a', 'shop-web');
    return JSON.stringify(policy?.['spec']).split(/"(?:database|object-cache)"/).length - 1;
  };

  it('keeps the parts that it needs until the release takes over, and the ways to them', async () => {
    const shop = await inForce({ database: { engine: 'MariaDB' }, objectCache: { engine: 'Valkey' } });
    const [before, waysBefore] = [parts(shop), ways(shop)];
    assert.ok(before.length > 5 && waysBefore > 1);
    shop.release(2, {
      database: undefined as never,
      objectCache: undefined as never,
      release: { command: ['exit', '1'] },
    });
    await shop.rest();
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
    assert.deepEqual([parts(shop), ways(shop)], [before, waysBefore]);
    shop.world.change({ release: { command: ['migrate'] } });
    await shop.rest();
    assert.deepEqual([shop.runs, parts(shop), ways(shop)], ['2', [], 0]);
  });
});
