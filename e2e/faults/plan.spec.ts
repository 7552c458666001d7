import assert from 'node:assert/strict';
import { PlanError, planOf, planText } from './plan.ts';
import type { Plan } from './plan.ts';

describe('a plan', () => {
  const plan: Plan = {
    scenario: 'create',
    seed: 7,
    speed: 8,
    faults: [
      { on: 'request', verb: 'patch', resource: 'hostedsites/status', nth: 2, do: 'kill-after' },
      { on: 'request', verb: 'create', resource: 'secrets?dryRun', nth: 1, do: '409' },
      { on: 'watch', resource: 'pods', nth: 3, do: 'html-502' },
      { on: 'restart', after: { verb: 'delete', resource: 'deployments', nth: 1 }, behind: 700 },
      {
        on: 'stop',
        after: { verb: 'patch', resource: 'hostedsites/status', nth: 1 },
        thaw: 'first-write',
      },
      { on: 'blind' },
    ],
  };

  it('is one line, and the same when it is read again', () => {
    const text = planText(plan);
    assert.ok(!text.includes('\n'));
    assert.deepEqual(planOf(text), plan);
  });

  it('needs neither faults nor seed nor speed', () => {
    assert.deepEqual(planOf('{"scenario":"create","faults":[]}'), { scenario: 'create', faults: [] });
  });

  const request = '{"on":"request","verb":"patch","resource":"pods","nth":1,"do":"reset"}';
  const refused: Record<string, [faults: string, message: RegExp]> = {
    'a number of 0': [request.replace('"nth":1', '"nth":0'), /faults\.0\.nth: /],
    'an unknown verb': [request.replace('patch', 'post'), /faults\.0\.verb: .*"create"/],
    'an unknown action': [request.replace('reset', 'stall'), /faults\.0\.do: .*"kill-before"/],
    'an unknown kind of fault': ['{"on":"restore"}', /faults\.0\.on: /],
    'a field too many': ['{"on":"blind","nth":1}', /faults\.0: .*"nth"/],
    'a kind instead of a plural': [request.replace('pods', 'Pod'), /write a plural such as pods/],
    'a stop that nothing ends': [
      '{"on":"stop","after":{"verb":"patch","resource":"pods","nth":1}}',
      /faults\.0\.thaw: /,
    ],
    'an action of requests on a watch': [
      '{"on":"watch","resource":"pods","nth":1,"do":"hang"}',
      /faults\.0\.do: /,
    ],
  };
  for (const [what, [fault, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => planOf(`{"scenario":"create","faults":[${fault}]}`),
        (error: Error) => error instanceof PlanError && message.test(error.message),
      );
    });
  }

  it('refuses what is no JSON, and a plan without a scenario', () => {
    assert.throws(() => planOf('{"scenario":'), PlanError);
    assert.throws(() => planOf('{"faults":[]}'), /scenario: /);
  });
});
