import assert from 'node:assert/strict';
import type { SiteTask } from '../operator/kinds/site-task/site-task.ts';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { applyAndWait, condition, operator, site } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** Each run leaves a line on the volume of the site, and what it needs of the network is there. */
const program = (then: string): string[] => [
  'node',
  '-e',
  `require('fs').appendFileSync('/data/runs', process.env.HOSTNAME + '\\n');
   require('dns').lookup('kubernetes.default.svc', (error) => {
     console.log('resolved', String(error));
     ${then}
   });`,
];
const endless =
  "process.on('SIGTERM', () => { console.log('told to stop'); process.exit(0); }); setInterval(() => {}, 1000);";

describe('tasks', function () {
  this.timeout(150_000);
  operator();
  const ns = namespace('story-task');
  const files = { size: '64Mi', mountPath: '/data' };

  const manifest = (name: string, spec: Record<string, unknown>): object => ({
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteTask',
    metadata: { name },
    spec: { siteName: 'tasks', ...spec },
  });
  const run = (name: string, then: string, spec: Record<string, unknown> = {}): Promise<string> =>
    apply(ns, manifest(name, { command: program(then), ...spec }));
  const task = async (name: string): Promise<SiteTask> =>
    JSON.parse(await kubectl(['get', 'sitetask', name, '-n', ns, '-o', 'json'])) as SiteTask;
  const told = async (name: string): Promise<string> => {
    const { phase, reason } = (await task(name)).status ?? {};
    return `${phase}/${reason}`;
  };
  const until = (name: string, wanted: string, seconds: number) =>
    eventually(`${name} is ${wanted}`, seconds, async () =>
      (await told(name)) === wanted ? task(name) : undefined,
    );
  const lines = async (): Promise<string[]> => {
    const read = "try { process.stdout.write(require('fs').readFileSync('/data/runs')) } catch {}";
    const text = await kubectl([
      ...['exec', '-n', ns, 'deploy/tasks-web', '-c', 'application', '--', 'node', '-e', read],
    ]);
    return text.split('\n').filter((line) => line !== '');
  };
  const count = async (name: string): Promise<number> =>
    (await lines()).filter((host) => host.startsWith(`${name}-task-`)).length;

  const running = async () => (await site(ns, 'tasks')).status?.release?.running?.revision;
  /** Without the name of the program. */
  const wordsOf = (command = ''): string[] => command.split(' ').slice(1);

  before(async () => {
    await applyAndWait(ns, smallSite('tasks', await image('node-example-1'), { files }));
  });

  it('run once, in what serves, and are done for whoever waits', async () => {
    const yaml = JSON.stringify({
      ...manifest('', { command: program('process.exit(0)') }),
      metadata: { generateName: 'once-' },
    });
    const named = (await kubectl(['create', '-n', ns, '-f', '-', '-o', 'name'], yaml)).trim();
    const name = named.split('/')[1] ?? '';
    await kubectl(['wait', named, '-n', ns, '--for=condition=Succeeded', '--timeout=60s']);
    const { status = {}, metadata } = await task(name);
    assert.deepEqual([status.phase, status.exitCode], ['Succeeded', 0]);
    assert.equal(status.revision, await running());
    assert.equal(await count(name), 1);
    assert.match(await kubectl(wordsOf(status.logs)), /^resolved null/m);
    const record = metadata.annotations?.['hostedsite.dev/command'] ?? '';
    assert.match(record, /^Running [-0-9a-f]{36}$/);
  });

  it('that fail say with what code, and what they said last', async () => {
    await run('fails', "console.log('mysql://shop:secret@db/shop refused'); process.exit(3);");
    await kubectl(['wait', 'sitetask/fails', '-n', ns, '--for=condition=Stalled', '--timeout=60s']);
    const { status } = await task('fails');
    assert.deepEqual([status?.phase, status?.exitCode], ['Failed', 3]);
    assert.match(
      status?.message ?? '',
      /ended with code 3\. Its last lines:\n(.*\n)*mysql:\/\/\*\*\*@db\/shop refused/,
    );
    const events = [
      'get',
      'events',
      '-n',
      ns,
      '--field-selector',
      'involvedObject.name=fails,reason=TaskFailed',
    ];
    assert.match(await kubectl(events), /ended with code 3/);
    assert.equal(await count('fails'), 1);
    assert.match(await kubectl(['get', 'tasks', '-n', ns]), /NAME +SITE +PHASE +EXIT CODE +AGE/);
  });

  it('run beside each other, each once', async () => {
    await Promise.all(['left', 'right'].map((name) => run(name, 'setTimeout(() => process.exit(0), 3000);')));
    await Promise.all(['left', 'right'].map((name) => until(name, 'Succeeded/Succeeded', 60)));
    assert.deepEqual([await count('left'), await count('right')], [1, 1]);
  });

  it('are stopped at their deadline, and have failed whatever they end with', async () => {
    await run('slow', endless, { deadlineSeconds: 15 });
    const { status } = await until('slow', 'Failed/DeadlineExceeded', 75);
    assert.equal(status?.exitCode, 0);
    assert.match(status?.message ?? '', /did not end within its deadline/);
    assert.equal(await count('slow'), 1);
  });

  it('whose Job is deleted are stopped, and do not begin again', async () => {
    await run('stopped', endless);
    await eventually('it runs', 60, async () => ((await count('stopped')) === 1 ? true : undefined));
    await kubectl(['delete', 'job', 'stopped-task', '-n', ns]);
    const { status } = await eventually('its end is told', 60, async () => {
      const found = await task('stopped');
      return found.status?.phase === 'Failed' ? found : undefined;
    });
    assert.match(status?.reason ?? '', /^(Stopped|Unseen)$/);
    assert.match(status?.message ?? '', /may have done part of its work/);
    assert.equal(await count('stopped'), 1);
  });

  it('are refused while their site is suspended, and leave no Job', async () => {
    const suspend = (value: boolean) =>
      kubectl([
        'patch',
        'hostedsite',
        'tasks',
        '-n',
        ns,
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { suspend: value } }),
      ]);
    await suspend(true);
    await run('held', 'process.exit(0)');
    await until('held', 'Failed/SiteHeld', 30);
    await suspend(false);
    await run('of-nobody', 'process.exit(0)', { siteName: 'nobody' });
    await until('of-nobody', 'Failed/SiteGone', 30);
    assert.equal(
      await kubectl(['get', 'jobs', '-n', ns, '-o', 'name', '-l', 'hostedsite.dev/task=held']),
      '',
    );
    assert.equal(await count('held'), 0);
  });

  it('go when their time to live is over, with their Job', async () => {
    await run('short', 'process.exit(0)', { ttlSecondsAfterFinished: 5 });
    await eventually('it is gone', 60, async () => {
      const left = await kubectl([
        'get',
        'sitetask/short',
        'job/short-task',
        '-n',
        ns,
        '--ignore-not-found',
        '-o',
        'name',
      ]);
      return left === '' && (await count('short')) === 1 ? true : undefined;
    });
  });

  it('cannot be changed, nor created by who may only look', async () => {
    const change = JSON.stringify({ spec: { deadlineSeconds: 20 } });
    await assert.rejects(
      kubectl(['patch', 'sitetask', 'fails', '-n', ns, '--type=merge', '-p', change]),
      /a task cannot change/,
    );
    const subjects = (name: string) => [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }];
    for (const role of ['view', 'edit'])
      await apply(ns, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: role },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: subjects(`task-${role}`),
      });
    const as = (role: string) =>
      kubectl(
        ['create', '-n', ns, '-f', '-', '--dry-run=server', `--as=task-${role}`],
        JSON.stringify(manifest('by-hand', { command: ['node', '-v'] })),
      );
    await eventually('the roles are known', 20, () =>
      as('edit').then(
        () => true,
        () => undefined,
      ),
    );
    await assert.rejects(as('view'), /cannot create resource "sitetasks"/);
  });

  it('touch nothing of the site', async () => {
    const found = await site(ns, 'tasks');
    assert.equal(condition(found, 'Ready')?.status, 'True');
    assert.equal(found.status?.replicas, 1);
    const endpoints = await kubectl(['get', 'endpointslices', '-n', ns, '-o', 'json']);
    assert.ok(!/-task-[a-z0-9]{5}"/.test(endpoints), 'visitors would be sent to one');
  });

  it('end with their site', async () => {
    await run('last', endless);
    await eventually('it runs', 60, async () => ((await count('last')) === 1 ? true : undefined));
    await kubectl(['delete', 'hostedsite', 'tasks', '-n', ns, '--wait', '--timeout=60s']);
    const { status } = await until('last', 'Failed/SiteGone', 30);
    assert.match(status?.message ?? '', /the command was stopped/);
    await eventually('its pod is gone', 60, async () => {
      const pods = await kubectl(['get', 'pods', '-n', ns, '-o', 'name', '-l', 'hostedsite.dev/task=last']);
      return pods === '' ? true : undefined;
    });
  });
});
