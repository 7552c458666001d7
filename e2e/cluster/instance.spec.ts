import assert from 'node:assert/strict';
import { instance, networkNamespaces } from './instance.ts';

describe('the instance of a checkout', () => {
  it('is the same for the same path, and another one for another path', () => {
    assert.deepEqual(instance('/home/a/shop'), instance('/home/a/shop'));
    const [one, other] = [instance('/home/a/shop', 3), instance('/home/a/shop-copy', 3)];
    const names = [one, other].flatMap((cluster) => [
      cluster.id,
      cluster.directory,
      cluster.controlGroup,
      ...Object.values(networkNamespaces(cluster)),
      ...cluster.nodes.flatMap((node) => [
        `${cluster.id} ${node.address}`,
        node.networkNamespace,
        node.directory,
      ]),
    ]);
    assert.equal(new Set(names).size, names.length);
  });

  it('gives each node pods of its own network', () => {
    const { nodes } = instance('/home/a/shop', 9);
    assert.equal(new Set(nodes.map((node) => node.podCIDR)).size, 9);
    assert.equal(new Set(nodes.map((node) => node.address)).size, 9);
  });

  it('keeps the name of every network namespace within what ip accepts and in the shape that a stop looks for', () => {
    const cluster = instance('/home/a/shop', 9);
    for (const node of cluster.nodes)
      assert.match(node.networkNamespace, new RegExp(`^hs${cluster.id}node[1-9]$`));
  });
});
