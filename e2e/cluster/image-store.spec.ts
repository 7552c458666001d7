import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { imageNames } from './image-store.ts';

describe('the names of the images in an archive', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hostedsite-archive-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function archive(file: string, content: unknown): Promise<string> {
    writeFileSync(join(directory, file), JSON.stringify(content));
    await run('tar', ['-cf', 'archive.tar', file], { cwd: directory });
    return join(directory, 'archive.tar');
  }

  it('are found in one that docker, podman or buildah saved', async () => {
    const file = await archive('manifest.json', [
      { RepoTags: ['localhost/shop:1', 'localhost/shop:latest'] },
      { Config: 'x' },
    ]);
    assert.deepEqual(await imageNames(file), ['localhost/shop:1', 'localhost/shop:latest']);
  });

  it('are found in an OCI archive', async () => {
    const annotations = { 'org.opencontainers.image.ref.name': 'localhost/shop:2' };
    const file = await archive('index.json', {
      schemaVersion: 2,
      manifests: [{ annotations }, { digest: 'sha256:0' }],
    });
    assert.deepEqual(await imageNames(file), ['localhost/shop:2']);
  });
});
