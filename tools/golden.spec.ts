import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expectGolden } from './golden.ts';

describe('expectGolden', () => {
  let folder: string;
  let before: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'golden-'));
    before = process.env['UPDATE_GOLDEN'];
    delete process.env['UPDATE_GOLDEN'];
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['UPDATE_GOLDEN'];
    else process.env['UPDATE_GOLDEN'] = before;
  });

  it('passes on the same text, by path and by URL', () => {
    const file = join(folder, 'same.yaml');
    writeFileSync(file, 'a: 1\n');
    expectGolden(file, 'a: 1\n');
    expectGolden(pathToFileURL(file), 'a: 1\n');
  });

  it('fails on another text and says how to rewrite the file', () => {
    const file = join(folder, 'other.yaml');
    writeFileSync(file, 'a: 1\n');
    assert.throws(() => expectGolden(file, 'a: 2\n'), /UPDATE_GOLDEN=1/);
    assert.equal(readFileSync(file, 'utf8'), 'a: 1\n');
  });

  it('fails on a missing file and says how to write it', () => {
    assert.throws(() => expectGolden(join(folder, 'none.yaml'), ''), /no golden file.*UPDATE_GOLDEN=1/);
  });

  it('writes the file when it is told to, with its folder', () => {
    process.env['UPDATE_GOLDEN'] = '1';
    const file = join(folder, 'golden', 'new.yaml');
    expectGolden(file, 'a: 3\n');
    assert.equal(readFileSync(file, 'utf8'), 'a: 3\n');
  });
});
