import { planResource } from './proxy-request.ts';
import type { Recorded } from './proxy-request.ts';
import type { Fault, RequestAction, RequestMatch, StaleFault, WatchAction } from './plan.ts';

/** An answer that stands in for the API server's: a status code, `html-502` for one that no API server gives. */
export type StandIn = '401' | '410' | '503' | 'html-502';

type Subject = Pick<Recorded, 'verb' | 'resource' | 'subresource' | 'dryRun' | 'initialEvents'>;

/** A plan's faults while they are armed: counts what they count, and says what happens. */
export class Arms {
  /** Faults that came to pass. */
  hits = 0;
  /** Events that were told, by resource. */
  readonly events = new Map<string, number>();
  /** The old view of a restarted operator, from its kill until the view is released. */
  view: View | undefined;
  readonly #faults: readonly Fault[];
  /** What was current when the faults were armed; for old views only. */
  readonly #version: string;
  readonly #requests = new Map<string, number>();
  readonly #standIns = new Map<string, StandIn[]>();
  readonly #endless = new Set<string>();
  #sight: 'clear' | 'blind' | Set<string> = 'clear';

  constructor(faults: readonly Fault[], version: string) {
    this.#faults = faults;
    this.#version = version;
    if (faults.some(({ on }) => on === 'blind')) {
      this.#sight = 'blind';
      this.hits += 1;
    }
  }

  get isBlind(): boolean {
    return this.#sight === 'blind';
  }

  /** Counts a request. */
  onRequest(request: Subject): RequestAction | 'stop' | undefined {
    const key = `${request.verb} ${planResource(request)}`;
    const nth = (this.#requests.get(key) ?? 0) + 1;
    this.#requests.set(key, nth);
    const isMeant = (match: RequestMatch): boolean =>
      match.nth === nth && `${match.verb} ${match.resource}` === key;
    for (const fault of this.#faults) {
      if (fault.on === 'restart' && isMeant(fault.after)) return this.#ageing(fault);
      if (fault.on === 'stop' && isMeant(fault.after)) return this.#stop();
      if (fault.on !== 'request' || !isMeant(fault)) continue;
      this.hits += 1;
      return fault.do;
    }
    return undefined;
  }

  /** What a list or watch is answered instead of being forwarded. */
  standIn({ verb, resource }: Subject): StandIn | undefined {
    if (verb !== 'watch' && verb !== 'list') return undefined;
    if (this.#sight === 'blind') return '503';
    if (verb !== 'watch') return undefined;
    if (this.#sight instanceof Set && !this.#sight.has(resource)) {
      this.#sight.add(resource);
      return '410';
    }
    return this.#standIns.get(resource)?.shift();
  }

  /** Whether this watch's initial events have no end; once. */
  isEndless({ resource, initialEvents }: Subject): boolean {
    return initialEvents && this.#endless.delete(resource);
  }

  /** Counts an event of a watch. */
  onEvent(resource: string): WatchAction | undefined {
    const nth = (this.events.get(resource) ?? 0) + 1;
    this.events.set(resource, nth);
    const fault = this.#faults.find(
      (one) => one.on === 'watch' && one.resource === resource && one.nth === nth,
    );
    if (fault?.on !== 'watch') return undefined;
    this.hits += 1;
    this.#prepare(resource, fault.do);
    return fault.do;
  }

  see(): void {
    if (this.#sight === 'blind') this.#sight = new Set();
  }

  /** What is held back is told. */
  lift(): void {
    this.view?.release();
  }

  #ageing({ behind }: StaleFault): RequestAction {
    this.view = new View(this.#version, behind, () => (this.hits += 1));
    return 'kill-after';
  }

  #stop(): 'stop' {
    this.hits += 1;
    return 'stop';
  }

  #prepare(resource: string, action: WatchAction): void {
    if (action === '401' || action === 'html-502') this.#standIns.set(resource, [action]);
    if (action !== 'no-bookmark') return;
    this.#standIns.set(resource, ['410']);
    this.#endless.add(resource);
  }
}

/** The world as it was at a version, shown until some time after the first look. */
export class View {
  readonly version: string;
  readonly #behind: number;
  readonly #shown: () => void;
  #released: Promise<void> | undefined;
  #resolve: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  /** `behind` in milliseconds; `shown` is called at the first look. */
  constructor(version: string, behind: number, shown: () => void) {
    this.version = version;
    this.#behind = behind;
    this.#shown = shown;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Resolves when the present may be told. */
  look(): Promise<void> {
    if (this.#released === undefined) {
      this.#released = new Promise((resolve) => (this.#resolve = resolve));
      this.#timer = setTimeout(() => this.release(), this.#behind);
      this.#shown();
    }
    return this.#released;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#over = true;
    this.#resolve();
  }
}
