import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, lastWords, progress, Refusal } from './command.ts';
import { cacheDirectory } from './instance.ts';

/** Program that must be on the PATH → the Debian package that brings it. */
const packages: Readonly<Record<string, string>> = {
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  runc: 'runc',
  conntrack: 'conntrack',
  iptables: 'iptables',
  socat: 'socat',
  ip: 'iproute2',
  openssl: 'openssl',
  nsenter: 'util-linux',
  losetup: 'mount',
  'mkfs.xfs': 'xfsprogs',
  git: 'git',
  curl: 'curl',
  sysctl: 'procps',
  // What runs pipelines on this machine copies a project's files with it.
  rsync: 'rsync',
  // What Argo CD runs health scripts by.
  'lua5.1': 'lua5.1',
};

/** Free space that a first start takes at its peak, in GiB (measured: 13 of build cache, 3 of packages and images). */
const diskNeededGiB = 20;
const diskNeededWarmGiB = 4;

/** Checks the machine, installs Debian packages that are missing, and refuses with one sentence what it cannot mend. */
export async function meetNeeds(builtBefore: boolean): Promise<void> {
  if (process.platform !== 'linux')
    throw new Refusal('The test cluster runs on Linux only: use a Linux machine or VM.');
  refuseWithoutRoot();
  await refuseWithoutBuildTools(builtBefore);
  await installPackages();
}

/** What building and pushing images takes. */
export async function meetNeedsOfImages(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Refusal(
      'Building images changes the root directory: run this on Linux as root (sudo make images).',
    );
  await installPackages();
}

/** What building programs takes: no root, and no Debian package. */
export async function refuseWithoutBuildTools(builtBefore: boolean): Promise<void> {
  mkdirSync(cacheDirectory, { recursive: true });
  const { bavail, bsize } = statfsSync(cacheDirectory);
  refuse(
    diskRefusal(Math.floor((bavail * bsize) / 2 ** 30), builtBefore ? diskNeededWarmGiB : diskNeededGiB),
  );
  refuse(goRefusal(await attempt('go', ['version'])));
}

export function refuseWithoutRoot(): void {
  if (process.getuid?.() !== 0) {
    throw new Refusal('The test cluster makes namespaces and mounts: run this as root (sudo make cluster).');
  }
}

export function diskRefusal(freeGiB: number, neededGiB: number): string | undefined {
  if (freeGiB >= neededGiB) return undefined;
  return `${cacheDirectory} has ${freeGiB} GiB free and ${neededGiB} are needed: free some, or set XDG_CACHE_HOME to a larger disk.`;
}

/** From what `go version` prints; undefined when it cannot be run. */
export function goRefusal(printed: string | undefined): string | undefined {
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(printed ?? '') ?? [];
  if (major === undefined)
    return 'Go is missing: install Go 1.26 or later (go.dev/doc/install) and put it on the PATH.';
  if (Number(major) > 1 || Number(minor) >= 26) return undefined;
  return `Go 1.26 or later builds the cluster's programs; this is ${major}.${minor}: install a later one.`;
}

/** Debian packages of the programs that are in no directory of the PATH. */
export function missingPackages(path: string): string[] {
  const directories = path.split(':').filter(Boolean);
  const isThere = (program: string): boolean =>
    directories.some((directory) => existsSync(join(directory, program)));
  return Object.entries(packages).flatMap(([program, name]) => (isThere(program) ? [] : [name]));
}

async function installPackages(): Promise<void> {
  const path = process.env.PATH ?? '';
  const missing = missingPackages(path);
  if (missing.length === 0) return;
  const sentence = `These packages are missing: ${missing.join(', ')}.`;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if ((await attempt('apt-get', ['--version'])) === undefined)
    refuse(`${sentence} Install them with your distribution's package manager.`);
  progress(`installing Debian packages: ${missing.join(' ')}`);
  const installed =
    (await attempt('apt-get', ['update', '-q'], { env, heard: lastWords('packages') })) !== undefined &&
    (await attempt('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], {
      env,
      heard: lastWords('packages'),
    })) !== undefined;
  if (!installed || missingPackages(path).length > 0) {
    refuse(
      `${sentence} apt-get did not bring them: install them, and see that their programs are on the PATH.`,
    );
  }
}

function refuse(sentence: string | undefined): void {
  if (sentence !== undefined) throw new Refusal(sentence);
}
