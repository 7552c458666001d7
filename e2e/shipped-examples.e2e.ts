import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocuments } from '../operator/api/yaml.ts';
import { run } from './cluster/command.ts';
import { checkout } from './cluster/instance.ts';
import { nameImages } from './operator.ts';
import { apply, eventually, kubectl, namespace, request } from './support/cluster.ts';
import { operator, site, wait } from './support/site.ts';
import { forget } from './support/wordpress.ts';

interface Example {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly hosts: readonly string[] };
}

const folder = join(checkout, 'examples');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  .map((file) => ({ ...file, example: siteOf(file.text) }));

/** Beside what it needs. */
function siteOf(text: string): Example {
  const documents = readDocuments(text) as (Example & { kind: string })[];
  const [site] = documents.filter(({ kind }) => kind === 'HostedSite');
  if (site === undefined) throw new Error('an example without a HostedSite');
  return site;
}

/** What anybody who tries the project pastes first: each file as it is, one after the other. */
describe('a file of examples/', function () {
  operator();
  after(async () => {
    for (const { example } of files) await forget('story-shipped-examples', example.metadata.name);
  });
  const ns = namespace('story-shipped-examples');
  before(async () => {
    await nameImages();
    await certificate();
  });

  /** What the comment in https.yaml says to make. */
  async function certificate(): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'hostedsite-certificate-'));
    const [key, file] = [join(directory, 'tls.key'), join(directory, 'tls.crt')];
    const names = 'subjectAltName=DNS:secure.localhost,DNS:www.secure.localhost';
    const subject = ['-subj', '/CN=secure.localhost', '-addext', names];
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', file],
      ...subject,
    ]);
    await kubectl(['create', 'secret', 'tls', 'secure', '-n', ns, `--cert=${file}`, `--key=${key}`]);
    rmSync(directory, { recursive: true });
  }

  for (const { name: file, text, example } of files) {
    const { name } = example.metadata;
    const [host = ''] = example.spec.hosts;

    it(`${file} serves`, async function () {
      this.timeout(300_000);
      await apply(ns, text);
      await wait(ns, name, 'Ready', 240);
      const expected = file === 'https.yaml' ? 301 : 200;
      const { headers } = await eventually(`${host} answers with ${expected}`, 30, async () => {
        const answer = await request(host, '/');
        return answer.status === expected ? answer : undefined;
      });
      if (file === 'https.yaml') assert.equal(headers['location'], `https://${host}/`);
      await beside[file]?.();
      // All of them at once would not fit on the node.
      await forget(ns, name);
    });
  }

  /** What a file promises beside that. */
  const beside: Record<string, () => Promise<void>> = {
    'autoscaling.yaml': async () => {
      await eventually('the boost is there', 90, async () =>
        (await site(ns, 'busy')).status?.replicas === 3 ? true : undefined,
      );
    },
    'cron.yaml': async () => {
      for (const [job, words] of [
        ['clean', 'Nothing to clean.'],
        ['newsletter', 'Nobody has subscribed.'],
      ] as const) {
        await kubectl(['create', 'job', job, `--from=cronjob/news-cron-${job}`, '-n', ns]);
        await kubectl(['wait', `job/${job}`, '-n', ns, '--for=condition=Complete', '--timeout=60s']);
        assert.equal((await kubectl(['logs', '-n', ns, `job/${job}`])).trim(), words);
      }
    },
    'workers.yaml': async () => {
      await wait(ns, 'orders', 'WorkersReady', 120);
      for (const [worker, words] of [
        ['mail', 'No mail.'],
        ['images', 'No images.'],
      ] as const)
        assert.match(
          await kubectl(['logs', '-n', ns, `deployment/orders-worker-${worker}`]),
          new RegExp(words),
        );
    },
  };

  it('the page of examples/ names every file', () => {
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    const named = [...page.matchAll(/\]\(([a-z-]+\.yaml)\)/g)].map(([, name]) => name);
    assert.deepEqual(named.sort(), files.map(({ name }) => name).sort());
  });
});
