import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from './programs.ts';
import { sourceHash } from './programs.ts';

describe('a program is built anew', () => {
  const program: Program = { name: 'storage', source: 'storage', packages: '.' };
  let sources = '';
  beforeEach(() => {
    sources = mkdtempSync(join(tmpdir(), 'hostedsite-sources-'));
    mkdirSync(join(sources, 'storage'));
    write('main.go', 'package main');
    write('go.mod', 'module storage');
  });
  afterEach(() => rmSync(sources, { recursive: true }));

  const write = (name: string, text: string): void => writeFileSync(join(sources, 'storage', name), text);

  it('when its source, its pinned modules or its recipe change', () => {
    const hashes = [sourceHash(program, sources)];
    write('main.go', 'package main // changed');
    hashes.push(sourceHash(program, sources));
    write('go.sum', 'a sum');
    hashes.push(sourceHash(program, sources));
    write('more.go', 'package main');
    hashes.push(sourceHash(program, sources), sourceHash({ ...program, packages: './cmd' }, sources));
    assert.equal(new Set(hashes).size, hashes.length);
  });

  it('not for its tests, its words or another place', () => {
    const hash = sourceHash(program, sources);
    write('main_test.go', 'package main');
    write('readme.md', 'words');
    assert.equal(sourceHash(program, sources), hash);
  });
});
