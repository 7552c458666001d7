import assert from 'node:assert/strict';
import { operatorNamespace } from './operator.ts';
import { apply, eventually, kubectl, namespace } from './support/cluster.ts';
import { killOperator } from './support/crash.ts';
import { loads } from './support/load.ts';
import type { Visit } from './support/load/visit.ts';
import { children, condition, operator, site, wait } from './support/site.ts';
import {
  administrator,
  administratorSession,
  forget,
  logIn,
  php,
  pictureHash,
  publish,
} from './support/wordpress.ts';
import { servedBy, shows, starts, tenLines, upload, uncached, webPods } from './support/wordpress.ts';
import type { Post, Session } from './support/wordpress.ts';

const host = 'long.example';
const frontPage: Visit = {
  class: 'cached',
  connection: 'new',
  path: '/',
  isWhole: (body) => body.includes('content="WordPress 6') && body.includes('</html>'),
};
/** What no cache answers. */
const loginPage: Visit = { ...frontPage, class: 'uncached', path: '/wp-login.php' };
const kept = [
  'PersistentVolumeClaim/data-long-database-0',
  'PersistentVolumeClaim/long-files',
  'Secret/long-admin',
  'Secret/long-application',
  'Secret/long-database',
  'Secret/long-database-root',
];
const all = [
  'ConfigMap/long-cache-HASH',
  'ControllerRevision/long-web-HASH',
  'CronJob/long-cron-wp-cron',
  'Deployment/long-web',
  'Ingress/long',
  'Job/long-install',
  'NetworkPolicy/long-application',
  'NetworkPolicy/long-command',
  'NetworkPolicy/long-cron',
  'NetworkPolicy/long-database',
  'NetworkPolicy/long-default-deny',
  'NetworkPolicy/long-web',
  'Service/long-database',
  'Service/long-database-pods',
  'Service/long-web',
  'ServiceAccount/long-database',
  'ServiceAccount/long-web',
  'StatefulSet/long-database',
  ...kept,
];

describe('the life of a WordPress', function () {
  operator();
  const load = loads();
  const ns = namespace('story-lifetime');
  let text = '';
  let password = '';
  let session: Session;
  let post: Post;
  let uploaded = '';

  /** Without what the StatefulSet's own controller keeps. */
  const names = async (): Promise<string[]> =>
    [...(await children(ns, 'long')).keys()]
      .filter((child) => !child.startsWith('ControllerRevision/long-database-'))
      .map((child) => child.replace(/-[0-9a-f]{10}$/, '-HASH'))
      .sort();

  const suspend = (suspended: boolean): Promise<string> =>
    kubectl([
      'patch',
      'hostedsite/long',
      '-n',
      ns,
      '--type=merge',
      '-p',
      `{"spec":{"suspend":${suspended}}}`,
    ]);

  before(async () => (text = await tenLines('long', host)));

  it('begins well even if the operator is killed again and again', async function () {
    this.timeout(300_000);
    await apply(ns, text);
    await eventually('the operator has begun', 30, async () =>
      (await children(ns, 'long')).size > 0 ? true : undefined,
    );
    assert.notEqual(
      condition(await site(ns, 'long'), 'Ready')?.status,
      'True',
      'ready before the first kill',
    );
    // Each next one is killed as soon as it leads: while it looks at what its predecessor left, and begins the rest.
    for (let kills = 0; kills < 3; kills += 1) await killOperator();
    await wait(ns, 'long', 'Ready', 200);
    assert.deepEqual(await names(), [...all].sort());
    ({ password } = await administrator(ns, 'long'));
    session = await administratorSession(ns, 'long', host);
    assert.match((await uncached(host, '/')).body, /content="WordPress 6/);
  });

  it('is found again by a site of the same name, with posts, uploads, password and sessions', async function () {
    this.timeout(240_000);
    post = await publish(host, session, 'Written in the first life');
    uploaded = await upload(host, session, 'first-life.png');
    await kubectl(['delete', 'hostedsite', 'long', '-n', ns]);
    // At once, while Kubernetes still clears the old one's children away.
    await apply(ns, text);
    await wait(ns, 'long', 'Ready', 200);
    assert.ok(await shows(host, post));
    const [pod = ''] = await webPods(ns, 'long');
    assert.equal(await servedBy(ns, pod, host, uploaded), pictureHash);
    assert.equal((await administrator(ns, 'long')).password, password);
    assert.ok(await logIn(host, 'admin', password));
    post = await publish(host, session, 'By a session of the first life');
    assert.ok(await shows(host, post));
  });

  it('keeps its pods, serves what is cached and keeps nobody waiting while the database is away for long', async function () {
    this.timeout(240_000);
    const web = async (): Promise<[string, number[]][]> =>
      [...(await starts(ns))].filter(([pod]) => pod.startsWith('long-web-'));
    const running = await web();
    assert.equal(running.length, 1);
    // The short time of the connection is not what plugins have.
    const time = "require '/var/www/html/wp-load.php'; echo ini_get('default_socket_timeout');";
    assert.equal(await php(ns, 'long', time), '60');
    const visitors = await load(host, { rate: 4, visits: [frontPage] });
    await visitors.more(1);
    // A suspended site is not repaired.
    await suspend(true);
    await kubectl(['scale', 'statefulset/long-database', '-n', ns, '--replicas=0']);
    await kubectl(['wait', 'pod/long-database-0', '-n', ns, '--for=delete', '--timeout=60s']);
    // More than a web server has places for, if each waits for a minute. For 100 s: after 60 s of probes that fail a container has
    // to end, which it may take 30 s for.
    const turnedAway = await load(host, { rate: 2, visits: [loginPage], patience: 6000 });
    await visitors.more(400);
    const { requests, failed, latency } = await turnedAway.stop();
    process.stdout.write(`      turned away after ${JSON.stringify(latency)}\n`);
    assert.ok(requests > 100 && failed.length === requests, `${failed.length} of ${requests}`);
    assert.deepEqual([...new Set(failed.map(({ kind }) => kind))], ['server error']);
    assert.deepEqual(await web(), running);
    await suspend(false);
    await eventually('the post is there again', 60, async () =>
      (await shows(host, post)) ? true : undefined,
    );
    await wait(ns, 'long', 'Ready');
    assert.deepEqual(await web(), running);
    assert.deepEqual((await visitors.stop()).failed, []);
  });

  it('leaves volumes and credentials when it ends, and nothing else', async () => {
    await kubectl(['delete', 'hostedsite', 'long', '-n', ns]);
    await eventually('everything else is gone', 60, async () =>
      (await names()).join() === [...kept].sort().join() ? true : undefined,
    );
    assert.equal((await copies(ns)).length, 4);
    await apply(ns, text);
    await wait(ns, 'long', 'Ready', 200);
    assert.ok(await shows(host, post));
  });

  it('leaves nothing with deletionPolicy Delete, and its namespace can go', async () => {
    await forget(ns, 'long');
    await eventually('nothing is left', 60, async () => ((await names()).length === 0 ? true : undefined));
    assert.deepEqual(await copies(ns), []);
    await kubectl(['delete', 'namespace', ns, '--timeout=60s']);
  });
});

/** The Secrets in the operator's namespace from which those of this namespace are written. */
async function copies(ns: string): Promise<string[]> {
  const text = await kubectl(['get', 'secrets', '-n', operatorNamespace, '-o', 'json']);
  const { items } = JSON.parse(text) as { items: { metadata: { annotations?: Record<string, string> } }[] };
  return items.flatMap(({ metadata }) => {
    const original = metadata.annotations?.['hostedsite.dev/copy-of'] ?? '';
    return original.startsWith(`${ns}/`) ? [original] : [];
  });
}
