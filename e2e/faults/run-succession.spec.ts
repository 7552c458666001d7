import assert from 'node:assert/strict';
import { lateWrites } from './run-succession.ts';

type Request = Parameters<typeof lateWrites>[0][number];

describe('writes of an old leader', () => {
  const write = (incarnation: number, at: number, rest: Partial<Request> = {}): Request => {
    return { incarnation, at, verb: 'patch', resource: 'deployments', dryRun: false, ...rest };
  };

  const cases: Record<string, [requests: Request[], late: number]> = {
    'before the next one writes are its own affair': [[write(1, 10), write(1, 20), write(2, 30)], 0],
    'after the first write of the next one are too late': [[write(1, 10), write(2, 30), write(1, 40)], 1],
    'after it was resumed are too late, also when the next one has written nothing': [[write(1, 110)], 1],
    'are too late also when they are Events': [[write(2, 30), write(1, 40, { resource: 'events' })], 1],
    'are none when they try only, read, or are about the lease': [
      [
        write(2, 30),
        write(1, 40, { dryRun: true }),
        write(1, 40, { verb: 'list' }),
        write(1, 40, { verb: 'update', resource: 'leases' }),
      ],
      0,
    ],
    'do not become late by a lease that the next one takes': [
      [write(2, 5, { verb: 'update', resource: 'leases' }), write(1, 10)],
      0,
    ],
  };
  for (const [what, [requests, late]] of Object.entries(cases)) {
    it(what, () => assert.equal(lateWrites(requests, 1, 100).length, late));
  }

  it('are those of the incarnation that was stopped, whoever else writes', () => {
    assert.deepEqual(lateWrites([write(2, 30), write(2, 140), write(3, 150)], 1, 100), []);
  });
});
