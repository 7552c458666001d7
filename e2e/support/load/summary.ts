import { percentile } from '../../../bench/statistics.ts';
import type { FailureKind, Outcome } from './visit.ts';

/** Milliseconds until the last byte, of one class of requests. */
export interface Latency {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
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
    longest: percentile(times, 1),
  };
}
