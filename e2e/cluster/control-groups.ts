import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from './instance.ts';

/**
 * Every process of a cluster runs in a control group of that cluster. So they are found again without any record
 * (also after a crash of what started them), nothing else is ever ended, and each node's kubelet has a tree of its own.
 */
const mountPoint = '/sys/fs/cgroup';

/** Version 1: one directory per controller (and `unified` beside them); version 2: the mount itself. */
export function hierarchies(root = mountPoint): string[] {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => existsSync(join(path, 'cgroup.procs')));
}

/** Makes the group `parts` of the cluster in every hierarchy, ready to take processes. */
export function prepareControlGroup(cluster: Instance, ...parts: string[]): void {
  for (const hierarchy of hierarchies()) {
    let path = hierarchy;
    for (const part of [cluster.controlGroup, ...parts]) {
      delegateControllers(path);
      path = join(path, part);
      mkdirSync(path, { recursive: true });
      inheritCpuset(hierarchy, path);
    }
  }
}

/** Version 2 passes controllers on level by level. */
function delegateControllers(path: string): void {
  const file = join(path, 'cgroup.controllers');
  if (!existsSync(file)) return;
  const available = readFileSync(file, 'utf8').trim().split(' ').filter(Boolean);
  writeFileSync(join(path, 'cgroup.subtree_control'), available.map((name) => `+${name}`).join(' '));
}

/** Version 1: a cpuset takes no process before its processors and memory nodes are named. */
function inheritCpuset(hierarchy: string, path: string): void {
  for (const name of ['cpuset.cpus', 'cpuset.mems']) {
    const file = join(path, name);
    if (!hierarchy.endsWith('/cpuset') || !existsSync(file)) continue;
    writeFileSync(file, readFileSync(join(hierarchy, name), 'utf8').trim());
  }
}

/** So many times the share of a processor that a group has by default, while there is not enough for all beside it. */
export function weigh(cluster: Instance, times: number, ...parts: string[]): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, cluster.controlGroup, ...parts);
    weighGroup(group, times);
  }
}

export function weighGroup(group: string, times: number): void {
  // Version 1, then version 2, with what each has by default.
  for (const [name, usual] of [
    ['cpu.shares', 1024],
    ['cpu.weight', 100],
  ] as const) {
    const file = join(group, name);
    if (existsSync(file)) writeFileSync(file, String(usual * times));
  }
}

/**
 * Takes a process out of every share of the processor, or puts it into that of a group of the cluster. Where each group has a budget of
 * real time, and none by default (version 1), a process of real time is in no group; elsewhere nothing changes.
 */
export function leaveShares(process: number): void {
  joinShares(process, '');
}

export function returnToShares(process: number, cluster: Instance, ...parts: string[]): void {
  joinShares(process, join(cluster.controlGroup, ...parts));
}

function joinShares(process: number, path: string): void {
  for (const hierarchy of hierarchies()) {
    const hasBudgets = existsSync(join(hierarchy, path, 'cpu.rt_runtime_us'));
    if (hasBudgets) writeFileSync(join(hierarchy, path, 'cgroup.procs'), String(process));
  }
}

/** A shell line that puts the shell into the group; what it then executes stays there. */
export function enterControlGroup(cluster: Instance, ...parts: string[]): string {
  const files = hierarchies().map((hierarchy) =>
    join(hierarchy, cluster.controlGroup, ...parts, 'cgroup.procs'),
  );
  return files.map((file) => `echo $$ > ${file}`).join(' && ');
}

/** Process ids in the group and below it, in any hierarchy. */
export function members(cluster: Instance, ...parts: string[]): number[] {
  const found = new Set<number>();
  for (const hierarchy of hierarchies()) {
    for (const pid of processesBelow(join(hierarchy, cluster.controlGroup, ...parts))) found.add(pid);
  }
  return [...found];
}

/** Process ids in the group of this directory and in those below it. */
export function processesBelow(directory: string): number[] {
  const lines = tree(directory).flatMap((group) => read(join(group, 'cgroup.procs')).split('\n'));
  return lines.filter((line) => line !== '').map(Number);
}

/** Removes the groups, deepest first. Left-over groups would cost the next kubelet about three seconds each. */
export function removeControlGroups(cluster: Instance, ...parts: string[]): void {
  for (const hierarchy of hierarchies()) {
    tree(join(hierarchy, cluster.controlGroup, ...parts))
      .reverse()
      .forEach(removeGroup);
  }
}

/** A group whose last process is just ending is busy: the caller tries again. */
function removeGroup(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!['ENOENT', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** The directories of the group that are left. */
export function controlGroupsLeft(cluster: Instance, ...parts: string[]): string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, cluster.controlGroup, ...parts))
    .filter((path) => existsSync(path));
}

/** Groups come and go meanwhile: one that is gone has nothing in it. */
function tree(root: string): string[] {
  try {
    const below = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [root, ...below.flatMap((entry) => tree(join(root, entry.name)))];
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
