import assert from 'node:assert/strict';
import { families, familyOf, points } from './families.ts';
import type { Family, Trace } from './families.ts';

describe('families', () => {
  const trace: Trace = {
    scenario: 'image-change',
    writes: [
      { verb: 'patch', resource: 'deployments' },
      { verb: 'patch', resource: 'hostedsites/status' },
      { verb: 'patch', resource: 'hostedsites/status' },
    ],
    events: new Map([['pods', 2]]),
  };

  it('stop the leader at each write, once until the next one writes and once until all is done', () => {
    const stops = points('F7', trace).map(({ faults: [fault] }) => {
      assert.ok(fault?.on === 'stop');
      return [fault.after.resource, fault.after.nth, fault.thaw];
    });
    assert.deepEqual(stops, [
      ['deployments', 1, 'first-write'],
      ['deployments', 1, 'converged'],
      ['hostedsites/status', 1, 'first-write'],
      ['hostedsites/status', 1, 'converged'],
      ['hostedsites/status', 2, 'first-write'],
      ['hostedsites/status', 2, 'converged'],
    ]);
  });

  for (const family of Object.keys(families) as Family[]) {
    it(`know the plans of ${family} as its own`, () => {
      const plans = points(family, trace);
      assert.ok(plans.length > 0);
      for (const plan of plans) assert.equal(familyOf(plan), family);
    });
  }
});
