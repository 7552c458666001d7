import { kstatus } from './kstatus.ts';
import type { Seen, Verdict } from './kstatus.ts';

export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended';

/** What Argo CD is to show: what others conclude by kstatus, and of a site that only somebody has suspended, that. */
export function wantedHealth(seen: Seen): Health {
  const verdict = kstatus(seen);
  const isSuspended = saying(seen, 'Ready')?.reason === 'Suspended' && isObserved(seen);
  return isSuspended && verdict !== 'Terminating' && verdict !== 'Failed' ? 'Suspended' : healthOf[verdict];
}

const healthOf: Readonly<Record<Verdict, Health>> = {
  Current: 'Healthy',
  InProgress: 'Progressing',
  Terminating: 'Progressing',
  Failed: 'Degraded',
};

export function saying({ status }: Seen, type: string) {
  return status?.conditions?.find((one) => one.type === type);
}

export function isObserved({ metadata, status }: Seen): boolean {
  return status?.observedGeneration === metadata.generation;
}
