import type { End } from '../../commands/ending.ts';
import type { CommandRecord } from '../../commands/record.ts';
import type { Run } from '../../commands/run.ts';
import type { Manifest, Revision, Site } from '../../components/component.ts';
import type { Observed } from '../observed.ts';
import type { Attempt } from './attempt.ts';

/** The command of a release: what is to be done about it now, and what waits for it. */
export interface Command {
  /** Whose command it is about: the release that the spec asks for. */
  revision: Revision;
  state: CommandState;
  /** The release must not run: its command has not succeeded, or the pod of another command runs. */
  blocks: boolean;
  holdsCron: boolean;
  /** Visitors get the maintenance page meanwhile. */
  showsPage: boolean;
  /** Nothing of the site may work on its data meanwhile: workers are none. */
  stopsWorkers: boolean;
  /** When another look may find that the page is over. */
  recheckAt?: Date;
  /** What is to be written on revisions before anything else. */
  records: readonly RecordStep[];
  /** What else is to be written, one thing at a time. */
  step?: Step;
  /** The Job that is to be made. */
  begins?: Manifest;
}

export type CommandState =
  /** Nothing is to run. */
  | { is: 'none' }
  /** Nothing of it has been written but its revision. */
  | { is: 'waits'; for: Obstacle }
  /** There is a Job, or there will be, and its pod has not begun. */
  | { is: 'begins'; job?: Manifest; pod?: Manifest; until?: Date }
  | { is: 'runs'; pod?: Manifest }
  | { is: 'succeeded' }
  | { is: 'failed' };

export type Obstacle = 'hold' | 'rollout' | 'installation' | 'slot' | 'page' | 'database';

/** What becomes of a record. */
export type RecordStep =
  | { is: 'write'; revision: string; record: CommandRecord; end?: End }
  /** Fails if the pod that it names is not there any more. */
  | { is: 'look'; revision: string; uid: string; number: number; hash: string };

export type Step =
  | { is: 'write'; revision: string; record: CommandRecord }
  /** This pod, if it is the only one, may run. */
  | { is: 'record'; revision: string; pod: Manifest; hash: string }
  | { is: 'open'; pod: Manifest }
  | { is: 'remove'; job: Manifest };

/** What a row is chosen by. */
export interface Facts {
  site: Site;
  seen: Observed;
  desired: Revision;
  attempt: Attempt | undefined;
  /** How far the command of the wanted release is. */
  run: Run;
  isDue: boolean;
  /** The pod of another command has not ended. */
  isBusy: boolean;
}

export type Row = Pick<Command, 'state' | 'step' | 'begins'>;
