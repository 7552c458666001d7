import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { progress, run } from './command.ts';
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
  { name: 'pause', source: 'pause', packages: '.' },
  { name: 'registry', source: 'registry', packages: '.' },
];

export type ProgramDirectories = ReadonlyMap<string, string>;

const store = join(cacheDirectory, 'programs');
const goCache = join(cacheDirectory, 'go-build');
/** The compiler's cache serves while programs are built; afterwards the programs themselves are the cache. */
const goCacheKeptBytes = 2 * 2 ** 30;

/** Whether every program is there, so that a start builds nothing. */
export function programsAreBuilt(): boolean {
  return programs.every((program) => existsSync(destination(program)));
}

/** Builds what is missing, each module once per content of its sources, and returns where the programs are. */
export async function builtPrograms(): Promise<ProgramDirectories> {
  const waiting = (): void => progress('another process builds programs: waiting for it');
  if (!programsAreBuilt()) await inTurn('programs', waiting, buildMissing);
  return new Map(programs.map((program) => [program.name, destination(program)]));
}

async function buildMissing(): Promise<void> {
  const missing = programs.filter((program) => !existsSync(destination(program)));
  for (const [position, program] of missing.entries()) {
    const started = Date.now();
    progress(`building ${program.name} (${position + 1} of ${missing.length})`);
    await build(program);
    progress(`  ${Math.round((Date.now() - started) / 1000)} s`);
  }
  if (missing.length > 0) await pruneCompilerCache();
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
  const flags = ['build', '-mod=readonly', '-trimpath', '-ldflags', `-s -w ${stamps(program, source)}`];
  const env = { ...process.env, CGO_ENABLED: '0', GOCACHE: goCache, GOFLAGS: '-buildvcs=false' };
  await run('go', [...flags, '-o', `${unfinished}/`, program.packages], { cwd: source, env });
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
