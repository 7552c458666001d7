import assert from 'node:assert/strict';
import { describeRows, image, webParts, withDatabase } from '../testing/rows.ts';
import type { Row } from '../testing/rows.ts';
import { World } from '../testing/world.ts';

const rows: Row[] = [
  {
    title: 'the last pod is gone',
    running: true,
    before: (world) =>
      world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => {
        object['status'] = { ...(object['status'] as object), availableReplicas: 0 };
      }),
    status: { Ready: 'False/Unavailable', Available: 'False/Unavailable', Reconciling: 'True/Unavailable' },
    outcome: 'waiting',
  },
  {
    title: 'a new image that cannot be pulled, seen when its pod has tried',
    running: true,
    before: async (world) => {
      world.change({ image: image('broken') });
      await world.settle();
      world.failNewPod('ImagePullBackOff');
    },
    status: {
      Ready: 'False/ImagePullFailed',
      Available: 'True/Serving',
      Stalled: 'True/ImagePullFailed',
      Reconciling: undefined,
    },
    events: ['ReleaseFailed', 'Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'a broken image is corrected',
    running: true,
    before: async (world) => {
      world.change({ image: image('broken') });
      await world.settle();
      world.failNewPod('ImagePullBackOff');
      await world.settle();
      world.change({ image: image('2') });
    },
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing', Available: 'True/Serving', Stalled: undefined },
    events: ['Recovered'],
    outcome: 'waiting',
  },
  {
    title: 'a claim is lost',
    running: true,
    spec: withDatabase,
    before: (world) => world.cluster.remove('PersistentVolumeClaim', 'customer-a', 'data-shop-database-0'),
    status: { Ready: 'False/VolumeLost', Available: 'True/Serving', Stalled: 'True/VolumeLost' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'a lost claim holds every other change',
    running: true,
    spec: withDatabase,
    before: (world) => {
      world.cluster.remove('PersistentVolumeClaim', 'customer-a', 'data-shop-database-0');
      world.change({ image: image('2') });
    },
    status: { Ready: 'False/VolumeLost' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'suspended, with a change that waits',
    running: true,
    before: (world) => world.change({ suspend: true, image: image('2') }),
    status: { Ready: 'Unknown/Suspended', Available: 'True/Serving', Reconciling: undefined },
    events: ['Suspended'],
    outcome: 'settled',
  },
  {
    title: 'suspended, with nothing that waits',
    running: true,
    before: (world) => world.change({ suspend: true }),
    status: { Ready: 'True/Suspended', Available: 'True/Serving' },
    events: ['Suspended'],
    outcome: 'settled',
  },
  {
    title: 'suspended, and a child is deleted',
    running: true,
    before: async (world) => {
      world.change({ suspend: true });
      await world.settle();
      world.cluster.remove('Ingress', 'customer-a', 'shop');
    },
    status: { Ready: 'True/Suspended' },
    outcome: 'settled',
  },
  {
    title: 'no longer suspended',
    running: true,
    before: async (world) => {
      world.change({ suspend: true, image: image('2') });
      await world.settle();
      world.change({ suspend: false });
    },
    applied: ['ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'Unknown/Progressing' },
    events: ['Resumed'],
    outcome: 'waiting',
  },
  {
    title: 'the API server refuses an object',
    before: (world) =>
      world.cluster.fail({
        verb: 'apply',
        kind: 'Service',
        answer: { code: 422, reason: 'Invalid', message: 'spec.ports: too many' },
      }),
    created: ['ConfigMap/host-*'],
    applied: webParts,
    status: { Ready: 'False/Rejected', Stalled: 'True/Rejected' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
  {
    title: 'an admission rule or a quota refuses an object',
    before: (world) =>
      world.cluster.fail({
        verb: 'apply',
        kind: 'Deployment',
        answer: { code: 403, reason: 'Forbidden', message: 'exceeded quota' },
      }),
    created: ['ConfigMap/host-*'],
    applied: ['ConfigMap/shop-cache-*', 'ControllerRevision/shop-web-*', 'Deployment/shop-web'],
    status: { Ready: 'False/Rejected', Stalled: 'True/Rejected' },
    events: ['Stalled'],
    outcome: 'stalled',
  },
];

describeRows('one pass over a site in trouble, or held', rows);

describe('a pass that is cut off', () => {
  it('tells its generation, and why, in the status', async () => {
    const world = new World();
    await world.bringUp();
    world.change({ image: image('2') });
    world.cluster.fail({
      verb: 'apply',
      kind: 'Deployment',
      answer: { code: 503, reason: 'ServiceUnavailable' },
    });
    await assert.rejects(world.pass(), /503/);
    assert.equal(world.status.observedGeneration, world.site.metadata.generation);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    const message = world.status.conditions?.find(({ type }) => type === 'Ready')?.message;
    assert.equal(
      message,
      'The last pass was cut off because the API server answered ServiceUnavailable; it is tried again.',
    );
  });

  it('is no matter for a person when an API server has not read its roles yet', async () => {
    const world = new World();
    await world.bringUp();
    world.change({ image: image('2') });
    const message =
      'deployments.apps "shop-web" is forbidden: User "operator" cannot patch resource "deployments"';
    world.cluster.fail({
      verb: 'apply',
      kind: 'Deployment',
      answer: { code: 403, reason: 'Forbidden', message },
    });
    await assert.rejects(world.pass(), /cannot patch/);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.equal(world.condition('Stalled'), undefined);
    const reported = world.status.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
    assert.match(reported, /answered Forbidden \(deployments\.apps .* cannot patch resource/);
    await world.pass();
    assert.equal(world.status.release?.desired?.image, image('2'));
  });

  it('leaves what components said when even they fail', async () => {
    const world = new World();
    await world.bringUp();
    const [first] = world.status.conditions?.filter(({ type }) => type === 'CacheReady') ?? [];
    world.change({ image: image('2') });
    world.components = world.components.map((component) => ({
      ...component,
      report: () => {
        throw new Error('a mistake in the operator');
      },
    }));
    await assert.rejects(world.pass(), /a mistake/);
    assert.equal(world.status.observedGeneration, world.site.metadata.generation);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    assert.deepEqual(
      world.status.conditions?.find(({ type }) => type === 'CacheReady'),
      first,
    );
    assert.deepEqual(world.status.urls, ['http://www.example.org/']);
  });

  it('leaves Ready True while the generation is in force and visitors are served', async () => {
    const world = new World();
    await world.bringUp();
    world.cluster.remove('Ingress', 'customer-a', 'shop');
    world.cluster.fail({ verb: 'apply', kind: 'Ingress', answer: { code: 500, reason: 'InternalError' } });
    await assert.rejects(world.pass(), /500/);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('does not mind a site that vanishes before its status is written', async () => {
    const world = new World();
    world.cluster.fail({ verb: 'status', answer: { code: 404, reason: 'NotFound' } });
    assert.equal((await world.pass()).kind, 'waiting');
    assert.deepEqual(world.cluster.events, []);
  });
});

describe('an apply without effect', () => {
  /** A webhook of the cluster puts its own value in place of ours, each time. */
  function withWebhook(world: World): void {
    const mutate = () =>
      world.cluster.edit(
        'Service',
        'customer-a',
        'shop-web',
        (object) => (object['spec'] = { of: 'a webhook' }),
      );
    const { apply } = world.cluster;
    mutate();
    world.cluster.apply = async (object, options) => {
      const live =
        object.kind === 'Service' ? world.cluster.get('Service', 'customer-a', 'shop-web') : undefined;
      return live ?? apply.call(world.cluster, object, options);
    };
  }

  it('does not keep a site from coming into force', async () => {
    const world = new World();
    await world.bringUp();
    withWebhook(world);
    world.change({ image: image('2') });
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });
});

describe('a refusal of which no event tells the end', () => {
  it('is tried again after a minute', async () => {
    const world = new World();
    world.cluster.seed({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop-web', namespace: 'customer-a' },
    });
    const recheckAt = new Date('2030-01-01T12:01:00Z');
    assert.deepEqual(await world.pass(), { kind: 'stalled', reasons: ['NameTaken'], recheckAt });
  });
});
