import type { CommandRecord } from '../../commands/record.ts';
import type { Run } from '../../commands/run.ts';
import type { Revision } from '../../components/component.ts';
import { holds, isHeld } from '../../components/holds.ts';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import type { SiteTask } from '../../kinds/site-task/site-task.ts';
import type { Manifest, ObjectMeta } from '../../kube/manifest.ts';

/** Everything that one pass over a task knows. */
export interface TaskFacts {
  now: Date;
  task: SiteTask;
  /** As the caches have it. */
  site?: HostedSite | undefined;
  /** The release that serves. */
  serving?: Revision | undefined;
  /** A command of a release has a pod that may run, or is about to be given one. */
  isReleasing: boolean;
  job?: Manifest | undefined;
  record?: CommandRecord | undefined;
  run: Run;
  /** UIDs of pods that the caches know to have ended, which they stay. */
  over: ReadonlySet<string>;
  /** As many other tasks of the site run or are about to as may at once, and this one is none of them. */
  isFull: boolean;
  /** Too large for the caches: it was read. */
  isHeavy: boolean;
  /** Absent until something is decided that only the API server itself can say. */
  live?: LiveFacts;
}

/** What the API server says itself. */
export interface LiveFacts {
  site: 'there' | 'held' | 'gone';
  /** The task is the very version that was seen. */
  isSame: boolean;
  /** Of this task. */
  pods: readonly ObjectMeta[];
  /** Of releases' commands of the site. */
  releasePods: readonly ObjectMeta[];
  /** The pod that was begun, as it is now; absent when it is gone. */
  pod?: Manifest | undefined;
  /** Its Job is there, and not on its way out. */
  isJobThere: boolean;
}

export function stateOf(site: HostedSite | undefined): LiveFacts['site'] {
  if (site === undefined || site.metadata.deletionTimestamp !== undefined) return 'gone';
  return isHeld({ holds: holds(site.spec) }, 'Tasks') ? 'held' : 'there';
}
