import assert from 'node:assert/strict';
import { run } from './cluster/command.ts';
import { runningCluster } from './cluster/lifecycle.ts';
import { onNetwork } from './cluster/network.ts';
import { apply, eventually, image, kubectl, namespace, powerOff, powerOn } from './support/cluster.ts';
import { operator, wait } from './support/site.ts';
import {
  administratorSession,
  forget,
  pictureHash,
  publish,
  servedBy,
  shows,
  sql,
} from './support/wordpress.ts';
import { tenLines, upload, webPods } from './support/wordpress.ts';

const host = 'power.example';

describe("a WordPress whose node's plug is pulled", function () {
  operator();
  after(() => forget('story-power', 'shop'));
  const ns = namespace('story-power');

  before(async function () {
    this.timeout(240_000);
    // A node that is powered on asks for the one of this checkout, which may be newer than the cluster's start.
    await image('pause');
    await apply(ns, await tenLines('shop', host));
    await wait(ns, 'shop', 'Ready', 200);
  });
  // Whatever became of the story: the node is everybody's.
  afterEach(async function () {
    this.timeout(120_000);
    const ready = ['wait', 'node/node1', '--for=condition=Ready', '--timeout=90s'];
    if (this.currentTest?.state === 'failed')
      await powerOn()
        .then(() => kubectl(ready))
        .catch(() => undefined);
  });

  it('is back by itself with everything that was acknowledged', async function () {
    this.timeout(300_000);
    const session = await administratorSession(ns, 'shop', host);
    const uploaded = await upload(host, session, 'pixel.png');
    const post = await publish(host, session, 'Just before the power went');
    await powerOff();
    await assert.rejects(shows(host, post), 'somebody still answers');
    const unanswered = await trackedVisitors();
    assert.ok(unanswered.length > 0, 'nobody has tried');
    await powerOn();
    const tracked = await trackedVisitors();
    assert.deepEqual(
      tracked.filter((port) => unanswered.includes(port)),
      [],
      'a machine that starts knows of no connection',
    );
    await eventually('the post is on its page', 180, async () =>
      (await shows(host, post)) ? true : undefined,
    );
    await wait(ns, 'shop', 'Ready', 120);
    const [pod = ''] = await webPods(ns, 'shop');
    assert.equal(await servedBy(ns, pod, host, uploaded), pictureHash);
    const row = await sql(
      ns,
      'shop',
      `SELECT post_status FROM wp_posts WHERE ID = ${post.id}; CHECK TABLE wp_posts;`,
    );
    assert.match(row, /^publish\n.*\tOK\n$/);
    // The session is one of before, and so are the keys that it is signed with.
    assert.ok(await shows(host, await publish(host, session, 'After the power came back')));
  });
});

/** Source ports of the connections to port 80 that the kernel of the node's network tracks. */
async function trackedVisitors(): Promise<string[]> {
  const [node] = (await runningCluster()).cluster.nodes;
  const list = ['conntrack', '-L', '-p', 'tcp', '--dport', '80'];
  const table = await run('nsenter', [onNetwork(node?.networkNamespace ?? ''), ...list]);
  return table.split('\n').flatMap((line) => /sport=(\d+) dport=80 /.exec(line)?.[1] ?? []);
}
