import { median, percentile } from '../../../bench/statistics.ts';
import type { FailureKind, Outcome } from './visit.ts';

/** Milliseconds from when a request was due until its last byte, of one class of requests. */
export interface Latency {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /**
   * The 99th percentile of each hundred in a row, and of these the median. One stall of the machine is all of `p99`; here it is
   * in one hundred or two. What slows requests down all the time is in all of them.
   */
  readonly p99OfHundreds: number;
  readonly longest: number;
}

export interface Failure {
  /** When it was sent, as the cluster writes times. */
  readonly at: string;
  readonly kind: FailureKind;
  readonly detail: string;
}

export interface Summary {
  readonly requests: number;
  readonly failed: readonly Failure[];
  readonly latency: Readonly<Record<string, Latency>>;
  /** Of 100 requests 99 were sent at most so many milliseconds after they were due. Much of it: the load itself is too slow. */
  readonly late: number;
  /** Numbers of the POSTs that were answered well: the application must have taken each exactly once. */
  readonly acknowledged: readonly string[];
}

export function summary(outcomes: readonly Outcome[]): Summary {
  const classes = [...new Set(outcomes.map((outcome) => outcome.class))].sort();
  return {
    requests: outcomes.length,
    failed: outcomes.flatMap(({ sent, failure }) =>
      failure === undefined ? [] : [{ at: new Date(sent).toISOString(), ...failure }],
    ),
    latency: Object.fromEntries(
      classes.map((name) => [name, latency(outcomes.filter((outcome) => outcome.class === name))]),
    ),
    late: percentile(
      outcomes.map((outcome) => outcome.late),
      0.99,
    ),
    acknowledged: outcomes.flatMap(({ method, failure, number }) =>
      method === 'POST' && failure === undefined ? [number] : [],
    ),
  };
}

function latency(outcomes: readonly Outcome[]): Latency {
  const times = outcomes.map(({ took }) => took);
  return {
    requests: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    p99OfHundreds: median(hundreds(times).map((hundred) => percentile(hundred, 0.99))),
    longest: percentile(times, 1),
  };
}

/** Whole ones; of fewer there is one. */
function hundreds(times: readonly number[]): number[][] {
  const count = Math.max(1, Math.floor(times.length / 100));
  return Array.from({ length: count }, (_, at) => times.slice(at * 100, (at + 1) * 100));
}
