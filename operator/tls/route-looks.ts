import type { Finding, Look, RouteTarget } from '../components/component.ts';
import type { Clock } from '../kube/clock.ts';
import type { Key } from '../kube/key.ts';
import type { Greeting } from './handshake.ts';

export interface RouteLooksOptions {
  clock: Pick<Clock, 'wall'>;
  greet: (target: RouteTarget) => Promise<Greeting>;
  /** Called when a look has found something else than the one before, or what is yet to last. */
  found: (key: Key) => void;
}

interface Known {
  target: RouteTarget;
  finding?: Finding;
  /** When it was first found wrong in whatever way, or not wrong, in milliseconds; until then when it was asked for. */
  since: number;
  /** By the last answer that there was. */
  wasWrong: boolean;
  /** When to look again, in milliseconds. */
  due: number;
  isUnderWay: boolean;
}

/** Handshakes at once, of all sites. */
const atOnce = 8;
const second = 1000;
const minute = 60 * second;
/** Until the next look, in milliseconds. A Secret that comes or goes is no event that the operator sees. */
const pauses: Record<Finding, number> = {
  valid: 15 * minute,
  unreachable: 15 * minute,
  none: 30 * second,
  'controllers-own': 30 * second,
  'other-host': 30 * second,
  'out-of-date': 30 * second,
};
/** A controller takes a moment to load what is new: what is wrong is looked at often at first. */
const [atFirst, soon] = [15 * second, 2 * second];
/** While an address that dropped a connection is not tried again, in milliseconds: its sites would wait for each other. */
const silence = 30 * second;
/** For the look that is under way; who hears no news of it comes back after that. */
const spare = 5 * second;

/**
 * What visitors are served at the routes of sites, looked at in the background. Nothing hangs on it: a pass asks what is known,
 * waits for nothing, and is called for when there is news.
 */
export class RouteLooks {
  readonly #options: RouteLooksOptions;
  readonly #known = new Map<Key, Known>();
  /** First those of whom nothing is known: their sites wait to be Ready. */
  readonly #waiting = { first: new Set<Key>(), later: new Set<Key>() };
  /** Until when they count as silent, by address, in milliseconds. */
  readonly #silent = new Map<string, number>();
  #running = 0;

  constructor(options: RouteLooksOptions) {
    this.#options = options;
  }

  /** What is known of a site's route; another look begins when it is time for one. */
  ask(key: Key, target: RouteTarget): Look {
    const now = this.#options.clock.wall();
    const before = this.#known.get(key);
    const isSame = before !== undefined && sameTarget(before.target, target);
    const known = isSame ? before : { target, since: now, wasWrong: false, due: now, isUnderWay: false };
    this.#known.set(key, known);
    if (!known.isUnderWay && known.due <= now) this.#queue(key, known);
    this.#next();
    const { finding, since } = known;
    return {
      since: new Date(since),
      ...(finding === undefined ? {} : { finding }),
      lookAgainAt: new Date(
        this.#isAsked(key, known) ? now + spare + pauses[finding ?? 'unreachable'] : known.due,
      ),
    };
  }

  #isAsked(key: Key, { isUnderWay }: Known): boolean {
    return isUnderWay || this.#waiting.first.has(key) || this.#waiting.later.has(key);
  }

  forget(key: Key): void {
    this.#known.delete(key);
    this.#waiting.first.delete(key);
    this.#waiting.later.delete(key);
  }

  #queue(key: Key, { finding }: Known): void {
    const { first, later } = this.#waiting;
    if (finding !== undefined) {
      later.add(key);
      return;
    }
    later.delete(key);
    first.add(key);
  }

  #next(): void {
    for (const queue of [this.#waiting.first, this.#waiting.later]) {
      for (const key of queue) {
        if (this.#running >= atOnce) return;
        queue.delete(key);
        const known = this.#known.get(key);
        if (known !== undefined) void this.#look(key, known);
      }
    }
  }

  async #look(key: Key, known: Known): Promise<void> {
    this.#running += 1;
    known.isUnderWay = true;
    const { finding, until } = await this.#greeting(known.target).catch(() => unseen);
    this.#running -= 1;
    known.isUnderWay = false;
    if (this.#known.get(key) === known) this.#learn(key, known, { finding, ...(until && { until }) });
    this.#next();
  }

  async #greeting(target: RouteTarget): Promise<Greeting> {
    const { clock, greet } = this.#options;
    const { address } = target;
    if (clock.wall() < (this.#silent.get(address) ?? 0)) return unseen;
    this.#silent.delete(address);
    const greeting = await greet(target);
    if (greeting.isSilent === true) this.#silent.set(address, clock.wall() + silence);
    return greeting;
  }

  #learn(key: Key, known: Known, { finding, until }: Greeting): void {
    const now = this.#options.clock.wall();
    const isNews = known.finding !== finding;
    if (known.finding === undefined || isWrong(known.finding) !== isWrong(finding)) known.since = now;
    if (finding !== 'unreachable') known.wasWrong = isWrong(finding);
    known.finding = finding;
    const ends = until === undefined ? Infinity : until.getTime();
    known.due = Math.min(now + pauseOf(finding, known, now), Math.max(ends, now + soon));
    if (isNews || isWrong(finding)) this.#options.found(key);
  }
}

const unseen: Greeting = { finding: 'unreachable' };

function pauseOf(finding: Finding, { since, wasWrong }: Known, now: number): number {
  if (isWrong(finding)) return now - since < atFirst ? soon : pauses[finding];
  // What is told as wrong stays told meanwhile.
  const isMissed = finding === 'unreachable' && wasWrong && now - since < pauses.unreachable;
  return isMissed ? pauses.none : pauses[finding];
}

function isWrong(finding: Finding): boolean {
  return finding !== 'valid' && finding !== 'unreachable';
}

function sameTarget(one: RouteTarget, other: RouteTarget): boolean {
  return one.address === other.address && one.host === other.host && one.secretName === other.secretName;
}
