import assert from 'node:assert/strict';
import { after, conditionsOf, expiry, isEnd, onward, saysSame } from './action.ts';
import type { Condition, Phase } from './action.ts';

const now = new Date('2030-01-01T12:00:00.500Z');

describe('the phase of an action', () => {
  const rows: [before: Phase | undefined, next: Phase, phase: Phase][] = [
    [undefined, 'Pending', 'Pending'],
    ['Pending', 'Running', 'Running'],
    ['Pending', 'Failed', 'Failed'],
    ['Running', 'Pending', 'Running'],
    ['Running', 'Succeeded', 'Succeeded'],
    ['Succeeded', 'Failed', 'Succeeded'],
    ['Succeeded', 'Running', 'Succeeded'],
    ['Failed', 'Succeeded', 'Failed'],
  ];
  for (const [before, next, phase] of rows)
    it(`${before ?? 'none'}, then ${next}: ${phase}`, () => assert.equal(onward(before, next), phase));

  it('is an end when nothing comes after it', () =>
    assert.deepEqual(([undefined, 'Pending', 'Running', 'Succeeded', 'Failed'] as const).map(isEnd), [
      false,
      false,
      false,
      true,
      true,
    ]));
});

describe('the time of an action', () => {
  const reported = { phase: 'Failed', reason: 'Why', message: 'Because.' } as const;
  const at = new Date('2030-01-01T12:00:00Z');
  const conditions = conditionsOf(reported, { before: [], generation: 1, now: at });
  const waiting = conditionsOf({ ...reported, phase: 'Pending' }, { before: [], generation: 1, now: at });

  it('is over so long after its end was told, when it has one', () => {
    const over = new Date('2030-01-01T12:01:00Z');
    assert.deepEqual(expiry({ phase: 'Failed', conditions }, 60), over);
    assert.equal(expiry({ phase: 'Running', conditions }, 60), undefined);
    assert.equal(expiry({ phase: 'Failed' }, 60), undefined);
    assert.equal(expiry({ phase: 'Failed', conditions: waiting }, 60), undefined);
    assert.equal(expiry({ phase: 'Failed', conditions }, undefined), undefined);
  });

  it('is none where what it counts from is no time', () => assert.equal(after('yesterday', 60), undefined));
});

describe('the conditions of an action', () => {
  const of = (phase: Phase, before: Condition[] = []) =>
    conditionsOf({ phase, reason: 'Why', message: 'Because.' }, { before, generation: 1, now });
  const rows: [phase: Phase, all: string][] = [
    ['Pending', 'Succeeded Unknown, Reconciling True, Stalled False'],
    ['Running', 'Succeeded Unknown, Reconciling True, Stalled False'],
    ['Succeeded', 'Succeeded True, Reconciling False, Stalled False'],
    ['Failed', 'Succeeded False, Reconciling False, Stalled True'],
  ];
  for (const [phase, all] of rows) {
    it(`are, ${phase}: ${all}`, () =>
      assert.equal(
        of(phase)
          .map(({ type, status }) => `${type} ${status}`)
          .join(', '),
        all,
      ));
  }

  it('keep the time of their last change', () => {
    const earlier = of('Pending').map((one) => ({ ...one, lastTransitionTime: '2030-01-01T11:00:00Z' }));
    const times = of('Succeeded', earlier).map(({ lastTransitionTime }) => lastTransitionTime);
    assert.deepEqual(times, ['2030-01-01T12:00:00Z', '2030-01-01T12:00:00Z', '2030-01-01T11:00:00Z']);
  });

  it('take over no time from what nobody has judged', () => {
    const unseen = of('Pending').map((one) => ({
      ...one,
      observedGeneration: 0,
      lastTransitionTime: '1970-01-01T00:00:00Z',
    }));
    assert.ok(of('Pending', unseen).every((one) => one.lastTransitionTime === '2030-01-01T12:00:00Z'));
  });

  it('say the same in any order', () => {
    const conditions = of('Running');
    assert.ok(saysSame({ conditions }, { conditions: [...conditions].reverse() }));
    assert.ok(!saysSame({ conditions }, { conditions: of('Failed') }));
    assert.ok(!saysSame({ conditions, ...{ phase: 'Running' } }, { conditions }));
  });
});
