import { parts } from './parts.ts';
import { run } from './run.ts';
import { session } from './session.ts';
import { table } from './table.ts';

/**
 * `make test`: every part in turn, each whatever the earlier ones said, then a table and one line with the sum. The stories
 * share one cluster, and those of nodes another one; each is stopped at its end, also after a failure or an interruption.
 */
const silence = 10 * 60_000;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());

// Whoever listened may be gone; what was started is stopped all the same.
process.stdout.on('error', () => undefined);
const write = (text: string): void => void process.stdout.write(text);
const outcomes = await session(parts, { run, silence, write, interrupted: interruption.signal });
write(`\n${table(outcomes)}\n`);
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
