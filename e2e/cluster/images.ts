import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt, lastWords, progress, Refusal, run } from './command.ts';
import { bytesBelow } from './disk.ts';
import { cacheDirectory, checkout } from './instance.ts';
import { inTurn } from './lock.ts';

/** An image that is built here, from the same Containerfile that is shipped, or from one program and nothing else. */
interface Image {
  /** Folder below `images/`; absent for an image that holds one of the cluster's own programs. */
  readonly folder?: string;
  readonly arguments?: Readonly<Record<string, string>>;
  /** Path of a program, relative to the programs' directory of its module. */
  readonly program?: { readonly module: string; readonly file: string };
}

const images = {
  pause: { program: { module: 'pause', file: 'pause' } },
  coredns: { program: { module: 'coredns', file: 'coredns' } },
  traefik: { program: { module: 'traefik', file: 'traefik' } },
  'metrics-server': { program: { module: 'metrics-server', file: 'metrics-server' } },
  operator: { folder: 'operator' },
  varnish: { folder: 'varnish' },
  mariadb: { folder: 'mariadb' },
  'object-cache': { folder: 'object-cache' },
  wordpress: { folder: 'wordpress' },
  'node-example-1': { folder: 'node-example', arguments: { VERSION: '1' } },
  'node-example-2': { folder: 'node-example', arguments: { VERSION: '2' } },
  // In no node: a kubelet remembers with which credentials a content was pulled, and asks for them again.
  'private-example-1': { folder: 'node-example', arguments: { VERSION: 'private 1' } },
  'private-example-2': { folder: 'node-example', arguments: { VERSION: 'private 2' } },
  // In no node: it runs beside the cluster, as visitors' browsers do.
  browser: { folder: 'browser' },
} as const satisfies Record<string, Image>;

export type ImageName = keyof typeof images;

export function isImageName(text: string): text is ImageName {
  return Object.hasOwn(images, text);
}

export const allImages = Object.keys(images) as ImageName[];

/** The module whose program the image holds; undefined for an image of `images/`. */
export function programOf(name: ImageName): string | undefined {
  const image: Image = images[name];
  return image.program?.module;
}

/** The images that a cluster cannot do without. */
export const infrastructure: readonly ImageName[] = ['pause', 'coredns', 'traefik'];
/** What it has beside them, except in a demonstration. */
export const extraImages: readonly ImageName[] = ['metrics-server'];

const archives = join(cacheDirectory, 'images');
const storage = join(cacheDirectory, 'buildah');
const layersKeptBytes = 4 * 2 ** 30;
const storageFlags = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run')];
/** Flags of every call of buildah: images are in a storage of the cache's own. */
export const buildah: readonly string[] = storageFlags;
/** The published base of our images is Debian 13; here it is made of the same release's packages. */
const baseRecipe = [
  '--variant=minbase',
  '--mode=root',
  ...['doc', 'man', 'info', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
  // As in the published base: packages start no services while an image is built.
  `--customize-hook=printf '#!/bin/sh\nexit 101\n' > "$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d"`,
  'trixie',
] as const;
const base = `localhost/debian:13-${digest([baseRecipe.join(' ')])}`;

/** The name under which an image is known in the cluster; its tag is the hash of all that it is made of. */
export function imageReference(name: ImageName): string {
  return `localhost/hostedsite/${name}:${contentHash(name)}`;
}

/** The archive of an image that was built before. Builds nothing, for the same reason as `builtPrograms`. */
export function imageArchive(name: ImageName): string {
  return builtArchive(imageReference(name));
}

/** The same for the reference of an image of this checkout or of an earlier commit. */
export function builtArchive(reference: string): string {
  const archive = archiveOf(reference);
  if (existsSync(archive)) return archive;
  throw new Refusal(`The image ${reference} is not built yet. Build what is missing with make images.`);
}

/** Builds an image if its content has not been built before, and returns its archive. */
export async function buildImage(name: ImageName, directories: ReadonlyMap<string, string>): Promise<string> {
  const archive = archiveOf(imageReference(name));
  const waiting = (): void => progress('another process builds images: waiting for it');
  if (!existsSync(archive))
    await inTurn('images', waiting, async () => {
      if (!existsSync(archive)) await build(name, directories, archive);
    });
  // Whoever builds for other checkouts meanwhile does not remove what is wanted here.
  utimesSync(archive, new Date(), new Date());
  return archive;
}

function archiveOf(reference: string): string {
  return join(archives, `${reference.slice(reference.lastIndexOf('/') + 1).replace(':', '-')}.tar`);
}

async function build(
  name: ImageName,
  directories: ReadonlyMap<string, string>,
  archive: string,
): Promise<void> {
  const started = Date.now();
  progress(`building image ${name}`);
  mkdirSync(archives, { recursive: true });
  const context = mkdtempSync(join(tmpdir(), 'hostedsite-image-'));
  try {
    const image: Image = images[name];
    if (image.program === undefined) await folderContext(image, context);
    else programContext(image.program, directories, context);
    await buildArchive(name, image, context, archive);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  pruneArchives();
  await pruneLayers();
  progress(
    `  ${Math.round((Date.now() - started) / 1000)} s, ${Math.round(statSync(archive).size / 2 ** 20)} MiB`,
  );
}

/** The operator's image holds a bundle that is made from the checkout. */
export async function bundleOperator(): Promise<void> {
  await run(process.execPath, [join(checkout, 'tools/bundle.ts')], { cwd: checkout });
}

async function buildArchive(name: ImageName, image: Image, context: string, archive: string): Promise<void> {
  const env = { ...process.env, BUILDAH_ISOLATION: 'chroot' };
  const reference = imageReference(name);
  if (image.folder !== undefined) await makeBase(env);
  const values = Object.entries(image.arguments ?? {}).flatMap(([key, value]) => [
    '--build-arg',
    `${key}=${value}`,
  ]);
  const build = [
    'build',
    '--layers',
    '--network=host',
    '--build-arg',
    `BASE=${base}`,
    ...values,
    '--tag',
    reference,
    context,
  ];
  await run('buildah', [...storageFlags, ...build], { env, heard: lastWords(`image ${name}`) });
  const unfinished = `${archive}.${process.pid}`;
  await run(
    'buildah',
    [...storageFlags, 'push', '--quiet', reference, `docker-archive:${unfinished}:${reference}`],
    { env },
  );
  renameSync(unfinished, archive);
}

async function makeBase(env: NodeJS.ProcessEnv): Promise<void> {
  if ((await attempt('buildah', [...storageFlags, 'inspect', '--type=image', base], { env })) !== undefined)
    return;
  progress('making the Debian 13 base image');
  const context = mkdtempSync(join(tmpdir(), 'hostedsite-base-'));
  try {
    await run('mmdebstrap', [...baseRecipe, join(context, 'base.tar')], {
      env,
      heard: lastWords('base image'),
    });
    writeFileSync(join(context, 'Containerfile'), 'FROM scratch\nADD base.tar /\nCMD ["/bin/sh"]\n');
    await run('buildah', [...storageFlags, 'build', '--tag', base, context], { env });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function folderContext(image: Image, context: string): Promise<void> {
  if (image.folder === 'operator') await bundleOperator();
  cpSync(join(checkout, 'images', image.folder ?? ''), context, { recursive: true });
  for (const [name, source] of extraFiles(image))
    cpSync(join(checkout, source), join(context, name), { recursive: true });
}

function programContext(
  program: NonNullable<Image['program']>,
  directories: ReadonlyMap<string, string>,
  context: string,
): void {
  copyFileSync(join(directories.get(program.module) ?? '', program.file), join(context, 'program'));
  const lines = [
    'FROM scratch',
    `COPY program /${program.file}`,
    'USER 65532:65532',
    `ENTRYPOINT ["/${program.file}"]`,
  ];
  writeFileSync(join(context, 'Containerfile'), `${lines.join('\n')}\n`);
}

/** `context.json` beside a Containerfile names files of the repository that its build takes along. */
function extraFiles(image: Image): [string, string][] {
  const file = join(checkout, 'images', image.folder ?? '', 'context.json');
  if (!existsSync(file)) return [];
  return Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
}

function contentHash(name: ImageName): string {
  const image: Image = images[name];
  const parts: (string | Buffer)[] = [JSON.stringify(image), base];
  if (image.folder === undefined) {
    const module = join(
      checkout,
      'e2e/cluster',
      image.program?.module === 'pause' ? 'pause' : `programs/${image.program?.module}`,
    );
    parts.push(...filesBelow(module).map((file) => readFileSync(file)));
  } else {
    parts.push(...filesBelow(join(checkout, 'images', image.folder)).map((file) => readFileSync(file)));
    parts.push(...(image.folder === 'operator' ? operatorSources() : []));
    parts.push(readFileSync(join(checkout, 'package-lock.json')));
  }
  return digest(parts);
}

function operatorSources(): Buffer[] {
  const sources = filesBelow(join(checkout, 'operator')).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  return sources.map((file) => readFileSync(file));
}

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}

function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update(part);
  return hash.digest('hex').slice(0, 12);
}

/** What somebody asked for so lately is about to be used. */
const archivesKeptMilliseconds = 2 * 3_600_000;

/** Of each image the three newest archives stay, and those of the last two hours. */
function pruneArchives(): void {
  const byImage = new Map<string, string[]>();
  for (const file of readdirSync(archives).filter((entry) => entry.endsWith('.tar'))) {
    const stem = file.replace(/-[0-9a-f]{12}\.tar$/, '');
    byImage.set(stem, [...(byImage.get(stem) ?? []), join(archives, file)]);
  }
  for (const files of byImage.values()) {
    const byAge = files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const old of byAge.slice(3))
      if (Date.now() - statSync(old).mtimeMs > archivesKeptMilliseconds) rmSync(old);
  }
}

/** Layers only save time: they are made again from the packages. */
async function pruneLayers(): Promise<void> {
  if ((await bytesBelow(storage)) > layersKeptBytes)
    await run('buildah', [...storageFlags, 'rmi', '--all', '--force']);
}
