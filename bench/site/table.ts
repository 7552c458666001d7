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

function milliseconds(time: number): string {
  return time < 10 ? time.toFixed(1) : time.toFixed(0);
}
