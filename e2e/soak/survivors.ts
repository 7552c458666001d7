import type { Survivor } from './survivor.ts';

const ownership = 'operator/sites/data/ownership.ts';
const progress = 'operator/sites/status/progress.ts';
const workQueue = 'operator/kube/loop/work-queue.ts';

const refused = 'The type check refuses it.';

/** What Stryker finds and no spec has to see. An entry for each place. */
export const survivors: readonly Survivor[] = [
  {
    file: ownership,
    line: 'const owners = live.ownerReferences ?? [];',
    from: '[]',
    to: '["Stryker was here"]',
    why: refused,
  },
  {
    file: ownership,
    line: 'return named.split(/[\\s,]+/).includes(`${kind}/${name}`);',
    from: '/[\\s,]+/',
    to: '/[\\s,]/',
    why: 'Between two separators is an empty text, which names nothing.',
  },
  {
    file: progress,
    line: 'function isOnItsWay({ conditions = [] }: HostedSiteStatus): boolean {',
    from: '[]',
    to: '["Stryker was here"]',
    why: refused,
  },
  {
    file: progress,
    line: 'function isWorse(before: HostedSiteStatus, { conditions: now = [] }: HostedSiteStatus): boolean {',
    from: '[]',
    to: '["Stryker was here"]',
    why: refused,
  },
  {
    file: workQueue,
    line: 'if (known !== undefined && known.at <= at) {',
    from: 'known.at <= at',
    to: 'known.at < at',
    why: 'Of two calls for the same moment either may count.',
  },
  {
    file: workQueue,
    line: 'this.#timers.delete(key);',
    from: 'this.#timers.delete(key);',
    to: ';',
    why: 'Where the time has come: the turn that follows deletes it, and until then no other time is needed.',
  },
  {
    file: workQueue,
    line: 'this.#timers.clear();',
    from: 'this.#timers.clear();',
    to: ';',
    why: 'After the end nothing is added.',
  },
];
