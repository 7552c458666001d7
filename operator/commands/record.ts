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
  | { is: 'failed'; number: number; hash: string }
  /** Nothing of it ever ran: counts as none, but who has read what was there before it writes nothing any more. */
  | { is: 'withdrawn'; number: number };

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
      return ['Failed', record.number, ...hashOf(record)].join(' ');
    case 'withdrawn':
      return `Withdrawn ${record.number}`;
  }
}

/** Of a command that is not known any more there is none. */
function hashOf({ hash }: { hash: string }): string[] {
  return hash === '' ? [] : [hash];
}

function parsed(text: string): CommandRecord | undefined {
  const running = /^Running ([^\s]+)(?: ([^\s]+))?$/.exec(text);
  if (running?.[1] !== undefined) return { is: 'running', uid: running[1], hash: running[2] ?? '' };
  const failed = /^Failed (\d{1,15})(?: ([^\s]+))?$/.exec(text);
  if (failed !== null) return { is: 'failed', number: Number(failed[1]), hash: failed[2] ?? '' };
  const withdrawn = /^Withdrawn (\d{1,15})$/.exec(text);
  if (withdrawn !== null) return { is: 'withdrawn', number: Number(withdrawn[1]) };
  if (text === 'Due') return { is: 'due' };
  return text === 'Succeeded' ? { is: 'succeeded' } : undefined;
}
