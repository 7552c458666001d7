import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import {
  askAgain,
  atLength,
  badly,
  doubleIt,
  endlessly,
  failures,
  forgiving,
  hasFailed,
  isDone,
  isTaskGone,
  isTaskOver,
  loseIt,
  recordOf,
  runTask,
  slowly,
  stopIt,
  untilItRuns,
  untilTaskRuns,
  well,
} from './scenarios-commands-steps.ts';
import { isReady, isStalledFor, isWhole, runs } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { hasNoPage } from './scenarios-maintenance.ts';
import { apply, change, remove, removeSite, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

type Order = 'Before' | 'After' | 'Maintenance';

const image = (tag: number): string => `registry.example.org/shop:${tag}`;
const site: HostedSiteSpec = {
  image: image(1),
  hosts: ['shop.example'],
  cron: [{ name: 'report', schedule: 'H 3 * * *', command: ['report'] }],
};
const wordpress: HostedSiteSpec = {
  image: 'registry.example.org/wordpress:1',
  hosts: ['shop.example'],
  preset: 'WordPress',
  database: { engine: 'MariaDB', storage: { size: '1Gi' } },
  files: { size: '1Gi' },
};

function commanded(command: readonly string[], order?: Order): Pick<HostedSiteSpec, 'release'> {
  return { release: { command: [...command], ...(order === undefined ? {} : { order }) } };
}

/** The next release, with a command. */
function next(command: readonly string[], order?: Order): HostedSiteSpec {
  return { ...site, image: image(2), ...commanded(command, order) };
}

const running = (spec: HostedSiteSpec): Step[] => [
  apply(spec),
  until('the site is ready', (stage) => isReady(stage) && isWhole(stage)),
];
const release = (command: readonly string[], order?: Order): Step =>
  change({ image: image(2), ...commanded(command, order) });

/** What ran before serves on. */
const isRefused = (stage: Stage): boolean =>
  isStalledFor(stage, 'ReleaseCommandFailed') &&
  hasFailed(stage) &&
  isWhole(stage) &&
  runs(stage, image(1)) &&
  !runs(stage, image(2), 'web');
const refused: readonly Step[] = [
  ...running(site),
  release(badly),
  until('the command has failed', isRefused),
];

/** Something happens while the command of the next release runs, and it fails by that. */
function disturbed(name: string, command: readonly string[], ...steps: readonly Step[]): Scenario {
  return {
    name,
    prepare: running(site),
    act: [release(command), untilItRuns, ...steps],
    final: 'Stalled',
    settled: isRefused,
    endMayBeUnseen: true,
    // Kubernetes takes a moment to remove the pod, and to make another one that waits behind its gate.
    hangsOnTime: ['Pods'],
  };
}

const releases: readonly Scenario[] = [
  {
    name: 'command-first',
    act: [apply({ ...site, ...commanded(well) })],
    final: 'Ready',
    finalSpec: { ...site, ...commanded(well) },
    settled: isDone,
  },
  {
    name: 'command-next',
    prepare: running(site),
    act: [release(well)],
    final: 'Ready',
    finalSpec: next(well),
    settled: isDone,
  },
  {
    name: 'next-command',
    prepare: running({ ...site, ...commanded(well) }),
    act: [change({ image: image(2) })],
    final: 'Ready',
    finalSpec: next(well),
    settled: isDone,
  },
  {
    name: 'command-fails',
    prepare: running(site),
    act: [release(badly)],
    final: 'Stalled',
    settled: isRefused,
  },
  {
    name: 'command-corrected',
    prepare: refused,
    act: [change(commanded(well))],
    final: 'Ready',
    finalSpec: next(well),
    settled: isDone,
  },
  {
    name: 'command-tried-again',
    prepare: refused,
    act: [askAgain],
    final: 'Stalled',
    settled: (stage) => isRefused(stage) && failures(stage) === 2,
  },
  {
    name: 'wordpress-with-command',
    act: [apply({ ...wordpress, ...commanded(well) })],
    final: 'Ready',
    finalSpec: { ...wordpress, ...commanded(well) },
    settled: isDone,
  },
];

/** Orders other than that the command comes first. */
const ordered: readonly Scenario[] = (['After', 'Maintenance'] as const).map((order) => ({
  name: `command-${order.toLowerCase()}`,
  prepare: running(site),
  act: [release(well, order)],
  final: 'Ready',
  finalSpec: next(well, order),
  settled: (stage) => isDone(stage) && hasNoPage(stage),
}));

function hasJob({ feed, namespace }: Stage): boolean {
  return feed.get('Job', namespace, 'shop-release') !== undefined;
}

const disturbances: readonly Scenario[] = [
  disturbed('command-stopped', forgiving, stopIt()),
  disturbed('command-killed', endlessly, stopIt(0)),
  // Its Job makes another pod, which nothing lets through: the operator removes the Job.
  { ...disturbed('command-lost', endlessly, loseIt), settled: (stage) => isRefused(stage) && !hasJob(stage) },
  disturbed('command-job-deleted', endlessly, remove('Job', 'shop-release')),
  {
    name: 'command-doubled',
    prepare: running(site),
    act: [release(slowly), untilItRuns, doubleIt],
    final: 'Ready',
    finalSpec: next(slowly),
    settled: isDone,
  },
  {
    name: 'command-and-back',
    prepare: running(site),
    act: [release(slowly), untilItRuns, change({ image: image(1) })],
    final: 'Ready',
    settled: (stage) => runs(stage, image(1)) && !runs(stage, image(2), 'web'),
  },
  {
    name: 'command-and-back-and-forth',
    prepare: running(site),
    act: [release(slowly), untilItRuns, change({ image: image(1) }), change({ image: image(2) })],
    final: 'Ready',
    settled: isDone,
    historyShows: true,
  },
  {
    name: 'command-suspended',
    prepare: running(site),
    act: [release(slowly), untilItRuns, change({ suspend: true })],
    final: 'Suspended',
    settled: (stage) => recordOf(stage) === 'Succeeded',
  },
  {
    name: 'command-and-end',
    prepare: running(site),
    act: [release(slowly), untilItRuns, removeSite],
    final: 'Gone',
  },
];

const tasks: readonly Scenario[] = [
  {
    name: 'task',
    prepare: running(site),
    act: [runTask('report', well)],
    final: 'Ready',
    settled: (stage) => isTaskOver(stage, 'report', 'Succeeded'),
  },
  {
    name: 'task-fails',
    prepare: running(site),
    act: [runTask('report', badly)],
    final: 'Ready',
    settled: (stage) => isTaskOver(stage, 'report', 'Failed'),
  },
  {
    name: 'tasks-at-once',
    prepare: running(site),
    act: [runTask('report', slowly), runTask('another', well)],
    final: 'Ready',
    settled: (stage) => ['report', 'another'].every((name) => isTaskOver(stage, name, 'Succeeded')),
  },
  {
    name: 'task-expires',
    prepare: running(site),
    act: [
      runTask('report', well, { ttlSecondsAfterFinished: 3 }),
      until('the task is there', (stage) => !isTaskGone(stage, 'report')),
    ],
    final: 'Ready',
    settled: (stage) => isTaskGone(stage, 'report'),
  },
  {
    // In which of the two releases the task runs is a matter of moments; one that yields makes its Job anew.
    name: 'task-beside-release',
    prepare: running(site),
    act: [release(well), runTask('report', well)],
    final: 'Ready',
    hangsOnTime: ['Job/report-task', 'SiteTask/report', 'Pods'],
    madeAnew: ['Job/report-task'],
    settled: (stage) => isDone(stage) && isTaskOver(stage, 'report', 'Succeeded'),
  },
  {
    // The site stands still before a release that wants it to: the task ends first.
    name: 'task-before-maintenance',
    prepare: running(site),
    act: [runTask('report', atLength), untilTaskRuns, release(well, 'Maintenance')],
    final: 'Ready',
    settled: (stage) => isDone(stage) && hasNoPage(stage) && isTaskOver(stage, 'report', 'Succeeded'),
  },
  {
    name: 'task-and-end',
    prepare: running(site),
    act: [runTask('report', endlessly), untilTaskRuns, removeSite],
    final: 'Gone',
    endMayBeUnseen: true,
    settled: (stage) => isTaskOver(stage, 'report', 'Failed'),
  },
];

/** Commands of releases, and tasks: each runs at most once. */
export const commands: readonly Scenario[] = [...releases, ...ordered, ...disturbances, ...tasks];
