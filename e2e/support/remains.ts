import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { attempt, run } from '../cluster/command.ts';
import type { Instance } from '../cluster/instance.ts';

/**
 * What there is of a cluster on the machine, looked for in other ways than the cluster's own code does: so that the
 * stop is not its own judge. One line for each thing.
 */
export async function remains(cluster: Instance): Promise<string[]> {
  const belongs = (line: string): boolean => line.includes(cluster.id);
  const among = async (what: string, program: string, args: readonly string[]): Promise<string[]> =>
    (await run(program, args))
      .split('\n')
      .filter(belongs)
      .map((line) => `${what}: ${line}`);
  return [
    ...processes(cluster).map(({ pid, command }) => `process: ${pid} ${command}`),
    ...mounts(cluster),
    ...(await among('network namespace', 'ip', ['netns', 'list'])),
    ...(await among('network namespace file', 'ls', ['/run/netns'])),
    ...(await among('control group', 'find', [
      '/sys/fs/cgroup',
      '-maxdepth',
      '3',
      '-type',
      'd',
      '-name',
      '*hostedsite*',
    ])),
    ...(await among('loop device', 'losetup', ['--list', '--noheadings', '--output', 'NAME,BACK-FILE'])),
    ...readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .filter(belongs)
      .map((line) => `socket: ${line}`),
  ];
}

interface Process {
  readonly pid: number;
  readonly command: string;
  /** In clock ticks since the machine started: with it, a process id is unique. */
  readonly startedAt: string;
}

/** Processes in its control groups or network namespaces, or with its id in their arguments or environment. */
export function processes(cluster: Instance): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const namespaces = networkNamespaces(cluster);
  return pids.flatMap((name) => {
    const about = (file: string): string => quietly(() => readFileSync(`/proc/${name}/${file}`, 'latin1'));
    const texts = [about('cgroup'), about('cmdline'), about('environ')];
    const inside = namespaces.has(quietly(() => readlinkSync(`/proc/${name}/ns/net`)));
    if (!inside && !texts.some((text) => text.includes(cluster.id))) return [];
    const [state, ...fields] = about('stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === undefined || ['', 'Z', 'X'].includes(state)) return [];
    return [
      {
        pid: Number(name),
        command: texts[1]?.replaceAll('\0', ' ').slice(0, 120) ?? '',
        startedAt: fields[18] ?? '',
      },
    ];
  });
}

/** Whether it still runs, and is the same. */
export function runs({ pid, startedAt }: Process): boolean {
  const fields = quietly(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[19] === startedAt && !['Z', 'X'].includes(fields[0] ?? '');
}

/** Loopback addresses, interfaces, routes and packet rules of the machine itself. */
export async function machineNetwork(): Promise<string> {
  const rules = (await attempt('iptables-save', [])) ?? '';
  const parts = [
    await run('ip', ['-o', 'addr']),
    await run('ip', ['route']),
    rules.replace(/^#.*$|\[\d+:\d+\]/gm, ''),
  ];
  return parts.join('\n').replace(/\b(valid|preferred)_lft \S+/g, '');
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      answer(true);
    });
    socket.on('error', () => answer(false));
  });
}

/** In every mount namespace, not only in this one. */
function mounts(cluster: Instance): string[] {
  const found = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const lines = quietly(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')).split('\n');
    for (const line of lines.filter((text) => text.includes(cluster.id))) found.add(`mount: ${line}`);
  }
  return [...found];
}

function networkNamespaces(cluster: Instance): Set<string> {
  const names = (quietly(() => readdirSync('/run/netns').join('\n')) || '')
    .split('\n')
    .filter((name) => name.includes(cluster.id));
  return new Set(
    names.map((name) => `net:[${quietly(() => String(statSync(join('/run/netns', name)).ino))}]`),
  );
}

/** Processes end while they are looked at. */
function quietly(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}
