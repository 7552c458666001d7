/** A person waits for `user`; `drift` is what the cluster did by itself; `resync` can wait. Most urgent first. */
export type Priority = 'user' | 'drift' | 'resync';
export const priorities: readonly Priority[] = ['user', 'drift', 'resync'];

/** One turn of so many goes to items that would else wait for ever behind more urgent ones. */
const rareTurn = 8;

/**
 * Items that wait for something scarce: workers, connections. Namespaces take turns, however much they have waiting, so one
 * tenant delays nobody else. Within a namespace the most urgent item comes first, then the oldest.
 *
 *   urgent:     namespaces with anything better than a resync  ──▶ 7 turns of 8, in a circle
 *   background: namespaces with nothing but resyncs            ──▶ 1 turn of 8, in a circle, and all when nobody is urgent
 *   within a namespace                                         ──▶ 7 turns of 8 to the most urgent, 1 to the one that waited longest
 */
export class Turns<T> {
  readonly #lines = new Map<string, Line<T>>();
  /** Names of namespaces; the first has the next turn. */
  readonly #urgent = new Set<string>();
  readonly #background = new Set<string>();
  #turns = 0;
  #arrivals = 0;

  /** An item that waits already can become more urgent, and then comes last of that priority; its namespace keeps its place. */
  add(namespace: string, item: T, priority: Priority): void {
    const line = this.#lines.get(namespace) ?? new Line<T>();
    this.#lines.set(namespace, line);
    line.add(item, priority, (this.#arrivals += 1));
    this.#place(namespace, line);
  }

  remove(namespace: string, item: T): void {
    const line = this.#lines.get(namespace);
    line?.remove(item);
    if (line !== undefined) this.#place(namespace, line);
  }

  /** Whose turn it is; a namespace that may not have it now keeps its place. */
  next(mayHave: (namespace: string) => boolean = () => true): T | undefined {
    const isRare = (this.#turns + 1) % rareTurn === 0;
    for (const circle of isRare ? [this.#background, this.#urgent] : [this.#urgent, this.#background]) {
      for (const namespace of circle) {
        const line = this.#lines.get(namespace);
        if (line === undefined || !mayHave(namespace)) continue;
        this.#turns += 1;
        const item = line.next();
        circle.delete(namespace);
        this.#place(namespace, line);
        return item;
      }
    }
    return undefined;
  }

  /** At the end of the circle that it belongs to, unless it is there already. */
  #place(namespace: string, line: Line<T>): void {
    const circle = line.isEmpty ? undefined : line.isBackground ? this.#background : this.#urgent;
    for (const one of [this.#urgent, this.#background]) if (one !== circle) one.delete(namespace);
    circle?.add(namespace);
    if (line.isEmpty) this.#lines.delete(namespace);
  }
}

/** What waits of one namespace, each with the number of its arrival. */
class Line<T> {
  readonly #items: Readonly<Record<Priority, Map<T, number>>> = {
    user: new Map(),
    drift: new Map(),
    resync: new Map(),
  };
  #turns = 0;

  get isBackground(): boolean {
    return this.#items.user.size === 0 && this.#items.drift.size === 0;
  }

  get isEmpty(): boolean {
    return this.isBackground && this.#items.resync.size === 0;
  }

  add(item: T, priority: Priority, arrival: number): void {
    const waitsAs = priorities.findIndex((one) => this.#items[one].has(item));
    if (waitsAs !== -1 && waitsAs <= priorities.indexOf(priority)) return;
    this.remove(item);
    this.#items[priority].set(item, arrival);
  }

  remove(item: T): void {
    for (const priority of priorities) this.#items[priority].delete(item);
  }

  next(): T | undefined {
    this.#turns += 1;
    const firsts = priorities.flatMap((priority) => firstOf(this.#items[priority]));
    const first =
      this.#turns % rareTurn === 0
        ? firsts.reduce((oldest, one) => (one.arrival < oldest.arrival ? one : oldest))
        : firsts[0];
    if (first === undefined) return undefined;
    this.remove(first.item);
    return first.item;
  }
}

function firstOf<T>(items: ReadonlyMap<T, number>): { item: T; arrival: number }[] {
  for (const [item, arrival] of items) return [{ item, arrival }];
  return [];
}
