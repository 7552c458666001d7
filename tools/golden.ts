import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compares text with a committed file; `UPDATE_GOLDEN=1` writes the file instead. */
export function expectGolden(path: string | URL, actual: string): void {
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, committed(file), `differs from ${file}: UPDATE_GOLDEN=1 rewrites it`);
}

function committed(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`no golden file ${file}: UPDATE_GOLDEN=1 writes it`, { cause });
  }
}
