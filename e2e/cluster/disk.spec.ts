import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesBelow } from './disk.ts';

describe('bytes on disk', () => {
  it('are those of what is there, and none of what is gone', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hostedsite-disk-'));
    writeFileSync(join(directory, 'file'), Buffer.alloc(100_000, 1));
    assert.ok((await bytesBelow(directory)) >= 100_000);
    rmSync(directory, { recursive: true });
    assert.equal(await bytesBelow(directory), 0);
  });
});
