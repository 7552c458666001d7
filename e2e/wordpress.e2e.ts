import assert from 'node:assert/strict';
import { scheduledTasks } from '../operator/presets/wordpress-cron.ts';
import { addresses } from './cluster/instance.ts';
import { apply, eventually, kubectl, namespace, request } from './support/cluster.ts';
import { comment, commentBehind, commentators } from './support/comments.ts';
import { killPods, killProcess } from './support/crash.ts';
import { applyAndWait, children, operator, wait } from './support/site.ts';
import { administrator, forget, logIn, php, picture, pictureHash, publish } from './support/wordpress.ts';
import {
  databaseVolume,
  secretData,
  servedBy,
  shows,
  sql,
  starts,
  tenLines,
  uncached,
  upload,
  webPods,
  wordpressSite,
} from './support/wordpress.ts';
import type { Post, Session } from './support/wordpress.ts';
import { edits, ofEarlierRelease } from './support/wordpress-edits.ts';

const host = 'wp.example';

const lies = { 'x-forwarded-for': '203.0.113.6', 'x-real-ip': '203.0.113.6', x_real_ip: '203.0.113.6' };

/** The second release of the story. */
const rolled = {
  replicas: 2,
  web: { env: [{ name: 'STORY', value: 'rolled' }] },
  route: { trustedProxies: ['192.0.2.0/24'] },
};

describe('a WordPress in ten lines', function () {
  operator();
  after(() => forget('story-wordpress', 'shop'));
  const ns = namespace('story-wordpress');
  let session: Session;
  let post: Post;
  let uploaded = '';

  before(async function () {
    this.timeout(240_000);
    const text = await tenLines('shop', host);
    assert.equal(text.trimEnd().split('\n').length, 10);
    await apply(ns, text);
    await wait(ns, 'shop', 'Ready', 200);
  });

  const change = async (more: Record<string, unknown>): Promise<void> =>
    applyAndWait(ns, await wordpressSite('shop', host, more));
  const isBack = (what: string): Promise<true> =>
    eventually(what, 90, async () => ((await shows(host, post)) ? true : undefined));
  it('serves its front page when kubectl wait returns, and visitors get it from the cache', async () => {
    const { status, body } = await request(host, '/');
    assert.equal(status, 200);
    assert.match(body, /<meta name="generator" content="WordPress 6/);
    assert.match(body, /<title>shop<\/title>/);
    const again = await eventually('the front page comes from the cache', 10, async () => {
      const answer = await request(host, '/');
      return Number(answer.headers['age']) > 0 ? answer : undefined;
    });
    assert.equal(again.headers['x-cache'], 'HIT');
    assert.equal(again.body, body);
  });

  it('says where the password is; it is long, and lets the administrator in', async () => {
    const { user, password } = await administrator(ns, 'shop');
    // 22 characters of 64 kinds are 132 bits.
    assert.match(password, /^[A-Za-z0-9_-]{22,}$/);
    assert.ok(new Set(password).size > 8, 'the password repeats itself');
    assert.equal(await logIn(host, user, `${password}x`), undefined);
    session = (await logIn(host, user, password)) ?? assert.fail('the password is refused');
    const dashboard = await request(host, '/wp-admin/', { headers: { cookie: session.cookie } });
    assert.equal(dashboard.status, 200);
    assert.match(dashboard.body, /<title>Dashboard/);
  });

  it('does not mix up who is logged in and who is not', async () => {
    const answer = await request(host, '/', { headers: { cookie: session.cookie } });
    assert.deepEqual([answer.headers['x-cache'], answer.headers['age']], ['PASS', '0']);
    assert.match(answer.body, /id="wpadminbar"/);
    assert.doesNotMatch((await request(host, '/')).body, /id="wpadminbar"/);
  });

  it('lets nobody install it anew', async () => {
    for (const path of [
      '/wp-admin/install.php',
      '/wp-admin/install.php?step=2',
      '//wp-admin/install.php',
      '/wp-admin/setup-config.php',
    ]) {
      assert.equal((await request(host, path)).status, 403, path);
    }
  });

  it('knows its visitors by their addresses, whatever they say of themselves', async () => {
    await request(host, '/?whoami', { headers: lies });
    const visit = await eventually('the visit is in the log', 10, async () => {
      const log = await kubectl(['logs', '-n', ns, 'deployment/shop-web', '-c', 'application']);
      return log.split('\n').find((line) => line.includes('/?whoami'));
    });
    assert.equal(visit.split(' ')[0], addresses.outside);
  });

  it('keeps a post in MariaDB and shows it', async () => {
    post = await publish(host, session, 'The first story');
    const row = await sql(ns, 'shop', `SELECT post_title, post_status FROM wp_posts WHERE ID = ${post.id}`);
    assert.equal(row, 'The first story\tpublish\n');
    assert.ok(await shows(host, post), 'visitors do not see the post on its own page');
    // The author sees it on the front page at once; visitors do when the cached one is as old as cache.ttl says.
    const front = await request(host, '/', { headers: { cookie: session.cookie } });
    assert.match(front.body, /The first story/);
  });

  it('runs its scheduled tasks by a cron job, and by no visitor', async () => {
    const next = 'var_export((bool) wp_next_scheduled("story_task"));';
    const begun = `wp_schedule_single_event(time() - 9, "story_task"); ${next} var_export(DISABLE_WP_CRON);`;
    assert.equal(await php(ns, 'shop', `require 'wp-load.php'; ${begun}`), 'truetrue');
    assert.equal((await request(host, '/wp-cron.php')).status, 403);
    await kubectl(['create', 'job', 'tasks', '--from=cronjob/shop-cron-wp-cron', '-n', ns]);
    await kubectl(['wait', 'job/tasks', '-n', ns, '--for=condition=Complete', '--timeout=60s']);
    assert.equal(await php(ns, 'shop', `require 'wp-load.php'; ${next}`), 'false');
    const noDatabase = php(ns, 'shop', `putenv('WORDPRESS_DB_PORT=1'); ${scheduledTasks}`);
    await assert.rejects(noDatabase, /database connection/, 'a run without a database is no success');
    // A run of its own schedule that ends meanwhile takes the place of this one in the CronJob's history.
    await kubectl(['delete', 'job', 'tasks', '-n', ns, '--ignore-not-found']);
  });

  it('serves an upload from each of two pods, after a roll, and after both pods were deleted', async () => {
    uploaded = await upload(host, session, 'pixel.png');
    const bothServe = async (): Promise<string[]> => {
      const names = await webPods(ns, 'shop');
      const hashes = await Promise.all(names.map((name) => servedBy(ns, name, host, uploaded)));
      assert.deepEqual(hashes, [pictureHash, pictureHash]);
      return names;
    };
    await change({ replicas: 2 });
    const first = await bothServe();
    await change(rolled);
    const second = await bothServe();
    assert.deepEqual(
      second.filter((name) => first.includes(name)),
      [],
    );
    await kubectl(['delete', 'pod', '-n', ns, ...second, '--wait']);
    await kubectl(['rollout', 'status', 'deployment/shop-web', '-n', ns, '--timeout=60s']);
    assert.deepEqual(
      (await bothServe()).filter((name) => second.includes(name)),
      [],
    );
    const { status, headers } = await uncached(host, uploaded);
    assert.deepEqual(
      [status, headers['content-type'], headers['content-length']],
      [200, 'image/png', String(picture.length)],
    );
  });

  it('knows who comments, also behind one and two proxies that are trusted', async () => {
    await comment(host, post, 'From outside', lies);
    const behind = [
      ['From behind one proxy', '203.0.113.6, 203.0.113.9, 192.0.2.1'],
      ['From behind two proxies', '203.0.113.6, 203.0.113.10, 192.0.2.1, 192.0.2.2'],
    ] as const;
    for (const [words, forwarded] of behind)
      await commentBehind([ns, 'shop'], host, post, { words, forwarded });
    assert.deepEqual(await commentators(ns, 'shop'), {
      'From outside': addresses.outside,
      'From behind one proxy': '203.0.113.9',
      'From behind two proxies': '203.0.113.10',
    });
  });

  it('repairs each child that is deleted', async function () {
    this.timeout(240_000);
    const isOfBefore = await ofEarlierRelease(ns, 'shop');
    const deletable = [...(await children(ns, 'shop')).keys()].filter(
      (child) => !/^(Secret|PersistentVolumeClaim|ControllerRevision)\//.test(child) && !isOfBefore(child),
    );
    const kinds = new Set(deletable.map((child) => child.split('/')[0]));
    assert.deepEqual([...kinds].sort(), [
      'ConfigMap',
      'CronJob',
      'Deployment',
      'Ingress',
      'Job',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ]);
    assert.equal(deletable.length, 18, deletable.join());
    for (const child of deletable) {
      await kubectl(['delete', child, '-n', ns, '--wait']);
      await eventually(`${child} is back`, 30, () => kubectl(['get', child, '-n', ns]));
    }
    await wait(ns, 'shop', 'Ready');
    await isBack('the post is on its page after all of it was repaired');
  });

  it('repairs each child that is edited', async () => {
    for (const [child, patch, path] of edits) {
      const read = (): Promise<string> => kubectl(['get', child, '-n', ns, '-o', `jsonpath=${path}`]);
      const before = await read();
      assert.doesNotMatch(await kubectl(['patch', child, '-n', ns, '-p', patch]), /no change/);
      await eventually(`${child} is as it was`, 30, async () =>
        (await read()) === before ? true : undefined,
      );
    }
    const isOfBefore = await ofEarlierRelease(ns, 'shop');
    const [map = ''] = [...(await children(ns, 'shop')).keys()].filter(
      (child) => child.startsWith('ConfigMap/') && !isOfBefore(child),
    );
    await assert.rejects(
      kubectl(['patch', map, '-n', ns, '--type=merge', '-p', '{"data":{"site.vcl":"vcl 4.1;"}}']),
      /immutable/,
    );
    await kubectl(['label', map, '-n', ns, 'app.kubernetes.io/managed-by-']);
    await eventually('the ConfigMap has its label again', 30, async () =>
      (await children(ns, 'shop')).has(map) ? true : undefined,
    );
    await wait(ns, 'shop', 'Ready');
    await isBack('the post is on its page after all of it was repaired');
  });

  it('brings a deleted Secret back with the same values when a pod needs it', async () => {
    const names = ['shop-database', 'shop-application'];
    const before = await Promise.all(names.map((name) => secretData(ns, name)));
    assert.match(before[0]?.['password'] ?? '', /^[A-Za-z0-9_-]{22,}$/);
    await kubectl(['delete', 'secret', '-n', ns, ...names]);
    const [pod = ''] = await webPods(ns, 'shop');
    await kubectl(['delete', 'pod', '-n', ns, pod, '--wait=false']);
    const after = await eventually('the Secrets are back', 60, () =>
      Promise.all(names.map((name) => secretData(ns, name))),
    );
    assert.deepEqual(after, before);
    await kubectl(['rollout', 'status', 'deployment/shop-web', '-n', ns, '--timeout=60s']);
    await wait(ns, 'shop', 'Ready');
  });

  it('writes nothing when it is applied again', async () => {
    const before = await children(ns, 'shop');
    await apply(ns, await wordpressSite('shop', host, rolled));
    await kubectl(['annotate', 'hostedsite', 'shop', '-n', ns, `story=${Date.now()}`, '--overwrite']);
    // Work that comes after the annotation: when it is done, the operator has looked at everything.
    await kubectl(['delete', 'service', 'shop-web', '-n', ns]);
    await eventually('the Service is back', 30, async () =>
      (await children(ns, 'shop')).has('Service/shop-web') ? true : undefined,
    );
    const after = await children(ns, 'shop');
    for (const map of [before, after]) map.delete('Service/shop-web');
    assert.ok(before.size >= 15, [...before.keys()].join());
    assert.deepEqual(after, before);
    await isBack('the gateway knows the new Service');
  });

  it('is back by itself when the database is killed, with everything that was acknowledged', async () => {
    post = await publish(host, session, 'Before the pod was killed');
    await killPods(ns, 'shop-database-0');
    await isBack('the post is back after the pod was killed');
    post = await publish(host, session, 'Before the server was killed');
    await killProcess(ns, 'shop-database-0', 'mariadb');
    await eventually('the server was started again', 60, async () => {
      const count = await kubectl([
        'get',
        'pod',
        'shop-database-0',
        '-n',
        ns,
        '-o',
        'jsonpath={.status.containerStatuses[0].restartCount}',
      ]);
      return Number(count) > 0 ? true : undefined;
    });
    await isBack('the post is back after the server was killed');
    await wait(ns, 'shop', 'Ready');
  });

  it("lets the database's volume grow while everything runs, and never shrink", async () => {
    const size = (): Promise<number> => databaseVolume(ns, 'shop');
    const [before, running] = [await size(), await starts(ns)];
    assert.ok(before > 1800 && before < 2100, `${before} MiB`);
    await change({ ...rolled, database: { engine: 'MariaDB', storage: { size: '3Gi' } } });
    const after = await size();
    assert.ok(after > 2700, `${after} MiB`);
    assert.deepEqual(await starts(ns), running);
    const smaller = await wordpressSite('shop', host, {
      database: { engine: 'MariaDB', storage: { size: '2Gi' } },
    });
    await assert.rejects(apply(ns, smaller), /can only grow/);
  });
});
