import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskRefusal, goRefusal, missingPackages } from './needs.ts';

describe('what the test cluster needs', () => {
  it('is Go from 1.26 on', () => {
    assert.equal(goRefusal('go version go1.26.0 linux/amd64'), undefined);
    assert.equal(goRefusal('go version go1.30.1 linux/arm64'), undefined);
    assert.equal(goRefusal('go version go2.0 linux/amd64'), undefined);
    assert.match(goRefusal('go version go1.25.9 linux/amd64') ?? '', /this is 1\.25: install a later one\.$/);
    assert.match(goRefusal(undefined) ?? '', /^Go is missing: install Go 1\.26 or later/);
  });

  it('is room on the disk', () => {
    assert.equal(diskRefusal(20, 20), undefined);
    assert.match(
      diskRefusal(19, 20) ?? '',
      /has 19 GiB free and 20 are needed: free some, or set XDG_CACHE_HOME/,
    );
  });

  it('is programs, each named by the package that brings it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hostedsite-needs-'));
    try {
      const all = missingPackages(directory);
      for (const program of ['ip', 'mkfs.xfs', 'socat']) writeFileSync(join(directory, program), '');
      const left = missingPackages(`/no/such/directory:${directory}`);
      assert.deepEqual(all.filter((name) => !left.includes(name)).sort(), ['iproute2', 'socat', 'xfsprogs']);
      assert.deepEqual(missingPackages('').sort(), all.sort());
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
