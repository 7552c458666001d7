import assert from 'node:assert/strict';
import { NodeRules } from './node-rules.ts';

describe("a node's rules", () => {
  let written: string[] = [];
  let present: string | undefined = 'before';
  let refusals = 0;
  let again: (() => void)[] = [];
  const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
  const table = {
    read: () => Promise.resolve(present),
    write: (text: string) => {
      refusals -= 1;
      if (refusals >= 0) return Promise.reject(new Error('the lock is held'));
      written.push(text);
      return Promise.resolve();
    },
  };
  const rules = (): NodeRules => new NodeRules(table, (retry) => again.push(retry));

  beforeEach(() => {
    [written, present, refusals, again] = [[], 'before', 0, []];
  });

  it('are made from what is there, and written once', async () => {
    const node = rules();
    void node.want('a', (seen) => `a after ${seen}`);
    await settled();
    void node.want('a', () => 'not again');
    await settled();
    assert.deepEqual(written, ['a after before']);
  });

  it('are the last ones that were wanted while others were written', async () => {
    const node = rules();
    for (const key of ['a', 'b', 'c']) void node.want(key, () => key);
    await settled();
    assert.deepEqual(written, ['a', 'c']);
  });

  it('come to a node that was off when it is on', async () => {
    const node = rules();
    present = undefined;
    void node.want('a', () => 'a');
    await settled();
    assert.deepEqual([written, again.length], [[], 1]);
    present = '';
    again[0]?.();
    await settled();
    assert.deepEqual(written, ['a']);
  });

  it('are tried again when they could not be written', async () => {
    const node = rules();
    refusals = 1;
    void node.want('a', () => 'a');
    await settled();
    assert.deepEqual([written, again.length], [[], 1]);
    again[0]?.();
    await settled();
    assert.deepEqual(written, ['a']);
  });

  it('are told to whoever waits for them once they are written, and not before', async () => {
    const node = rules();
    refusals = 1;
    const told: string[] = [];
    for (const key of ['a', 'b']) void node.want(key, () => key).then(() => told.push(key));
    await settled();
    assert.deepEqual([told, written], [[], []]);
    again[0]?.();
    await settled();
    assert.deepEqual([told, written], [['a', 'b'], ['b']]);
  });

  it('that are there already are waited for by nobody', async () => {
    const node = rules();
    await node.want('a', () => 'a');
    await node.want('a', () => 'a');
    // Back to what is being written meanwhile.
    const ends = ['b', 'c', 'b'].map((key) => node.want(key, () => key));
    await Promise.all(ends);
    assert.deepEqual(written, ['a', 'b']);
  });
});
