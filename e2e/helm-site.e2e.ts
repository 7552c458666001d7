import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './cluster/command.ts';
import { checkout } from './cluster/instance.ts';
import { nameImages, operatorNamespace } from './operator.ts';
import { clusterEnvironment, eventually, kubectl, request } from './support/cluster.ts';
import { operator, site } from './support/site.ts';
import { isPrinted, steps } from './support/walk.ts';

const namespace = 'shop';
const host = 'www.helm.localhost';
const image = 'localhost/hello:1';

/** The page, followed block by block. */
describe('docs/use/helm.md', function () {
  this.bail(true);
  operator();
  const walk = steps(readFileSync(join(checkout, 'docs/use/helm.md'), 'utf8'));
  let pods = '';

  const removed = (): Promise<string> => kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
  before(async function () {
    this.timeout(300_000);
    await removed();
    await nameImages();
  });
  after(removed);

  async function serving(): Promise<string> {
    const selector = 'app.kubernetes.io/instance=shop';
    return kubectl([
      'get',
      'pods',
      '-n',
      namespace,
      '-l',
      selector,
      '-o',
      'jsonpath={.items[*].metadata.uid}',
    ]);
  }

  /** What is true beside what the page says is printed, by the words of the block. */
  const beside: readonly (readonly [RegExp, () => Promise<void>])[] = [
    [
      /^helm test/,
      async () => {
        const left = await kubectl(['get', 'pods', '-n', operatorNamespace, '-o', 'name']);
        assert.doesNotMatch(left, /-test$/m);
      },
    ],
    [
      /^helm install/m,
      async () => {
        await eventually('the site answers', 20, async () =>
          (await request(host, '/version')).status === 200 ? true : undefined,
        );
        pods = await serving();
        assert.notEqual(pods, '');
      },
    ],
    [
      /^helm upgrade/,
      async () => {
        assert.deepEqual((await request(host, '/version?after')).status, 200);
        await eventually('the site is back', 30, async () => {
          const { running, outcome } = (await site(namespace, 'shop')).status?.release ?? {};
          const isBack = running?.image === image && outcome === 'RolledBack';
          return isBack && (await serving()) === pods ? true : undefined;
        });
      },
    ],
    [
      /^helm rollback/,
      async () => {
        assert.equal((await site(namespace, 'shop')).spec['image'], image);
        assert.equal(await serving(), pods);
      },
    ],
    [
      /^helm uninstall/,
      async () => {
        await eventually('the site is gone', 60, async () => {
          const left = await kubectl(['get', 'hostedsites,deployments', '-n', namespace, '-o', 'name']);
          return left.trim() === '' ? true : undefined;
        });
      },
    ],
  ];

  it('has a block for each', () => {
    for (const [words] of beside) assert.ok(walk.some(({ commands }) => words.test(commands)));
  });

  for (const { heading, commands, expected } of walk) {
    const [first = ''] = commands.split(' --', 1);
    it(`${heading}: ${first.trim().split('\n').at(-1)}`, async function () {
      this.timeout(330_000);
      const options = { cwd: checkout, env: await clusterEnvironment(), input: commands, timeout: 320_000 };
      const output = await run('bash', ['-euo', 'pipefail', '-s'], options);
      for (const line of expected) assert.ok(isPrinted(line, output), `not printed: ${line}\n${output}`);
      for (const [words, check] of beside) if (words.test(commands)) await check();
    });
  }
});
