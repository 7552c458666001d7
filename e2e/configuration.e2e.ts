import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import { applyAndWait, condition, operator, site, stalledFor, takenUp, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** What an application that nobody knows finds in its pods: its files, its settings and its keys, where it looks for them. */
describe('an application with places and settings of its own', function () {
  operator();
  const ns = namespace('story-configuration');
  const name = 'own';
  const resources = { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: '1', memory: '256Mi' } };
  const web = {
    resources,
    generatedEnv: ['SECRET_KEY', 'other__salt'],
    configFiles: [
      { configMap: { name: 'settings' }, mountPath: '/etc/own' },
      {
        configMap: { name: 'settings', items: [{ key: 'app.ini', path: 'own.ini' }] },
        mountPath: '/srv/own.ini',
        subPath: 'own.ini',
      },
    ],
  };
  const files = {
    size: '20Mi',
    accessMode: 'ReadWriteMany',
    mountPath: '/srv/uploads',
    paths: [{ subPath: 'looks/themes', mountPath: '/srv/themes' }],
  };
  const cron = [
    { name: 'report', schedule: '0 0 1 1 *', command: ['node', '-p', 'process.env.SECRET_KEY'] },
    {
      name: 'places',
      schedule: '0 0 1 1 *',
      command: ['node', '-p', 'fs.readFileSync("/srv/own.ini", "utf8") + fs.readdirSync("/srv/themes")'],
    },
  ];
  let reference = '';

  const own = (spec: Record<string, unknown> = {}): object =>
    smallSite(name, reference, { replicas: 2, web, files, cron, ...spec });
  const told = (word: string): object => own({ web: { ...web, env: [{ name: 'WORD', value: word }] } });
  const settings = (colour: string): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { 'app.ini': `colour = ${colour}\n`, 'more.ini': `size = ${colour.length}\n` },
  });

  /** Each pod that is to stay; Ready says that there is none of an older release. */
  async function pods(): Promise<string[]> {
    const selector = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=web`;
    const { items } = JSON.parse(await kubectl(['get', 'pods', '-n', ns, '-l', selector, '-o', 'json'])) as {
      items: { metadata: { name: string; deletionTimestamp?: string } }[];
    };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
  }

  async function run(pod: string, program: string): Promise<string> {
    return (
      await kubectl(['exec', '-n', ns, pod, '-c', 'application', '--', 'node', '-p', program])
    ).trimEnd();
  }

  /** What all of them say; one that differs is a failure. */
  async function all(program: string): Promise<string> {
    const said = await Promise.all((await pods()).map((pod) => run(pod, program)));
    assert.deepEqual(new Set(said).size, 1, JSON.stringify(said));
    return said[0] ?? '';
  }

  const text = (path: string): string => `fs.readFileSync('${path}', 'utf8')`;
  const values = (): Promise<string> =>
    all('JSON.stringify([process.env.SECRET_KEY, process.env.other__salt])');

  async function cronRun(entry: string): Promise<string> {
    const job = `${entry}-by-hand`;
    await kubectl(['create', 'job', job, `--from=cronjob/${name}-cron-${entry}`, '-n', ns]);
    await kubectl(['wait', `job/${job}`, '-n', ns, '--for=condition=Complete', '--timeout=60s']);
    return (await kubectl(['logs', `job/${job}`, '-n', ns])).trimEnd();
  }

  before(async () => {
    reference = await image('node-example-1');
    // A tool applies them in any order: the ConfigMap comes after the site that names it.
    await apply(ns, own());
    await stalledFor(ns, name, 'ConfigMapNotFound');
    await apply(ns, settings('red'));
    await wait(ns, name, 'Ready');
    await takenUp(`${name}.example`);
  });

  it('has its volume, and a folder of it, where it looks for them', async () => {
    const [first = '', second = ''] = await pods();
    await run(first, `fs.writeFileSync('/srv/uploads/one', '1'), fs.writeFileSync('/srv/themes/two', '2')`);
    assert.equal(await run(second, text('/srv/uploads/one')), '1');
    assert.equal(await run(second, text('/srv/themes/two')), '2');
    assert.equal(
      await run(second, text('/srv/uploads/looks/themes/two')),
      '2',
      'it is a folder of the volume',
    );
    assert.equal(await all(`fs.existsSync('/data')`), 'false');
  });

  it('finds the keys of the ConfigMap as files that it cannot change', async () => {
    assert.equal(await all(text('/etc/own/app.ini')), 'colour = red');
    assert.equal(await all(text('/etc/own/more.ini')), 'size = 3');
    assert.equal(await all(text('/srv/own.ini')), 'colour = red');
    const [pod = ''] = await pods();
    for (const path of ['/etc/own/app.ini', '/srv/own.ini'])
      await assert.rejects(run(pod, `fs.writeFileSync('${path}', '')`), /EROFS|EACCES/);
  });

  it('has a random value for each of its keys, the same in every pod', async () => {
    const [key = '', salt = ''] = JSON.parse(await values()) as string[];
    for (const value of [key, salt]) assert.match(value, /^[-_a-zA-Z0-9]{43}$/);
    assert.notEqual(key, salt);
  });

  it('has all of it in its cron jobs', async () => {
    const [key] = JSON.parse(await values()) as string[];
    assert.equal(await cronRun('report'), key);
    assert.equal(await cronRun('places'), 'colour = red\ntwo');
  });

  it('runs on with the content of its release when the ConfigMap changes, in new pods too', async () => {
    await apply(ns, settings('blue'));
    await applyAndWait(ns, own({ replicas: 3 }));
    assert.equal((await pods()).length, 3);
    assert.equal(await all(text('/srv/own.ini')), 'colour = red');
    await applyAndWait(ns, own());
  });

  it('has the new content with its next release, the old one when that is gone back to, and the same values', async () => {
    const before = await values();
    await applyAndWait(ns, told('new'));
    assert.equal(await all(text('/srv/own.ini')), 'colour = blue');
    assert.equal(await all(text('/etc/own/more.ini')), 'size = 4');
    assert.equal(await values(), before);
    await apply(ns, settings('green'));
    await applyAndWait(ns, own());
    assert.equal(await all(text('/srv/own.ini')), 'colour = red');
    assert.equal(await values(), before);
    assert.equal(condition(await site(ns, name), 'RenderingCurrent')?.status, 'True');
  });

  it('serves on when a ConfigMap or a place is not to be had, and is told what to write', async () => {
    const absent = [{ configMap: { name: 'absent' }, mountPath: '/etc/absent' }];
    await apply(ns, own({ web: { ...web, configFiles: absent } }));
    const message = await stalledFor(ns, name, 'ConfigMapNotFound');
    assert.match(message, /The ConfigMap absent of spec\.web\.configFiles is not there\. Create it/);
    await apply(ns, own({ files: { ...files, mountPath: '/etc' } }));
    assert.match(await stalledFor(ns, name, 'MountPathTaken'), /mountPath \/etc, .* Write another one/);
    await apply(ns, own({ web: { ...web, env: [{ name: 'SECRET_KEY', value: 'mine' }] } }));
    assert.match(await stalledFor(ns, name, 'VariableTaken'), /both name SECRET_KEY/);
    assert.equal((await request(`${name}.example`, '/version')).status, 200);
    assert.equal(await all(text('/srv/own.ini')), 'colour = red');
    await applyAndWait(ns, own());
  });

  it('keeps what is stored when the volume is mounted elsewhere, and the values of before when a name comes', async () => {
    const before = await values();
    const generatedEnv = ['A_NEW_ONE', ...web.generatedEnv];
    await applyAndWait(
      ns,
      own({ files: { ...files, mountPath: '/srv/media', paths: [] }, web: { ...web, generatedEnv } }),
    );
    assert.equal(await all(text('/srv/media/one')), '1');
    assert.equal(await all(text('/srv/media/looks/themes/two')), '2');
    assert.equal(await values(), before);
    assert.match(await all('process.env.A_NEW_ONE'), /^[-_a-zA-Z0-9]{43}$/);
  });

  it('finds its files and its values again when the site is made again', async () => {
    const before = await values();
    await kubectl(['delete', 'hostedsite', name, '-n', ns, '--wait']);
    await applyAndWait(ns, own());
    assert.equal(await values(), before);
    assert.equal(await all(text('/srv/themes/two')), '2');
  });

  it('leaves nothing with deletionPolicy Delete, nor values whose names were taken out', async () => {
    await applyAndWait(ns, own({ deletionPolicy: 'Delete', web: { ...web, generatedEnv: ['other__salt'] } }));
    assert.equal((await secrets()).length, 3, 'the names that were taken out keep their values');
    await kubectl(['delete', 'hostedsite', name, '-n', ns, '--wait']);
    // The operator takes them when the volumes are gone.
    await eventually('the values are gone', 60, async () =>
      (await secrets()).length === 0 ? true : undefined,
    );
    await eventually('copies of the configuration are gone', 60, async () =>
      (await names('configmaps')).some((one) => one.includes(`/${name}-`)) ? undefined : true,
    );
    assert.ok((await names('configmaps')).includes('configmap/settings'));
  });

  async function secrets(): Promise<string[]> {
    return (await names('secrets')).filter((one) => one.startsWith(`secret/${name}-env-`));
  }

  async function names(kind: string): Promise<string[]> {
    return (await kubectl(['get', kind, '-n', ns, '-o', 'name'])).trim().split('\n');
  }
});
