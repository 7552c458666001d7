import type { Manifest } from '../kube/manifest.ts';

/** On a ControllerRevision: of its release's command. On a SiteTask: of its own. Which pod may run it, and how that ended. */
export const commandAnnotation = 'hostedsite.dev/command';
/** Writes that annotation and nothing else: whoever applies the object without it does not take it away. */
export const commandManager = 'hostedsite-command';

export type CommandRecord =
  /** This pod and no other may run, or has run. */
  | { is: 'running'; uid: string; hash: string }
  /** It is to run when its release serves: nothing else would tell that from one that came up without. */
  | { is: 'due' }
  | { is: 'succeeded' }
  | ({ is: 'failed'; number: number; hash: string } & Marked)
  /** Nothing of it ever ran: counts as none, but who has read what was there before it writes nothing any more. */
  | ({ is: 'withdrawn'; number: number } & Marked);

/** What came of an attempt before does not hide that the next one is to run, as `due` says it. */
interface Marked {
  due?: true;
}

/** What nobody can read is the record of a pod that is not there: nothing runs by it a second time. */
const unreadable: CommandRecord = { is: 'running', uid: '', hash: '' };

export function recordOf({ metadata }: Pick<Manifest, 'metadata'>): CommandRecord | undefined {
  const text = metadata.annotations?.[commandAnnotation];
  return text === undefined ? undefined : (parsed(text) ?? unreadable);
}

export function recordText(record: CommandRecord): string {
  switch (record.is) {
    case 'running':
      return ['Running', record.uid, ...hashOf(record)].join(' ');
    case 'due':
      return 'Due';
    case 'succeeded':
      return 'Succeeded';
    case 'failed':
      return ['Failed', record.number, ...hashOf(record), ...markOf(record)].join(' ');
    case 'withdrawn':
      return ['Withdrawn', record.number, ...markOf(record)].join(' ');
  }
}

/** Of a command that is not known any more there is none. */
function hashOf({ hash }: { hash: string }): string[] {
  return hash === '' ? [] : [hash];
}

function markOf({ due }: Marked): string[] {
  return due === true ? ['Due'] : [];
}

function parsed(text: string): CommandRecord | undefined {
  const running = /^Running ([^\s]+)(?: ([^\s]+))?$/.exec(text);
  if (running?.[1] !== undefined) return { is: 'running', uid: running[1], hash: running[2] ?? '' };
  const failed = /^Failed (\d{1,15})(?: (?!Due$)([^\s]+))?( Due)?$/.exec(text);
  if (failed !== null)
    return { is: 'failed', number: Number(failed[1]), hash: failed[2] ?? '', ...markIn(failed[3]) };
  const withdrawn = /^Withdrawn (\d{1,15})( Due)?$/.exec(text);
  if (withdrawn !== null) return { is: 'withdrawn', number: Number(withdrawn[1]), ...markIn(withdrawn[2]) };
  if (text === 'Due') return { is: 'due' };
  return text === 'Succeeded' ? { is: 'succeeded' } : undefined;
}

function markIn(found: string | undefined): Marked {
  return found === undefined ? {} : { due: true };
}

/** Whether it is to run, though its release may run already. */
export function isMarked(record: CommandRecord | undefined): boolean {
  if (record?.is === 'failed' || record?.is === 'withdrawn') return record.due === true;
  return record?.is === 'due';
}

/** The same with that mark. */
export function marked(record: CommandRecord | undefined): CommandRecord {
  return record?.is === 'failed' || record?.is === 'withdrawn' ? { ...record, due: true } : { is: 'due' };
}

/** The same without it; what is left counts as none. */
export function unmarked(record: CommandRecord | undefined): CommandRecord {
  if (record?.is === 'failed') return { is: 'failed', number: record.number, hash: record.hash };
  return { is: 'withdrawn', number: record?.is === 'withdrawn' ? record.number : 1 };
}
