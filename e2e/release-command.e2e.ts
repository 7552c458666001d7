import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { applyAndWait, condition, hostedSite, operator, site, stalledFor, wait } from './support/site.ts';

/** Appends a line to a file of the site's volume, and ends with a code. Each line is one start. */
const program = (word: string, code = 0): string[] => [
  'node',
  '-e',
  `require('fs').appendFileSync('/data/lines', '${word}\\n'); console.error('postgres://user:secret@db said ${word}'); process.exit(${code})`,
];
const slow = (word: string, seconds: number): string[] => [
  'node',
  '-e',
  `require('fs').appendFileSync('/data/lines', '${word}\\n'); setTimeout(() => process.exit(), ${seconds * 1000})`,
];

describe('the command of a release', function () {
  operator();
  const ns = namespace('story-release-command');
  const files = { size: '20Mi', mountPath: '/data' };
  const images: Record<number, string> = {};

  const shop = (tag: 1 | 2, command: string[], more: Record<string, unknown> = {}): object => {
    const { order, ...rest } = more;
    const release = { command, ...(order === undefined ? {} : { order }) };
    return hostedSite('shop', { image: images[tag], hosts: ['command.example'], files, release, ...rest });
  };
  const lines = async (): Promise<string[]> => {
    const inPod = ['exec', '-n', ns, 'deployment/shop-web', '-c', 'application', '--'];
    const read = await kubectl([...inPod, 'node', '-p', `require('fs').readFileSync('/data/lines', 'utf8')`]);
    return read.trim().split('\n');
  };
  const release = async () => (await site(ns, 'shop')).status?.release;
  const deployed = (): Promise<string> =>
    kubectl([
      ...['get', 'deployment', 'shop-web', '-n', ns, '--ignore-not-found'],
      ...['-o', 'jsonpath={.spec.template.spec.containers[?(@.name=="application")].image}'],
    ]);
  const phase = (wanted: string) =>
    eventually(`the command is ${wanted}`, 60, async () =>
      (await release())?.command?.phase === wanted ? true : undefined,
    );

  before(async () => {
    images[1] = await image('node-example-1');
    images[2] = await image('node-example-2');
  });

  it('runs before the first pods, once', async () => {
    await apply(ns, shop(1, slow('first', 5)));
    await phase('Running');
    assert.equal(await deployed(), '');
    await wait(ns, 'shop', 'Ready');
    assert.deepEqual(await lines(), ['first']);
    const told = await release();
    assert.deepEqual([told?.command?.phase, told?.command?.exitCode], ['Succeeded', 0]);
    await kubectl((told?.command?.logs ?? '').split(' ').slice(1));
  });

  it('runs for the next release while the one before serves, and not for the same image again', async () => {
    await apply(ns, shop(2, slow('second', 5)));
    await phase('Running');
    assert.equal(await deployed(), images[1]);
    assert.equal(condition(await site(ns, 'shop'), 'Available')?.status, 'True');
    await wait(ns, 'shop', 'Ready');
    assert.equal(await deployed(), images[2]);
    await applyAndWait(ns, shop(2, program('never')));
    const { revision } = (await release())?.desired ?? {};
    const restart = `hostedsite.dev/restartedAt=${Date.now()}`;
    await kubectl(['annotate', 'hostedsite', 'shop', '-n', ns, '--overwrite', restart]);
    await eventually('another revision has begun', 60, async () =>
      (await release())?.desired?.revision === revision ? undefined : true,
    );
    await wait(ns, 'shop', 'Ready');
    assert.deepEqual(await lines(), ['first', 'second']);
  });

  it('runs neither on the way back nor forth', async () => {
    await applyAndWait(ns, shop(1, program('never')));
    assert.equal(await deployed(), images[1]);
    await applyAndWait(ns, shop(2, program('never')));
    assert.equal(await deployed(), images[2]);
    assert.deepEqual(await lines(), ['first', 'second']);
  });

  it('that fails keeps its release from running, and tells its last lines without passwords', async () => {
    const env = [{ name: 'NEXT', value: '1' }];
    await apply(ns, shop(2, program('fails', 3), { web: { env } }));
    const message = await stalledFor(ns, 'shop', 'ReleaseCommandFailed', 60);
    assert.match(message, /what ran before serves on.*ended with code 3.*:\/\/\*\*\*@db said fails/s);
    assert.doesNotMatch(message, /secret/);
    const told = await release();
    assert.deepEqual([told?.outcome, told?.command?.exitCode], ['Failed', 3]);
    assert.equal(condition(await site(ns, 'shop'), 'Available')?.status, 'True');
    const path = 'jsonpath={.spec.template.spec.containers[?(@.name=="application")].env}';
    assert.doesNotMatch(await kubectl(['get', 'deployment', 'shop-web', '-n', ns, '-o', path]), /NEXT/);
    await applyAndWait(ns, shop(2, program('repaired'), { web: { env } }));
    assert.deepEqual(await lines(), ['first', 'second', 'fails', 'repaired']);
  });

  it('that is stopped by a person has failed, and is not begun again', async () => {
    const env = [{ name: 'NEXT', value: '2' }];
    await apply(ns, shop(2, slow('stopped', 600), { web: { env } }));
    await phase('Running');
    await kubectl(['delete', 'job', 'shop-release', '-n', ns, '--wait=false']);
    await stalledFor(ns, 'shop', 'ReleaseCommandFailed', 90);
    const pods = ['get', 'pods', '-n', ns, '-l', 'app.kubernetes.io/component=command', '-o', 'name'];
    await eventually('its pod is gone', 60, async () => ((await kubectl(pods)) === '' ? true : undefined));
    assert.equal((await lines()).filter((line) => line === 'stopped').length, 1);
  });

  it('that is over its deadline has failed', async function () {
    this.timeout(180_000);
    const env = [{ name: 'NEXT', value: '3' }];
    const short = { command: slow('late', 600), deadlineSeconds: 10 };
    await apply(ns, shop(2, [], { web: { env }, release: short }));
    await eventually('the deadline is told', 120, async () =>
      (await release())?.command?.reason === 'DeadlineExceeded' ? true : undefined,
    );
    assert.equal((await lines()).filter((line) => line === 'late').length, 1);
  });

  it('with order After runs when its release serves', async () => {
    const env = [{ name: 'NEXT', value: '4' }];
    await apply(ns, shop(2, slow('after', 5), { order: 'After', web: { env } }));
    await phase('Running');
    const path = 'jsonpath={.spec.template.spec.containers[?(@.name=="application")].env}';
    assert.match(await kubectl(['get', 'deployment', 'shop-web', '-n', ns, '-o', path]), /NEXT/);
    assert.notEqual(condition(await site(ns, 'shop'), 'Ready')?.status, 'True');
    await wait(ns, 'shop', 'Ready');
    assert.equal((await lines()).at(-1), 'after');
  });

  it('with order Maintenance runs behind the page', async function () {
    this.timeout(240_000);
    const env = [{ name: 'NEXT', value: '5' }];
    await apply(ns, shop(2, slow('offline', 5), { order: 'Maintenance', web: { env } }));
    await eventually('the command runs', 90, async () =>
      (await release())?.command?.phase === 'Running' ? true : undefined,
    );
    assert.equal(condition(await site(ns, 'shop'), 'Available')?.reason, 'Maintenance');
    await wait(ns, 'shop', 'Ready');
    assert.equal(condition(await site(ns, 'shop'), 'Available')?.reason, 'Serving');
    assert.equal((await lines()).at(-1), 'offline');
  });
});
