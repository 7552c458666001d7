import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { attempt, launch, progress, run, until } from './command.ts';
import { buildImage, imageArchive, imageReference, infrastructure } from './images.ts';
import type { ImageName } from './images.ts';
import { enterControlGroup, prepareControlGroup } from './control-groups.ts';
import type { ClusterNode, Instance } from './instance.ts';
import { cacheDirectory } from './instance.ts';
import { inTurn } from './lock.ts';
import { insideNode } from './node.ts';
import { isAlive, signal } from './processes.ts';
import type { ProgramDirectories } from './programs.ts';

const stores = join(cacheDirectory, 'image-stores');

/**
 * Gives a node a containerd root that holds the cluster's own images already. They are imported once into a store in
 * the cache; a node gets hard links to its blobs and layers (never written in place) and copies of its databases.
 */
export async function fillImageStore(
  cluster: Instance,
  node: ClusterNode,
  programs: ProgramDirectories,
): Promise<void> {
  const root = join(node.directory, 'var/lib/containerd');
  if (existsSync(root)) return;
  const golden = await goldenStore(cluster, programs);
  mkdirSync(join(node.directory, 'var/lib'), { recursive: true });
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await run('cp', ['-al', golden, unfinished]);
  const databases = (await run('find', ['.', '-name', '*.db'], { cwd: unfinished }))
    .split('\n')
    .filter(Boolean);
  for (const file of databases) {
    await run('cp', ['--remove-destination', '-a', join(golden, file), join(unfinished, file)]);
  }
  renameSync(unfinished, root);
}

/** Puts one of the project's images, which was built before, into every node. */
export async function loadBuiltImage(
  cluster: Instance,
  programs: ProgramDirectories,
  name: ImageName,
): Promise<string> {
  const reference = imageReference(name);
  const missing = await nodesWithout(cluster, programs, reference);
  if (missing.length > 0) await loadArchive(cluster, missing, programs, imageArchive(name));
  return reference;
}

/** Gives an image that is in every node another name, which was perhaps another one's before. */
export async function nameImage(
  cluster: Instance,
  programs: ProgramDirectories,
  reference: string,
  name: string,
): Promise<void> {
  const tag = [...ctr(programs), 'images', 'tag', '--force', reference, name];
  for (const node of cluster.nodes) await inNode(cluster, node, tag);
}

async function nodesWithout(
  cluster: Instance,
  programs: ProgramDirectories,
  reference: string,
): Promise<ClusterNode[]> {
  const missing: ClusterNode[] = [];
  for (const node of cluster.nodes) {
    const known = await inNode(cluster, node, [...ctr(programs), 'images', 'ls', '-q', `name==${reference}`]);
    if (known.trim() === '') missing.push(node);
  }
  return missing;
}

/** Puts the images of an archive (docker or OCI) into the nodes; returns their names. */
export async function loadArchive(
  cluster: Instance,
  nodes: readonly ClusterNode[],
  programs: ProgramDirectories,
  archive: string,
): Promise<string[]> {
  const load = [...ctr(programs), 'images', 'import', archive];
  // Two imports of one content at once fail: containerd has locked it for the first.
  await inTurn(
    `import-${cluster.id}`,
    () => undefined,
    () => Promise.all(nodes.map((node) => inNode(cluster, node, load))),
  );
  return imageNames(archive);
}

/** What the archive says; ctr prints names for eyes only, shortened. */
export async function imageNames(archive: string): Promise<string[]> {
  const docker = await attempt('tar', ['-xOf', archive, 'manifest.json']);
  if (docker !== undefined)
    return (JSON.parse(docker) as { RepoTags?: string[] }[]).flatMap(({ RepoTags }) => RepoTags ?? []);
  const index = JSON.parse(await run('tar', ['-xOf', archive, 'index.json'])) as {
    manifests: { annotations?: Record<string, string> }[];
  };
  return index.manifests.flatMap(
    ({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] ?? [],
  );
}

async function inNode(cluster: Instance, node: ClusterNode, command: readonly string[]): Promise<string> {
  const [program, ...args] = insideNode(cluster, node) ?? [];
  if (program === undefined) throw new Error(`${node.name} is not running`);
  return run(program, [...args, ...command]);
}

function ctr(programs: ProgramDirectories): string[] {
  return [join(programs.get('containerd') ?? '', 'ctr'), '--namespace=k8s.io'];
}

async function goldenStore(cluster: Instance, programs: ProgramDirectories): Promise<string> {
  const key = createHash('sha256')
    .update(infrastructure.map(imageReference).join())
    .digest('hex')
    .slice(0, 12);
  const finished = join(stores, key);
  const waiting = (): void => progress("another process imports the cluster's images: waiting for it");
  // Two clusters of one checkout may start at once.
  if (!existsSync(finished))
    await inTurn('image-store', waiting, async () => {
      if (!existsSync(finished)) await makeStore(cluster, programs, finished);
    });
  return join(finished, 'root');
}

async function makeStore(cluster: Instance, programs: ProgramDirectories, finished: string): Promise<void> {
  const archives: string[] = [];
  for (const name of infrastructure) archives.push(await buildImage(name, programs));
  progress("importing the cluster's images");
  const directory = `${finished}.${process.pid}`;
  mkdirSync(directory, { recursive: true });
  const pid = await startImporter(cluster, directory, programs);
  try {
    for (const archive of archives) {
      await run(ctr(programs)[0] ?? '', [
        '-a',
        join(directory, 'sock'),
        '--namespace=k8s.io',
        'images',
        'import',
        archive,
      ]);
    }
  } finally {
    signal(pid, 'SIGTERM');
    await until('the importing containerd has ended', 15, () =>
      Promise.resolve(isAlive(pid) ? undefined : true),
    );
  }
  renameSync(directory, finished);
  pruneStores(basename(finished));
}

/** In the cluster's control group, so that the next start ends it when this one is killed. */
async function startImporter(
  cluster: Instance,
  directory: string,
  programs: ProgramDirectories,
): Promise<number> {
  const configuration = join(directory, 'config.toml');
  const disabled = [
    'io.containerd.grpc.v1.cri',
    'io.containerd.cri.v1.runtime',
    'io.containerd.cri.v1.images',
  ];
  writeFileSync(
    configuration,
    `version = 3\nroot = "${directory}/root"\nstate = "${directory}/state"\ndisabled_plugins = ${JSON.stringify(disabled)}\n` +
      `[grpc]\n  address = "${directory}/sock"\n`,
  );
  const binaries = programs.get('containerd') ?? '';
  const env = { ...process.env, PATH: `${binaries}:${process.env.PATH ?? ''}` };
  prepareControlGroup(cluster, 'import');
  const script = `${enterControlGroup(cluster, 'import')} && exec "$@"`;
  const command = [join(binaries, 'containerd'), '-c', configuration];
  const pid = launch('sh', ['-c', script, 'import', ...command], join(directory, 'log'), env);
  await until('the importing containerd listens', 30, () =>
    Promise.resolve(existsSync(join(directory, 'sock')) ? true : undefined),
  );
  return pid;
}

/** The store in use and one earlier one stay; unfinished ones older than an hour go. */
function pruneStores(current: string): void {
  const others = readdirSync(stores).filter((name) => name !== current);
  const byAge = others.sort((a, b) => statSync(join(stores, b)).mtimeMs - statSync(join(stores, a)).mtimeMs);
  const finished = byAge.filter((name) => !name.includes('.'));
  const stale = byAge.filter(
    (name) => name.includes('.') && Date.now() - statSync(join(stores, name)).mtimeMs > 3_600_000,
  );
  for (const name of [...finished.slice(1), ...stale])
    rmSync(join(stores, basename(name)), { recursive: true, force: true });
}
