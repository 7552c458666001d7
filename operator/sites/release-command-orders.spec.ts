import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { Commanded, phaseOf } from '../testing/commanded.ts';

type Written = Pick<HostedSiteSpec, 'release'>;

const migrate = ['migrate'];
const after: Written = { release: { command: migrate, order: 'After' } };

async function inForce(spec: ConstructorParameters<typeof Commanded>[0] = {}): Promise<Commanded> {
  const shop = new Commanded(spec);
  await shop.rest();
  return shop;
}

describe('the command of a release with order After', () => {
  it('begins when the release serves, and Ready waits for it', async () => {
    const shop = new Commanded(after);
    await shop.passes();
    assert.deepEqual([shop.records, shop.runs, shop.job], [['Due'], '1', undefined]);
    assert.equal(shop.world.status.release?.command?.phase, 'Waiting');
    shop.world.runControllers();
    await shop.untilOpen();
    await shop.pass();
    assert.equal(shop.world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(shop.world.status.release?.outcome, 'Succeeded');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.records], [1, ['Succeeded']]);
    assert.equal(shop.world.condition('Ready'), 'True/Serving');
  });

  it('is written down as due before the pods of its release come', async () => {
    const shop = await inForce(after);
    shop.release(2);
    assert.deepEqual(await shop.pass(), ['apply ControllerRevision/shop-web-HASH']);
    assert.deepEqual(await shop.pass(), [
      'merge ControllerRevision/shop-web-HASH',
      'apply Deployment/shop-web',
    ]);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('51: never begins where the release is taken back', async () => {
    const shop = await inForce(after);
    shop.release(2);
    await shop.passes();
    shop.world.missDeadline();
    shop.world.now = new Date(shop.world.now.getTime() + 3_600_000);
    await shop.passes();
    assert.equal(shop.world.status.release?.outcome, 'RolledBack');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [1, '1']);
  });

  it('leaves what runs when it fails, and is tried again with another command', async () => {
    const shop = await inForce(after);
    shop.release(2, { release: { command: ['exit', '4'], order: 'After' } });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
    assert.equal(shop.world.condition('Available'), 'True/Serving');
    assert.equal(shop.world.status.release?.outcome, 'Succeeded');
    assert.equal(shop.world.status.release?.command?.exitCode, 4);
    shop.world.change(after);
    await shop.rest();
    assert.equal(shop.begun, 3);
    assert.equal(shop.world.condition('Ready'), 'True/Serving');
  });

  it('runs again when what failed is asked for anew, and not at a way back or a restart', async () => {
    const shop = await inForce(after);
    shop.release(2);
    await shop.rest();
    shop.release(1);
    await shop.rest();
    shop.annotate('hostedsite.dev/restartedAt', '1');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
  });

  it('runs again when what failed and serves is asked for anew', async () => {
    const shop = await inForce(after);
    const fails: Written = { release: { command: ['exit', '4'], order: 'After' } };
    shop.release(2, fails);
    await shop.rest();
    shop.release(1);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    shop.release(2);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [3, '2']);
  });

  for (const order of ['Before', 'Maintenance'] as const)
    it(`is due all the same when the order is ${order} before it begins`, async () => {
      const shop = await inForce(after);
      shop.release(2);
      await shop.passes();
      shop.world.change({ release: { command: migrate, order } });
      await shop.rest();
      assert.deepEqual([shop.begun, shop.runs, shop.records[1]], [2, '2', 'Succeeded']);
    });

  it('is nothing where it is added to a site that runs', async () => {
    const shop = await inForce({ release: undefined as never });
    shop.world.change(after);
    await shop.rest();
    assert.equal(shop.begun, 0);
    shop.release(2);
    await shop.rest();
    assert.equal(shop.begun, 1);
  });

  it('is withdrawn by suspend, and is due all the same', async () => {
    const shop = await inForce(after);
    shop.release(2);
    await shop.passes();
    shop.world.runControllers();
    for (let tries = 0; tries < 8 && shop.pods().every((pod) => phaseOf(pod) === 'Succeeded'); tries += 1) {
      await shop.pass();
      await shop.jobs.settle();
    }
    shop.world.change({ suspend: true });
    await shop.passes();
    assert.equal(shop.records[1], 'Withdrawn 1 Due');
    await shop.jobs.settle();
    shop.world.change({ suspend: false });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.records[1]], [2, 'Succeeded']);
  });

  it('runs on a site of no replicas when the Deployment has its release', async () => {
    const shop = await inForce(after);
    shop.release(2, { replicas: 0 });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });
});

describe('the command of a release with order Maintenance', () => {
  const offline: Written = { release: { command: migrate, order: 'Maintenance' } };
  const leadsTo = (shop: Commanded): string => {
    const text = JSON.stringify(shop.world.cluster.get('Ingress', 'customer-a', 'shop'));
    return text.includes('shop-maintenance') ? 'page' : 'site';
  };
  const tenSecondsLater = (shop: Commanded): void => {
    shop.world.now = new Date(shop.world.now.getTime() + 10_000);
  };

  it('of a first release is as Before: there is nobody to keep away', async () => {
    const shop = await inForce(offline);
    assert.deepEqual([shop.begun, shop.runs, leadsTo(shop)], [1, '1', 'site']);
  });

  it('begins when visitors get the page, and they get it until no pod of the release before is left', async () => {
    const shop = await inForce(offline);
    shop.release(2);
    await shop.passes();
    assert.equal(shop.job?.metadata.annotations?.['hostedsite.dev/release-number'], '1');
    assert.equal(shop.world.status.release?.command?.reason, 'MaintenancePage');
    shop.world.runControllers();
    await shop.passes();
    assert.equal(leadsTo(shop), 'page');
    assert.equal(shop.world.condition('Available'), 'False/Maintenance');
    assert.equal(shop.world.names('Job').length, 1);
    await shop.passes();
    await shop.jobs.settle();
    await shop.passes();
    assert.equal(shop.begun, 1, 'not before its Job is ten seconds old');
    tenSecondsLater(shop);
    await shop.untilOpen();
    assert.equal(shop.runs, '1');
    await shop.jobs.settle();
    await shop.passes();
    assert.deepEqual([shop.runs, leadsTo(shop)], ['2', 'page']);
    shop.world.runControllers();
    shop.world.now = new Date(shop.world.now.getTime() + 3000);
    await shop.rest();
    assert.deepEqual([shop.begun, leadsTo(shop)], [2, 'site']);
    assert.equal(shop.world.condition('Ready'), 'True/Serving');
  });

  it('takes the page away when it has failed, and what ran before serves on', async () => {
    const shop = await inForce(offline);
    shop.release(2, { release: { command: ['exit', '1'], order: 'Maintenance' } });
    await shop.rest();
    tenSecondsLater(shop);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    tenSecondsLater(shop);
    await shop.rest();
    assert.equal(leadsTo(shop), 'site');
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
  });

  it('waits for runs of cron jobs and for tasks', async () => {
    const shop = await inForce(offline);
    const labels = {
      'app.kubernetes.io/name': 'hostedsite',
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/managed-by': 'hostedsite',
    };
    const pod = (name: string, more: Record<string, string>): void =>
      shop.world.cluster.seed({
        ...{ apiVersion: 'v1', kind: 'Pod', status: { phase: 'Running' } },
        metadata: {
          name,
          namespace: 'customer-a',
          uid: name,
          labels: { ...labels, ...more },
          finalizers: ['kept'],
        },
      });
    const before = shop.job?.metadata.uid;
    shop.release(2);
    await shop.passes();
    shop.world.runControllers();
    pod('run', { 'app.kubernetes.io/component': 'cron' });
    await shop.passes();
    await shop.jobs.settle();
    tenSecondsLater(shop);
    await shop.passes();
    assert.ok([undefined, before].includes(shop.job?.metadata.uid), 'its time does not run yet');
    shop.world.cluster.remove('Pod', 'customer-a', 'run');
    pod('task', { 'app.kubernetes.io/component': 'command', 'hostedsite.dev/task': 'one' });
    await shop.passes();
    assert.equal(shop.begun, 1);
    shop.world.cluster.remove('Pod', 'customer-a', 'task');
    await shop.rest();
    tenSecondsLater(shop);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('shows nobody a page at a restart, whose command was done', async () => {
    const shop = await inForce(offline);
    shop.annotate('hostedsite.dev/restartedAt', '1');
    await shop.passes();
    assert.deepEqual(shop.world.names('Deployment'), ['shop-web']);
    await shop.rest();
    assert.equal(shop.begun, 1);
  });
});
