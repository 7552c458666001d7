import assert from 'node:assert/strict';
import { nameImage } from '../cluster/image-store.ts';
import { runningCluster } from '../cluster/lifecycle.ts';
import { operatorNamespace } from '../operator.ts';
import { apply, eventually, image, kubectl, namespace } from '../support/cluster.ts';
import {
  commandsOf,
  counted,
  countedFiles,
  endOfTask,
  task,
  taskStatus,
} from '../support/counted-commands.ts';
import { node, nodeIsBack, nodesAreRestored } from '../support/nodes.ts';
import { operatorPods } from '../support/operator-process.ts';
import { applyAndWait, condition, operator, site, stalledFor, wait } from '../support/site.ts';
import { smallSite } from '../support/small-site.ts';

const nodes = ['node1', 'node2', 'node3'];
/** How somebody says that a node that does not answer is off: Kubernetes gives up what was on it. */
const outOfService = 'node.kubernetes.io/out-of-service';

/** What serves is on node1, as the operator is, and commands are begun on the others. */
describe('a command of a release and a task whose node', function () {
  this.timeout(360_000);
  operator();
  const ns = namespace('story-commands-of-nodes');
  const files = { ...countedFiles, accessMode: 'ReadWriteMany' };
  let reference = '';
  // Before what waits for nodes without taints.
  afterEach(async () => {
    await kubectl(['taint', 'nodes', 'node2', `${outOfService}-`]).catch(() => undefined);
  });
  nodesAreRestored();

  before(async () => {
    reference = await image('node-example-1');
    const rare = 'localhost/hostedsite/on-node1-only:1';
    const { cluster, programs } = await runningCluster();
    await nameImage({ ...cluster, nodes: cluster.nodes.slice(0, 1) }, programs, reference, rare);
    await onlyOn('node1', async () => {
      const operators = (await operatorPods()).map(({ metadata }) => metadata.name);
      await kubectl(['delete', 'pod', '-n', operatorNamespace, ...operators]);
      await Promise.all([
        applyAndWait(ns, smallSite('near', reference, { files })),
        applyAndWait(ns, smallSite('far', reference, { files })),
        applyAndWait(ns, smallSite('rare', rare, { files })),
      ]);
    });
  });

  it('cannot pull its image never begins', async () => {
    await onlyOn('node2', async () => {
      await apply(ns, task('rare', 'rare', { command: counted('rare'), deadlineSeconds: 25 }));
      await eventually('it is told', 30, async () =>
        /on-node1-only:1 .*cannot be pulled/.test((await taskStatus(ns, 'rare')).message ?? '')
          ? true
          : undefined,
      );
    });
    assert.equal((await endOfTask(ns, 'rare', 60))[0], 'Failed/NeverStarted');
    assert.equal(await commandsOf(ns, 'rare').begun('rare'), 0);
  });

  it('is drained are stopped, and begin on no other', async () => {
    await begin('near', 'drained', 'node2');
    await kubectl(['drain', 'node2', '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s']);
    await haveFailed('near', 'drained', 'Stopped');
  });

  it('loses its power for a moment are lost, and begin neither there again nor on another', async () => {
    await begin('near', 'interrupted', 'node2');
    const since = new Date();
    await node('power-off', 'node2');
    await node('power-on', 'node2');
    await nodeIsBack('node2', since);
    await haveFailed('near', 'interrupted', 'Lost');
  });

  it('is off for good are lost when that is said, and whose node was cut off meanwhile have gone on', async () => {
    await begin('near', 'lost', 'node2');
    await begin('far', 'silent', 'node3');
    await Promise.all([node('power-off', 'node2'), node('cut', 'node3')]);
    await eventually('both nodes are missed', 120, async () => {
      const path = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
      return (await kubectl(['get', 'nodes', '-o', path])) === 'True Unknown Unknown' ? true : undefined;
    });
    for (const [name, word] of [
      ['near', 'lost'],
      ['far', 'silent'],
    ] as const) {
      assert.equal((await commandsOf(ns, name).ofRelease())?.phase, 'Running');
      assert.equal((await taskStatus(ns, word)).phase, 'Running');
    }
    await kubectl(['taint', 'nodes', 'node2', `${outOfService}=nodeshutdown:NoExecute`]);
    await haveFailed('near', 'lost', 'Lost');
    const since = new Date();
    await node('join', 'node3');
    await nodeIsBack('node3', since);
    const { begun, letEnd } = commandsOf(ns, 'far');
    for (const word of wordsOf('silent')) await letEnd(word);
    assert.equal((await endOfTask(ns, 'silent', 60))[0], 'Succeeded/Succeeded');
    await wait(ns, 'far', 'Ready');
    assert.deepEqual(await Promise.all(wordsOf('silent').map(begun)), [1, 1]);
  });

  async function onlyOn(name: string, act: () => Promise<unknown>): Promise<void> {
    const others = nodes.filter((other) => other !== name);
    await kubectl(['cordon', ...others]);
    await act();
    await kubectl(['uncordon', ...others]);
  }

  /** A task, and the command of the site's next release. */
  async function begin(name: string, word: string, place: string): Promise<void> {
    const { hasBegun } = commandsOf(ns, name);
    const [ofTask, ofRelease] = wordsOf(word);
    const web = { env: [{ name: 'NEXT', value: word }] };
    await onlyOn(place, async () => {
      await apply(ns, task(word, name, { command: counted(ofTask) }));
      await hasBegun(ofTask);
      await apply(ns, smallSite(name, reference, { files, web, release: { command: counted(ofRelease) } }));
      await hasBegun(ofRelease);
    });
  }

  /** Both have begun once, and what ran before serves on. */
  async function haveFailed(name: string, word: string, reason: string): Promise<void> {
    const { begun, ofRelease } = commandsOf(ns, name);
    const [told, words] = await endOfTask(ns, word, 90);
    assert.equal(told, `Failed/${reason}`);
    assert.match(words, /may have done part of its work/);
    const message = await stalledFor(ns, name, 'ReleaseCommandFailed', 90);
    assert.match(message, /what ran before serves on.*may have done part of its work/s);
    assert.equal((await ofRelease())?.reason, reason);
    assert.equal(condition(await site(ns, name), 'Available')?.status, 'True');
    assert.deepEqual(await Promise.all(wordsOf(word).map(begun)), [1, 1]);
  }
});

function wordsOf(word: string): [ofTask: string, ofRelease: string] {
  return [`task-${word}`, `command-${word}`];
}
