import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from '../operator/kinds/index.ts';
import { operatorRights } from '../operator/operator.ts';
import { generatedFiles } from './generated-files.ts';

/** `make generate` writes definitions, their copies in the chart, the rules of its roles, its images, the reference and the scripts in the GitLab components; `make verify` (`--check`) compares. */
const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(generatedFiles(kinds, operatorRights))) {
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
