import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { checkout } from '../e2e/cluster/instance.ts';
import type { Results } from './report.ts';
import { withTables } from './tables.ts';

/**
 * Writes the tables of docs/evidence/performance.md from docs/evidence/figures: `make tables`, and `make verify` (`--check`)
 * compares. A run of the bench leaves such a file in bench-results; the ones that the page shows are committed.
 */
const page = 'docs/evidence/performance.md';

async function main(): Promise<void> {
  const file = join(checkout, page);
  const before = readFileSync(file, 'utf8');
  const options = { ...(await resolveConfig(file)), filepath: file };
  const after = await format(withTables(before, results), options);
  if (after === before) return;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, after);
    return;
  }
  process.stderr.write(`${page} is stale: run make tables\n`);
  process.exitCode = 1;
}

function results(name: string): Results {
  const path = `docs/evidence/figures/${name}.json`;
  const file = join(checkout, path);
  if (!existsSync(file)) throw new Error(`${path} is not there: copy it from bench-results`);
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

await main();
