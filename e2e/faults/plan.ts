import * as z from 'zod';

/** A plan that nobody can carry out; the message says where and why. */
export class PlanError extends Error {}

export const verbs = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'] as const;
export type Verb = (typeof verbs)[number];

export const requestActions = [
  'kill-before',
  'kill-after',
  '409',
  '429',
  '500',
  '503',
  'reset',
  'reset-after',
  'hang',
  'hang-after',
] as const;
/**
 * kill-before: not forwarded, the incarnation dies. kill-after: carried out, no answer, the incarnation dies.
 * reset, hang: not forwarded. reset-after, hang-after: carried out, but the answer never arrives.
 */
export type RequestAction = (typeof requestActions)[number];

export const watchActions = [
  'stall',
  'reset',
  '410',
  'error-frame',
  'truncate',
  'garbage',
  'no-bookmark',
  'html-502',
  '401',
  'duplicate',
] as const;
/**
 * html-502, 401: the stream is cut, and the next watch is answered so once. no-bookmark: the stream is cut, the next watch
 * is answered with 410, and the WatchList after that never gets the bookmark that ends its initial events.
 */
export type WatchAction = (typeof watchActions)[number];

const nth = z.int().min(1);
const plural = z
  .string()
  .regex(
    /^[a-z]+(\/[a-z]+)?(\?dryRun)?$/,
    'write a plural such as pods, hostedsites/status or secrets?dryRun',
  );
const match = { verb: z.enum(verbs), resource: plural, nth };

const requestFault = z.strictObject({ on: z.literal('request'), ...match, do: z.enum(requestActions) });
const watchFault = z.strictObject({
  on: z.literal('watch'),
  resource: plural,
  nth,
  do: z.enum(watchActions),
});
const staleFault = z.strictObject({
  on: z.literal('restart'),
  after: z.strictObject(match),
  behind: z.int().min(0),
});
const stopFault = z.strictObject({
  on: z.literal('stop'),
  after: z.strictObject(match),
  thaw: z.enum(['first-write', 'converged']),
});
const blindFault = z.strictObject({ on: z.literal('blind') });
const plan = z.strictObject({
  scenario: z.string().min(1),
  seed: z.int().exactOptional(),
  speed: z.number().positive().exactOptional(),
  faults: z
    .array(z.discriminatedUnion('on', [requestFault, watchFault, staleFault, stopFault, blindFault]))
    .readonly(),
});

/** Which request: the nth (from 1) of this verb and resource since the faults were armed, over all incarnations. */
export type RequestMatch = Readonly<z.output<typeof staleFault>['after']>;
/** `resource` is a plural, with `/status` for the subresource and `?dryRun` for requests that try only. */
export type RequestFault = Readonly<z.output<typeof requestFault>>;
/** At the nth event (from 1; bookmarks do not count) of a resource since the faults were armed, over all streams. */
export type WatchFault = Readonly<z.output<typeof watchFault>>;
/**
 * The incarnation dies after a write; the next one sees the world as it was when the faults were armed, and what happened
 * since only after `behind` milliseconds.
 */
export type StaleFault = Readonly<z.output<typeof staleFault>>;
/**
 * The incarnation is stopped, as by SIGSTOP, when this request has gone out: the request is carried out, but nothing is
 * heard any more and no timer fires. The next incarnation takes the lease over; at its first write, or when the wanted
 * state is reached, the stopped one goes on.
 */
export type StopFault = Readonly<z.output<typeof stopFault>>;
/** Watches are refused until the run says `see`; then only the final state is seen. */
export type BlindFault = Readonly<z.output<typeof blindFault>>;
export type Fault = RequestFault | WatchFault | StaleFault | StopFault | BlindFault;

/** What one run is: replayable from its text. */
export interface Plan {
  readonly scenario: string;
  readonly seed?: number;
  /** How many times faster than the wall the operator's clock runs. */
  readonly speed?: number;
  readonly faults: readonly Fault[];
}

/** One line of JSON. */
export function planText(value: Plan): string {
  return JSON.stringify(value);
}

/** The plan that a line of JSON says; else PlanError. */
export function planOf(text: string): Plan {
  const found = plan.safeParse(parsed(text));
  if (found.success) return found.data;
  const issues = found.error.issues.map(({ path, message }) => `${path.join('.') || 'the plan'}: ${message}`);
  throw new PlanError(`not a plan: ${issues.join('; ')}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlanError(`not a plan: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
}
