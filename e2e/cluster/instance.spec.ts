import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { checkout, clusterVariable, instance, networkNamespaces } from './instance.ts';

describe('the instance of a checkout', () => {
  it('is the same for the same path and name, and another one for another path or name', () => {
    assert.deepEqual(instance('/home/a/shop'), instance('/home/a/shop'));
    assert.deepEqual(instance('/home/a/shop', 1, 'second'), instance('/home/a/shop', 1, 'second'));
    const all = [
      instance('/home/a/shop', 3),
      instance('/home/a/shop-copy', 3),
      instance('/home/a/shop', 3, 'second'),
      instance('/home/a/shop', 3, 'third'),
      instance('/home/a/shop-copy', 3, 'second'),
      instance('/home/a/shopsecond', 3),
    ];
    const names = all.flatMap((cluster) => [
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

  it('has the name that the environment gives', () => {
    const program = `
      import { instance } from './e2e/cluster/instance.ts';
      process.stdout.write(instance('/home/a/shop').id);`;
    const idWith = (env: NodeJS.ProcessEnv): string =>
      spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: checkout,
        env: { ...process.env, [clusterVariable]: undefined, ...env },
        encoding: 'utf8',
      }).stdout;
    assert.equal(idWith({}), instance('/home/a/shop', 1, '').id);
    assert.equal(idWith({ [clusterVariable]: 'second' }), instance('/home/a/shop', 1, 'second').id);
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
