import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import { MissingRight } from '../kube/errors.ts';
import { Configured, image, web } from '../testing/configured.ts';
import { World } from '../testing/world.ts';

/** Whole passes over sites with `web.configFiles`, with the real components. */

describe('a site with files of configuration', () => {
  it('comes up with them, and asks for them once', async () => {
    const world = new Configured().configure('red');
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
    assert.equal(world.found(), 'colour = red\n');
    assert.deepEqual(world.reads, ['settings']);
  });

  it('writes the copy before the release that mounts it, as its own and unchangeable', async () => {
    const world = new Configured().configure('red');
    await world.pass();
    const kinds = world.cluster.applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const copy = kinds.findIndex((one) => one.startsWith('ConfigMap shop-config-'));
    const others = ['ControllerRevision', 'Deployment shop-web'].map((name) =>
      kinds.findIndex((one) => one.startsWith(name)),
    );
    assert.ok(copy !== -1 && others.every((at) => copy < at), kinds.join());
    const object = world.cluster.get('ConfigMap', 'customer-a', world.copies[0] ?? '');
    assert.equal(object?.['immutable'], true);
    assert.equal(object.metadata.ownerReferences?.[0]?.uid, 'site-uid');
  });

  it('runs on with what it has when the ConfigMap changes, and so do its new pods', async () => {
    const world = new Configured().configure('red');
    await world.bringUp();
    world.configure('blue').change({ replicas: 3 });
    await world.bringUp();
    assert.equal(world.found(), 'colour = red\n');
    assert.deepEqual([world.revisions, world.reads.length], [1, 1]);
  });

  it('has the new content with its next release, and the old one when it is gone back to', async () => {
    const world = new Configured(image(1)).configure('red');
    await world.bringUp();
    world.configure('blue').change(image(2));
    await world.bringUp();
    assert.equal(world.found(), 'colour = blue\n');
    world.configure('green').change(image(1));
    await world.bringUp();
    assert.equal(world.found(), 'colour = red\n');
    assert.equal(world.copies.length, 2, 'kept for the releases that mount them');
    assert.equal(world.condition('RenderingCurrent'), 'True/UpToDate');
  });

  it('has the new content when a release of the same spec is asked for', async () => {
    const world = new Configured().configure('red');
    await world.bringUp();
    world.configure('blue').annotate('1');
    await world.bringUp();
    assert.deepEqual([world.found(), world.revisions], ['colour = blue\n', 2]);
    assert.equal(world.condition('Ready'), 'True/Serving');
    await world.bringUp();
    assert.equal(world.reads.length, 2);
  });

  it('takes a bad release back with the files of the good one', async () => {
    const world = new Configured(image(1)).configure('red');
    await world.bringUp();
    world.configure('blue').change(image(2));
    await world.settle();
    world.now = new Date(world.now.getTime() + 601_000);
    world.missDeadline();
    await world.settle();
    assert.equal(world.condition('Ready'), 'False/RolledBack');
    assert.equal(world.found(), 'colour = red\n');
  });

  it('lets copies go that no release mounts any more', async () => {
    const world = new Configured(image(0)).configure('0');
    await world.bringUp();
    for (let tag = 1; tag <= 9; tag += 1) {
      world.configure(String(tag)).change(image(tag));
      await world.bringUp();
    }
    assert.equal(world.revisions, 5);
    assert.equal(world.copies.length, 5);
  });

  it('reads them anew when its copy was deleted, because no pod could start any more', async () => {
    const world = new Configured().configure('red');
    await world.bringUp();
    world.cluster.remove('ConfigMap', 'customer-a', world.copies[0] ?? '');
    world.configure('blue');
    await world.bringUp();
    assert.equal(world.found(), 'colour = blue\n');
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('gets a deleted copy back as it was when the ConfigMap has not changed', async () => {
    const world = new Configured().configure('red');
    await world.bringUp();
    world.cluster.remove('ConfigMap', 'customer-a', world.copies[0] ?? '');
    await world.bringUp();
    assert.deepEqual([world.found(), world.revisions], ['colour = red\n', 1]);
  });

  it('waits for a ConfigMap that is not there, touches nothing of what serves, and looks again soon', async () => {
    const world = new Configured({ ...image(1), web: {} });
    await world.bringUp();
    world.cluster.forgetRecords();
    world.change({ ...image(2), web });
    const { recheckAt, kind } = await world.pass();
    assert.deepEqual([kind, recheckAt], ['stalled', new Date(world.now.getTime() + 10_000)]);
    assert.equal(world.condition('Stalled'), 'True/ConfigMapNotFound');
    assert.equal(world.condition('Available'), 'True/Serving');
    assert.deepEqual([...new Set(world.cluster.writes.map(({ verb }) => verb))], ['status']);
    world.configure('red');
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.equal(world.found(), 'colour = red\n');
  });

  it('runs on although its ConfigMap is gone, until a release is made', async () => {
    const world = new Configured(image(1)).configure('red');
    await world.bringUp();
    world.cluster.remove('ConfigMap', 'customer-a', 'settings');
    world.change({ replicas: 2 });
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    world.change(image(2));
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/ConfigMapNotFound');
    assert.equal(world.found(), 'colour = red\n');
  });

  it('reads not much more than a release may have, wanted or not, and names no content', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const items = [{ key: 'small', path: 'small' }];
    const configFiles = names.map((name) => ({ configMap: { name, items }, mountPath: `/etc/${name}` }));
    const world = new Configured({ web: { configFiles } });
    for (const name of names)
      world.cluster.seed({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'customer-a' },
        data: { key: 'hunter2'.repeat(100_000), small: name },
      });
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/ConfigMapTooLarge');
    assert.deepEqual(world.reads, ['a', 'b', 'c']);
    assert.ok(!JSON.stringify([world.status, world.cluster.events]).includes('hunter2'));
  });

  it('reads of a ConfigMap no key that is not wanted', async () => {
    const configMap = { name: 'settings', items: [{ key: 'app.ini', path: 'app.ini' }] };
    const world = new Configured({ web: { configFiles: [{ configMap, mountPath: '/etc/shop' }] } });
    world.configure('red');
    world.cluster.edit('ConfigMap', 'customer-a', 'settings', (object) => {
      object['data'] = { ...(object['data'] as object), large: 'x'.repeat(2 ** 20) };
    });
    await world.bringUp();
    assert.equal(world.found(), 'colour = red\n');
  });

  it('tells when it may not read, and tries again', async () => {
    const world = new Configured().configure('red');
    const line = { request: { method: 'GET', path: '' }, code: 403, reason: 'Forbidden' };
    world.cluster.fail({ verb: 'read', kind: 'ConfigMap', answer: new MissingRight(line) });
    await assert.rejects(world.pass());
    assert.equal(world.condition('Ready')?.startsWith('Unknown/'), true);
    await world.bringUp();
    assert.equal(world.found(), 'colour = red\n');
  });

  it('reads nothing while it is as written, and none of other sites', async () => {
    const world = new World({ image: 'registry.example.org/shop:1' }, components);
    world.cluster.fail({ verb: 'read', kind: 'ConfigMap', name: 'settings', answer: new Error('asked') });
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('has them in its cron jobs and in the first installation', async () => {
    const cron = [{ name: 'report', schedule: 'H 3 * * *', command: ['report'] }];
    const wordpress = { preset: 'WordPress', database: { engine: 'MariaDB' }, cron } as const;
    const world = new Configured(wordpress).configure('red');
    await world.bringUp();
    await world.bringUp();
    const workloads = [
      world.cluster.get('CronJob', 'customer-a', 'shop-cron-report'),
      world.cluster.get('Job', 'customer-a', 'shop-install'),
    ];
    assert.deepEqual(
      workloads.map((one) => world.found(one)),
      ['colour = red\n', 'colour = red\n'],
    );
  });
});
