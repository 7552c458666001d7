import type * as z from 'zod';
import { group, listBy, oneOf, text, whole } from '../../api/fields.ts';
import { conditionAbout } from '../condition.ts';

const condition = conditionAbout('the task');

export const siteTaskStatus = group('What became of it. Written by the operator.', {
  observedGeneration: whole('Generation of the spec that this status is about.', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }).exactOptional(),
  phase: oneOf(
    ['Pending', 'Running', 'Succeeded', 'Failed'],
    'How far it is. It never goes back, and the last two are the end.',
  ).exactOptional(),
  reason: text('Why, in one word; the reference lists them.', { max: 128 }).exactOptional(),
  revision: text('Name of the ControllerRevision of the release in which it runs.', {
    max: 253,
  }).exactOptional(),
  startTime: text('When it began to run. RFC 3339.', { max: 64 }).exactOptional(),
  completionTime: text('When it ended. RFC 3339.', { max: 64 }).exactOptional(),
  exitCode: whole('The code that the command ended with.', {
    min: -2_147_483_648,
    max: 2_147_483_647,
  }).exactOptional(),
  message: text(
    'What there is to say: what it waits for, or how it ended, with the last lines of what it wrote when it failed.',
    { max: 32768 },
  ).exactOptional(),
  logs: text('The command that shows what it wrote, as long as its pod is there.', {
    max: 512,
  }).exactOptional(),
  conditions: listBy('type', condition, 'Statements about the task, for tools that wait.', {
    max: 8,
  }).exactOptional(),
});

export type SiteTaskStatus = z.input<typeof siteTaskStatus>;
export type SiteTaskCondition = z.input<typeof condition>;
export type TaskPhase = NonNullable<SiteTaskStatus['phase']>;
