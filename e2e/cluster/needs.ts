import { statfsSync, mkdirSync } from 'node:fs';
import { attempt, progress, Refusal, run } from './command.ts';
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
};

/** Free space that a first start takes at its peak, in GiB (measured: 13 of build cache, 3 of packages and images). */
const diskNeededGiB = 20;
const diskNeededWarmGiB = 4;

/** Checks the machine, installs Debian packages that are missing, and refuses with one sentence what it cannot mend. */
export async function meetNeeds(builtBefore: boolean): Promise<void> {
  if (process.platform !== 'linux') throw new Refusal('The test cluster runs on Linux only: use a Linux machine or VM.');
  if (process.getuid?.() !== 0) throw new Refusal('The test cluster makes namespaces and mounts: run it as root (sudo make cluster).');
  checkDisk(builtBefore ? diskNeededWarmGiB : diskNeededGiB);
  await checkGo();
  await installPackages();
}

function checkDisk(neededGiB: number): void {
  mkdirSync(cacheDirectory, { recursive: true });
  const { bavail, bsize } = statfsSync(cacheDirectory);
  const freeGiB = Math.floor((bavail * bsize) / 2 ** 30);
  if (freeGiB < neededGiB) {
    throw new Refusal(
      `${cacheDirectory} has ${freeGiB} GiB free and ${neededGiB} are needed: free some, or set XDG_CACHE_HOME to a larger disk.`,
    );
  }
}

async function checkGo(): Promise<void> {
  const version = await attempt('go', ['version']);
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (version === undefined || major === undefined) {
    throw new Refusal('Go is missing: install Go 1.26 or later (go.dev/doc/install) and put it on the PATH.');
  }
  if (Number(major) === 1 && Number(minor) < 26) {
    throw new Refusal(`Go 1.26 or later builds the cluster's programs; this is ${major}.${minor}: install a later one.`);
  }
}

async function installPackages(): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(packages)) {
    if ((await attempt('sh', ['-c', `command -v ${program}`])) === undefined) missing.push(name);
  }
  if (missing.length === 0) return;
  if ((await attempt('sh', ['-c', 'command -v apt-get'])) === undefined) {
    throw new Refusal(`These are missing: ${missing.join(', ')}. Install them with your distribution's package manager.`);
  }
  progress(`installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}
