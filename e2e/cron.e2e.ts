import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { applyAndWait, condition, hostedSite, operator, site, stalledFor, wait } from './support/site.ts';
import type { SiteObject } from './support/site.ts';

type Told = NonNullable<NonNullable<SiteObject['status']>['cron']>[number];

/** Prints what it runs in, and fails when it is asked to. */
const program =
  'console.log(JSON.stringify([process.env.GREETING, process.env.HOSTNAME, process.getuid()])); process.exit(Number(process.env.FAIL ?? 0))';
const command = ['node', '-e', program];
const endless = ['node', '-e', "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000)"];

describe('cron jobs', function () {
  operator();
  const ns = namespace('story-cron');
  const entries = [
    { name: 'often', schedule: '* * * * *', command, activeDeadlineSeconds: 60 },
    {
      ...{ name: 'nightly', schedule: 'H H(0-7) * * *', command, timeZone: 'Europe/Berlin' },
      resources: { requests: { cpu: '30m' }, limits: { memory: '200Mi' } },
    },
    { name: 'broken', schedule: '0 0 1 1 *', command: ['node', '-e', 'process.exit(3)'] },
    { name: 'slow', schedule: '* * * * *', command: endless, activeDeadlineSeconds: 75 },
  ];
  const web = { env: [{ name: 'GREETING', value: 'hello' }] };
  let reference = '';

  const shop = (spec: Record<string, unknown> = {}): object =>
    hostedSite('shop', { image: reference, hosts: ['cron.example'], web, cron: entries, ...spec });
  const told = async (name: string): Promise<Told | undefined> =>
    (await site(ns, 'shop')).status?.cron?.find((one) => one.name === name);
  const cronReady = async () => condition(await site(ns, 'shop'), 'CronReady');
  const field = (object: string, path: string): Promise<string> =>
    kubectl(['get', object, '-n', ns, '-o', `jsonpath=${path}`]);

  /** As a person does it. Returns when the Job has come to that end. */
  async function run(entry: string, name: string, end: 'Complete' | 'Failed'): Promise<void> {
    await kubectl(['create', 'job', name, `--from=cronjob/shop-cron-${entry}`, '-n', ns]);
    await kubectl(['wait', `job/${name}`, '-n', ns, `--for=condition=${end}`, '--timeout=60s']);
  }

  before(async () => {
    reference = await image('node-example-1');
    await applyAndWait(ns, shop());
  });

  it('are CronJobs whose H is a number, and that never run twice at once', async () => {
    const paths = ['schedule', 'timeZone', 'concurrencyPolicy', 'suspend'].map((name) => `{.spec.${name}}`);
    const found = (await field('cronjob/shop-cron-nightly', paths.join('|'))).split('|');
    assert.match(found[0] ?? '', /^[1-5]?[0-9] [0-7] \* \* \*$/);
    assert.deepEqual(found.slice(1), ['Europe/Berlin', 'Forbid', 'false']);
    assert.equal((await cronReady())?.reason, 'Scheduled');
  });

  it('run in the image and the environment of the web pods, in a pod of their own', async () => {
    await run('nightly', 'by-hand', 'Complete');
    const [greeting, host, user] = JSON.parse(await kubectl(['logs', 'job/by-hand', '-n', ns])) as string[];
    assert.deepEqual([greeting, user], ['hello', 10005]);
    assert.match(host ?? '', /^by-hand-/);
    const resources = JSON.parse(
      await field('job/by-hand', '{.spec.template.spec.containers[0].resources}'),
    ) as { requests: Record<string, string>; limits: Record<string, string> };
    assert.deepEqual([resources.requests['cpu'], resources.limits['memory']], ['30m', '200Mi']);
    const job = await eventually('the status tells of the run', 15, async () => {
      const found = await told('nightly');
      return found?.lastSuccess === undefined ? undefined : found;
    });
    assert.ok(Math.abs(Date.now() - Date.parse(job.lastSuccess ?? '')) < 60_000, JSON.stringify(job));
    assert.ok(Date.parse(job.lastStart ?? '') <= Date.parse(job.lastSuccess ?? ''), JSON.stringify(job));
    assert.equal(job.missed, 0);
    const endpoints = await kubectl(['get', 'endpointslices', '-n', ns, '-o', 'json']);
    assert.ok(!endpoints.includes('by-hand'), 'visitors would be sent to it');
  });

  it('that fail are told with their logs, and hold up neither Ready nor a release', async () => {
    await run('broken', 'fails', 'Failed');
    const { message } = await eventually('the failure is told', 15, async () => {
      const found = await cronReady();
      return found?.reason === 'JobFailed' ? found : undefined;
    });
    const [, words = ''] = /kubectl (logs .*) says why/.exec(message) ?? [];
    await kubectl(words.split(' '));
    const failure = 'involvedObject.name=shop,reason=CronFailed';
    assert.match(
      await kubectl(['get', 'events', '-n', ns, '--field-selector', failure]),
      /A run of a cron job failed; .* broken/,
    );
    assert.equal(condition(await site(ns, 'shop'), 'Ready')?.status, 'True');
    await applyAndWait(ns, shop({ image: await image('node-example-2') }));
    assert.equal((await cronReady())?.reason, 'JobFailed');
    const path = '{.spec.jobTemplate.spec.template.spec.containers[0].image}';
    assert.equal(await field('cronjob/shop-cron-nightly', path), await image('node-example-2'));
  });

  // Most of the minute that it may take has gone by with the stories before.
  it('run by their schedule', async function () {
    this.timeout(120_000);
    const { lastStart = '' } = await eventually('it ran by the clock', 75, async () => {
      const found = await told('often');
      return found?.lastSuccess === undefined ? undefined : found;
    });
    assert.match(lastStart, /:00Z$/);
  });

  it('that run on past their next time are not begun a second time, and are ended at their deadline', async function () {
    this.timeout(200_000);
    let most = 0;
    await eventually('the deadline is told', 150, async () => {
      const running = ['--field-selector', 'status.phase=Running', '-o', 'name'];
      const pods = await kubectl(['get', 'pods', '-n', ns, '-l', 'hostedsite.dev/cron=slow', ...running]);
      most = Math.max(most, pods.split('\n').length - 1);
      const message = (await cronReady())?.message ?? '';
      return message.includes('cron job slow was stopped after 75 seconds') ? true : undefined;
    });
    assert.ok(most <= 1, `${most} at once`);
    const leftOut = 'involvedObject.name=shop-cron-slow,reason=JobAlreadyActive';
    assert.notEqual(
      await kubectl(['get', 'events', '-n', ns, '--field-selector', leftOut, '-o', 'name']),
      '',
    );
  });

  it('are held while the site is suspended', async () => {
    const suspend = (value: boolean) =>
      kubectl([
        'patch',
        'hostedsite',
        'shop',
        '-n',
        ns,
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { suspend: value } }),
      ]);
    const held = async (value: boolean) =>
      eventually(`held is ${value}`, 15, async () => {
        const all = await kubectl(['get', 'cronjobs', '-n', ns, '-o', 'jsonpath={.items[*].spec.suspend}']);
        return all === Array(entries.length).fill(value).join(' ') ? true : undefined;
      });
    await suspend(true);
    await held(true);
    await suspend(false);
    await held(false);
    await wait(ns, 'shop', 'Ready');
  });

  it('that never fall due are refused with a sentence, and what ran runs on', async () => {
    const never = { name: 'never', schedule: '0 0 31 2 *', command };
    await apply(ns, shop({ cron: [...entries, never] }));
    const message = await stalledFor(ns, 'shop', 'ScheduleRejected');
    assert.match(message, /In spec\.cron, never: the schedule 0 0 31 2 \* never falls due/);
    assert.equal(await field('cronjob/shop-cron-often', '{.spec.suspend}'), 'false');
    await assert.rejects(
      apply(ns, shop({ cron: [{ ...never, schedule: '@daily' }] })),
      /write five fields instead of a word/,
    );
  });

  it('go when they are taken out', async () => {
    await applyAndWait(ns, shop({ cron: [] }));
    assert.equal(await kubectl(['get', 'cronjobs', '-n', ns, '-o', 'name']), '');
    assert.equal((await site(ns, 'shop')).status?.cron, undefined);
    assert.equal(await cronReady(), undefined);
  });
});
