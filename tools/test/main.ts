import { parts } from './parts.ts';
import { busyBetween, ticks } from './processors.ts';
import { run } from './run.ts';
import { session } from './session.ts';
import { table } from './table.ts';

/**
 * `make test`: row by row of parts, each whatever the earlier ones said, then a table and one line with the sum. The stories run
 * in two lanes, each with a cluster of its own; every cluster is stopped at its end, also after a failure or an interruption.
 */
const silence = 10 * 60_000;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());

// Whoever listened may be gone; what was started is stopped all the same.
process.stdout.on('error', () => undefined);
const write = (text: string): void => void process.stdout.write(text);
const [began, before] = [Date.now(), ticks()];
const outcomes = await session(parts, { run, silence, write, interrupted: interruption.signal });
const whole = { milliseconds: Date.now() - began, busy: busyBetween(before, ticks()) };
write(`\n${table(outcomes, whole)}\n`);
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
