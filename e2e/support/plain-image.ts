import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../cluster/command.ts';
import { loadArchive } from '../cluster/image-store.ts';
import { runningCluster } from '../cluster/lifecycle.ts';

/** Puts an image into the nodes that holds one empty folder and names the user given; none means root. Returns its name. */
export async function plainImage(name: string, user?: string): Promise<string> {
  const reference = `localhost/story/${name}:1`;
  const directory = await mkdtemp(join(tmpdir(), 'hostedsite-plain-image-'));
  try {
    await archive(directory, reference, user);
    const { cluster, programs } = await runningCluster();
    await loadArchive(cluster, cluster.nodes, programs, join(directory, 'image.tar'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return reference;
}

/** The format of `docker save`. */
async function archive(directory: string, reference: string, user?: string): Promise<void> {
  const inDirectory = { cwd: directory };
  await mkdir(join(directory, 'root/empty'), { recursive: true });
  await run('tar', ['-cf', 'layer.tar', '-C', 'root', 'empty'], inDirectory);
  const [digest = ''] = (await run('sha256sum', ['layer.tar'], inDirectory)).split(' ');
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Cmd: ['/none'], ...(user === undefined ? {} : { User: user }) },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }];
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
  await run('tar', ['-cf', 'image.tar', 'manifest.json', 'config.json', 'layer.tar'], inDirectory);
}
