import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, until } from './command.ts';
import { controlGroupsLeft, members, removeControlGroups } from './control-groups.ts';
import { thawGroupsBelow } from './freezer.ts';
import type { Instance } from './instance.ts';
import { cacheDirectory } from './instance.ts';
import { namespacesLeft, removeNetwork } from './network.ts';
import { commandOf, endAll, isAlive, signal } from './processes.ts';

/**
 * Ends all that a cluster runs, whatever state a crash left it in. Nodes die as if unplugged, which takes their mounts
 * with them; etcd is asked first, so that a kept cluster starts again from a clean record.
 */
export async function tearDown(cluster: Instance): Promise<void> {
  const isEtcd = (pid: number): boolean => commandOf(pid)[0]?.endsWith('/etcd') === true;
  // Without its clients: etcd lets their requests end, and the API server has watches that never do.
  for (const pid of members(cluster, 'control').filter((pid) => !isEtcd(pid))) signal(pid, 'SIGKILL');
  const etcd = members(cluster, 'control').filter(isEtcd);
  for (const pid of etcd) signal(pid, 'SIGTERM');
  await until('etcd has ended', 5, () => Promise.resolve(etcd.some(isAlive) ? undefined : true)).catch(
    () => undefined,
  );
  for (const pid of members(cluster)) signal(pid, 'SIGKILL');
  thawGroupsBelow(cluster.controlGroup);
  await endAll('every process has ended', () => members(cluster));
  await removeNetwork(cluster);
  await until('the control groups are gone', 10, () => {
    removeControlGroups(cluster);
    return Promise.resolve(controlGroupsLeft(cluster).length === 0 ? true : undefined);
  });
}

/** Removes what a stopped cluster keeps on disk. */
export function erase(cluster: Instance): void {
  rmSync(cluster.directory, { recursive: true, force: true });
}

/** What is left of a cluster that should have stopped: nothing, or one line for each thing. */
export async function leftovers(cluster: Instance): Promise<string[]> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(cluster.directory));
  const loops = (await run('losetup', ['-l', '-n', '-O', 'NAME,BACK-FILE'])).split('\n');
  return [
    ...members(cluster).map((pid) => `process ${pid} ${commandOf(pid).slice(0, 2).join(' ')}`),
    ...namespacesLeft(cluster).map((name) => `network namespace ${name}`),
    ...controlGroupsLeft(cluster).map((path) => `control group ${path}`),
    ...mounts.map((line) => `mount ${line}`),
    ...loops.filter((line) => line.includes(cluster.directory)).map((line) => `loop device ${line}`),
  ];
}

/** Removes the disks of stopped clusters whose checkout no longer exists. */
export function eraseOrphans(running: (id: string) => boolean): void {
  const clusters = join(cacheDirectory, 'clusters');
  if (!existsSync(clusters)) return;
  for (const id of readdirSync(clusters)) {
    const origin = join(clusters, id, 'checkout');
    if (!existsSync(origin) || existsSync(readFileSync(origin, 'utf8')) || running(id)) continue;
    rmSync(join(clusters, id), { recursive: true, force: true });
  }
}
