import { endReasons } from '../../commands/ending.ts';

/** While a task waits or runs. */
const waitingReasons = {
  Pending:
    'No operator has seen the task yet: if that lasts, see that one runs and looks after its namespace.',
  NotServing: 'No release of the site serves: the task waits for one, until its deadline.',
  ReleaseRunning:
    'A command of a release runs or is about to: the task waits for its end, until its deadline.',
  Queued:
    'As many tasks of the site as may run at once do: the task waits for the end of one, until its deadline.',
  Starting:
    'The pod of the command is being made, or waits for room or its image; the message says for what.',
  Running: 'The command runs.',
} as const;

/** Why a task failed without a run. */
const refusals = {
  SiteGone:
    'There is no site of this name in the namespace, or it is being deleted: correct siteName in another task.',
  SiteHeld: 'The site is suspended: create the task again when it no longer is.',
  NameTaken:
    'A Job of the name that the task needs belongs to somebody else: create the task under another name.',
  Rejected: 'The cluster refused the Job of the task: the message says why.',
} as const;

/** Every reason of a task: name → what it means and, where a person must act, what to do. */
export const reasons = { ...waitingReasons, ...refusals, ...endReasons } as const;

export type TaskReason = keyof typeof reasons;
