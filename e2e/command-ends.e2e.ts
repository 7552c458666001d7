import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import {
  commandsOf,
  counted,
  countedFiles,
  endOfTask,
  linesOf,
  task,
  taskStatus,
} from './support/counted-commands.ts';
import { pod } from './support/objects.ts';
import { applyAndWait, condition, operator, site, stalledFor, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** More than any node has. */
const memory = '1Ti';
const homeless = { requests: { memory }, limits: { memory } };
const short = 15;
/** What keeps a pod from coming up is told some 20 s later at most: long enough for that. */
const told = 40;

describe('a command of a release, and a task', function () {
  this.timeout(180_000);
  operator();
  const ns = namespace('story-command-ends');
  let [one, two] = ['', ''];
  const shop = (name: string, spec: Record<string, unknown> = {}): object =>
    smallSite(name, two, { files: countedFiles, ...spec });
  const serves = async (name: string, reference: string): Promise<void> => {
    const path = 'jsonpath={.spec.template.spec.containers[?(@.name=="application")].image}';
    assert.equal(await kubectl(['get', 'deployment', `${name}-web`, '-n', ns, '-o', path]), reference);
    assert.equal(condition(await site(ns, name), 'Available')?.status, 'True');
  };
  const isSuspended = (name: string, type: string): Promise<true> =>
    eventually(`${type} says that ${name} is suspended`, 30, async () =>
      condition(await site(ns, name), type)?.reason === 'Suspended' ? true : undefined,
    );
  const ofCommands = (name: string): Promise<string> => {
    const labels = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=command`;
    return kubectl(['get', 'jobs,pods', '-n', ns, '-l', labels, '-o', 'name']);
  };

  before(async () => {
    [one, two] = [await image('node-example-1'), await image('node-example-2')];
    const names = ['roomless', 'unpulled', 'held', 'leaving'];
    await Promise.all(names.map((name) => applyAndWait(ns, smallSite(name, one, { files: countedFiles }))));
    // What waits for the end of a deadline is begun here, and looked at last.
    const late = { resources: homeless, deadlineSeconds: short };
    await apply(ns, task('roomless', 'roomless', { command: counted('task'), ...late }));
    await eventually('no node takes the task', 30, async () =>
      /No node takes the pod: not enough memory/.test((await taskStatus(ns, 'roomless')).message ?? '')
        ? true
        : undefined,
    );
    const release = (deadlineSeconds: number): object => ({ command: counted('command'), deadlineSeconds });
    await apply(
      ns,
      shop('roomless', { release: release(short), web: { resources: homeless } }),
      shop('unpulled', { release: release(told), image: 'localhost/hostedsite/no-such-image:1' }),
    );
  });

  it('wait while their site is held, and have not begun', async () => {
    const { begun, hasBegun, letEnd } = commandsOf(ns, 'held');
    const release = { command: counted('before') };
    await apply(ns, shop('held', { release, suspend: true }));
    await isSuspended('held', 'ApplicationReady');
    assert.equal(await ofCommands('held'), '');
    await apply(ns, shop('held', { release, suspend: false }));
    await hasBegun('before');
    await letEnd('before');
    await wait(ns, 'held', 'Ready');
    await serves('held', two);
    assert.equal(await begun('before'), 1);
  });

  it('that have begun run on when their site is held, and nothing is rolled out before it is let go', async () => {
    const { begun, ofRelease, hasBegun, letEnd } = commandsOf(ns, 'held');
    const next = { image: one, release: { command: counted('during') } };
    const web = { env: [{ name: 'NEXT', value: '1' }] };
    await apply(ns, task('kept', 'held', { command: counted('kept') }));
    await hasBegun('kept');
    await apply(ns, shop('held', { ...next, web }));
    await hasBegun('during');
    await apply(ns, shop('held', { ...next, web, suspend: true }));
    await isSuspended('held', 'Ready');
    await Promise.all(['kept', 'during'].map(letEnd));
    assert.deepEqual((await endOfTask(ns, 'kept', 30))[0], 'Succeeded/Succeeded');
    await eventually('the end of the command is told', 30, async () =>
      (await ofRelease())?.phase === 'Succeeded' ? true : undefined,
    );
    await serves('held', two);
    await apply(ns, shop('held', { ...next, web, suspend: false }));
    await wait(ns, 'held', 'Ready');
    await serves('held', one);
    assert.deepEqual([await begun('kept'), await begun('during')], [1, 1]);
  });

  it('end with their site, and leave nothing that could begin', async () => {
    const { hasBegun } = commandsOf(ns, 'leaving');
    await apply(ns, shop('leaving', { release: { command: counted('command') } }));
    await hasBegun('command');
    await kubectl(['delete', 'hostedsite', 'leaving', '-n', ns, '--wait', '--timeout=60s']);
    await eventually('its Job and its pod are gone', 60, async () =>
      (await ofCommands('leaving')) === '' ? true : undefined,
    );
    await apply(ns, pod('reader', one, 'leaving-files'));
    await kubectl(['wait', 'pod/reader', '-n', ns, '--for=condition=Ready', '--timeout=60s']);
    const read = ['node', '-p', `fs.readFileSync('/data/begun', 'utf8')`];
    assert.equal(linesOf(await kubectl(['exec', '-n', ns, 'reader', '--', ...read]), 'command'), 1);
  });

  it('whose image cannot be pulled have failed at the deadline, without having begun', async () => {
    const { begun, ofRelease, hasBegun, letEnd } = commandsOf(ns, 'unpulled');
    const message = await stalledFor(ns, 'unpulled', 'ReleaseCommandFailed', 60);
    assert.match(message, /The command never began\. The image \S+no-such-image:1 .*cannot be pulled/);
    assert.equal((await ofRelease())?.reason, 'NeverStarted');
    await serves('unpulled', one);
    assert.equal(await begun('command'), 0);
    await apply(ns, shop('unpulled', { release: { command: counted('corrected') } }));
    await hasBegun('corrected');
    await letEnd('corrected');
    await wait(ns, 'unpulled', 'Ready');
    assert.equal(await begun('corrected'), 1);
  });

  it('for which no node has room have failed at the deadline, without having begun', async () => {
    const { begun, ofRelease, hasBegun, letEnd } = commandsOf(ns, 'roomless');
    const [end, words] = await endOfTask(ns, 'roomless', 120);
    assert.deepEqual([end, /part of its work/.test(words)], ['Failed/NeverStarted', false]);
    const message = await stalledFor(ns, 'roomless', 'ReleaseCommandFailed', 60);
    assert.match(message, /The command never began\. No node takes the pod: not enough memory/);
    assert.equal((await ofRelease())?.reason, 'NeverStarted');
    await serves('roomless', one);
    assert.equal(await ofCommands('roomless').then((text) => /^pod/m.test(text)), false);
    await apply(ns, shop('roomless', { release: { command: counted('command') } }));
    await hasBegun('command');
    await letEnd('command');
    await wait(ns, 'roomless', 'Ready');
    assert.deepEqual([await begun('task'), await begun('command')], [0, 1]);
  });
});
