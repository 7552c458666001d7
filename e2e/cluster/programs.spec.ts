import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './programs.ts';
import { allPrograms, corePrograms, sourceHash } from './programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a program or an image that is not built', () => {
  let cache = '';
  beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'hostedsite-empty-cache-'))));
  afterEach(() => rmSync(cache, { recursive: true }));

  function ran(...words: string[]): string {
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
    return stdout + stderr;
  }

  it('is told by a suite with the command that builds it, and is not built by it', () => {
    const suite = 'e2e/control-plane/api-server.e2e.ts';
    const said = ran('node_modules/mocha/bin/mocha.js', '--no-config', suite);
    assert.match(said, /Not built yet: kubernetes, etcd\. Build what is missing with make programs\.$/m);
    assert.deepEqual(readdirSync(cache), []);
  });

  it('is told by the fault rig in one sentence', () => {
    assert.equal(
      ran('e2e/faults/main.ts', '--sample', '1'),
      'Not built yet: kubernetes, etcd. Build what is missing with make programs.\n',
    );
  });

  it('is told by name when a story asks for an image', () => {
    const code = `import { imageArchive } from './e2e/cluster/images.ts'; imageArchive('varnish');`;
    const sentence =
      /localhost\/hostedsite\/varnish:\w+ is not built yet\. Build what is missing with make images\.$/m;
    assert.match(ran('--input-type=module', '--eval', code), sentence);
    assert.deepEqual(readdirSync(cache), []);
  });

  it('is no part of a demonstration when only stories ask for it', () => {
    for (const name of ['csi-resizer', 'metrics-server', 'registry']) {
      assert.ok(allPrograms.includes(name));
      assert.ok(!corePrograms.includes(name));
    }
  });
});

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
