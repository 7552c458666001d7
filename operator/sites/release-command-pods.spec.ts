import assert from 'node:assert/strict';
import type { Manifest } from '../components/component.ts';
import { hostedSite } from '../testing/world.ts';
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

/** Passes and steps until there is a Job whose pod waits behind its gate, and nothing is recorded. */
async function untilGated(shop: Commanded): Promise<void> {
  for (let tries = 0; tries < 20 && shop.pods().every((pod) => phaseOf(pod) === 'Succeeded'); tries += 1) {
    await shop.pass();
    await shop.jobs.settle();
  }
  assert.equal(shop.pods().length, 1);
}

describe('a command whose pod', () => {
  it('18: is one of two waits until it is alone', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    const [pod] = shop.pods();
    const twin = structuredClone(pod as Manifest);
    twin.metadata.name = 'shop-release-twin';
    twin.metadata.uid = 'twin';
    shop.world.cluster.seed(twin);
    await shop.passes();
    assert.equal(shop.begun, 1);
    shop.world.cluster.remove('Pod', 'customer-a', 'shop-release-twin');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('19: gets a second one beside it does not let that begin', async () => {
    const shop = await running();
    const [pod] = shop.pods();
    const twin = structuredClone(pod as Manifest);
    Object.assign(twin.metadata, { name: 'shop-release-twin', uid: 'twin' });
    twin['status'] = { phase: 'Pending' };
    twin['spec'] = {
      ...(twin['spec'] as object),
      schedulingGates: [{ name: 'hostedsite.dev/run-once' }],
      nodeName: undefined,
    };
    shop.world.cluster.seed(twin);
    await shop.passes();
    assert.equal(shop.begun, 2);
  });

  it('21: is deleted while it runs has failed, whatever code it ends with', async () => {
    const shop = await inForce();
    shop.release(2, { release: { command: ['trap-0'] } });
    await shop.untilOpen();
    for (const pod of shop.pods()) shop.jobs.end(pod);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    assert.equal(shop.world.status.release?.command?.reason, 'Stopped');
  });

  it('25: is gone without a trace is told of as unseen, and none takes its place', async () => {
    const shop = await running();
    const [pod] = shop.pods();
    shop.world.cluster.remove('Pod', 'customer-a', pod?.metadata.name ?? '');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    assert.equal(shop.world.status.release?.command?.reason, 'Unseen');
    assert.match(
      shop.world.status.release?.message ?? '',
      /Nobody saw how the command ended.*look at the data/s,
    );
  });

  it('26: loses its Job is waited for, and then has failed', async () => {
    const shop = await running();
    shop.world.cluster.remove('Job', 'customer-a', 'shop-release');
    await shop.passes();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
  });

  it('is named by nothing that can be read has failed, and none begins by itself', async () => {
    const shop = await inForce();
    shop.world.cluster.edit('ControllerRevision', 'customer-a', shop.revisions[0] ?? '', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, 'hostedsite.dev/command': 'of a later version' };
    });
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs, shop.records], [1, '1', ['Failed 1']]);
    shop.annotate('hostedsite.dev/restartedAt', '1');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
  });

  it('was never made has failed for what was told of it meanwhile', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    const { cluster } = shop.world;
    cluster.remove('Pod', 'customer-a', shop.pods()[0]?.metadata.name ?? '');
    cluster.edit('Job', 'customer-a', 'shop-release', (job) => {
      job['status'] = { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] };
    });
    cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      const { conditions } = site['status'] as { conditions: { type: string; message: string }[] };
      for (const one of conditions)
        if (one.type === 'ApplicationReady')
          one.message =
            'The command of the release cannot begin. The quota is full. It fails when it has not ended 600 seconds after it was begun.';
    });
    await shop.passes();
    assert.match(shop.world.status.release?.message ?? '', /The command never began\. The quota is full\.$/);
  });

  it('28: has not begun when its Job goes: another Job is made', async () => {
    const shop = await inForce();
    shop.release(2);
    await untilGated(shop);
    shop.world.cluster.remove('Job', 'customer-a', 'shop-release');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });

  it('57: is that of a former site of the name keeps the first command waiting', async () => {
    const shop = new Commanded();
    shop.world.cluster.seed({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: {
        ...{ name: 'shop-release-old', namespace: 'customer-a', uid: 'old' },
        labels: {
          'app.kubernetes.io/name': 'hostedsite',
          'app.kubernetes.io/instance': 'shop',
          'app.kubernetes.io/managed-by': 'hostedsite',
          'app.kubernetes.io/component': 'command',
        },
        finalizers: ['kept'],
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'Job', name: 'shop-release', uid: 'old-job', controller: true },
        ],
      },
      spec: { nodeName: 'gone', containers: [] },
      status: { phase: 'Running' },
    });
    await shop.passes();
    assert.equal(shop.job, undefined);
    shop.world.cluster.remove('Pod', 'customer-a', 'shop-release-old');
    await shop.rest();
    assert.equal(shop.runs, '1');
  });

  it('84: runs counts as recorded when its revision is made anew', async () => {
    const shop = await running();
    const [, name = ''] = shop.revisions;
    shop.world.cluster.remove('ControllerRevision', 'customer-a', name);
    await shop.passes();
    assert.deepEqual([shop.begun, shop.runs], [2, '1']);
    await end(shop);
    await shop.rest();
    assert.equal(shop.begun, 2);
    assert.equal(shop.world.condition('Ready'), 'False/ReleaseCommandFailed');
  });
});

describe('cron jobs', () => {
  const cron = [{ name: 'report', schedule: '0 3 * * *', command: ['report'] }];
  const isHeld = (shop: Commanded): unknown =>
    (
      shop.world.cluster.get('CronJob', 'customer-a', 'shop-cron-report')?.['spec'] as
        { suspend: boolean } | undefined
    )?.suspend;

  it('come after the command of a first release', async () => {
    const shop = new Commanded({ ...hang, cron });
    await shop.untilOpen();
    assert.equal(isHeld(shop), undefined);
  });

  it('are held before the command of the next one begins, until it has ended', async () => {
    const shop = await inForce({ cron });
    assert.equal(isHeld(shop), false);
    shop.release(2, hang);
    await untilGated(shop);
    assert.equal(isHeld(shop), true);
    await shop.untilOpen();
    assert.equal(shop.world.condition('CronReady'), 'Unknown/CommandRunning');
    await end(shop);
    await shop.rest();
    assert.equal(isHeld(shop), false);
    assert.equal(shop.runs, '1');
  });

  it('that somebody lets run keep the command waiting', async () => {
    const shop = await inForce({ cron });
    shop.release(2);
    await untilGated(shop);
    await shop.pass();
    shop.world.cluster.fail({
      verb: 'apply',
      kind: 'CronJob',
      answer: { code: 500, reason: 'InternalError' },
      times: 3,
    });
    shop.world.cluster.edit('CronJob', 'customer-a', 'shop-cron-report', (object) => {
      object['spec'] = { ...(object['spec'] as object), suspend: false };
    });
    await shop.pass();
    await shop.pass();
    assert.equal(shop.begun, 1);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });
});

describe('a WordPress with a command', () => {
  it('is installed first, then has its command, and then pods', async () => {
    const shop = new Commanded({ preset: 'WordPress', database: { engine: 'MariaDB' } });
    await shop.passes();
    assert.equal(shop.world.status.release?.command?.reason, 'Installing');
    assert.deepEqual([shop.job, shop.world.names('Deployment')], [undefined, []]);
    shop.world.runControllers();
    await shop.passes();
    assert.deepEqual([shop.world.names('Job'), shop.world.names('Deployment')], [['shop-install'], []]);
    shop.world.runControllers();
    await shop.passes();
    assert.deepEqual(shop.world.names('Job'), ['shop-install', 'shop-release']);
    assert.deepEqual(shop.world.names('Deployment'), []);
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [1, '1']);
    assert.equal(shop.world.condition('ApplicationReady'), 'True/Installed');
    const installed = shop.world.cluster.events.filter(({ reason }) => reason === 'ApplicationInstalled');
    assert.equal(installed.length, 1);
    shop.release(2);
    await shop.rest();
    assert.equal(
      shop.world.cluster.events.filter(({ reason }) => reason === 'ApplicationInstalled').length,
      1,
    );
  });

  it('waits for its database before each command', async () => {
    const shop = await inForce({ preset: 'WordPress', database: { engine: 'MariaDB' } });
    shop.world.cluster.edit('StatefulSet', 'customer-a', 'shop-database', (object) => {
      object['status'] = { observedGeneration: object.metadata.generation, replicas: 1, readyReplicas: 0 };
    });
    shop.release(2);
    await shop.passes();
    assert.equal(shop.world.status.release?.command?.reason, 'WaitingForDatabase');
    assert.equal(shop.runs, '1');
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [2, '2']);
  });
});

describe('a site that takes the place of another', () => {
  it('59: adopts its revisions with their records, and runs nothing', async () => {
    const shop = await inForce();
    const { cluster } = shop.world;
    for (const { metadata } of cluster.list('ControllerRevision'))
      cluster.edit('ControllerRevision', metadata.namespace, metadata.name, (object) => {
        object.metadata.ownerReferences =
          object.metadata.ownerReferences?.map((one) => ({ ...one, uid: 'next' })) ?? [];
      });
    for (const kind of ['Job', 'Deployment', 'Pod'] as const)
      for (const { metadata } of cluster.list(kind)) cluster.remove(kind, metadata.namespace, metadata.name);
    cluster.remove('HostedSite', 'customer-a', 'shop');
    cluster.seed(
      hostedSite(
        { ...migrate },
        { metadata: { name: 'shop', namespace: 'customer-a', uid: 'next', generation: 1 } },
      ),
    );
    await shop.rest();
    assert.deepEqual([shop.begun, shop.runs], [1, '1']);
  });
});
