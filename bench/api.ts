import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import type { KubernetesObject } from './children.ts';
import { apiPath } from './paths.ts';
import { watch } from './watch.ts';
import type { Watch, WatchOptions } from './watch.ts';

export interface ApiOptions {
  /** `https://host:port` */
  server: string;
  /** PEM */
  authority: string;
  /** Bearer token. */
  token: string;
}

/** Answers of the API server that are no success. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

const applyPatch = 'application/apply-patch+yaml';
const mergePatch = 'application/merge-patch+json';

/**
 * The bench's own plain client: as many connections as requests under way, no retries, no cache. It is no part of the
 * operator, so that what is measured does not change the ruler.
 */
export class Api {
  readonly #options: ApiOptions;
  readonly #agent: Agent;
  readonly #watches: Watch[] = [];

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#agent = new Agent({ connect: { ca: options.authority }, allowH2: false, keepAliveTimeout: 60_000 });
  }

  /** POST; a name that is taken is Refused with status 409. */
  create(object: KubernetesObject): Promise<KubernetesObject> {
    const { namespace } = object.metadata;
    return this.#send('POST', apiPath(object.kind, namespace), object);
  }

  /** Server-side apply as the operator does it, of an object or of its status. */
  apply(object: KubernetesObject, subresource = ''): Promise<KubernetesObject> {
    const { name, namespace } = object.metadata;
    const place = `${apiPath(object.kind, namespace)}/${name}${subresource}`;
    return this.#send('PATCH', `${place}?fieldManager=hostedsite&force=true`, object, applyPatch);
  }

  /** Merge patch of an object or of its status. */
  patch(
    { kind, metadata: { name, namespace } }: Pick<KubernetesObject, 'kind' | 'metadata'>,
    change: object,
    subresource = '',
  ): Promise<KubernetesObject> {
    return this.#send('PATCH', `${apiPath(kind, namespace)}/${name}${subresource}`, change, mergePatch);
  }

  async remove(kind: string, namespace: string, name: string): Promise<void> {
    await this.#send('DELETE', `${apiPath(kind, namespace)}/${name}`);
  }

  post(path: string, body: object): Promise<unknown> {
    return this.#send('POST', path, body);
  }

  /** How many objects of a kind there are with a label; asks for one and lets the server count the rest. */
  async count(kind: string, selector: string): Promise<number> {
    const path = `${apiPath(kind)}?limit=500&labelSelector=${encodeURIComponent(selector)}`;
    let total = 0;
    for (let next = ''; ;) {
      const page = (await this.#send('GET', `${path}&continue=${next}`)) as unknown as Page;
      total += page.items.length;
      if (page.metadata.continue === undefined || page.metadata.continue === '') return total;
      next = encodeURIComponent(page.metadata.continue);
    }
  }

  async text(path: string): Promise<string> {
    const answer = await this.#request('GET', path);
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Refused(answer.statusCode, `${path}: ${answer.statusCode}`);
    return text;
  }

  watch(kind: string, seen: WatchOptions['seen'], metadataOnly = false): Watch {
    const { server, token } = this.#options;
    const path = apiPath(kind);
    const authorization = `Bearer ${token}`;
    const started = watch({ server, dispatcher: this.#agent, authorization, path, metadataOnly, seen });
    this.#watches.push(started);
    return started;
  }

  async close(): Promise<void> {
    for (const one of this.#watches) one.stop();
    await this.#agent.destroy();
  }

  async #send(method: Method, path: string, body?: object, type?: string): Promise<KubernetesObject> {
    const answer = await this.#request(method, path, body, type);
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Refused(answer.statusCode, `${method} ${path}: ${text}`);
    return JSON.parse(text) as KubernetesObject;
  }

  #request(
    method: Method,
    path: string,
    body?: object,
    type = 'application/json',
  ): Promise<Dispatcher.ResponseData> {
    const { server, token } = this.#options;
    return request(server + path, {
      method,
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
    });
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface Page {
  items: unknown[];
  metadata: { continue?: string };
}
