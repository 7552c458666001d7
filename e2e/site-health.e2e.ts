import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './cluster/instance.ts';
import { browser } from './support/browser.ts';
import type { Page } from './support/browser.ts';
import { apply, clusterEnvironment, eventually, namespace } from './support/cluster.ts';
import { operator, wait } from './support/site.ts';
import { started } from './support/started.ts';
import { administrator, forget, php, wordpressSite } from './support/wordpress.ts';

const host = 'health.example';
const other = 'www.health.example';

type Status = 'critical' | 'recommended' | 'good';

/** Every test of Site Health that WordPress itself runs without a browser. */
const tests = `
require 'wp-load.php';
foreach (['admin', 'update', 'class-wp-site-health'] as $file) require_once ABSPATH . "wp-admin/includes/$file.php";
$health = WP_Site_Health::get_instance();
$found = [];
['direct' => $direct, 'async' => $async] = WP_Site_Health::get_tests();
foreach ($direct + $async as $name => $test) {
  if ($test['skip_cron'] ?? false) continue;
  $call = $test['async_direct_test'] ?? $test['test'];
  if (is_string($call) && method_exists($health, "get_test_$call")) $call = [$health, "get_test_$call"];
  ['status' => $status, 'label' => $label] = $call();
  $found[$name] = [$status, $label];
}
echo json_encode($found);`;

/** What a plugin gets that asks for these addresses: the status and X-Cache, or 'outside' where the way does not lead to the site. */
const asked = (addresses: readonly string[]): string => `
require 'wp-load.php';
$found = [];
foreach (json_decode('${JSON.stringify(addresses)}') as $address) {
  $answer = wp_safe_remote_get($address, ['timeout' => 3, 'redirection' => 0]);
  $found[$address] = is_wp_error($answer) ? 'outside'
    : trim(wp_remote_retrieve_response_code($answer) . ' ' . wp_remote_retrieve_header($answer, 'x-cache'));
}
echo json_encode($found, JSON_UNESCAPED_SLASHES);`;

/** The rows of the table in the image's page: what is still said of a site in a cluster without internet. */
function listed(): [string, Status][] {
  const text = readFileSync(join(checkout, 'images/wordpress/README.md'), 'utf8');
  const rows = text.matchAll(/^\| (?<label>[^|]+?) +\| (?<status>critical|recommended) +\|/gm);
  return [...rows].map(({ groups }) => [groups!['label']!, groups!['status'] as Status]);
}

/** All that is wrong, without what the page lists. */
function unlisted(found: readonly (readonly [Status, string])[]): string[] {
  const known = listed();
  const isListed = ([status, label]: readonly [Status, string]): boolean =>
    known.some(([text, as]) => label.startsWith(text) && status === as);
  return found
    .filter(([status, label]) => status !== 'good' && !isListed([status, label]))
    .map(([status, label]) => `${status}: ${label}`);
}

describe('Site Health of a WordPress', function () {
  operator();
  after(() => forget('story-site-health', 'shop'));
  const ns = namespace('story-site-health');
  const all = started();
  let page: Page;

  before(async function () {
    this.timeout(300_000);
    const hosts = [host, other];
    const objectCache = { engine: 'Valkey', memory: '32Mi' };
    await apply(ns, await wordpressSite('shop', host, { hosts, objectCache }));
    await wait(ns, 'shop', 'Ready', 200);
    const { HOSTEDSITE_HTTP_PORT: port = '' } = await clusterEnvironment();
    page = await (await all.run(() => browser(hosts, port))).page();
  });

  it('finds from inside the site itself, its page cache and its object cache', async () => {
    const found = JSON.parse(await php(ns, 'shop', tests)) as Record<string, [Status, string]>;
    assert.deepEqual(unlisted(Object.values(found)), []);
    assert.deepEqual(
      ['loopback_requests', 'page_cache', 'persistent_object_cache', 'code_of_image'].map(
        (name) => found[name],
      ),
      [
        ['good', 'Your site can perform loopback requests'],
        ['good', 'Page cache is detected and the server response time is good'],
        ['good', 'A persistent object cache is being used'],
        ['good', 'WordPress, plugins and themes are updated with the image'],
      ],
    );
    const inRun = JSON.parse(await php(ns, 'shop', `define('DOING_CRON', true); ${tests}`)) as object;
    assert.deepEqual(
      ['loopback_requests', 'page_cache'].filter((name) => name in inRun),
      [],
      'a cron job has no site in its pod',
    );
  });

  it('asks its own hosts in the pod, with the rules of visitors, and nothing else', async () => {
    const inside = {
      [`http://${host}/`]: '200 HIT',
      // WordPress itself leads to its first name.
      [`http://${other}/`]: '301 HIT',
      [`http://${host}/wp-admin/`]: '302 PASS',
      // Refused to a visitor, refused here.
      [`http://${host}/wp-cron.php`]: '403',
      [`http://${host}/wp-admin/install.php`]: '403',
    };
    // Not published: another port, a name and password, https on a site that has none. The names mean nothing to the cluster.
    const outside = [
      `http://${host}:3306/`,
      `http://${host}:8080/`,
      `http://somebody:else@${host}/`,
      `https://${host}/`,
      'http://stranger.example/',
      'http://127.0.0.1:6081/',
    ];
    const code = asked([...Object.keys(inside), ...outside]);
    // What another story has not asked for yet is stored now.
    await php(ns, 'shop', asked(Object.keys(inside)));
    assert.deepEqual(JSON.parse(await php(ns, 'shop', code)), {
      ...inside,
      ...Object.fromEntries(outside.map((address) => [address, 'outside'])),
    });
    const followed = `echo wp_remote_retrieve_response_code(wp_remote_get('http://${other}/'));`;
    assert.equal(await php(ns, 'shop', `require 'wp-load.php'; ${followed}`), '200');
  });

  it('shows a person in a browser no issue but those that the page of the image lists', async function () {
    await logIn();
    await page.open(`http://${host}/wp-admin/site-health.php`);
    await eventually('the tests are over', 120, () =>
      page.run<true | undefined>(
        "document.querySelector('.site-health-progress-wrapper.loading') === null || undefined",
      ),
    );
    const shown = await page.run<[Status, string][]>(`['critical', 'recommended', 'good'].flatMap((status) =>
      [...document.querySelectorAll('#health-check-site-status-' + status + ' .title')].map((title) =>
        [status, title.textContent.trim()]))`);
    assert.deepEqual(unlisted(shown), []);
    const labels = shown.map(([, label]) => label);
    // The critical ones of the page are there: this cluster has no internet. Of the others some come and go.
    const critical = listed().filter(([, status]) => status === 'critical');
    assert.deepEqual(
      critical.filter(([label]) => !labels.some((one) => one.startsWith(label))),
      [],
    );
    assert.ok(critical.length > 0);
    for (const label of [
      'The REST API is available',
      'Your site can perform loopback requests',
      'The Authorization header is working as expected',
      'Page cache is detected and the server response time is good',
      'A persistent object cache is being used',
      'WordPress, plugins and themes are updated with the image',
    ])
      assert.ok(labels.includes(label), `${label}: ${labels.join('; ')}`);
  });

  it('says on the pages Plugins and Themes where the buttons have gone', async () => {
    for (const name of ['plugins.php', 'themes.php']) {
      await page.open(`http://${host}/wp-admin/${name}`);
      const [notice, buttons] = await page.run<[string, string[]]>(`[
        [...document.querySelectorAll('.notice')].map((one) => one.innerText).join(),
        [...document.querySelectorAll('a.page-title-action, a.button')].map((one) => one.innerText).filter((text) => /\\b(add|update)/i.test(text)),
      ]`);
      assert.match(notice, /are part of its image, so nothing is installed, updated or deleted here/, name);
      assert.match(notice, /writes its name as spec\.image of the HostedSite/, name);
      assert.deepEqual(buttons, [], name);
    }
  });

  async function logIn(): Promise<void> {
    const { user, password } = await administrator(ns, 'shop');
    // Ready does not say that the ingress controller has heard of the host.
    await eventually('the form is there', 30, async () => {
      await page.open(`http://${host}/wp-login.php`);
      return page.run<true | undefined>("document.querySelector('#loginform') !== null || undefined");
    });
    await page.run(`{
      document.querySelector('#user_login').value = ${JSON.stringify(user)};
      document.querySelector('#user_pass').value = ${JSON.stringify(password)};
      document.querySelector('#wp-submit').click();
    }`);
    await eventually('the dashboard is there', 60, () =>
      page.run<true | undefined>("document.title.startsWith('Dashboard') || undefined"),
    );
  }
});
