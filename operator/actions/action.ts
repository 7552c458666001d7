import { sameContent } from '../objects/hash.ts';

/** What every kind of action has in common: it is asked for once, goes through these phases, and never back. */
export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** What is said of an action now. */
export interface Told {
  phase: Phase;
  /** One word. */
  reason: string;
  /** Sentences without times, counters and generated names; may be empty. */
  message: string;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  observedGeneration?: number;
  lastTransitionTime: string;
  reason: string;
  message: string;
}

const order: readonly Phase[] = ['Pending', 'Running', 'Succeeded', 'Failed'];

/** An end is never taken back, nor is it another one afterwards. */
export function isEnd(phase: Phase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** The next phase, or the one that was told when the next one would be a step back. */
export function onward(before: Phase | undefined, next: Phase): Phase {
  if (before === undefined) return next;
  return isEnd(before) || order.indexOf(next) < order.indexOf(before) ? before : next;
}

/** `seconds` after a time, RFC 3339. What is no time has no end. */
export function after(time: string | undefined, seconds: number): Date | undefined {
  const since = Date.parse(time ?? '');
  return Number.isNaN(since) ? undefined : new Date(since + seconds * 1000);
}

/**
 * When a finished action is to be deleted; undefined when it stays. Its time begins when its end was told: nobody can have seen it
 * before, and a node's clock may be wrong.
 */
export function expiry(
  { phase, conditions = [] }: { phase?: Phase; conditions?: readonly Condition[] },
  ttlSeconds: number | undefined,
): Date | undefined {
  if (ttlSeconds === undefined || !isEnd(phase)) return undefined;
  const reported = conditions.find(({ type, status }) => type === 'Succeeded' && status !== 'Unknown');
  return after(reported?.lastTransitionTime, ttlSeconds);
}

/** As Kubernetes writes times. */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * For tools that wait: `Succeeded` for kubectl, `Reconciling` and `Stalled` for whatever goes by kstatus. All three are always
 * there, because the API server says them of an action that nobody has seen.
 */
export function conditionsOf(
  { phase, reason, message }: Told,
  { before, generation, now }: { before: readonly Condition[]; generation: number; now: Date },
): Condition[] {
  const isOver = isEnd(phase);
  const all = [
    ['Succeeded', isOver ? asStatus(phase === 'Succeeded') : 'Unknown'],
    ['Reconciling', asStatus(!isOver)],
    ['Stalled', asStatus(phase === 'Failed')],
  ] as const;
  return all.map(([type, status]) => {
    const old = before.find((one) => one.type === type);
    const isSame = old?.status === status && (old.observedGeneration ?? 0) > 0;
    const lastTransitionTime = isSame ? old.lastTransitionTime : timestamp(now);
    return { type, status, observedGeneration: generation, lastTransitionTime, reason, message };
  });
}

/** Whether a status says the same. Server-side apply puts what is new in a list at a place of its own choice. */
export function saysSame(
  a: { conditions?: readonly Condition[] },
  b: { conditions?: readonly Condition[] },
): boolean {
  return sameContent(inOrder(a), inOrder(b));
}

function inOrder({ conditions = [], ...rest }: { conditions?: readonly Condition[] }): object {
  return { ...rest, conditions: [...conditions].sort((a, b) => (a.type < b.type ? -1 : 1)) };
}

function asStatus(holds: boolean): 'True' | 'False' {
  return holds ? 'True' : 'False';
}
