import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../components/component.ts';
import { Conflict } from '../../kube/errors.ts';
import { statusManager } from '../../objects/labels.ts';
import { World } from '../../testing/world.ts';

/** A site in force that is edited, and what happens to it at the moment at which its status goes out. */
class Disturbed extends World {
  /** Called before each write of the status. */
  meanwhile: () => unknown = () => undefined;
  /** What another process would tell. */
  tell: (status: HostedSiteStatus) => Promise<unknown> = () => Promise.reject(new Error('not in force'));

  static async edited(): Promise<Disturbed> {
    const world = new Disturbed();
    await world.bringUp();
    const { cluster } = world;
    const { applyStatus } = cluster;
    cluster.applyStatus = async (...asked) => {
      await world.meanwhile();
      return applyStatus.apply(cluster, asked);
    };
    const { apiVersion, kind, metadata } = world.site;
    const { name, namespace } = metadata;
    world.tell = (status) => {
      const reported = { apiVersion, kind, metadata: { name, namespace }, status };
      return applyStatus.call(cluster, reported, { fieldManager: statusManager, force: true });
    };
    world.change({ image: 'registry.example.org/shop:2' });
    world.cluster.forgetRecords();
    return world;
  }

  edit(change: (site: Manifest) => void): void {
    this.cluster.edit('HostedSite', 'customer-a', 'shop', change);
  }

  /** Versions that writes of the status were to follow. */
  get followed(): (string | undefined)[] {
    return this.cluster.statuses.map(({ metadata }) => metadata.resourceVersion);
  }
}

const newer: HostedSiteStatus = { observedGeneration: 2, urls: ['https://newer.example.org'] };

describe('a status', () => {
  let world: Disturbed;
  beforeEach(async () => (world = await Disturbed.edited()));

  it('follows the site as the pass has seen it, and costs one request', async () => {
    const { resourceVersion } = world.site.metadata;
    world.cluster.fail({ verb: 'read', kind: 'HostedSite', answer: new Error('nobody is to ask') });
    await world.pass();
    assert.deepEqual(world.followed, [resourceVersion]);
    assert.equal(world.status.observedGeneration, 2);
  });

  it('is not written over what another process has told meanwhile; the pass is repeated', async () => {
    world.meanwhile = () => world.tell(newer);
    await assert.rejects(world.pass(), Conflict);
    assert.deepEqual(world.status, newer);
    world.meanwhile = () => undefined;
    await world.settle();
    assert.notDeepEqual(world.status.urls, newer.urls);
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
  });

  const edits: [string, (site: Manifest) => void][] = [
    ['its spec', (site) => (site['spec'] = { ...(site['spec'] as object), replicas: 2 })],
    ['its labels', ({ metadata }) => (metadata.labels = { team: 'web' })],
  ];
  for (const [what, change] of edits)
    it(`is written all the same when somebody has changed ${what} meanwhile`, async () => {
      let isDone = false;
      world.meanwhile = () => {
        if (!isDone) world.edit(change);
        isDone = true;
      };
      await world.pass();
      assert.equal(world.followed.length, 2);
      assert.equal(world.status.observedGeneration, 2, 'what the pass has seen');
    });

  it('comes through to a site that somebody changes without a pause', async () => {
    let [at, reported] = [0, 0];
    // Two of three requests are overtaken.
    world.meanwhile = () => {
      at += 1;
      if (at % 3 !== 0) world.edit(({ metadata }) => (metadata.labels = { at: String(at) }));
    };
    for (let passes = 0; passes < 10; passes += 1) {
      world.change({ replicas: (passes % 3) + 1 });
      await world.pass();
      if (world.status.observedGeneration === world.site.metadata.generation) reported += 1;
    }
    assert.ok(reported > 5, `told ${reported} of 10 times`);
  });

  it('is given up when the site changes at every try, and by the next pass it is told', async () => {
    let at = 0;
    world.meanwhile = () => world.edit(({ metadata }) => (metadata.labels = { at: String((at += 1)) }));
    await assert.rejects(world.pass(), Conflict);
    assert.equal(world.followed.length, 3);
    world.meanwhile = () => undefined;
    await world.pass();
    assert.equal(world.status.observedGeneration, 2);
  });

  it('does not hide what has cut the pass off', async () => {
    world.meanwhile = () => world.tell(newer);
    world.cluster.fail({ verb: 'apply', kind: 'Deployment', answer: new Error('not now'), times: 1 });
    await assert.rejects(world.pass(), /not now/);
  });

  it('of a site on its way out is not told to have failed for it', async () => {
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    world.change({ deletionPolicy: 'Retain' });
    world.edit(({ metadata }) =>
      Object.assign(metadata, { deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['x/y'] }),
    );
    world.meanwhile = () => world.tell(newer);
    await assert.rejects(world.pass(), Conflict);
    assert.deepEqual(world.status.urls, newer.urls);
  });

  it('is told with its Events when its answer was lost and it is sent again', async () => {
    world.change({ suspend: true });
    const { applyStatus } = world.cluster;
    // As the client does with what may be sent twice.
    world.cluster.applyStatus = async (...asked) => {
      await applyStatus.apply(world.cluster, asked);
      return applyStatus.apply(world.cluster, asked);
    };
    await world.pass();
    assert.equal(world.followed.length, 2);
    assert.deepEqual(
      world.cluster.events.map(({ reason }) => reason),
      ['Suspended'],
    );
  });

  it('of a site that nobody has judged follows each of its two writes', async () => {
    const fresh = new World({ route: { ingressClassName: 'none' } });
    fresh.components = fresh.components.map((one) => ({
      ...one,
      refusals: () => [{ reason: 'IngressClassNotFound', message: 'It does not exist.' }],
    }));
    fresh.cluster.fail({ verb: 'read', kind: 'HostedSite', answer: new Error('nobody is to ask') });
    await fresh.pass();
    assert.equal(fresh.cluster.statuses.length, 2);
    assert.equal(fresh.condition('Ready'), 'False/IngressClassNotFound');
  });
});
