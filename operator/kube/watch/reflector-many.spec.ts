import assert from 'node:assert/strict';
import { Cache } from './cache.ts';
import { World, initialEnd } from '../../testing/kube/reflector-world.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { RawObject } from './store.ts';
import { byInstance } from '../../testing/kube/index-by-label.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
/** More than a function call can take as arguments (120,000 or so). */
const many = 130_000;
const pageSize = 50;

function object(index: number, uid = `uid-${index}`): RawObject {
  const metadata = { name: `pod-${index}`, namespace: `ns-${index % 1000}`, uid, labels };
  return { metadata: { ...metadata, resourceVersion: String(1000 + index), managedFields: [{ a: index }] } };
}

/** Against a cache as in the product, with more objects than any cluster has. */
describe('Reflector with a cache', () => {
  let world: World;
  let cache: Cache;
  let changes: string[];

  beforeEach(async () => {
    cache = new Cache(['Pod'].map(sample), {}, [byInstance]);
    changes = [];
    cache.onChange(({ type, object: { metadata } }) => changes.push(`${type} ${metadata.uid ?? ''}`));
    world = new World(await ScriptedServer.start(), 'Pod', () => 0, cache);
  });

  afterEach(() => world.close());

  function reported(count: number): Promise<void> {
    if (changes.length >= count) return Promise.resolve();
    return new Promise((resolve) =>
      cache.onChange(() => {
        if (changes.length === count) resolve();
      }),
    );
  }

  function everythingIsHeld(): void {
    assert.equal(cache.size('Pod'), many);
    assert.equal(cache.find(byInstance, 'ns-999/shop').length, many / 1000);
    for (const held of cache.list('Pod')) assert.ok(!('managedFields' in held.metadata));
  }

  it('takes 130,000 objects as initial events', async () => {
    const watch = (await world.server.next()).watch();
    for (let first = 0; first < many; first += 1000) {
      const lines = Array.from({ length: 1000 }, (_, index) =>
        JSON.stringify({ type: 'ADDED', object: object(first + index) }),
      );
      watch.write(`${lines.join('\n')}\n`);
    }
    assert.equal(cache.size('Pod'), 0, 'nothing is published before the end');
    watch.frame('BOOKMARK', initialEnd(1000 + many));
    await reported(many);
    everythingIsHeld();
  }).timeout(60_000);

  it('takes 130,000 objects in pages; a token that expires on the way begins them anew, never without limit', async () => {
    const { server, ended } = world;
    (await server.next()).fail(400, 'BadRequest');
    assert.equal(await ended.next(), 'refused');
    await world.pause();
    const selector = 'app.kubernetes.io/managed-by=hostedsite';
    for (const end of [many / 2, many]) {
      for (let first = 0; first < end; first += pageSize) {
        const page = await server.next();
        const token = first === 0 ? {} : { continue: `from-${first}` };
        assert.deepEqual(page.query, { limit: String(pageSize), labelSelector: selector, ...token });
        const next = first + pageSize < many ? { continue: `from-${first + pageSize}` } : {};
        page.json(200, {
          metadata: { resourceVersion: '900000', ...next },
          items: Array.from({ length: pageSize }, (_, index) => object(first + index)),
        });
      }
      if (end === many) continue;
      (await server.next()).fail(410, 'Expired');
      assert.equal(await ended.next(), 'gone');
      assert.equal(cache.size('Pod'), 0, 'half of a list is never published');
      await world.pause();
    }
    assert.equal((await server.next()).query['resourceVersion'], '900000');
    everythingIsHeld();
  }).timeout(60_000);

  it('tells of a deletion and a new object of the same name, across a gap that hid both', async () => {
    const { server, ended } = world;
    const watch = (await server.next()).watch();
    watch.frame('ADDED', object(1)).frame('ADDED', object(2)).frame('BOOKMARK', initialEnd(2000));
    await reported(2);
    watch.frame('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
    assert.equal(await ended.next(), 'gone');
    await world.pause();
    const again = (await server.next()).watch();
    again.frame('ADDED', object(2)).frame('ADDED', object(1, 'another')).frame('BOOKMARK', initialEnd(3000));
    await reported(4);
    assert.deepEqual(changes.slice(2), ['deleted uid-1', 'added another']);
    assert.equal(cache.get('Pod', 'ns-1', 'pod-1')?.metadata.uid, 'another');
  });

  it('tells once of an event that comes twice', async () => {
    const watch = (await world.server.next()).watch();
    watch.frame('BOOKMARK', initialEnd(10));
    for (let count = 0; count < 3; count += 1) watch.frame('ADDED', object(1));
    watch.frame('ADDED', object(2));
    await reported(2);
    assert.deepEqual(changes, ['added uid-1', 'added uid-2']);
  });

  it('holds no managedFields, whatever way an object comes', async () => {
    const watch = (await world.server.next()).watch();
    watch.frame('ADDED', object(1)).frame('BOOKMARK', initialEnd(2000));
    watch.frame('ADDED', object(1100)).frame('MODIFIED', object(1101));
    await reported(3);
    cache.written({ ...object(1200), apiVersion: 'v1', kind: 'Pod' });
    assert.equal(cache.size('Pod'), 4);
    for (const held of cache.list('Pod'))
      assert.deepEqual(Object.keys(held), ['metadata', 'apiVersion', 'kind']);
    for (const held of cache.list('Pod')) assert.ok(!('managedFields' in held.metadata));
  });
});
