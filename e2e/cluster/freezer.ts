import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './command.ts';
import { hierarchies } from './control-groups.ts';

/** The kernel's freezer: all processes of a control group stop between two instructions and go on later, none the wiser. */
interface Freezer {
  /** File of the group in which the state is written. */
  readonly file: string;
  readonly frozen: string;
  readonly thawed: string;
}

/** Returns when every process of the group and of those below it stands still. */
export async function freezeGroup(group: string): Promise<void> {
  const freezer = freezerOf(group);
  if (freezer === undefined) throw new Error(`${group} is not there, or the kernel has no freezer`);
  writeFileSync(freezer.file, freezer.frozen);
  await until(`${group} stands still`, 10, () => Promise.resolve(isFrozen(group) ? true : undefined));
}

/** Does nothing to a group that runs or is gone. */
export function thawGroup(group: string): void {
  const freezer = freezerOf(group);
  if (freezer !== undefined) writeFileSync(freezer.file, freezer.thawed);
}

/** A process of version 1 that is frozen does not even end by SIGKILL: send that first, and then thaw. */
export function thawGroupsBelow(group: string): void {
  for (const hierarchy of hierarchies()) {
    const directory = join(hierarchy, group);
    if (!existsSync(directory)) continue;
    const below = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of below) thawGroup(join(group, name));
  }
}

export function isFrozen(group: string): boolean {
  const freezer = freezerOf(group);
  if (freezer === undefined) return false;
  // Version 2 tells the wish in cgroup.freeze and the state among the events.
  const events = join(freezer.file, '../cgroup.events');
  if (freezer.frozen === '1') return readFileSync(events, 'utf8').includes('frozen 1');
  return readFileSync(freezer.file, 'utf8').trim() === freezer.frozen;
}

/** Version 1 has a hierarchy for it (and perhaps a second one beside it that is of version 2). */
function freezerOf(group: string): Freezer | undefined {
  const files = (name: string): string[] =>
    hierarchies()
      .map((hierarchy) => join(hierarchy, group, name))
      .filter((file) => existsSync(file));
  const [first] = files('freezer.state');
  if (first !== undefined) return { file: first, frozen: 'FROZEN', thawed: 'THAWED' };
  const [second] = hierarchies().some((path) => path.endsWith('/freezer')) ? [] : files('cgroup.freeze');
  return second === undefined ? undefined : { file: second, frozen: '1', thawed: '0' };
}
