import { conditionsOf } from '../../actions/action.ts';
import { reasons } from '../../kinds/site-task/reasons.ts';
import { TaskWorld, siteTask } from '../task-world.ts';
import { seenOf } from './state.ts';
import type { State } from './state.ts';
import type { Seen } from './kstatus.ts';

type Row = readonly [name: string, task: ReturnType<typeof siteTask>, happens: (world: TaskWorld) => unknown];

const rows: readonly Row[] = [
  ['progressing_not_seen', siteTask(), () => undefined],
  ['progressing_waiting_for_a_release', siteTask(), waiting],
  ['progressing_starting', siteTask(), (world) => world.settle()],
  ['progressing_running', siteTask(), (world) => world.begin()],
  ['healthy_succeeded', siteTask(), (world) => world.live(0)],
  ['degraded_failed', siteTask(), (world) => world.live(3)],
  ['degraded_site_gone', siteTask({ siteName: 'shpo' }), (world) => world.settle()],
  ['degraded_site_held', siteTask(), held],
  ['progressing_deleted', siteTask(), removed],
];

/** The states of a SiteTask that people meet, each as the operator comes to it in memory. */
export async function taskStates(): Promise<State[]> {
  const states: State[] = [];
  for (const [name, task, happens] of rows) {
    const world = new TaskWorld(task);
    await happens(world);
    states.push({ name, seen: seenOf(world.task) });
  }
  return states;
}

/** Every phase, for every reason that there is. */
export function sweptTasks(): Seen[] {
  const phases = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;
  return phases.flatMap((phase) =>
    Object.entries(reasons).map(([reason, message]) => {
      const context = { before: [], generation: 1, now: new Date('2030-01-01T12:00:00Z') };
      const conditions = conditionsOf({ phase, reason, message }, context);
      return { ...seenOf(siteTask()), status: { observedGeneration: 1, conditions } };
    }),
  );
}

async function waiting(world: TaskWorld): Promise<void> {
  world.cluster.remove('Pod', 'customer-a', 'shop-web-1-0');
  world.cluster.remove('Deployment', 'customer-a', 'shop-web');
  await world.settle();
}

async function held(world: TaskWorld): Promise<void> {
  world.suspend(true);
  await world.settle();
}

async function removed(world: TaskWorld): Promise<void> {
  await world.live(0);
  world.cluster.edit('SiteTask', 'customer-a', 'migrate', ({ metadata }) => {
    metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
    metadata.finalizers = ['foregroundDeletion'];
  });
}
