/** What tools that wait see of an object of ours. */
export interface Seen {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: object;
  readonly status?: {
    readonly observedGeneration?: number | undefined;
    readonly conditions?: readonly Said[] | undefined;
  };
}

export interface Said {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export type Verdict = 'Terminating' | 'InProgress' | 'Failed' | 'Current';

/**
 * What kstatus concludes, and by it Flux, and Helm 4 with --wait: the rules of sigs.k8s.io/cli-utils, pkg/kstatus/status, for a kind
 * that has none of its own: `checkGenericProperties`, then `checkReadyCondition`, and an object that says nothing is current.
 */
export function kstatus({ metadata, status = {} }: Seen): Verdict {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const { observedGeneration = metadata.generation, conditions = [] } = status;
  if (observedGeneration !== metadata.generation) return 'InProgress';
  const first = conditions.find((one) => one.status === 'True' && decisive.has(one.type));
  if (first !== undefined) return first.type === 'Stalled' ? 'Failed' : 'InProgress';
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress';
}

/** The first of them that is True decides. */
const decisive: ReadonlySet<string> = new Set(['Reconciling', 'Stalled']);
