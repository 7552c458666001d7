import assert from 'node:assert/strict';
import { instance } from './instance.ts';
import { isNodeCommand, nodeNamed } from './node-faults.ts';

describe('what is done to a node', () => {
  const cluster = instance('/some/checkout', 2);

  it('is done to the one that is named', () => assert.equal(nodeNamed(cluster, 'node2').index, 2));

  for (const [name, sentence] of [
    [undefined, 'Name a node: one of node1, node2.'],
    [
      'node3',
      'The cluster has no node node3: name one of node1, node2, or start more of them with make cluster NODES=3.',
    ],
  ] as const) {
    it(`is refused for ${name ?? 'no node'}, and what can be named is told`, () =>
      assert.throws(() => nodeNamed(cluster, name), { name: 'Refusal', message: sentence }));
  }

  it('is one of the commands', () =>
    assert.deepEqual(['freeze', 'burn', undefined].map(isNodeCommand), [true, false, false]));
});
