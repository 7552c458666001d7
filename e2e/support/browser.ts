import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { eventually } from './cluster.ts';
import { DevTools } from './dev-tools.ts';
import { imageRoot } from './image-root.ts';

/** Of the image. */
const user = 10007;

/** In namespaces of its own: what it mounts goes with it, and all of its processes end with the first. */
const inNamespaces = ['--mount', '--pid', '--fork', '--kill-child=KILL'];
/** Who becomes another user is no longer ended with the process that started it, and has to ask for that anew. */
const start = `
folder=$1
shift
mount -t proc proc "$0/proc"
mount --bind /dev "$0/dev"
exec chroot "$0" setpriv --reuid=${user} --regid=${user} --clear-groups --pdeathsig=KILL \
  env HOME="$folder" chromium-headless-shell "$@"`;

/** A browser on this machine, outside of the cluster. It finds the hosts given at this port of loopback, and no others. */
export async function browser(hosts: readonly string[], port: string): Promise<Browser> {
  const root = await imageRoot('browser');
  const folder = `/tmp/browser-${process.pid}`;
  mkdirSync(join(root, folder), { recursive: true });
  chownSync(join(root, folder), user, user);
  const rules = [...hosts.map((host) => `MAP ${host}:80 127.0.0.1:${port}`), 'MAP * ~NOTFOUND'];
  const flags = [
    ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe'],
    `--user-data-dir=${folder}/profile`,
    `--host-resolver-rules=${rules.join(', ')}`,
  ];
  const words = ['--pdeathsig', 'KILL', 'unshare', ...inNamespaces, 'sh', '-euc', start, root];
  const child = spawn('setpriv', [...words, folder, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  return new Browser(child, () => rmSync(join(root, folder), { recursive: true, force: true }));
}

export class Browser {
  readonly #process: ChildProcess;
  readonly #tools: DevTools;
  readonly #gone: Promise<unknown>;
  readonly #tidy: () => void;

  constructor(child: ChildProcess, tidy: () => void) {
    const [, , errors, orders, answers] = child.stdio as [null, null, Readable, Writable, Readable];
    let output = '';
    errors.on('data', (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-4000)));
    this.#process = child;
    this.#tidy = tidy;
    this.#gone = once(child, 'exit');
    this.#tools = new DevTools(orders, answers, () => `the browser has ended: ${output}`);
  }

  async page(): Promise<Page> {
    const { targetId } = await this.#tools.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#tools.ask('Target.attachToTarget', { targetId, flatten: true });
    return new Page(this.#tools, String(sessionId));
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#gone;
    this.#tidy();
  }
}

export class Page {
  readonly #tools: DevTools;
  readonly #session: string;

  constructor(tools: DevTools, session: string) {
    this.#tools = tools;
    this.#session = session;
  }

  /** Returns once the document and what it names are there. */
  async open(address: string): Promise<void> {
    const { errorText } = await this.#tools.ask('Page.navigate', { url: address }, this.#session);
    if (errorText !== undefined) throw new Error(`${address}: ${JSON.stringify(errorText)}`);
    await eventually(`${address} is loaded`, 60, () =>
      this.run<true | undefined>("document.readyState === 'complete' || undefined"),
    );
  }

  /** Runs JavaScript in the page; what it returns, or promises, is given as JSON. */
  async run<T>(expression: string): Promise<T> {
    const order = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#tools.ask('Runtime.evaluate', order, this.#session);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }
}
