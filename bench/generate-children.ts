import { writeFileSync } from 'node:fs';
import { golden, goldenFile } from './children.ts';
import { writtenChildren } from './written-children.ts';

/** Writes the golden file of a site's children; with `--check` it fails when the file is stale. */
const written = await writtenChildren();
if (!process.argv.includes('--check')) {
  writeFileSync(goldenFile, `${JSON.stringify(written, undefined, 2)}\n`);
} else if (JSON.stringify(golden()) !== JSON.stringify(written)) {
  console.error('bench/site-children.json is stale: run node bench/generate-children.ts');
  process.exitCode = 1;
}
