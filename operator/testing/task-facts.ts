import assert from 'node:assert/strict';
import { decide } from '../actions/site-task/decide.ts';
import type { LiveFacts, TaskFacts } from '../actions/site-task/facts.ts';
import type { Run } from '../commands/run.ts';
import type { Manifest } from '../components/component.ts';
import { released } from './site.ts';
import { siteTask } from './task-world.ts';
import { hostedSite } from './world.ts';

export const pod = (uid: string, more: object = { running: {} }, leaving: object = {}): Manifest => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid, ...leaving }, spec: { nodeName: 'node' } },
  status: {
    ...{ phase: 'exitCode' in more ? 'Failed' : 'Running', startTime: '2030-01-01T12:00:00Z' },
    containerStatuses: [{ name: 'command', state: 'exitCode' in more ? { terminated: more } : more }],
  },
});
const { revision: serving } = released({ revision: { name: 'shop-web-1' } });

export function jobOf(revision = 'shop-web-1', deletionTimestamp?: string): Manifest {
  const annotations = { 'hostedsite.dev/revision': revision };
  const leaving = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: { name: 'migrate-task', uid: 'job-uid', annotations, ...leaving },
  };
}

export const job = jobOf();
export const gone = '2030-01-01T12:00:00Z';
export const at = (time: string) => new Date(`2030-01-01T${time}Z`);
export const made: Run = { is: 'made', job };
export const gated: Run = { is: 'gated', job, pod: pod('a') };
export const recorded: Run = { is: 'recorded', job, pod: pod('a') };
export const running: Run = { is: 'running', pod: pod('a') };
export const missing: Run = { is: 'missing', uid: 'a' };

export function live(facts: Partial<LiveFacts> & { uids?: string[]; releases?: string[] } = {}): LiveFacts {
  const { uids = ['a'], releases = [], ...rest } = facts;
  const named = (list: string[]) => list.map((uid) => ({ name: uid, uid }));
  return {
    site: 'there',
    isSame: true,
    isJobThere: true,
    pods: named(uids),
    releasePods: named(releases),
    ...rest,
  };
}

type Row = [when: string, facts: Partial<TaskFacts>, reported: string | undefined, act: string];

export function facts(some: Partial<TaskFacts>): TaskFacts {
  return {
    ...{ now: at('12:00:00'), task: siteTask(), site: hostedSite(), serving, isReleasing: false },
    ...{ run: { is: 'none' }, over: new Set(), isFull: false, isHeavy: false },
    ...some,
  };
}

export function rows(title: string, all: Row[]): void {
  describe(title, () => {
    for (const [when, some, said, act] of all) {
      it(`${when}: ${said ?? 'as before'}, ${act}`, () => {
        const found = decide(facts(some));
        const status = found.reported && `${found.reported.phase}/${found.reported.reason}`;
        assert.deepEqual([status, found.act.is], [said, act]);
      });
    }
  });
}
