import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, chownSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before } from 'mocha';
import { varnishContainer } from '../../operator/components/cache/varnish.ts';
import { vcl } from '../../operator/components/cache/vcl/vcl.ts';
import { testSite } from '../../operator/testing/site.ts';
import type { TestOverrides } from '../../operator/testing/site.ts';
import { run, until } from '../cluster/command.ts';
import { imageRoot } from '../support/image-root.ts';
import { started } from '../support/started.ts';
import { application } from './application.ts';
import type { Application, Handler } from './application.ts';

/** Of the image. */
const user = 10003;

export interface Varnish {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Another way in, a socket of which the kernel takes little: for visitors who are slow. */
  readonly socket: string;
  /** Its working directory. */
  readonly folder: string;
  /** What varnishd has counted, such as `MAIN.fetch_1xx`. */
  counters(): Promise<Readonly<Record<string, number>>>;
  /** Bytes of memory that its worker has of its own, without the log that it shares with its readers. */
  memory(): number;
  stop(): Promise<void>;
}

/** An edge in a `describe`: the real Varnish of the image, with the VCL and the arguments of a site, before an application. */
export interface Edge {
  readonly port: number;
  readonly application: Application;
  readonly varnish: Varnish;
}

/**
 * To be called in a `describe`. `handler` may be changed from test to test (`edge.application.handler = …`). `text` makes
 * another VCL than the one of the site's pods.
 */
export function edge(
  overrides: TestOverrides,
  handler: Handler,
  text: (port: number) => string = (port) => vcl(siteAt(overrides, port)),
): Edge {
  const parts: { application?: Application; varnish?: Varnish } = {};
  const all = started();
  before(async function () {
    this.timeout(60_000);
    parts.application = await all.run(() => application(handler));
    const { port } = parts.application;
    parts.varnish = await all.run(() => varnish(text(port), siteAt(overrides, port)));
  });
  return {
    get port() {
      return parts.varnish!.port;
    },
    get application() {
      return parts.application!;
    },
    get varnish() {
      return parts.varnish!;
    },
  };
}

export function siteAt(overrides: TestOverrides, port: number): ReturnType<typeof testSite> {
  return testSite({ ...overrides, web: { ...overrides.web, port } });
}

/** As the pod starts it, but for its port, its folder and its file, which are this instance's own, and a second way in. */
async function varnish(text: string, site: Parameters<typeof varnishContainer>[0]): Promise<Varnish> {
  const root = await imageRoot('varnish');
  const port = await freePort();
  const folder = `/tmp/edge-${process.pid}-${port}`;
  mkdirSync(join(root, folder));
  chownSync(join(root, folder), user, user);
  writeFileSync(join(root, `${folder}.vcl`), text);
  const own: Record<string, string> = {
    '-a': `http=127.0.0.1:${port},HTTP`,
    '-f': `${folder}.vcl`,
    '-n': folder,
  };
  const [program = '', ...words] = varnishContainer(site, {})['command'] as string[];
  const args = words.map((word, at) => own[words[at - 1] ?? ''] ?? word);
  args.push('-a', `${folder}/visitors.sock,HTTP`);
  const inRoot = [`--userspec=${user}:${user}`, root];
  // Dies with this process, however that ends; who becomes another user after he asked for it does not.
  const asUser = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--pdeathsig=KILL'];
  const child = spawn('chroot', [root, ...asUser, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    rmSync(join(root, folder), { recursive: true, force: true });
    rmSync(join(root, `${folder}.vcl`), { force: true });
  };
  try {
    await until('Varnish listens', 30, async () => {
      if (child.exitCode !== null) throw new Error('Varnish has ended');
      return listens(port);
    });
  } catch (error) {
    await stop();
    throw new Error(`Varnish did not start: ${output}`, { cause: error });
  }
  const socket = join(root, folder, 'visitors.sock');
  return {
    port,
    socket,
    folder: join(root, folder),
    stop,
    counters: () => counters(inRoot, folder),
    memory: () => memory(child.pid!),
  };
}

function memory(manager: number): number {
  const worker = readFileSync(`/proc/${manager}/task/${manager}/children`, 'utf8').trim();
  const [, kibibytes] = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${worker}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

async function counters(inRoot: string[], folder: string): Promise<Record<string, number>> {
  const text = await run('chroot', [...inRoot, 'varnishstat', '-n', folder, '-j', '-t', '10']);
  const { counters: all } = JSON.parse(text) as { counters: Record<string, { value: number }> };
  return Object.fromEntries(Object.entries(all).map(([name, { value }]) => [name, value]));
}

function listens(port: number): Promise<true | undefined> {
  return new Promise((told) => {
    const socket = connect(port, '127.0.0.1', () => told(true));
    socket.on('error', () => told(undefined)).on('close', () => told(undefined));
    socket.on('connect', () => socket.end());
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
