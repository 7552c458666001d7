import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { smallSite } from './support/small-site.ts';
import { applyAndWait, condition, operator, site, stalledFor, wait } from './support/site.ts';

/**
 * Appends a line with its version to a file of the site's volume each second, and one more when it is told to end: what it has
 * begun takes it two seconds.
 */
const program = `
const { appendFileSync, readFileSync } = require('node:fs');
const version = readFileSync('/srv/version', 'utf8').trim();
const tell = (word) => appendFileSync('/data/worked', word + ' ' + version + ' ' + process.env.HOSTNAME + '\\n');
const each = setInterval(() => tell('works'), 1000);
process.on('SIGTERM', () => { clearInterval(each); setTimeout(() => { tell('done'); process.exit(); }, 2000); });
`;
const command = ['node', '-e', program];
const resources = { requests: { cpu: '5m', memory: '32Mi' }, limits: { memory: '128Mi' } };
const mail = { name: 'mail', command, terminationGracePeriodSeconds: 20, resources };
const broken = { name: 'broken', command: ['node', '-e', 'process.exit(3)'], resources };

describe('workers', function () {
  operator();
  const ns = namespace('story-workers');
  const selected = 'hostedsite.dev/worker=mail';
  let reference = '';

  const shop = (spec: Record<string, unknown> = {}): object =>
    smallSite('workers', reference, { files: { size: '20Mi' }, workers: [mail], ...spec });
  const workersReady = async () => condition(await site(ns, 'workers'), 'WorkersReady');
  const field = (object: string, path: string): Promise<string> =>
    kubectl(['get', object, '-n', ns, '-o', `jsonpath=${path}`]);
  const worked = async (): Promise<string[]> => {
    const text = await kubectl(['exec', '-n', ns, 'deployment/workers-web', '--', 'cat', '/data/worked']);
    return text.trim().split('\n');
  };
  const pods = async (): Promise<string[]> => {
    const names = await kubectl([
      'get',
      'pods',
      '-n',
      ns,
      '-l',
      selected,
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ]);
    return names.split(' ').filter((name) => name !== '');
  };

  before(async () => {
    reference = await image('node-example-1');
    await applyAndWait(ns, shop());
    await wait(ns, 'workers', 'WorkersReady');
  });

  it('work on the files of the site, in pods that no visitor is sent to', async () => {
    const lines = await eventually('it has worked', 30, async () => {
      const found = await worked();
      return found.length > 2 ? found : undefined;
    });
    assert.match(lines[0] ?? '', /^works \S+ workers-worker-mail-/);
    const endpoints = await kubectl(['get', 'endpointslices', '-n', ns, '-o', 'json']);
    assert.ok(!endpoints.includes('worker-mail'), 'visitors would be sent to it');
    assert.equal((await workersReady())?.reason, 'Working');
    assert.equal((await site(ns, 'workers')).status?.replicas, 1);
  });

  it('follow a release that serves, and finish what they have begun', async () => {
    const [old = ''] = await pods();
    reference = await image('node-example-2');
    await applyAndWait(ns, shop());
    await wait(ns, 'workers', 'WorkersReady');
    assert.equal(
      await field('deployment/workers-worker-mail', '{.spec.template.spec.containers[0].image}'),
      reference,
    );
    const lines = await eventually('the old one is done and the new one works', 60, async () => {
      const found = await worked();
      const isDone = found.some((line) => line.startsWith('done ') && line.endsWith(` ${old}`));
      return isDone && !(found.at(-1) ?? '').endsWith(` ${old}`) ? found : undefined;
    });
    const last = lines.findLast((line) => line.endsWith(` ${old}`));
    assert.match(last ?? '', /^done /, 'it was killed');
  });

  it('that are changed are no release', async () => {
    const revision = async () => (await site(ns, 'workers')).status?.release?.running?.revision;
    const before = await revision();
    const [old = ''] = await pods();
    await applyAndWait(ns, shop({ workers: [{ ...mail, terminationGracePeriodSeconds: 10 }] }));
    await eventually('its pod is another one', 60, async () =>
      (await pods()).includes(old) ? undefined : true,
    );
    assert.equal(await revision(), before);
  });

  it('that end again and again are told, while the site is Ready and takes a release', async function () {
    this.timeout(300_000);
    await apply(ns, shop({ workers: [mail, broken] }));
    const { status, message } = await eventually('the crash is told', 120, async () => {
      const found = await workersReady();
      return found?.reason === 'ContainerCrashing' ? found : undefined;
    });
    assert.equal(status, 'False');
    assert.match(message, /^The worker broken: The container worker ends with code 3 again and again/);
    const { status: found = {} } = await site(ns, 'workers');
    const conditions = (found.conditions ?? []).filter(({ type }) => type === 'Ready' || type === 'Stalled');
    assert.deepEqual(
      conditions.map(({ type, status: holds }) => [type, holds]),
      [['Ready', 'True']],
    );
    reference = await image('node-example-1');
    await applyAndWait(ns, shop({ workers: [mail, broken] }));
    assert.notEqual((await workersReady())?.status, 'True');
  });

  it('are refused with a sentence when an amount is none, and what ran runs on', async () => {
    const much = { ...mail, resources: { limits: { memory: 'much' } } };
    await apply(ns, shop({ workers: [much] }));
    const message = await stalledFor(ns, 'workers', 'WorkerResourcesRejected');
    assert.match(message, /^In spec\.workers, mail: resources\.limits\.memory/);
    assert.equal((await pods()).length, 1);
    await assert.rejects(
      apply(ns, shop({ workers: [{ ...mail, command: [] }] })),
      /write a command, for example \[php, artisan, 'queue:work'\]/,
    );
  });

  it('are none while the site is switched off', async () => {
    await applyAndWait(ns, shop({ replicas: 0 }));
    await eventually('no worker is left', 60, async () => ((await pods()).length === 0 ? true : undefined));
    await eventually('that is told', 15, async () =>
      (await workersReady())?.reason === 'ScaledToZero' ? true : undefined,
    );
    await applyAndWait(ns, shop({ replicas: 1 }));
    await eventually('it works again', 60, async () => ((await pods()).length === 1 ? true : undefined));
  });

  it('go when they are taken out', async () => {
    await applyAndWait(ns, shop({ workers: [] }));
    await eventually('no worker is left', 60, async () => ((await pods()).length === 0 ? true : undefined));
    const left = ['get', 'deployments', '-n', ns, '-l', 'app.kubernetes.io/component=workers', '-o', 'name'];
    assert.equal(await kubectl(left), '');
    assert.equal(await workersReady(), undefined);
  });
});
