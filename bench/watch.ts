import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { KubernetesObject } from './children.ts';

export interface WatchOptions {
  server: string;
  dispatcher: Dispatcher;
  authorization: string;
  /** `/apis/apps/v1/deployments` */
  path: string;
  /** Only metadata is wanted: a fraction of the bytes. */
  metadataOnly?: boolean;
  seen: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => void;
}

export interface Watch {
  /** Resolves when everything that was there at the start has been seen. */
  ready: Promise<void>;
  stop: () => void;
}

/** One watch with its initial events, for as long as a measurement lasts: nothing is tried again. */
export function watch(options: WatchOptions): Watch {
  const abort = new AbortController();
  let isReady: () => void = () => undefined;
  let failed: (error: unknown) => void = () => undefined;
  let isStarted = false;
  const ready = new Promise<void>((resolve, reject) => ([isReady, failed] = [resolve, reject]));
  const started = (): void => {
    isStarted = true;
    isReady();
  };
  read(options, abort.signal, started).catch((error: unknown) => {
    if (abort.signal.aborted) return;
    failed(error);
    // What happens from now on would be missed, and a measurement would wait for it for ever.
    if (isStarted) throw error;
  });
  return { ready, stop: () => abort.abort() };
}

async function read(options: WatchOptions, signal: AbortSignal, isReady: () => void): Promise<void> {
  const query =
    'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const accept =
    'application/json' + (options.metadataOnly ? ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1' : '');
  const answer = await request(`${options.server}${options.path}?${query}`, {
    dispatcher: options.dispatcher,
    headers: { accept, authorization: options.authorization },
    signal,
  });
  if (answer.statusCode !== 200) throw new Error(`watch of ${options.path}: ${answer.statusCode}`);
  let rest = '';
  answer.body.setEncoding('utf8');
  for await (const chunk of answer.body as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line) as Frame, options, isReady);
  }
  throw new Error(`watch of ${options.path} ended`);
}

interface Frame {
  type: string;
  object: KubernetesObject;
}

function take({ type, object }: Frame, { seen, path }: WatchOptions, isReady: () => void): void {
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      seen(type, object);
      break;
    case 'BOOKMARK': {
      const annotations = object.metadata['annotations'] as Record<string, string> | undefined;
      if (annotations?.['k8s.io/initial-events-end'] === 'true') isReady();
      break;
    }
    default:
      throw new Error(`watch of ${path}: ${type}`);
  }
}
