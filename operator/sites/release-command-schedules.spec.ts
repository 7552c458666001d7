import assert from 'node:assert/strict';
import type { Manifest } from '../components/component.ts';
import { Commanded, phaseOf } from '../testing/commanded.ts';

/** What people and clusters do in the middle of it; the numbers are those of docs/understand/adr/0023, 2. */

async function inForce(spec: ConstructorParameters<typeof Commanded>[0] = {}): Promise<Commanded> {
  const shop = new Commanded(spec);
  await shop.rest();
  return shop;
}

const hang = { release: { command: ['hang'] } };
const migrate = { release: { command: ['migrate'] } };

/** The command of release 2 runs, and does not end by itself. */
async function running(): Promise<Commanded> {
  const shop = await inForce();
  shop.release(2, hang);
  await shop.untilOpen();
  await shop.pass();
  return shop;
}

/** Somebody ends it, and Kubernetes tells how. */
async function end(shop: Commanded): Promise<void> {
  for (const pod of shop.pods()) if (phaseOf(pod) === 'Running') shop.jobs.end(pod);
  await shop.jobs.settle();
}

const site = (shop: Commanded, change: (object: Manifest) => void): void =>
  shop.world.cluster.edit('HostedSite', 'customer-a', 'shop', change);

/** Passes and steps until there is a Job whose pod waits behind its gate, and nothing is recorded. */
async function untilGated(shop: Commanded): Promise<void> {
  for (let tries = 0; tries < 20 && shop.pods().every((pod) => phaseOf(pod) === 'Succeeded'); tries += 1) {
    await shop.pass();
    await shop.jobs.settle();
  }
  assert.equal(shop.pods().length, 1);
}

describe('an edit while a command runs', () => {
  it('43: waits until it has ended, and then has a command of its own', async () => {
    const shop = await running();
    shop.release(3, migrate);
    await shop.passes();
    assert.equal(shop.begun, 2);
    assert.equal(shop.runs, '1');
    assert.equal(shop.world.status.release?.command?.reason, 'EarlierCommand');
    await end(shop);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [3, '3']);
    assert.match(shop.records[1] ?? '', /^Failed 2 /);
  });

  it('44: that goes back serves on, and is not all done before it has ended', async () => {
    const shop = await running();
    shop.release(1, migrate);
    await shop.passes();
    assert.equal(shop.runs, '1');
    assert.equal(shop.world.condition('ApplicationReady'), 'Unknown/CommandRunning');
    await end(shop);
    await shop.rest();
    assert.equal(shop.world.condition('Ready'), 'True/Serving');
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
  });

  it('45: and back again is the same attempt', async () => {
    const shop = await running();
    shop.release(1);
    await shop.passes();
    shop.release(2);
    await shop.passes();
    await end(shop);
    await shop.rest();
    assert.equal(shop.begun, 2);
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
  });

  it('48: of the command counts when it has failed', async () => {
    const shop = await running();
    shop.world.change(migrate);
    await shop.passes();
    assert.equal(shop.begun, 2);
    await end(shop);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [3, '2']);
  });

  it('that takes the command away waits for it all the same', async () => {
    const shop = await running();
    shop.world.change({ release: undefined as never });
    await shop.passes();
    assert.equal(shop.runs, '1');
    assert.notEqual(shop.world.condition('Ready'), 'True/Serving');
    await end(shop);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('54: suspend lets it run on, writes its end down and nothing else', async () => {
    const shop = await inForce();
    shop.release(2, { release: { command: ['takes', '60'] } });
    await shop.untilOpen();
    shop.world.change({ suspend: true });
    await shop.passes();
    shop.world.now = new Date(shop.world.now.getTime() + 60_000);
    await shop.jobs.settle();
    await shop.passes();
    assert.deepEqual([shop.records[1], shop.runs], ['Succeeded', '1']);
    shop.world.change({ suspend: false });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('56: deletes the site: nothing more is written', async () => {
    const shop = await running();
    site(shop, ({ metadata }) => (metadata.deletionTimestamp = '2030-01-01T12:00:00Z'));
    await end(shop);
    const written = await shop.pass();
    assert.deepEqual(
      written.filter((write) => !write.includes('ConfigMap/host-')),
      [],
    );
  });
});

describe('an edit before a command has begun', () => {
  it('52: suspend takes the Job away, and says first that nothing will be', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    shop.world.change({ suspend: true });
    assert.deepEqual(await shop.pass(), ['merge ControllerRevision/shop-web-HASH']);
    assert.equal(shop.records[1], 'Withdrawn 1');
    assert.deepEqual(await shop.pass(), ['delete Job/shop-release']);
    await shop.jobs.settle();
    assert.deepEqual(await shop.pass(), []);
    assert.equal(shop.begun, 1);
    shop.world.change({ suspend: false });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('is withdrawn anew each time', async () => {
    const shop = await inForce();
    shop.release(2);
    for (const times of [1, 2, 3]) {
      await untilGated(shop);
      shop.world.change({ suspend: true });
      await shop.passes();
      assert.equal(shop.records[1], `Withdrawn ${times}`);
      await shop.jobs.settle();
      shop.world.change({ suspend: false });
    }
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('and a minute: it is withdrawn, and has all of its time', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    shop.world.now = new Date(shop.world.now.getTime() + 61_000);
    await shop.passes();
    assert.deepEqual([shop.begun, shop.records[1]], [1, 'Withdrawn 1']);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs, shop.records[1]], [2, '2', 'Succeeded']);
    assert.equal(shop.job?.metadata.creationTimestamp, shop.world.now.toISOString().replace('.000Z', 'Z'));
  });

  it('by a clock that is minutes ahead: it begins all the same', async () => {
    const shop = await inForce();
    shop.release(2);
    for (let tries = 0; tries < 30 && shop.begun < 2; tries += 1) {
      await shop.pass();
      await shop.jobs.settle();
      if (shop.job !== undefined)
        shop.world.cluster.edit('Job', 'customer-a', 'shop-release', ({ metadata }) => {
          metadata.creationTimestamp = new Date(shop.world.now.getTime() - 200_000).toISOString();
        });
    }
    assert.equal(shop.begun, 2);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('another command takes its place', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    shop.world.change({ release: { command: ['other'] } });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
    assert.ok(JSON.stringify(shop.job).includes('"other"'));
  });

  for (const { title, act, runs } of [
    { title: 'the spec goes back', act: (shop: Commanded) => shop.release(1), runs: '1' },
    { title: 'another image takes its place', act: (shop: Commanded) => shop.release(3), runs: '3' },
    {
      title: 'the command is taken out',
      act: (shop: Commanded) => shop.world.change({ release: undefined as never }),
      runs: '2',
    },
  ])
    it(`${title}: the command of the release never begins`, async () => {
      const shop = await inForce();
      shop.release(2);
      await untilGated(shop);
      const revision = shop.revisions[1] ?? '';
      act(shop);
      await shop.rest();
      assert.equal(shop.runs, runs);
      assert.equal(shop.opened.get(revision), undefined);
      assert.equal(shop.begun, runs === '3' ? 2 : 1);
    });

  it('83: refuses whoever still means to record it', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    const late = shop.world.cluster.list('ControllerRevision').find((one) => one['revision'] === 2);
    shop.world.change({ suspend: true });
    await shop.pass();
    const { name, namespace, resourceVersion } = late?.metadata ?? { name: '' };
    const metadata = {
      name,
      namespace,
      resourceVersion,
      annotations: { 'hostedsite.dev/command': 'Running x y' },
    };
    const record = shop.world.cluster.merge(
      { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata } as Manifest,
      { fieldManager: 'hostedsite-command' },
    );
    await assert.rejects(record, /Conflict|409|taken|modified/i);
  });
});
