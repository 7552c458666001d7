import { request } from 'undici';
import type { Dispatcher } from 'undici';

export interface ApiServer {
  readonly url: string;
  readonly dispatcher?: Dispatcher;
}

interface KubernetesObject {
  readonly metadata: { readonly namespace?: string; readonly name: string; readonly resourceVersion: string };
}

interface List {
  readonly items: KubernetesObject[];
  readonly metadata: { readonly resourceVersion: string };
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

/** The objects of one resource as the API server has them; `changed` is called after each change. */
export class WatchedList {
  readonly objects = new Map<string, unknown>();
  isComplete = false;
  readonly #server: ApiServer;
  readonly #path: string;
  readonly #changed: () => void;

  constructor(server: ApiServer, path: string, changed: () => void) {
    this.#server = server;
    this.#path = path;
    this.#changed = changed;
  }

  /** Follows until the signal; a watch that ends, for whatever reason, is followed by a new list. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#watch(await this.#list(signal), signal);
      } catch (error) {
        if (signal.aborted) return;
        process.stderr.write(`${this.#path}: ${String(error)}\n`);
        await new Promise((wake) => setTimeout(wake, 200));
      }
    }
  }

  /** Whether the API server has something in a namespace now that has not come here yet. */
  async isBehind(namespace: string): Promise<boolean> {
    const { items } = await this.#get(`?fieldSelector=metadata.namespace%3D${namespace}`);
    return items.some((item) => version(this.objects.get(key(item))) < version(item));
  }

  async #list(signal: AbortSignal): Promise<string> {
    const list = await this.#get('', signal);
    this.objects.clear();
    for (const object of list.items) this.objects.set(key(object), object);
    this.isComplete = true;
    this.#changed();
    return list.metadata.resourceVersion;
  }

  async #get(query: string, signal?: AbortSignal): Promise<List> {
    const url = `${this.#server.url}${this.#path}${query}`;
    const { statusCode, body } = await request(url, this.#options(signal));
    const list = (await body.json()) as List;
    if (statusCode !== 200) throw new Error(`list answered ${statusCode}`);
    return list;
  }

  async #watch(version: string, signal: AbortSignal): Promise<void> {
    const query = `watch=true&resourceVersion=${version}&timeoutSeconds=300`;
    const options = { ...this.#options(signal), bodyTimeout: 0 };
    const { statusCode, body } = await request(`${this.#server.url}${this.#path}?${query}`, options);
    if (statusCode !== 200) throw new Error(`watch answered ${statusCode}`);
    body.setEncoding('utf8');
    let rest = '';
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line) as WatchEvent);
      this.#changed();
    }
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw new Error(`watch broke off: ${JSON.stringify(object)}`);
    if (type === 'DELETED') this.objects.delete(key(object));
    else if (type !== 'BOOKMARK') this.objects.set(key(object), object);
  }

  #options(signal?: AbortSignal) {
    const { dispatcher } = this.#server;
    return {
      ...(signal === undefined ? {} : { signal }),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    };
  }
}

function key({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The API server counts up with every write. */
function version(object: unknown): number {
  return Number((object as KubernetesObject | undefined)?.metadata.resourceVersion ?? 0);
}
