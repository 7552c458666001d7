import assert from 'node:assert/strict';
import { Controller } from '../../kube/loop/controller.ts';
import { FakeClock, settled } from '../../testing/kube/fake-clock.ts';
import { MemoryCluster } from '../../testing/memory/memory-cluster.ts';
import { silentLog } from '../../observability/logger.ts';
import { copyNameIn } from './copies.ts';
import { collectCopies, copiesLoop } from './orphaned-copies.ts';
import { World, hostedSite, operatorNamespace } from '../../testing/world.ts';

const hour = 3_600_000;
const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };

describe('copies of credentials whose namespace is gone', () => {
  let cluster: MemoryCluster;
  let stop: AbortController;

  beforeEach(() => {
    [cluster, stop] = [new MemoryCluster(undefined, operatorNamespace), new AbortController()];
    namespace(operatorNamespace, 'uid-of-operator');
    namespace('here', 'uid-here');
    for (const place of ['here', 'gone']) copy(`uid-${place}`, `${place}/shop-database`);
  });

  function namespace(name: string, uid: string): void {
    cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid } });
  }

  function copy(namespaceUid: string, of: string, metadata: object = {}): void {
    const annotations = { 'hostedsite.dev/copy-of': of };
    const name = copyNameIn(namespaceUid, of.split('/')[1] ?? '');
    const common = { name, namespace: operatorNamespace, labels, annotations };
    cluster.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { ...common, ...metadata }, data: {} });
  }

  const archive = () => ({ cluster, operatorNamespace, log: silentLog });
  const collect = (): Promise<void> => collectCopies(archive(), stop.signal);
  const deleted = (): string[] => cluster.deleted.map(({ name }) => name);
  const orphan = copyNameIn('uid-gone', 'shop-database');

  it('are deleted, as they were seen; those of a namespace that is there stay', async () => {
    const seen = await cluster.metadata('Secret', operatorNamespace, orphan);
    await collect();
    assert.deepEqual(cluster.deleted, [
      {
        verb: 'delete',
        kind: 'Secret',
        namespace: operatorNamespace,
        name: orphan,
        options: {
          uid: seen?.uid,
          resourceVersion: seen?.resourceVersion,
          propagationPolicy: 'Background',
        },
      },
    ]);
  });

  it('stay where the operator may not look: nobody can say that the namespace is gone', async () => {
    cluster.namespaces = ['here'];
    cluster.fail({
      verb: 'metadata',
      kind: 'Namespace',
      name: 'gone',
      answer: { code: 403, reason: 'Forbidden' },
    });
    await collect();
    assert.deepEqual(deleted(), []);
  });

  it('are those of a namespace of the same name and another UID too', async () => {
    copy('uid-before', 'here/shop-database');
    copy('uid-before', 'here/shop-application');
    await collect();
    const before = ['shop-database', 'shop-application'].map((name) => copyNameIn('uid-before', name));
    assert.deepEqual(deleted().sort(), [...before, orphan].sort());
  });

  it('stay while the namespace is being deleted', async () => {
    const metadata = {
      name: 'gone',
      uid: 'uid-gone',
      deletionTimestamp: '2030-01-01T00:00:00Z',
      finalizers: ['x'],
    };
    cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata });
    await collect();
    assert.deepEqual(deleted(), []);
  });

  for (const [what, answer] of [
    ['the API server is not reached', new Error('no connection')],
    ['it may not say', { code: 403, reason: 'Forbidden' }],
    ['it is busy', { code: 503 }],
  ] as const) {
    it(`stay when ${what}`, async () => {
      cluster.fail({ verb: 'metadata', kind: 'Namespace', name: 'gone', answer });
      await assert.rejects(collect());
      assert.deepEqual(deleted(), []);
    });
  }

  it('stay when the namespace of the operator is not seen either: such an answer is worth nothing', async () => {
    cluster.remove('Namespace', undefined, operatorNamespace);
    await assert.rejects(collect(), /namespace of the operator is not seen/);
    assert.deepEqual(deleted(), []);
  });

  it('stay when a site of that namespace is known', async () => {
    cluster.seed(hostedSite({}, { metadata: { name: 'shop', namespace: 'gone', uid: 'u', generation: 1 } }));
    await collect();
    assert.deepEqual(deleted(), []);
  });

  it('are only Secrets that are ours and say whose copies they are', async () => {
    copy('uid-gone', 'gone/foreign', { name: 'foreign', labels: {} });
    copy('uid-gone', 'gone/silent', { name: 'silent', annotations: {} });
    copy('uid-gone', 'gone/half', { name: 'half', annotations: { 'hostedsite.dev/copy-of': 'gone' } });
    copy('uid-gone', 'gone/elsewhere', { name: 'elsewhere', namespace: 'here' });
    await collect();
    assert.deepEqual(deleted(), [orphan]);
  });

  it('stay when another one has taken their place meanwhile', async () => {
    const { metadata } = cluster;
    cluster.metadata = (...asked) => {
      if (asked[2] === 'gone')
        cluster.edit('Secret', operatorNamespace, orphan, (one) => (one['data'] = { password: 'new' }));
      return metadata.apply(cluster, asked);
    };
    await assert.rejects(collect(), /Conflict/);
    assert.ok(await cluster.metadata('Secret', operatorNamespace, orphan));
  });

  it('are looked for at once, once a day, soon after a failure, and not after the end', async () => {
    const clock = new FakeClock();
    let looks = 0;
    const { labelled } = cluster;
    cluster.labelled = (...asked) => {
      looks += 1;
      return labelled.apply(cluster, asked);
    };
    cluster.fail({ verb: 'list', kind: 'Secret', answer: new Error('no connection') });
    const random = (): number => 0.5;
    const controller = new Controller({ loop: copiesLoop(archive()), clock, random, log: silentLog });
    const ended = controller.run(stop.signal);
    await settled();
    assert.deepEqual([looks, deleted()], [1, []]);
    await clock.advance(hour / 6);
    assert.deepEqual([looks, deleted()], [2, [orphan]]);
    await clock.advance(23 * hour);
    assert.equal(looks, 2);
    await clock.advance(hour);
    assert.equal(looks, 3);
    stop.abort();
    await ended;
    await clock.advance(48 * hour);
    assert.equal(looks, 3);
  });

  it('are none of a site that is in force, and all of it once its namespace is gone', async () => {
    const world = new World({ database: { engine: 'MariaDB' } });
    await world.bringUp();
    const ofWorld = { ...archive(), cluster: world.cluster };
    world.cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: operatorNamespace } });
    const left = (): Promise<readonly unknown[]> =>
      world.cluster.labelled('Secret', operatorNamespace, labels);
    await collectCopies(ofWorld, stop.signal);
    assert.equal((await left()).length, 1);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await collectCopies(ofWorld, stop.signal);
    assert.equal((await left()).length, 1);
    world.cluster.remove('Namespace', undefined, 'customer-a');
    await collectCopies(ofWorld, stop.signal);
    assert.equal((await left()).length, 0);
  });
});
