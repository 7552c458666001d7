import assert from 'node:assert/strict';
import { controlGroupsLeft } from '../cluster/control-groups.ts';
import { runningCluster } from '../cluster/lifecycle.ts';
import { apply, eventually, image, kubectl, namespace } from '../support/cluster.ts';
import { node, nodeIsBack, nodesAreRestored } from '../support/nodes.ts';
import { claim, onNode, pod } from '../support/objects.ts';

describe("The test cluster's nodes", () => {
  const space = namespace('story-nodes');
  nodesAreRestored();
  const inPod = (name: string, code: string): Promise<string> =>
    kubectl(['exec', '-n', space, name, '--', 'node', '-e', code]);
  const read = (name: string): Promise<string> =>
    inPod(name, `process.stdout.write(fs.readFileSync('/data/file', 'utf8'))`);

  before(async () => {
    const example = await image('node-example-1');
    await apply(space, claim('shared', 'ReadWriteMany', '32Mi'), claim('own', 'ReadWriteOnce', '32Mi'));
    await apply(
      space,
      onNode('node1', pod('one', example, 'shared')),
      onNode('node2', pod('two', example, 'shared')),
      onNode('node3', pod('three', example, 'own')),
    );
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod', '--all', '--timeout=90s']);
  });

  it('are three', async () => {
    const names = await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}']);
    assert.equal(names, 'node1 node2 node3');
  });

  it('write to one volume, where it is ReadWriteMany', async () => {
    await inPod('one', `fs.writeFileSync('/data/file', 'from node1')`);
    await inPod('two', `fs.appendFileSync('/data/file', ' and node2')`);
    assert.equal(await read('one'), 'from node1 and node2');
  });

  it('have a ReadWriteOnce volume one after the other, with its data', async () => {
    await inPod('three', `fs.writeFileSync('/data/file', 'from node3')`);
    await apply(space, onNode('node2', pod('next', await image('node-example-1'), 'own')));
    await eventually('the volume is refused', 60, async () => {
      const events = await kubectl([
        'get',
        'events',
        '-n',
        space,
        '--field-selector=involvedObject.name=next',
      ]);
      return /is ReadWriteOnce and in use on node node3/.test(events) ? true : undefined;
    });
    await kubectl(['delete', 'pod', '-n', space, 'three', '--now']);
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod/next', '--timeout=90s']);
    assert.equal(await read('next'), 'from node3');
  });

  for (const { fault, cure } of [
    { fault: 'freeze', cure: 'thaw' },
    { fault: 'cut', cure: 'join' },
  ] as const) {
    it(`do not answer after ${fault}, and after ${cure} they go on where they were`, async () => {
      assert.equal(await answer(), 'answered');
      for (const _ of ['once', 'again']) await node(fault, 'node2');
      assert.equal(await answer(), 'silent');
      for (const _ of ['once', 'again']) await node(cure, 'node2');
      await eventually('it answers', 30, async () => ((await answer()) === 'answered' ? true : undefined));
      assert.equal(await restarts('two'), '0');
    });
  }

  it('end with all that ran on them by power-off, and start again with their disk', async () => {
    const { cluster } = await runningCluster();
    for (const _ of ['once', 'again']) await node('power-off', 'node2');
    assert.equal(await answer(), 'silent');
    assert.deepEqual(controlGroupsLeft(cluster, 'node2'), []);
    await assert.rejects(node('freeze', 'node2'), /node2 is off and cannot be frozen: power it on first/);
    const since = new Date();
    for (const _ of ['once', 'again']) await node('power-on', 'node2');
    await nodeIsBack('node2', since);
    await eventually('the pod runs again', 60, async () =>
      (await restarts('two')) === '1' ? true : undefined,
    );
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod/two', '--timeout=60s']);
    await eventually('it answers', 30, async () => ((await answer()) === 'answered' ? true : undefined));
    assert.equal(await read('two'), 'from node1 and node2');
  });

  it('end by power-off while they are frozen, too', async () => {
    await node('freeze', 'node2');
    await node('power-off', 'node2');
    const { cluster } = await runningCluster();
    assert.deepEqual(controlGroupsLeft(cluster, 'node2'), []);
  });

  /** What a pod on node1 gets from the one on node2; a frozen node's kernel takes the connection, and that is all. */
  async function answer(): Promise<string> {
    const address = await kubectl(['get', 'pod', '-n', space, 'two', '-o', 'jsonpath={.status.podIP}']);
    const request = `fetch('http://${address}:3000/version', { signal: AbortSignal.timeout(2000) })`;
    return inPod(
      'one',
      `${request}.then(() => 'answered', () => 'silent').then((a) => process.stdout.write(a))`,
    );
  }

  function restarts(name: string): Promise<string> {
    const path = 'jsonpath={.status.containerStatuses[0].restartCount}';
    return kubectl(['get', 'pod', '-n', space, name, '-o', path]);
  }
});
