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

/** One watch with its initial events; goes on from the last version when the API server ends it. */
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
  // A new CRD, for one, makes the API server end the watches of its kind once more.
  for (let version: string | undefined; ;) {
    for await (const frame of session(options, version, signal)) {
      const isWhole = take(frame, options, isReady);
      // Half of the initial events are no place to go on from.
      if (version !== undefined || isWhole) version = String(frame.object.metadata['resourceVersion']);
    }
    if (version === undefined) throw new Error(`watch of ${options.path} ended in its initial events`);
  }
}

/** The frames of one watch until the API server ends it. */
async function* session(
  { server, path, metadataOnly, dispatcher, authorization }: WatchOptions,
  version: string | undefined,
  signal: AbortSignal,
): AsyncIterable<Frame> {
  const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
  const from = version === undefined ? initial : `resourceVersion=${version}`;
  const accept = 'application/json' + (metadataOnly ? ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1' : '');
  const answer = await request(`${server}${path}?watch=true&allowWatchBookmarks=true&${from}`, {
    dispatcher,
    headers: { accept, authorization },
    signal,
  });
  if (answer.statusCode !== 200) throw new Error(`watch of ${path}: ${answer.statusCode}`);
  let rest = '';
  answer.body.setEncoding('utf8');
  for await (const chunk of answer.body as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Frame;
  }
}

interface Frame {
  type: string;
  object: KubernetesObject;
}

/** Returns whether the frame ends the initial events. */
function take({ type, object }: Frame, { seen, path }: WatchOptions, isReady: () => void): boolean {
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      seen(type, object);
      return false;
    case 'BOOKMARK': {
      const annotations = object.metadata['annotations'] as Record<string, string> | undefined;
      const isEnd = annotations?.['k8s.io/initial-events-end'] === 'true';
      if (isEnd) isReady();
      return isEnd;
    }
    default:
      throw new Error(`watch of ${path}: ${type}`);
  }
}
