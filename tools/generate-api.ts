import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated-files.ts';

/** `make generate` writes the CRD, its copy in the chart and the reference page; `make verify` (`--check`) compares. */
const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(generatedFiles)) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  if (check) compare(path, file, text());
  else write(file, text());
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function compare(path: string, file: string, text: string): void {
  if (readFileSync(file, 'utf8') === text) return;
  process.stderr.write(`${path} is stale: run make generate\n`);
  process.exitCode = 1;
}
