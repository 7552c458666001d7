import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { loads } from './support/load.ts';
import type { Visit } from './support/load/visit.ts';
import { pod } from './support/objects.ts';
import { reach } from './support/reach.ts';
import type { Target } from './support/reach.ts';
import { condition, hostedSite, operator, site, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';
import { forget, php, secretData, uncached } from './support/wordpress.ts';

const host = 'blog.example';
const memory = '16Mi';
/** What no cache in front has the answer to, so that PHP runs and asks the object cache. */
const uncachedPage: Visit = {
  class: 'uncached',
  connection: 'kept',
  path: '/wp-login.php',
  isWhole: (body) => body.includes('</html>'),
};

/** Stores a value and reads it, in the words of the engine that the environment names. */
const client = `
const { REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, MEMCACHED_HOST, MEMCACHED_PORT } = process.env;
const logIn = process.argv[1] === 'stranger' ? '' : 'AUTH ' + REDIS_PASSWORD + '\\r\\n';
const [host, port, words] = REDIS_HOST
  ? [REDIS_HOST, REDIS_PORT, logIn + 'SET story kept\\r\\nGET story\\r\\n']
  : [MEMCACHED_HOST, MEMCACHED_PORT, 'set story 0 60 4\\r\\nkept\\r\\nget story\\r\\n'];
const socket = require('net').connect({ host, port }, () => socket.write(words));
const end = () => { console.log(answer.join(' ')); process.exit(); };
const answer = [];
socket.on('data', (data) => {
  answer.push(...String(data).split('\\r\\n').filter(Boolean));
  if (answer.includes('kept') || String(data).startsWith('-')) end();
});
setTimeout(end, 5000);`;

describe('an object cache', function () {
  operator();
  const load = loads();
  // Before its namespace goes.
  after(() => forget('story-object-cache', 'blog'));
  const ns = namespace('story-object-cache');
  const engines = { quick: 'Valkey', plain: 'Memcached' };

  before(async () => {
    const [example, wordpress] = [await image('node-example-1'), await image('wordpress')];
    const blog = {
      image: wordpress,
      preset: 'WordPress',
      hosts: [host],
      database: smallDatabase,
      files: { size: '300Mi' },
      objectCache: { engine: 'Valkey', memory },
    };
    const sites = Object.entries(engines).map(([name, engine]) =>
      smallSite(name, example, { objectCache: { engine, memory } }),
    );
    await apply(ns, ...sites, hostedSite('blog', blog), pod('stranger', example));
    await Promise.all(['quick', 'plain', 'blog'].map((name) => wait(ns, name, 'Ready')));
    await kubectl(['wait', '-n', ns, '--for=condition=Ready', 'pod/stranger', '--timeout=60s']);
  });

  for (const [name, engine] of Object.entries(engines))
    it(`keeps in ${engine} what the application stores`, async () => {
      const inPod = ['exec', '-n', ns, `deployment/${name}-web`, '-c', 'application', '--'];
      const answer = await kubectl([...inPod, 'node', '-e', client]);
      assert.match(answer, engine === 'Valkey' ? /^\+OK \+OK \$4 kept/ : /^STORED VALUE story 0 4 kept/);
    });

  it('in Valkey is closed to whoever does not know its password, also where the network lets him in', async () => {
    const inPod = ['exec', '-n', ns, 'deployment/quick-web', '-c', 'application', '--'];
    const answer = await kubectl([...inPod, 'node', '-e', client, 'stranger']);
    assert.match(answer, /^-NOAUTH/);
    const server = await kubectl(['get', 'pods', '-n', ns, '-l', serverOf('quick'), '-o', 'json']);
    const { password } = await secretData(ns, 'quick-object-cache');
    assert.match(password ?? '', /^[\w-]{32}$/);
    assert.ok(!server.includes(password ?? ''));
    const arguments_ = ['exec', '-n', ns, 'deployment/quick-object-cache', '--', 'cat', '/proc/1/cmdline'];
    const command = await kubectl(arguments_);
    assert.match(command, /^valkey-server/);
    assert.ok(!command.includes(password ?? ''));
  });

  it('is reached by its own site, and by nobody else', async () => {
    const targets: Target[] = [
      { name: 'quick', host: 'quick-object-cache', port: 6379 },
      { name: 'plain', host: 'plain-object-cache', port: 11211 },
      { name: 'blog', host: 'blog-object-cache', port: 6379 },
    ];
    const [quick, plain] = await Promise.all(['quick', 'plain'].map((name) => webPod(name)));
    const stranger = `${ns}/stranger`;
    await reach(targets, { [`${ns}/${quick}`]: ['quick'], [`${ns}/${plain}`]: ['plain'], [stranger]: [] });
  });

  it('is filled and asked by WordPress', async () => {
    await uncached(host, '/');
    const [keys, hits] = [await valkey('dbsize'), await statistic('keyspace_hits')];
    assert.ok(Number(keys) > 10, `${keys} keys`);
    await uncached(host, '/');
    assert.ok((await statistic('keyspace_hits')) > hits + 10);
    assert.equal(await php(ns, 'blog', `${wordpress} wp_cache_set('story', ['kept']);`), '');
    assert.equal(await php(ns, 'blog', `${wordpress} echo wp_cache_get('story')[0];`), 'kept');
    assert.equal(
      await php(ns, 'blog', `${wordpress} wp_cache_set('count', 5); echo wp_cache_incr('count', 3);`),
      '8',
    );
    assert.equal(await php(ns, 'blog', `${wordpress} echo wp_cache_incr('count');`), '9');
  });

  it('of WordPress is believed nothing that WordPress did not write there', async () => {
    const names = (await valkey('--raw', 'keys', '*:default:story')).split('\n');
    assert.equal(names.length, 1, 'the name of what was stored');
    const [name = ''] = names;
    const found = `${wordpress} wp_cache_get('story', 'default', true, $found); var_dump($found);`;
    await php(ns, 'blog', `${wordpress} wp_cache_set('story', ['kept']);`);
    const isFound = async (): Promise<string> => (await php(ns, 'blog', found)).trim();
    assert.equal(await isFound(), 'bool(true)');
    for (const forged of ['a:1:{i:0;s:5:"pwned";}', '7', 'x']) {
      await valkey('set', name, forged);
      assert.equal(await isFound(), 'bool(false)', forged);
    }
    await php(ns, 'blog', `${wordpress} wp_cache_set('other', ['of another name']);`);
    await valkey('copy', name.replace('story', 'other'), name, 'replace');
    assert.equal(await isFound(), 'bool(false)', 'what was written under another name');
  });

  it('that is lost, or away for long, costs no visitor an answer', async () => {
    const visitors = await load(host, { rate: 8, visits: [uncachedPage] });
    await visitors.more(8);
    await kubectl(['delete', 'pod', '-n', ns, '-l', serverOf('blog')]);
    await comesBack();
    // A suspended site is not repaired.
    await change({ suspend: true });
    await eventually('the site is suspended', 15, async () =>
      condition(await site(ns, 'blog'), 'Ready')?.reason === 'Suspended' ? true : undefined,
    );
    await kubectl(['scale', 'deployment', 'blog-object-cache', '-n', ns, '--replicas=0']);
    await eventually('the condition tells', 15, async () =>
      (await statusOf('ObjectCacheReady')) === 'Unknown' ? true : undefined,
    );
    await visitors.more(40);
    assert.equal(await statusOf('Available'), 'True');
    await change({ suspend: false });
    await comesBack();
    await visitors.more(8);
    const { requests, failed } = await visitors.stop();
    assert.ok(requests > 60, `only ${requests} visits`);
    assert.deepEqual(failed, []);
    assert.ok(Number(await valkey('dbsize')) > 10);
  });

  it('of WordPress is no Memcached', async () => {
    await assert.rejects(
      change({ objectCache: { engine: 'Memcached' } }),
      /write engine Valkey: preset WordPress works with no other object cache/,
    );
  });

  const wordpress = "require '/var/www/html/wp-load.php';";

  function serverOf(name: string): string {
    return `app.kubernetes.io/instance=${name},app.kubernetes.io/component=object-cache`;
  }

  async function comesBack(): Promise<void> {
    await eventually('a server takes connections', 30, async () =>
      (await valkey('ping')) === 'PONG' ? true : undefined,
    );
    await wait(ns, 'blog', 'ObjectCacheReady', 30);
    await wait(ns, 'blog', 'Ready', 30);
  }

  async function valkey(...words: string[]): Promise<string> {
    const inPod = ['exec', '-n', ns, 'deployment/blog-object-cache', '--'];
    return (await kubectl([...inPod, 'valkey-cli', ...words])).trim();
  }

  async function statistic(name: string): Promise<number> {
    const found = new RegExp(`^${name}:(\\d+)`, 'm').exec(await valkey('info', 'stats'));
    return Number(found?.[1]);
  }

  async function statusOf(type: string): Promise<string | undefined> {
    return condition(await site(ns, 'blog'), type)?.status;
  }

  function change(spec: object): Promise<string> {
    const patch = JSON.stringify({ spec });
    return kubectl(['patch', 'hostedsite', 'blog', '-n', ns, '--type=merge', '-p', patch]);
  }

  async function webPod(name: string): Promise<string> {
    const selector = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=web`;
    const query = ['-l', selector, '-o', 'jsonpath={.items[0].metadata.name}'];
    return kubectl(['get', 'pods', '-n', ns, ...query]);
  }
});
