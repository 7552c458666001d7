import type { Measurement } from '../../e2e/support/availability/measurement.ts';
import type { Latency, Summary } from '../../e2e/support/load/summary.ts';

const short = ['cached', 'uncached', 'post'];

/** Markdown: what happened, how many requests there were meanwhile, how many failed, and how long they took. */
export function table(measurements: readonly Measurement[]): string {
  const lines = [
    `| What happens | s | requests | failed | ${short.map((name) => `${name}, ms`).join(' | ')} |`,
    `| --- | ---: | ---: | ---: | ${short.map(() => '---').join(' | ')} |`,
    ...measurements.map(row),
  ];
  return `${lines.join('\n')}\n`;
}

/** Markdown: how long pages from the cache took beside a bad neighbour, and what of it may be the load's own. */
export function neighbourTable(measurements: readonly Measurement[]): string {
  const lines = [
    '| What happens | requests | failed | half, ms | 99 of 100, ms | 99 of each hundred, ms | sent late, ms |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...measurements.map(neighbourRow),
  ];
  return `${lines.join('\n')}\n`;
}

function neighbourRow({ name, before, during }: Measurement): string {
  const fields = ['p50', 'p99', 'p99OfHundreds'] as const;
  const [quiet, noisy] = [before.latency['cached'], during.latency['cached']];
  const times = fields.map((field) => `${milliseconds(quiet?.[field])} → ${milliseconds(noisy?.[field])}`);
  const late = `${milliseconds(before.late)} → ${milliseconds(during.late)}`;
  const failed = before.failed.length + during.failed.length;
  return `| ${[name, during.requests, failed, ...times, late].join(' | ')} |`;
}

function row({ name, seconds, before, during }: Measurement): string {
  const times = short.map((kind) => `${cell(before, kind)} → ${cell(during, kind)}`);
  const failed = before.failed.length + during.failed.length;
  return `| ${[name, seconds.toFixed(0), during.requests, failed, ...times].join(' | ')} |`;
}

/** Half of the requests took at most, and 99 of 100 took at most. */
function cell({ latency }: Summary, kind: string): string {
  const times: Latency | undefined = latency[kind];
  return times === undefined ? 'none' : `${milliseconds(times.p50)} / ${milliseconds(times.p99)}`;
}

function milliseconds(time = NaN): string {
  return time < 10 ? time.toFixed(1) : time.toFixed(0);
}
