import { labelled } from './invariants-story.ts';
import type { Story } from './invariants-story.ts';

/** What happens to commands, for made-up histories: those of the revision `r2`, and of the task `report`. */

type Of = 'release' | 'task';

/** A pod of a command: behind its gate, let through (by default), or over. */
export function pod(
  story: Story,
  name: string,
  how: 'gated' | 'open' | 'over' = 'open',
  of: Of = 'release',
): Story {
  const { labels } = labelled('command');
  const asker = of === 'task' ? { 'hostedsite.dev/task': 'report' } : { 'hostedsite.dev/release': 'r2' };
  const schedulingGates =
    how === 'gated' ? [{ name: 'hostedsite.dev/run-once' }, { name: 'other' }] : [{ name: 'other' }];
  const phase = how === 'over' ? 'Succeeded' : 'Pending';
  return story.is(
    'Pod',
    name,
    { spec: { schedulingGates }, status: { phase } },
    { labels: { ...labels, ...asker }, uid: name },
  );
}

/** Both of its states, one after the other. */
export const passes = (story: Story, name: string, of: Of = 'release'): Story =>
  pod(pod(story, name, 'gated', of), name, 'open', of);

function written(record: string | undefined): { annotations: Record<string, string> } {
  return { annotations: record === undefined ? {} : { 'hostedsite.dev/command': record } };
}

export const revision = (story: Story, record?: string, number = 2): Story =>
  story.is('ControllerRevision', 'r2', { revision: number }, written(record));
export const task = (story: Story, phase: string, record?: string, uid = 'task'): Story =>
  story.is('SiteTask', 'report', { status: { phase } }, { uid, ...written(record) });
export const serves = (story: Story, name: string): Story =>
  story.is(
    'Deployment',
    'shop-web',
    { spec: { template: { metadata: { labels: { 'hostedsite.dev/revision': name } } } } },
    labelled('web'),
  );
export const cron = (story: Story, suspend: boolean): Story =>
  story.is('CronJob', 'shop-report', { spec: { suspend } }, labelled('cron'));
export const before = { release: { command: ['migrate'] } };
export const told = (phase: string, name = 'r2') => ({ release: { command: { phase, revision: name } } });
