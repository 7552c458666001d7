import { NoInitialEnd, Silent, causeOf } from './causes.ts';
import type { Cause } from './causes.ts';
import { backOff, deadline, pause } from '../clock.ts';
import {
  ApiError,
  BadRequest,
  Forbidden,
  Gone,
  Invalid,
  NotFound,
  Unavailable,
  apiError,
} from '../errors.ts';
import type { RequestLine, StatusBody } from '../errors.ts';
import { frames } from './frames.ts';
import type { Frame } from './frames.ts';
import { isKept } from './kept.ts';
import { accept, checked, listed, watchQuery } from '../client/pages.ts';
import { resourcePath } from '../resources.ts';
import type { Resource } from '../resources.ts';
import { noteEnd } from './session.ts';
import type { Session, SessionEnd } from './session.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import { ingested, newer } from './store.ts';
import type { RawObject } from './store.ts';

const seconds = 1000;
/** Until the bookmark that ends the initial events. */
const initialLimit = 30 * seconds;
/** Bookmarks come about every 60 s. */
const silenceLimit = 70 * seconds;
/** A session that lived shorter counts as a failure, however it ended. */
const healthyLife = 10 * seconds;
/** Followed by the next session without a pause. A server that is gone is not hammered: the next silence takes as long again. */
const atOnce: ReadonlySet<Cause> = new Set<Cause>(['expired', 'silent']);
/** Until an optional kind is asked for again whose definition cannot be seen. */
const blindPause = 60 * seconds;
const initialEnd = 'k8s.io/initial-events-end';

/**
 * Keeps the cache of one kind up to date for ever: a supervised loop of sessions.
 *
 *   no version ──WatchList──▶ initial events … bookmark(initial-events-end) ──▶ published, same stream goes on as watch
 *        │  └──(not understood, or no such bookmark in 30 s)──▶ LIST in pages ──▶ published ──▶ watch
 *   version ──watch from there──▶ events, bookmarks
 *
 * A session that ends in any way is followed by the next one: from the last version, or without one after 410 Gone.
 * A namespace that may not be looked at, or is gone, is asked for again and again: what was held of it stays, unseen.
 * An optional kind that the cluster does not know (404) is told as absent, and is asked for again when its definition appears.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #line: RequestLine;
  #version: string | undefined;
  /** Sessions in a row that the server accepted and in which it told nothing at all. */
  #mute = 0;
  #running = false;
  /** Sessions in a row that failed. */
  #failures = 0;
  #listFirst = false;
  #synced = false;
  #isInstalled = true;
  #isShut = false;
  /** There is nothing to ask the server for, and so no news to be had. */
  #idle = false;
  #lastNews: number;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#line = { method: 'GET', path: resourcePath(options.resource, options) };
    this.#lastNews = options.clock.monotonic();
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  /** Whether the cache has held the whole kind, or was told that there is none, at least once. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Whether the cluster has the definition that the kind has to have, as far as it was told. */
  get isInstalled(): boolean {
    return this.#isInstalled;
  }

  get namespace(): string | undefined {
    return this.#options.namespace;
  }

  /** Whether the namespace was not to be looked at when it was last asked for. */
  get isShut(): boolean {
    return this.#isShut;
  }

  /** Milliseconds since the server last told anything, be it a bookmark or a watch that it accepted; 0 where nothing is asked or may be seen. */
  staleness(): number {
    return this.#idle || this.#isShut ? 0 : this.#options.clock.monotonic() - this.#lastNews;
  }

  /** Ends only when the signal aborts. Once in a life: two loops would open two watches. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#running) throw new Error('a reflector runs once');
    this.#running = true;
    const { clock, random, resource } = this.#options;
    let before: Cause | undefined;
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      const startedAt = clock.monotonic();
      const end = await this.#session(signal);
      if (stopped()) return;
      this.#options.restarted?.(resource.kind, end.cause);
      const healthy = clock.monotonic() - startedAt >= healthyLife;
      if (healthy && atOnce.has(end.cause)) {
        noteEnd(end, 0, this.#options);
        continue;
      }
      // 410 comes from a server that works again: what failed before it does not count.
      const fresh = healthy || (end.cause === 'gone' && before !== 'gone');
      this.#failures = fresh ? 1 : this.#failures + 1;
      before = end.cause;
      const wait = Math.max(backOff(this.#failures, 0.5 * seconds, 30 * seconds, random), end.retryAfter);
      noteEnd(end, wait, this.#options);
      await this.#pause(end.cause, wait, signal);
    }
  }

  /** What is defined is served soon, or in another version only; what is not need not be asked for. */
  async #pause(cause: Cause, wait: number, signal: AbortSignal): Promise<void> {
    const { clock, definition, namespace } = this.#options;
    const isBlind = definition === undefined && namespace !== undefined;
    if (cause !== 'absent' || (!isBlind && definition?.exists() !== false)) return pause(clock, wait, signal);
    this.#idle = true;
    // Who may not look at definitions asks for the kind itself.
    await (isBlind ? pause(clock, blindPause, signal) : definition?.changed(signal));
    this.#idle = false;
    this.#failures = 0;
    this.#lastNews = clock.monotonic();
  }

  async #session(signal: AbortSignal): Promise<SessionEnd> {
    try {
      if (this.#version === undefined && this.#listFirst) await this.#listAll(signal);
      await this.#watch(signal);
      return { cause: 'expired', retryAfter: 0 };
    } catch (error) {
      return this.#ended(error);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const initial = this.#version === undefined ? new Map<string, RawObject>() : undefined;
    const session: Session = {
      initial,
      timer: deadline(
        this.#options.clock,
        initial ? initialLimit : silenceLimit,
        () => this.#error(session.initial ? NoInitialEnd : Silent, 'nothing was told in time'),
        signal,
      ),
    };
    try {
      const body = await this.#options.client.stream({
        path: this.#line.path,
        query: watchQuery(this.resource, this.#version, this.#options.random),
        ...accept(this.resource, ''),
        signal: session.timer.signal,
      });
      this.#heard(session);
      this.#mute += 1;
      for await (const { frames: batch, bytes } of frames(this.#line, body)) {
        this.#heard(session);
        this.#mute = 0;
        this.#options.received?.(this.resource.kind, bytes);
        for (const frame of batch) this.#take(session, frame);
      }
      if (session.initial !== undefined)
        throw this.#error(Unavailable, 'the watch ended within its initial events');
    } finally {
      session.timer.clear();
    }
  }

  #heard(session: Session): void {
    this.#isInstalled = true;
    this.#isShut = false;
    this.#lastNews = this.#options.clock.monotonic();
    // Until the initial events are complete the time runs: objects may go on coming although the bookmark got lost.
    if (session.initial === undefined) session.timer.renew(silenceLimit);
  }

  #take(session: Session, frame: Frame): void {
    if (frame.type === 'ERROR') {
      const status = frame.object as StatusBody;
      throw apiError(this.#line, status.code ?? 500, status);
    }
    const object = checked(this.#line, frame.object);
    const version = object.metadata.resourceVersion ?? '';
    switch (frame.type) {
      case 'BOOKMARK':
        this.#bookmark(session, object, version);
        break;
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        if (session.initial !== undefined) {
          this.#collect(session.initial, frame.type, object);
          return;
        }
        this.#forward(version);
        this.#options.cache.take(this.resource.kind, frame.type, object);
        this.#version = version;
        break;
      default:
        throw this.#error(Unavailable, 'a frame of an unknown type');
    }
  }

  #bookmark(session: Session, object: RawObject, version: string): void {
    if (session.initial === undefined) {
      this.#forward(version);
      this.#options.cache.advance(this.resource.kind, version);
      this.#version = version;
    } else if (object.metadata.annotations?.[initialEnd] === 'true') {
      this.#publish(session.initial.values(), version);
      session.initial = undefined;
      session.timer.renew(silenceLimit);
    }
  }

  /** A server that was set back to a backup, or frames in disorder: what is held cannot be trusted. */
  #forward(version: string): void {
    if (this.#version !== undefined && newer(this.#version, version))
      throw this.#error(Gone, 'the watch went back to an older version');
  }

  /** Without what the cache does not keep: the initial events of a large kind are many. */
  #collect(initial: Map<string, RawObject>, type: string, object: RawObject): void {
    const id = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const kept = ingested(this.resource, object);
    if (type !== 'DELETED' && isKept(this.resource, kept, this.#options.home)) initial.set(id, kept);
    else initial.delete(id);
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const heard = (): unknown => (this.#lastNews = this.#options.clock.monotonic());
    const { items, version } = await listed(this.resource, { ...this.#options, signal, heard });
    if (!signal.aborted) this.#publish(items, version);
  }

  #publish(objects: Iterable<RawObject>, version: string): void {
    this.#options.cache.replace(this.resource.kind, objects, version);
    this.#version = version;
    this.#synced = true;
    this.#isShut = false;
  }

  /** The server has answered: it has no such kind. */
  #vanish(): void {
    this.#lastNews = this.#options.clock.monotonic();
    this.#version = undefined;
    this.#synced = true;
    this.#options.cache.absent(this.resource.kind);
  }

  #error(kind: typeof Unavailable, reason: string): ApiError {
    return new kind({ request: this.#line, code: 0, reason });
  }

  #ended(error: unknown): SessionEnd {
    const retryAfter = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * seconds : 0;
    if (this.resource.optional === true && error instanceof NotFound) {
      this.#vanish();
      return { cause: 'absent', retryAfter, error };
    }
    if (this.#options.namespace !== undefined && error instanceof Forbidden) {
      const isKnown = this.#isShut;
      this.#isShut = true;
      return { cause: 'forbidden', retryAfter, error, isKnown };
    }
    this.#isInstalled = !(this.resource.install !== undefined && error instanceof NotFound);
    if (this.#isInstalled) return { cause: this.#judged(error), retryAfter, error };
    // What is made under a definition that comes later is read whole.
    this.#version = undefined;
    return { cause: 'not-installed', retryAfter, error };
  }

  #judged(error: unknown): Cause {
    const cause = causeOf(error);
    // Of no use any more: an old version, and one that the server has not reached (set back to a backup, it accepts
    // the watch and tells nothing, not even bookmarks). Everything else goes on from the last good one.
    const ahead = cause === 'silent' && this.#mute >= 2;
    if (cause === 'gone' || ahead) this.#version = undefined;
    const unknownOption =
      this.#version === undefined && (error instanceof BadRequest || error instanceof Invalid);
    if (cause === 'no-initial-end' || unknownOption) this.#listFirst = true;
    return cause;
  }
}
