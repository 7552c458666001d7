import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './cluster/command.ts';
import { imageArchive, imageReference } from './cluster/images.ts';
import { addresses, checkout } from './cluster/instance.ts';
import { nameImages } from './operator.ts';
import { apply, clusterEnvironment, eventually, image, kubectl } from './support/cluster.ts';
import { pod } from './support/objects.ts';
import { operator, site } from './support/site.ts';
import { isPrinted, steps } from './support/walk.ts';
import { forget, logIn } from './support/wordpress.ts';

const namespace = 'customer-a';
const base = 'localhost/wordpress:6.8';
const host = 'www.shop.localhost';

/** Takes mails and writes down what it is told, line by line; port 3000 is for the pod's probe. */
const relayProgram = `
require('http').createServer((_, answer) => answer.end()).listen(3000);
require('net').createServer((socket) => {
  let isText = false, text = '';
  socket.write('220 relay\\r\\n');
  socket.on('error', () => undefined).on('data', (chunk) => {
    text += chunk;
    for (let at; (at = text.indexOf('\\r\\n')) >= 0; ) {
      const line = text.slice(0, at);
      text = text.slice(at + 2);
      console.log(line);
      if (isText && line === '.') { isText = false; socket.write('250 taken\\r\\n'); }
      else if (isText) continue;
      else if (/^DATA/i.test(line)) { isText = true; socket.write('354 go on\\r\\n'); }
      else if (/^QUIT/i.test(line)) socket.end('221 bye\\r\\n');
      else socket.write('250 ok\\r\\n');
    }
  });
}).listen(2525);`;

/** The page, followed block by block, with a mail relay where it says that there is one. */
describe('docs/use/how-do-i.md', function () {
  this.bail(true);
  operator();
  const walk = steps(readFileSync(join(checkout, 'docs/use/how-do-i.md'), 'utf8'));

  async function remove(): Promise<void> {
    await forget(namespace, 'shop');
    await kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
    await run('buildah', ['rmi', '--force', 'localhost/shop:1', base]).catch(() => undefined);
  }
  before(async function () {
    this.timeout(300_000);
    await remove();
    await nameImages();
    await run('buildah', ['pull', '--quiet', `docker-archive:${imageArchive('wordpress')}`]);
    await run('buildah', ['tag', imageReference('wordpress'), base]);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    await apply(namespace, ...(await relay()));
  });
  after(async function () {
    this.timeout(300_000);
    await remove();
    await run('buildah', ['rmi', '--force', imageReference('wordpress')]).catch(() => undefined);
  });

  /** What is true beside what the page says is printed, by the beginning of the heading. */
  const beside: Record<string, (output: string) => Promise<void>> = {
    'Get or change a password': async (output) => {
      const [, password] = /^admin has the password (.+)$/m.exec(output) ?? [];
      // The first block prints the one of the installation, which counts until the second has changed it.
      assert.ok(await logIn(host, 'admin', password ?? output.trim()), 'the password is refused');
    },
    'Send mail': async () => {
      await eventually('the relay has the mail', 20, async () => {
        const log = await kubectl(['logs', '-n', namespace, 'mail-relay']);
        return log.includes('From: WordPress <shop@example.org>') && log.includes('It works.')
          ? true
          : undefined;
      });
    },
    'Read the access log': (output) => {
      const visits = output.split('\n').filter((line) => line.includes('who=visitor'));
      assert.deepEqual(
        visits.map((line) => line.split(' ')[0]),
        [addresses.outside, addresses.outside],
      );
      return Promise.resolve();
    },
    'Pull from a private registry': async () => {
      assert.deepEqual((await site(namespace, 'shop')).spec['imagePullSecrets'], [{ name: 'registry' }]);
    },
  };

  it('has a task for each of what newcomers looked for', () => {
    const headings = new Set(walk.map(({ heading }) => heading));
    assert.ok(headings.size >= 11, [...headings].join());
    assert.deepEqual(
      Object.keys(beside).filter((heading) => !headings.has(heading)),
      [],
    );
  });

  for (const { heading, commands, expected } of walk) {
    it(heading, async function () {
      this.timeout(360_000);
      const options = { cwd: checkout, env: await clusterEnvironment(), input: commands, timeout: 330_000 };
      const output = await run('bash', ['-euo', 'pipefail', '-s'], options);
      for (const line of expected) assert.ok(isPrinted(line, output), `not printed: ${line}\n${output}`);
      await beside[heading]?.(output);
    });
  }
});

async function relay(): Promise<object[]> {
  const plain = pod('mail-relay', await image('node-example-1')) as { spec: { containers: object[] } };
  const [container] = plain.spec.containers;
  const command = ['node', '-e', relayProgram];
  const spec = { ...plain.spec, containers: [{ ...container, command }] };
  const ports = [{ port: 2525, targetPort: 2525 }];
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'mail-relay' },
    spec: { selector: { app: 'mail-relay' }, ports },
  };
  return [{ ...plain, spec }, service];
}
