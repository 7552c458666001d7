import type { Manifest } from '../../operator/components/component.ts';

/** Kinds that controllers of others answer: a Gateway's, and cert-manager. */
export const answered = ['HTTPRoute', 'Certificate'] as const;

export type AnsweredKind = (typeof answered)[number];

interface Answered {
  conditions?: readonly { observedGeneration?: number }[];
  parents?: readonly { conditions: readonly { observedGeneration?: number }[] }[];
}

/** What their controller says as soon as it sees the object: yes. Undefined when it has said so of this generation. */
export function answerTo({ kind, metadata, spec, status }: Manifest, now: Date): object | undefined {
  const { generation = 1 } = metadata;
  const said = (status ?? {}) as Answered;
  const all = [...(said.conditions ?? []), ...(said.parents ?? []).flatMap(({ conditions }) => conditions)];
  if (all.some(({ observedGeneration }) => observedGeneration === generation)) return undefined;
  const yes = (type: string): object => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    observedGeneration: generation,
    lastTransitionTime: now.toISOString().replace(/\.\d+Z$/, 'Z'),
  });
  if (kind === 'Certificate') return { conditions: [yes('Ready')] };
  const { parentRefs = [] } = spec as { parentRefs?: readonly object[] };
  return {
    parents: parentRefs.map((parentRef) => ({
      parentRef,
      controllerName: 'faults.hostedsite.dev/gateway',
      conditions: [yes('Accepted'), yes('ResolvedRefs')],
    })),
  };
}
