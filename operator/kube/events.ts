import { randomBytes } from 'node:crypto';
import type { ApiClient } from './client/api-client.ts';
import type { Clock } from './clock.ts';
import type { ClusterEvent } from './cluster.ts';
import { NotFound, NotLeader } from './errors.ts';
import { microTime } from './leader/lease.ts';
import type { Log } from './log.ts';
import { ownResources, resourcePath } from './resources.ts';
import type { Right } from './right.ts';

export const eventRights: readonly Right[] = [
  { kind: 'Event', verbs: ['create', 'patch'], scope: 'site-namespaces' },
];

export interface EventRecorderOptions {
  client: Pick<ApiClient, 'request'>;
  clock: Clock;
  log: Log;
  /** Name of this program, such as `example.org/operator`. */
  controller: string;
  /** Name of this process: the pod's. */
  instance: string;
  /** False once this process may not be the leader any more: asked as each Event goes out. */
  mayWrite: () => boolean;
}

interface Series {
  path: string;
  count: number;
  /** When it was last told to the API server, by the monotonic clock. */
  toldAt: number;
}

/** The same event again within this time, in milliseconds, is counted in a series instead of written anew. */
const seriesLife = 6 * 60_000;
/** A series is told no more often than this, in milliseconds. */
const tellInterval = 60_000;
const longestNote = 1024;
/** Series that are remembered. */
const mostSeries = 2_000;
/** Requests under way; what comes on top is dropped: an event is a courtesy. */
const mostPending = 32;

/** Writes events.k8s.io/v1 Events in the background. Best effort: whatever fails is logged at debug level and forgotten. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series = new Map<string, Series>();
  readonly #pending = new Set<Promise<void>>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  emit(event: ClusterEvent): void {
    if (this.#pending.size >= mostPending) return;
    const task = this.#tell(event)
      .catch((error: unknown) => {
        const { log } = this.#options;
        log.debug('event not written', {
          reason: event.reason,
          error: error instanceof Error ? error.message : '',
        });
      })
      .finally(() => this.#pending.delete(task));
    this.#pending.add(task);
  }

  /** Resolves when everything that was emitted is written or given up. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #tell(event: ClusterEvent): Promise<void> {
    const { clock, client } = this.#options;
    const key = keyOf(event);
    const now = clock.monotonic();
    const known = this.#series.get(key);
    if (known === undefined || now - known.toldAt >= seriesLife) return this.#first(event, key);
    known.count += 1;
    // The first repetition is told at once, so that people see that it is one.
    if (known.count > 2 && now - known.toldAt < tellInterval) return;
    known.toldAt = now;
    try {
      await client.request({
        method: 'PATCH',
        path: known.path,
        contentType: 'application/merge-patch+json',
        body: { series: { count: known.count, lastObservedTime: microTime(clock.wall()) } },
        idempotent: false,
        permitted: () => this.#permitted(),
      });
    } catch (error) {
      this.#series.delete(key);
      if (error instanceof NotFound) await this.#first(event, key);
      else throw error;
    }
  }

  async #first(event: ClusterEvent, key: string): Promise<void> {
    const { clock, client } = this.#options;
    const namespace = event.regarding.metadata.namespace ?? 'default';
    const name = `${event.regarding.metadata.name}.${randomBytes(8).toString('hex')}`;
    const path = resourcePath(ownResources.Event, { namespace, name });
    this.#remember(key, { path, count: 1, toldAt: clock.monotonic() });
    await client.request({
      method: 'POST',
      path: resourcePath(ownResources.Event, { namespace }),
      body: this.#object(event, namespace, name),
      idempotent: false,
      permitted: () => this.#permitted(),
    });
  }

  #permitted(): void {
    if (this.#options.mayWrite()) return;
    const request = { method: 'POST', path: resourcePath(ownResources.Event) };
    throw new NotLeader({ request, code: 0, reason: 'no leader, so no writing of Events' });
  }

  #remember(key: string, series: Series): void {
    this.#series.delete(key);
    this.#series.set(key, series);
    const oldest = this.#series.keys().next();
    if (this.#series.size > mostSeries && oldest.done !== true) this.#series.delete(oldest.value);
  }

  #object(event: ClusterEvent, namespace: string, name: string): Record<string, unknown> {
    const { controller, instance, clock } = this.#options;
    const { apiVersion, kind, metadata } = event.regarding;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace, name },
      eventTime: microTime(clock.wall()),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      action: event.action,
      reason: event.reason,
      type: event.type,
      note: shortened(event.note),
      regarding: { apiVersion, kind, name: metadata.name, namespace, uid: metadata.uid },
    };
  }
}

function keyOf({ regarding, type, reason, action, note }: ClusterEvent): string {
  return JSON.stringify([regarding.kind, regarding.metadata.uid, type, reason, action, note]);
}

/** At most 1024 bytes, without half a character at the end. */
function shortened(note: string): string {
  const bytes = Buffer.from(note, 'utf8');
  if (bytes.length <= longestNote) return note;
  return `${new TextDecoder('utf8').decode(bytes.subarray(0, longestNote - 6), { stream: true })}…`;
}
