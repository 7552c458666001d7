import assert from 'node:assert/strict';
import { isOnItsWay } from '../../kinds/hosted-site/reasons.ts';
import { siteTask } from '../task-world.ts';
import { hostedSite } from '../world.ts';
import { isObserved, saying, wantedHealth } from './argo-cd.ts';
import { kstatus } from './kstatus.ts';
import type { Seen, Verdict } from './kstatus.ts';
import { siteStates, sweptSites } from './site-states.ts';
import { seenOf, withEdits } from './state.ts';
import { sweptTasks, taskStates } from './task-states.ts';

/** `Ready=True Stalled=False` */
function said(text: string) {
  return text.split(' ').flatMap((one) => {
    const [type = '', status = ''] = one.split('=');
    return type === '' ? [] : [{ type, status, reason: 'Any', message: 'Any.' }];
  });
}

describe('kstatus', () => {
  const rows: [conditions: string, verdict: Verdict, observedGeneration?: number][] = [
    ['', 'Current'],
    ['Ready=True', 'Current'],
    ['Ready=False', 'InProgress'],
    ['Ready=Unknown', 'InProgress'],
    ['Ready=True Reconciling=True', 'InProgress'],
    ['Ready=False Stalled=True', 'Failed'],
    ['Ready=True Reconciling=False Stalled=False', 'Current'],
    ['Stalled=True Reconciling=True', 'Failed'],
    ['Reconciling=True Stalled=True', 'InProgress'],
    ['Other=False', 'Current'],
    ['Ready=True', 'InProgress', 0],
    ['Stalled=True', 'InProgress', 0],
  ];
  for (const [conditions, verdict, observedGeneration = 1] of rows) {
    it(`${conditions || 'no condition'} of generation ${observedGeneration}: ${verdict}`, () => {
      const status = { observedGeneration, conditions: said(conditions) };
      const seen: Seen = { ...seenOf(hostedSite()), status };
      assert.equal(kstatus(seen), verdict);
      const metadata = { ...seen.metadata, deletionTimestamp: '2030-01-01T12:00:00Z' };
      assert.equal(kstatus({ ...seen, metadata }), 'Terminating');
    });
  }

  it('takes an object for current that says nothing: our kinds say something from the first moment', () => {
    assert.equal(kstatus(seenOf(hostedSite())), 'Current');
    assert.equal(kstatus(seenOf(siteTask())), 'InProgress');
  });
});

/** What neither is in force nor waits for a person. */
const patient: ReadonlySet<string> = new Set(['Pending', 'Unavailable', 'Suspended', 'Deleting']);

/** What a site is to be taken for, by what Ready says of it. */
function told(seen: Seen): Verdict {
  if (seen.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const { status, reason = '' } = saying(seen, 'Ready') ?? {};
  if (!isObserved(seen)) return 'InProgress';
  if (status === 'True') return 'Current';
  return patient.has(reason) || isOnItsWay(reason) ? 'InProgress' : 'Failed';
}

describe('tools that go by kstatus', function () {
  this.timeout(120_000);
  const title = ({ metadata, status }: Seen): string => JSON.stringify([metadata, status]);

  it('take a site for current when it is Ready, for failed when a person must act, else for one on its way', async () => {
    const named = (await siteStates()).map(({ seen }) => seen);
    const all = withEdits([...named, ...(await sweptSites())]);
    for (const seen of all) assert.equal(kstatus(seen), told(seen), title(seen));
    assert.ok(all.length > 500);
    assert.deepEqual([...new Set(all.map(kstatus))].sort(), [
      'Current',
      'Failed',
      'InProgress',
      'Terminating',
    ]);
  });

  it('take a task for current when it has succeeded, for failed when it has failed', async () => {
    const verdicts: Record<string, Verdict> = { True: 'Current', False: 'Failed', Unknown: 'InProgress' };
    const all = [...(await taskStates()).map(({ seen }) => seen), ...sweptTasks()];
    for (const seen of all.filter(({ metadata }) => metadata.deletionTimestamp === undefined))
      assert.equal(kstatus(seen), verdicts[saying(seen, 'Succeeded')?.status ?? ''], title(seen));
    assert.ok(all.length > 50);
  });

  it('agree with the names of the states', async () => {
    for (const { name, seen } of [...(await siteStates()), ...(await taskStates())])
      assert.equal(wantedHealth(seen).toLowerCase(), name.split('_')[0], name);
  });
});
