import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lastWords, progress, Refusal, run } from './command.ts';
import { bytesBelow } from './disk.ts';
import { cacheDirectory, checkout } from './instance.ts';
import { inTurn } from './lock.ts';

/** One Go module whose `tool` directives (or own main package) make one or more programs. */
export interface Program {
  readonly name: string;
  /** Folder of its go.mod, below `e2e/cluster`. */
  readonly source: string;
  /** Package patterns to build: `tool` for pinned third parties, `.` for our own. */
  readonly packages: string;
  /** Module whose version is stamped into these string variables. */
  readonly stamp?: { readonly module: string; readonly variables: readonly string[] };
  /** Names that the Go tool gives → names that they have. */
  readonly rename?: Readonly<Record<string, string>>;
}

const third = (name: string, more: Partial<Program> = {}): Program => ({
  name,
  source: `programs/${name}`,
  packages: 'tool',
  ...more,
});

const programs: readonly Program[] = [
  third('kubernetes', {
    stamp: {
      module: 'k8s.io/kubernetes',
      variables: ['k8s.io/component-base/version.gitVersion', 'k8s.io/client-go/pkg/version.gitVersion'],
    },
  }),
  third('etcd', { rename: { server: 'etcd' } }),
  third('containerd'),
  third('cni'),
  third('helm'),
  third('coredns'),
  third('csi-provisioner'),
  third('csi-resizer'),
  third('metrics-server'),
  third('traefik'),
  { name: 'storage', source: 'storage', packages: '.' },
  { name: 'policy-gate', source: 'policy-gate', packages: '.' },
  { name: 'pause', source: 'pause', packages: '.' },
  { name: 'registry', source: 'registry', packages: '.' },
];

/** A program's name → the directory that it was built into. */
export type ProgramDirectories = ReadonlyMap<string, string>;

export const allPrograms: readonly string[] = programs.map(({ name }) => name);
/** Only stories ask for these: a cluster starts, serves and tears down without them. */
const extra: readonly string[] = ['csi-resizer', 'metrics-server', 'registry'];
/** Without these there is no cluster. */
export const corePrograms = allPrograms.filter((name) => !extra.includes(name));

const store = join(cacheDirectory, 'programs');
const goCache = join(cacheDirectory, 'go-build');
/** The compiler's cache serves while programs are built; afterwards the programs themselves are the cache. */
const goCacheKeptBytes = 2 * 2 ** 30;

/** Those of them that have not been built from the sources of this checkout. */
export function missingPrograms(names: readonly string[] = allPrograms): string[] {
  return chosen(names).flatMap((program) => (existsSync(destination(program)) ? [] : [program.name]));
}

/**
 * Where programs are that were built before. Builds nothing: whoever tests has a clock that a compiler would outlast, so
 * what is missing is told with the command that builds it.
 */
export function builtPrograms(names: readonly string[] = corePrograms): ProgramDirectories {
  const missing = missingPrograms(names);
  if (missing.length > 0)
    throw new Refusal(`Not built yet: ${missing.join(', ')}. Build what is missing with make programs.`);
  return directories();
}

/** Builds what is missing, each module once per content of its sources, and returns where the programs are. */
export async function buildPrograms(names: readonly string[] = allPrograms): Promise<ProgramDirectories> {
  const waiting = (): void => progress('another process builds programs: waiting for it');
  if (missingPrograms(names).length > 0) await inTurn('programs', waiting, () => buildMissing(names));
  return directories();
}

async function buildMissing(names: readonly string[]): Promise<void> {
  const missing = chosen(missingPrograms(names));
  for (const [position, program] of missing.entries()) {
    const started = Date.now();
    progress(`building ${program.name} (${position + 1} of ${missing.length})`);
    await build(program);
    progress(`  ${Math.round((Date.now() - started) / 1000)} s`);
  }
  if (missing.length > 0) await pruneCompilerCache();
}

function chosen(names: readonly string[]): Program[] {
  return programs.filter(({ name }) => names.includes(name));
}

function directories(): ProgramDirectories {
  return new Map(programs.map((program) => [program.name, destination(program)]));
}

/** Removes programs of earlier versions that nothing has used for a fortnight. */
export function pruneOldPrograms(now = Date.now()): void {
  if (!existsSync(store)) return;
  const current = new Set(programs.map(destination));
  for (const entry of readdirSync(store).map((name) => join(store, name))) {
    if (!current.has(entry) && now - statSync(entry).mtimeMs > 14 * 86_400_000)
      rmSync(entry, { recursive: true });
  }
}

function destination(program: Program): string {
  return join(store, `${program.name}-${sourceHash(program)}`);
}

/** Of all that the built program depends on, whatever checkout it lies in. */
export function sourceHash(program: Program, sources = join(checkout, 'e2e/cluster')): string {
  const directory = join(sources, program.source);
  const hash = createHash('sha256').update(JSON.stringify(program));
  for (const file of readdirSync(directory).sort()) {
    if (!/(\.go|^go\.(mod|sum))$/.test(file) || file.endsWith('_test.go')) continue;
    hash.update(file).update(readFileSync(join(directory, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function build(program: Program): Promise<void> {
  const source = join(checkout, 'e2e/cluster', program.source);
  const unfinished = `${destination(program)}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  // -v names each package as it is compiled: whoever waits sees that it goes on.
  const flags = ['build', '-v', '-mod=readonly', '-trimpath', '-ldflags', `-s -w ${stamps(program, source)}`];
  const env = { ...process.env, CGO_ENABLED: '0', GOCACHE: goCache, GOFLAGS: '-buildvcs=false' };
  const heard = lastWords(program.name);
  await run('go', [...flags, '-o', `${unfinished}/`, program.packages], { cwd: source, env, heard });
  for (const [from, to] of Object.entries(program.rename ?? {}))
    renameSync(join(unfinished, from), join(unfinished, to));
  renameSync(unfinished, destination(program));
}

function stamps(program: Program, source: string): string {
  if (program.stamp === undefined) return '';
  const { module, variables } = program.stamp;
  const version = new RegExp(`${module} (v[0-9.]+)`).exec(readFileSync(join(source, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${source}/go.mod does not require ${module}`);
  return variables.map((variable) => `-X ${variable}=${version}`).join(' ');
}

async function pruneCompilerCache(): Promise<void> {
  if ((await bytesBelow(goCache)) > goCacheKeptBytes) rmSync(goCache, { recursive: true, force: true });
}
