import assert from 'node:assert/strict';
import { settled } from '../../testing/kube/fake-clock.ts';
import { Places } from './places.ts';

const never = new AbortController().signal;

describe('Places', () => {
  /** Who had a place, in order, of two places that are handed on one by one. */
  async function order(namespaces: readonly string[]): Promise<string[]> {
    const places = new Places(2);
    const had: string[] = [];
    const leaving: (() => void)[] = [];
    for (const namespace of namespaces)
      void places.take(namespace, never).then((leave) => {
        had.push(namespace);
        leaving.push(leave);
      });
    await settled();
    for (let leave = leaving.shift(); leave !== undefined; leave = leaving.shift()) {
      leave();
      await settled();
    }
    return had;
  }

  it('are so many at once', async () => {
    const places = new Places(2);
    let taken = 0;
    const takes = Array.from({ length: 3 }, () => places.take('a', never));
    for (const take of takes) void take.then(() => (taken += 1));
    await settled();
    assert.equal(taken, 2);
    (await takes[0])?.();
    await settled();
    assert.equal(taken, 3);
  });

  it('go to namespaces in turn', async () => {
    assert.deepEqual(await order(['a', 'a', 'a', 'a', 'a', 'b', 'c', 'b']), [
      ...['a', 'a'],
      ...['a', 'b', 'c', 'a', 'b', 'a'],
    ]);
  });

  it('go within a namespace to the most urgent, and every eighth to whoever waited longest', async () => {
    const places = new Places(1);
    const had: string[] = [];
    const leaving = [await places.take('a', never)];
    const ask = (name: string, ...of: ['user' | 'drift' | 'resync']): unknown =>
      places.take('a', never, ...of).then((leave) => {
        had.push(name);
        leaving.push(leave);
      });
    for (let at = 1; at <= 3; at += 1) void ask(`repair ${at}`, 'drift');
    void ask('copies', 'resync');
    for (let at = 1; at <= 8; at += 1) void ask(`task ${at}`, 'user');
    for (let leave = leaving.shift(); leave !== undefined; leave = leaving.shift()) {
      leave();
      await settled();
    }
    const tasks = Array.from({ length: 8 }, (_, at) => `task ${at + 1}`);
    assert.deepEqual(had, [...tasks.slice(0, 7), 'repair 1', 'task 8', 'repair 2', 'repair 3', 'copies']);
  });

  it('go to nobody who has given up, and are not lost by that', async () => {
    const places = new Places(1);
    const leave = await places.take('a', never);
    const impatient = new AbortController();
    const refused = assert.rejects(places.take('a', impatient.signal), /late/);
    const next = places.take('b', never);
    impatient.abort(new Error('late'));
    await refused;
    leave();
    (await next)();
    await places.take('a', never);
    await assert.rejects(places.take('a', impatient.signal), /late/);
  });
});
