import assert from 'node:assert/strict';
import { Arrivals } from './arrivals.ts';
import type { Arrival } from './arrivals.ts';

describe('a pod that arrives on a node', () => {
  const web: Arrival = { node: 'node1', namespace: 'shop', name: 'web', uid: 'uid-1', address: '10.244.1.2' };
  const gone = new AbortController();
  const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
  let pods = new Map<string, unknown>();
  let behind: boolean[] = [];
  let arrivals = new Arrivals({ objects: pods }, { isBehind: () => Promise.resolve(false) });
  let told: string[] = [];

  beforeEach(() => {
    [pods, behind, told] = [new Map(), [], []];
    const isBehind = (): Promise<boolean> => Promise.resolve(behind.shift() ?? false);
    arrivals = new Arrivals({ objects: pods }, { isBehind });
  });

  function arrive(arrival: Arrival, signal = gone.signal): void {
    void arrivals.arrive(arrival, signal).then(
      () => told.push(`${arrival.uid} may start`),
      () => told.push(`${arrival.uid} may not`),
    );
  }

  async function follow(uid: string, nodeName?: string): Promise<void> {
    pods.set('shop/web', { metadata: { uid }, spec: { nodeName } });
    arrivals.changed();
    await settled();
  }

  it('waits until it is followed itself: the one of this UID, on this node', async () => {
    arrive(web);
    await settled();
    await follow('uid-0', 'node1');
    await follow('uid-1');
    assert.deepEqual(told, []);
    await follow('uid-1', 'node1');
    assert.deepEqual(told, ['uid-1 may start']);
  });

  it('waits until the policies that are there already are followed', async () => {
    behind = [true, true];
    await follow('uid-1', 'node1');
    arrive(web);
    await settled();
    arrivals.changed();
    await settled();
    assert.deepEqual(told, []);
    arrivals.changed();
    await settled();
    assert.deepEqual(told, ['uid-1 may start']);
  });

  it('misses no change that comes while it asks', async () => {
    await follow('uid-1', 'node1');
    const isBehind = (): Promise<boolean> => {
      arrivals.changed();
      return Promise.resolve(behind.shift() ?? false);
    };
    arrivals = new Arrivals({ objects: pods }, { isBehind });
    behind = [true];
    arrive(web);
    await settled();
    assert.deepEqual(told, ['uid-1 may start']);
  });

  it('waits no longer than its node does', async () => {
    const impatient = new AbortController();
    arrive(web, impatient.signal);
    impatient.abort();
    await settled();
    assert.deepEqual(told, ['uid-1 may not']);
  });

  it('does not start when nobody can say which policies there are', async () => {
    await follow('uid-1', 'node1');
    arrivals = new Arrivals({ objects: pods }, { isBehind: () => Promise.reject(new Error('no API')) });
    arrive(web);
    await settled();
    assert.deepEqual(told, ['uid-1 may not']);
  });

  it('takes its address from the one that had it, and leaves its own of before', () => {
    arrive(web);
    arrive({ ...web, uid: 'uid-2' });
    arrive({ ...web, uid: 'uid-3', address: '10.244.1.3' });
    arrive({ ...web, uid: 'uid-2', address: '10.244.1.4' });
    assert.deepEqual(
      [...arrivals.given],
      [
        ['uid-2', '10.244.1.4'],
        ['uid-3', '10.244.1.3'],
      ],
    );
  });
});
