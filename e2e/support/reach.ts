import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { clusterEnvironment, eventually, kubectl } from './cluster.ts';

/** Who reaches whom in the cluster's network, seen from inside of pods that run the example image. */

/** Answers on these ports, and on UDP 5353 with what it was sent. */
export const reachablePorts = [3000, 8080, 8081, 8090] as const;

/** What a pod runs that is to be reached, and that tries to reach others. */
export const reachableProgram = `
const http = require('http'), dgram = require('dgram');
for (const port of [${reachablePorts.join()}]) http.createServer((_, answer) => answer.end('here')).listen(port);
const socket = dgram.createSocket('udp4');
socket.on('message', (message, from) => socket.send(message, from.port, from.address));
socket.bind(5353);`;

/** A refused packet is dropped without an answer. Lost ones are sent again after a second: so long is no silence. */
const silenceMilliseconds = 1500;

const client = `
const net = require('net'), dgram = require('dgram');
const tcp = (host, port) => new Promise((done) => {
  const socket = net.connect({ host, port });
  const end = (answer) => { socket.destroy(); done(answer); };
  socket.once('connect', () => end(true)).once('error', () => end(false));
  setTimeout(end, ${silenceMilliseconds}, false);
});
const udp = (host, port) => new Promise((done) => {
  const socket = dgram.createSocket('udp4');
  const send = () => socket.send('ping', port, host);
  const again = setInterval(send, 300);
  const end = (answer) => { clearInterval(again); socket.close(); done(answer); };
  socket.once('message', () => end(true));
  setTimeout(end, ${silenceMilliseconds}, false);
  send();
});
Promise.all(targets.map(async ({ name, host, port, protocol }) =>
  await (protocol === 'UDP' ? udp : tcp)(host, port) ? [name] : [])).then((found) => {
  console.log(JSON.stringify(found.flat()));
  process.exit();
});`;

export interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol?: 'UDP';
}

/** The targets that answer a pod (NAMESPACE/NAME) now. */
export async function reached(path: string, targets: readonly Target[]): Promise<string[]> {
  const [namespace = '', pod = ''] = path.split('/');
  const code = `const targets = ${JSON.stringify(targets)};${client}`;
  return JSON.parse(await kubectl(['exec', '-n', namespace, pod, '--', 'node', '-e', code])) as string[];
}

/** The same of a pod that has no Node but a shell. TCP only. */
export async function reachedByShell(path: string, targets: readonly Target[]): Promise<string[]> {
  const [namespace = '', pod = ''] = path.split('/');
  const seconds = silenceMilliseconds / 1000;
  const tries = targets.map(
    ({ host, port }, at) =>
      `(timeout ${seconds} bash -c ': </dev/tcp/${host}/${port}' && echo ${at}) 2>/dev/null &`,
  );
  const command = `${tries.join('\n')}\nwait`;
  const text = await kubectl(['exec', '-n', namespace, pod, '--', 'bash', '-c', command]);
  return text.split('\n').flatMap((line) => (line === '' ? [] : (targets[Number(line)]?.name ?? [])));
}

/** Waits until each pod reaches what is written for it, and nothing else. */
export async function reach(
  targets: readonly Target[],
  expected: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const wanted = JSON.stringify(expected);
  let seen = '';
  const look = async (): Promise<true | undefined> => {
    const rows = Object.keys(expected).map(async (path) => [path, await reached(path, targets)]);
    seen = JSON.stringify(Object.fromEntries(await Promise.all(rows)));
    return seen === wanted ? true : undefined;
  };
  await eventually(`pods reach ${wanted}`, 10, look).catch((error: unknown) => {
    throw new Error(`${String(error)}; they reach ${seen}`, { cause: error });
  });
}

const holder = `
const socket = require('net').connect({ host, port }, () => console.log('open'));
socket.setNoDelay().on('data', () => { console.log('answered'); process.exit(); });
setTimeout(() => { console.log('silent'); process.exit(); }, 20000);
process.stdin.once('data', () => socket.write('GET / HTTP/1.1\\r\\nhost: any\\r\\n\\r\\n'));`;

/** A connection that a pod opens now, and on which it sends its first request when it is told to. */
export async function heldConnection(path: string, { host, port }: Target): Promise<() => Promise<string>> {
  const code = `const [host, port] = ${JSON.stringify([host, port])};${holder}`;
  const { opened, told } = await conversation(path, code);
  if (opened !== 'open') throw new Error(`${path} does not reach ${host}:${port}: ${opened}`);
  return () => told('now');
}

const intruder = `
const entered = new Set();
const attempt = (host) => {
  const socket = require('net').connect({ host, port });
  const again = (milliseconds) => { socket.destroy(); setTimeout(attempt, milliseconds, host); };
  socket.once('connect', () => { entered.add(host); again(500); }).once('error', () => again(10));
  // On a busy machine the clock may be looked at before the answer that is there already.
  socket.setTimeout(150, () => setImmediate(() => entered.has(host) || again(0)));
};
for (const host of hosts) attempt(host);
console.log('trying');
process.stdin.once('data', (open) => {
  const end = () => { console.log(JSON.stringify([...entered])); process.exit(); };
  const look = () => entered.has(String(open).trim()) ? end() : setTimeout(look, 50);
  setTimeout(end, 10000);
  look();
});`;

/**
 * A pod that tries to get in at a port of all these addresses, again and again, whether anybody has them yet or not. It is
 * told one that is open: once it is in there, it says where it got in.
 */
export async function intrusion(
  path: string,
  hosts: readonly string[],
  port: number,
): Promise<(open: string) => Promise<string[]>> {
  const code = `const [hosts, port] = ${JSON.stringify([hosts, port])};${intruder}`;
  const { told } = await conversation(path, code);
  return async (open) => JSON.parse(await told(open)) as string[];
}

/** The addresses that a node gives next, after this one: it goes through its block from end to end. */
export function nextAddresses(address: string, count: number): string[] {
  const [last = 0, ...rest] = address.split('.').map(Number).reverse();
  const block = rest.reverse().join('.');
  return Array.from({ length: count }, (_, position) => `${block}.${((last - 1 + position) % 253) + 2}`);
}

/** A program of Node that runs in a pod, says a word, and another one when it is told to. */
async function conversation(
  path: string,
  code: string,
): Promise<{ opened: string; told: (word: string) => Promise<string> }> {
  const [namespace = '', pod = ''] = path.split('/');
  const args = ['exec', '-i', '-n', namespace, pod, '--', 'node', '-e', code];
  const child = spawn('kubectl', args, {
    env: await clusterEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const words = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await words.next()).value);
  const told = (word: string): Promise<string> => {
    child.stdin.end(`${word}\n`);
    return next();
  };
  return { opened: await next(), told };
}
