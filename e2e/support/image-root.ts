import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from '../cluster/command.ts';
import { imageArchive } from '../cluster/images.ts';
import type { ImageName } from '../cluster/images.ts';
import { cacheDirectory } from '../cluster/instance.ts';

const roots = join(cacheDirectory, 'image-roots');

/** The files of an image in a folder, for `chroot`; unpacked once for each content of the image. */
export async function imageRoot(name: ImageName): Promise<string> {
  const archive = imageArchive(name);
  const root = join(roots, basename(archive, '.tar'));
  if (existsSync(root)) return root;
  removeWithoutArchive(dirname(archive));
  const unfinished = `${root}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  await run('tar', ['-xf', archive, '-C', unfinished]);
  const [{ Layers: layers }] = JSON.parse(await run('cat', [join(unfinished, 'manifest.json')])) as [
    { Layers: string[] },
  ];
  const files = join(unfinished, 'files');
  mkdirSync(files);
  // What a later layer deletes is of no use to its programs either: it may stay.
  for (const layer of layers)
    await run('tar', ['-xf', join(unfinished, layer), '-C', files, '--exclude=.wh.*']);
  renameSync(files, root);
  rmSync(unfinished, { recursive: true });
  return root;
}

/** Other checkouts may run from theirs: as long as the archives are kept. */
function removeWithoutArchive(archives: string): void {
  if (!existsSync(roots)) return;
  for (const name of readdirSync(roots)) {
    const archive = `${name.replace(/[.][0-9]+$/, '')}.tar`;
    if (!existsSync(join(archives, archive))) rmSync(join(roots, name), { recursive: true, force: true });
  }
}
