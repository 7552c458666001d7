import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'mocha';
import { Agent, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import { run } from '../cluster/command.ts';
import { loadBuiltImage } from '../cluster/image-store.ts';
import type { ImageName } from '../cluster/images.ts';
import type { ClusterNode } from '../cluster/instance.ts';
import { environment, runningCluster } from '../cluster/lifecycle.ts';
import * as machine from '../cluster/node.ts';
import { writeYAML } from '../../operator/api/yaml.ts';

let known: Promise<NodeJS.ProcessEnv> | undefined;

/** PATH with kubectl and helm, KUBECONFIG and the ingress ports: asked for once, the cluster stays the same. */
export function clusterEnvironment(): Promise<NodeJS.ProcessEnv> {
  known ??= environment();
  return known;
}

/** kubectl as the administrator; its words on stderr are the error's message. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const options = { env: await clusterEnvironment(), timeout: 120_000 };
  return run('kubectl', args, input === undefined ? options : { ...options, input });
}

/** Applies YAML text or objects, as a user does: `kubectl apply --server-side`. Returns kubectl's words. */
export async function apply(namespace: string, ...objects: readonly (string | object)[]): Promise<string> {
  const documents = objects.map((object) => (typeof object === 'string' ? object : writeYAML(object)));
  return kubectl(
    ['apply', '--server-side', '--namespace', namespace, '--filename', '-'],
    documents.join('\n---\n'),
  );
}

/**
 * To be called in a `describe`: the stories in it have a namespace in which only restricted pods are admitted. It is
 * made anew before them and deleted after them; when a story fails, what was in it is shown.
 */
export function namespace(name: string): string {
  before(async () => {
    await kubectl(['delete', 'namespace', name, '--ignore-not-found', '--wait']);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') process.stderr.write(await contents(name));
  });
  after(() => kubectl(['delete', 'namespace', name, '--ignore-not-found', '--wait=false']));
  return name;
}

export interface RequestOptions {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** One that keeps connections; without it each request has a connection of its own. */
  readonly agent?: Agent;
  /** By https, of a visitor who trusts this certificate and no other; PEM. */
  readonly ca?: string;
  /** Milliseconds until the answer's headers. */
  readonly timeout?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const newConnections = new Agent({ pipelining: 0 });
const trusting = new Map<string, Agent>();

function newSecureConnections(ca: string, servername: string): Agent {
  const key = `${servername} ${ca}`;
  const agent = trusting.get(key) ?? new Agent({ connect: { ca, servername }, pipelining: 0 });
  trusting.set(key, agent);
  return agent;
}

/** A visitor's request through the ingress port on loopback. */
export async function request(host: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { HOSTEDSITE_HTTP_PORT: port, HOSTEDSITE_HTTPS_PORT: securePort } = await clusterEnvironment();
  const { method = 'GET', body = null, timeout = 30_000, ca } = options;
  const origin = ca === undefined ? `http://127.0.0.1:${port}` : `https://127.0.0.1:${securePort}`;
  const connections = ca === undefined ? newConnections : newSecureConnections(ca, host);
  const { agent = connections } = options;
  const began = Date.now();
  try {
    const answer = await send(`${origin}${path}`, {
      method,
      body,
      headers: { ...options.headers, host },
      dispatcher: agent,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  } catch (cause) {
    throw new Error(`${method} ${host}${path} after ${Date.now() - began} ms: ${String(cause)}`, { cause });
  }
}

/** Asks again and again until the answer is not undefined; an error counts as no answer, the last one is told. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    let reason = '';
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      reason = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s${reason}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

/** The reference of one of the project's images, which was built before; put into the nodes if need be. */
export async function image(name: ImageName): Promise<string> {
  const { cluster, programs } = await runningCluster();
  return loadBuiltImage(cluster, programs, name);
}

/** Pulls a node's plug. Power it on again in an `after`: the cluster is everybody's. */
export async function powerOff(name = 'node1'): Promise<void> {
  const { cluster } = await runningCluster();
  await machine.powerOff(cluster, await clusterNode(name));
}

/** Does nothing when it is on. */
export async function powerOn(name = 'node1'): Promise<void> {
  const [running, node] = [await runningCluster(), await clusterNode(name)];
  if (machine.insideNode(running.cluster, node) === undefined) await machine.powerOn(running, node);
}

async function clusterNode(name: string): Promise<ClusterNode> {
  const { cluster } = await runningCluster();
  const node = cluster.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`the cluster has no node ${name}`);
  return node;
}

async function contents(name: string): Promise<string> {
  const objects = await kubectl(['get', 'all,pvc,ingress', '-n', name, '-o', 'wide']).catch(String);
  const events = await kubectl(['get', 'events', '-n', name, '--sort-by=.lastTimestamp']).catch(String);
  const ingress = await kubectl(['logs', '-n', 'traefik', 'deployment/traefik', '--tail=15']).catch(String);
  const parts = [objects, events.split('\n').slice(-30).join('\n'), ingress, await relays()];
  return `\n--- ${name}\n${parts.join('\n')}\n`;
}

/** What the way from loopback to the ingress controller complained of at last. */
async function relays(): Promise<string> {
  const { directory } = (await runningCluster()).cluster;
  return ['forward-http', 'forward-http-inside']
    .map((name) => readFileSync(join(directory, 'logs', `${name}.log`), 'utf8'))
    .map((log) => log.split('\n').slice(-10).join('\n'))
    .join('\n');
}
