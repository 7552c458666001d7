import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { attempt, progress, run } from '../cluster/command.ts';
import { loadArchive } from '../cluster/image-store.ts';
import { builtArchive } from '../cluster/images.ts';
import { checkout } from '../cluster/instance.ts';
import { runningCluster } from '../cluster/lifecycle.ts';

/** An operator that is to be upgraded: its chart and its image are those of an earlier commit. */
export interface EarlierOperator {
  readonly commit: string;
  readonly chart: string;
  /** Its reference; it is in every node. */
  readonly image: string;
  /** Removes the files; the image stays. */
  remove(): void;
}

/** What makes an operator another one. */
const parts = [
  ...['operator', 'charts', 'images/operator', 'package-lock.json'],
  ...['*.spec.ts', '*.e2e.ts', '*.md', '*/golden/*'].map((pattern) => `:(exclude)${pattern}`),
];

/**
 * The operator of the newest commit that differs from this checkout, or of the commit that UPGRADE_FROM names. Undefined in a
 * clone that has no earlier one, which is told: then there is only this checkout's own to upgrade from.
 */
export async function earlierOperator(): Promise<EarlierOperator | undefined> {
  const commit = await chosenCommit();
  if (commit === undefined) {
    progress('This clone has no earlier commit: the upgrade is from its own operator, with other values.');
    return undefined;
  }
  progress(`upgrading from ${(await git('log', '-1', '--format=%h %s', commit))?.trim() ?? commit}`);
  const directory = await checkedOut(commit);
  const remove = (): void => rmSync(dirname(directory), { recursive: true, force: true });
  const image = await loadedImage(directory).catch((error: unknown) => {
    remove();
    throw error;
  });
  return { commit, chart: join(directory, 'charts/hostedsite-operator'), image, remove };
}

/** Builds that operator's image, before a story asks for it with a clock. */
export async function buildEarlierOperator(): Promise<void> {
  const commit = await chosenCommit();
  if (commit === undefined) return;
  progress(`the operator to upgrade from is that of ${commit.slice(0, 7)}`);
  const directory = await checkedOut(commit);
  try {
    // Earlier commits know the first of these names only by the second.
    const build = `await (images.buildImage ?? images.imageArchive)('operator', new Map());`;
    const program = `import * as images from './e2e/cluster/images.ts'; ${build}`;
    const heard = (text: string): void => void process.stderr.write(text);
    await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: directory, heard });
  } finally {
    rmSync(dirname(directory), { recursive: true, force: true });
  }
}

async function chosenCommit(): Promise<string | undefined> {
  return process.env.UPGRADE_FROM ?? (await earlierCommit());
}

async function earlierCommit(): Promise<string | undefined> {
  const [newest, before] = ((await git('log', '-2', '--format=%H', '--', ...parts)) ?? '').trim().split('\n');
  const changed = (await git('status', '--porcelain', '--', ...parts)) ?? '';
  const found = changed.trim() === '' ? before : newest;
  return found === '' ? undefined : found;
}

async function checkedOut(commit: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'hostedsite-earlier-'));
  const [archive, tree] = [join(directory, 'tree.tar'), join(directory, 'tree')];
  await run('git', [...anyOwner, 'archive', '--output', archive, commit], { cwd: checkout });
  mkdirSync(tree);
  await run('tar', ['-xf', archive, '-C', tree]);
  rmSync(archive);
  await bringPackages(tree);
  return tree;
}

/** Those of this checkout where they are the same; an earlier commit may need others. */
async function bringPackages(tree: string): Promise<void> {
  const [own, its] = [checkout, tree].map((place) => readFileSync(join(place, 'package-lock.json'), 'utf8'));
  if (own === its) symlinkSync(join(checkout, 'node_modules'), join(tree, 'node_modules'));
  else await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tree });
}

/** Built by `buildEarlierOperator`, by that commit's own program, which also knows the name. */
async function loadedImage(directory: string): Promise<string> {
  const program = `
    import { imageReference } from './e2e/cluster/images.ts';
    process.stdout.write('\\n' + imageReference('operator'));`;
  const said = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: directory });
  const archive = builtArchive(said.slice(said.lastIndexOf('\n') + 1));
  const { cluster, programs } = await runningCluster();
  const [image] = await loadArchive(cluster, cluster.nodes, programs, archive);
  if (image === undefined) throw new Error(`${archive} holds no image`);
  return image;
}

/** The checkout may belong to another user than the one that tests it. */
const anyOwner = ['-c', `safe.directory=${checkout.replace(/\/$/, '')}`];

function git(...words: string[]): Promise<string | undefined> {
  return attempt('git', [...anyOwner, ...words], { cwd: checkout });
}
