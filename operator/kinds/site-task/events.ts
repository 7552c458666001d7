/** Every Event that the operator writes about a SiteTask. Reason → type, and what happened. */
export const events = {
  TaskFailed: { type: 'Warning', sentence: 'The task failed; its status says why.' },
} as const satisfies Record<string, { type: 'Normal' | 'Warning'; sentence: string }>;
