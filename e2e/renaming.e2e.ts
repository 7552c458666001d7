import assert from 'node:assert/strict';
import { tlsSecret } from './support/certificate.ts';
import { apply, eventually, kubectl, namespace, request } from './support/cluster.ts';
import { applyAndWait, operator, site, wait } from './support/site.ts';
import { visitDuring } from './support/visits.ts';
import type { Visited } from './support/visits.ts';
import { administrator, administratorSession, forget, php, wordpressSite } from './support/wordpress.ts';

const name = 'shop';
const [former, present, apex] = ['before.example', 'www.after.example', 'after.example'];

/** Of another controller than the test cluster's: here only somebody's own word. */
const byHand = 'nginx.ingress.kubernetes.io/proxy-body-size';

/** Who changes the name of a site changes it everywhere, and no visitor meets a name that leads nowhere. */
describe('a WordPress that is renamed', function () {
  this.timeout(300_000);
  operator();
  const ns = namespace('story-renaming');
  after(() => forget(ns, name));
  const named = (hosts: string[], route: object = {}): Promise<object> =>
    wordpressSite(name, hosts[0] ?? '', { hosts, route, rollout: { terminationGracePeriodSeconds: 3 } });
  const changed = async (hosts: string[], route: object = {}): Promise<void> => {
    await applyAndWait(ns, await named(hosts, route));
    await takenUp(hosts);
  };

  before(async () => {
    await apply(ns, await named([former]));
    await wait(ns, name, 'Ready', 200);
    await takenUp([former]);
    await kubectl(['annotate', 'ingress', name, '-n', ns, `${byHand}=64m`]);
  });

  it('is served by its old name until the new one is, and by one of them at any moment', async () => {
    const work = named([present]).then(async (object) => {
      await applyAndWait(ns, object);
      await takenUp([present]);
    });
    const [old, fresh] = await Promise.all([former, present].map((host) => visitDuring(host, () => work)));
    const gone = statuses(old).findIndex(([, status]) => status !== 200);
    const served = gone < 0 ? statuses(old) : statuses(old).slice(0, gone);
    assert.ok(served.length > 10, `${served.length} answers`);
    // A name that is not published any more is nobody's, as the new one is until it is published.
    const lost = gone < 0 ? [] : statuses(old).slice(gone);
    assert.deepEqual(
      lost.filter(([, status]) => status !== 404),
      [],
    );
    const first = statuses(fresh).findIndex(([, status]) => status === 200);
    assert.ok(first >= 0, 'the new name is never served');
    assert.deepEqual(
      [...new Set(statuses(fresh).slice(first))].filter(([, status]) => status !== 200),
      [],
    );
    const since = lost[0]?.[0] ?? Infinity;
    assert.deepEqual(
      statuses(fresh).filter(([at, status]) => at > since && status !== 200),
      [],
    );
  });

  it('keeps what somebody has written at its Ingress by hand', async () => {
    const ingress = JSON.parse(await kubectl(['get', 'ingress', name, '-n', ns, '-o', 'json'])) as {
      metadata: { annotations: Record<string, string> };
      spec: { rules: { host: string }[] };
    };
    assert.deepEqual(
      ingress.spec.rules.map(({ host }) => host),
      [present],
    );
    assert.equal(ingress.metadata.annotations[byHand], '64m');
  });

  it('names nothing but its new name: pages, styles, the login, the dashboard, and what has no visitor', async () => {
    assert.deepEqual((await site(ns, name)).status?.urls, [`http://${present}/`]);
    const front = await request(present, '/', { headers: { cookie: 'wordpress_logged_in_x=1' } });
    assert.equal(front.status, 200);
    assert.ok(front.body.includes(`http://${present}/`));
    assert.ok(!front.body.includes(former), 'the front page links to the old name');
    const login = await request(present, '/wp-login.php');
    const sheet =
      /<link rel='stylesheet'[^>]* href='([^']+)'/.exec(login.body)?.[1] ?? assert.fail('no style');
    const style = new URL(sheet.replaceAll('&#038;', '&').replaceAll('&amp;', '&'));
    assert.equal(style.host, present);
    assert.equal((await request(present, style.pathname + style.search)).status, 200);
    assert.ok(!login.body.includes(former), 'the form of the login links to the old name');
    const dashboard = await request(present, '/wp-admin/');
    assert.equal(new URL(String(dashboard.headers['location'])).host, present);
    const session = await administratorSession(ns, name, present);
    const inside = await request(present, '/wp-admin/', { headers: { cookie: session.cookie } });
    assert.equal(inside.status, 200);
    assert.ok(!inside.body.includes(former), 'the dashboard links to the old name');
    const code =
      "require '/var/www/html/wp-load.php'; echo home_url(), ' ', site_url(), ' ', wp_login_url();";
    const told = await php(ns, name, code);
    assert.deepEqual(
      told
        .trim()
        .split(' ')
        .map((url) => new URL(url).host),
      [present, present, present],
    );
  });

  it('swaps its two names under visitors who are sent to the first', async () => {
    await changed([present, apex], { redirectToCanonicalHost: true });
    const work = changed([apex, present], { redirectToCanonicalHost: true });
    const visits = await Promise.all([present, apex].map((host) => visitDuring(host, () => work)));
    const all = visits.flatMap(statuses);
    assert.ok(all.length > 10, `${all.length} answers`);
    assert.deepEqual(
      all.filter(([, status]) => status !== 200 && status !== 301),
      [],
    );
    const [first, second] = await Promise.all([apex, present].map((host) => request(host, '/')));
    assert.equal(first?.status, 200);
    assert.ok(!first.body.includes(`//${present}/`), 'links to the name that is the second now');
    assert.equal(second?.headers['location'], `http://${apex}/`);
  });

  describe('and goes from http to https', () => {
    let ca = '';
    const https = `https://${apex}/`;

    before(async () => {
      ca = await tlsSecret('own', apex, [ns]);
      const tls = { secretName: 'own' };
      const visits = await visitDuring(apex, () =>
        changed([apex, present], { redirectToCanonicalHost: true, tls }),
      );
      assert.deepEqual(
        statuses(visits).filter(([, status]) => status !== 200 && status !== 301),
        [],
      );
      await eventually('https answers', 20, async () =>
        (await request(apex, '/', { ca })).status === 200 ? true : undefined,
      );
    });

    it('says https in its pages, its login and its dashboard', async () => {
      assert.equal((await site(ns, name)).status?.urls?.[0], https);
      const entrance = await request(apex, '/wp-admin/', { ca });
      assert.ok(String(entrance.headers['location']).startsWith(`${https}wp-login.php?`));
      const session = await administratorSession(ns, name, apex, { ca });
      for (const [path, cookie] of [
        ['/', 'wordpress_logged_in_x=1'],
        ['/wp-login.php', 'wordpress_test_cookie=1'],
        ['/wp-admin/', session.cookie],
      ] as const) {
        const { status, body } = await request(apex, path, { ca, headers: { cookie } });
        assert.equal(status, 200, path);
        assert.ok(body.includes(https), path);
        for (const other of [`http://${apex}`, present, former])
          assert.ok(!body.includes(other), `${path} names ${other}`);
      }
    });

    it('says https in its mails, and where no visitor comes', async () => {
      const { user } = await administrator(ns, name);
      const caught =
        'add_filter("pre_wp_mail", function ($none, $mail) { echo $mail["message"]; return true; }, 10, 2);';
      const lost = `$_SERVER["REMOTE_ADDR"] = ""; retrieve_password("${user}");`;
      const mail = await php(ns, name, `require '/var/www/html/wp-load.php'; ${caught} ${lost}`);
      assert.ok(mail.includes(`${https}wp-login.php?`), mail);
      assert.doesNotMatch(mail, /http:|www\.after|before\.example/);
      const told = await fromCronJob('echo home_url("/"), " ", wp_login_url();');
      assert.ok(told.includes(`${https} ${https}wp-login.php`), told);
    });
  });

  /** What PHP says in a Job that is made from the site's cron job, with another command. */
  async function fromCronJob(code: string): Promise<string> {
    const made = ['create', 'job', 'told', `--from=cronjob/${name}-cron-wp-cron`, '-n', ns];
    const job = JSON.parse(await kubectl([...made, '--dry-run=client', '-o', 'json'])) as {
      metadata: { ownerReferences?: object[] };
      spec: { template: { spec: { containers: [{ command: string[] }] } } };
    };
    // Else the next run of the schedule takes its place in the history.
    delete job.metadata.ownerReferences;
    job.spec.template.spec.containers[0].command = [
      'php',
      '-r',
      `require '/var/www/html/wp-load.php'; ${code}`,
    ];
    await kubectl(['create', '-n', ns, '-f', '-'], JSON.stringify(job));
    await kubectl(['wait', 'job/told', '-n', ns, '--for=condition=Complete', '--timeout=60s']);
    return kubectl(['logs', 'job/told', '-n', ns]);
  }

  it('gave its old name back', async () => {
    await eventually('the claim is gone', 30, async () => {
      const claims = await kubectl(['get', 'configmaps', '-A', '-o', 'jsonpath={.items[*].data.host}']);
      return claims.split(' ').includes(former) ? undefined : true;
    });
  });
});

function statuses(visits: readonly Visited[] = []): [number, number | string][] {
  return visits.map(({ at, answer }) => [at, typeof answer === 'string' ? answer : answer.status]);
}

async function takenUp(hosts: readonly string[]): Promise<void> {
  for (const host of hosts)
    await eventually(`${host} is published`, 20, async () =>
      (await request(host, '/')).status < 400 ? true : undefined,
    );
}
