import assert from 'node:assert/strict';
import { heldThings, holds, isHeld } from './holds.ts';

describe('holds', () => {
  const none = { holdsCron: false, stopsWorkers: false };
  const suspended = 'spec.suspend: Changes, Commands, Cron, Tasks';
  const rows: [when: string, of: Parameters<typeof holds>, expected: string[]][] = [
    ['of a site that nobody holds', [{}], []],
    ['of a site that is not suspended', [{ suspend: false }], []],
    ['of a suspended site', [{ suspend: true }], [suspended]],
    ['of a command that holds nothing', [{}, none], []],
    ['of a command', [{}, { ...none, holdsCron: true }], ['release.command: Cron']],
    [
      'of a command with the maintenance page',
      [{}, { holdsCron: true, stopsWorkers: true }],
      ['release.command: Cron, Workers'],
    ],
    ['until the release serves', [{}, { ...none, stopsWorkers: true }], ['release.command: Workers']],
    [
      'of a site that is suspended while its command runs',
      [{ suspend: true }, { ...none, holdsCron: true }],
      [suspended, 'release.command: Cron'],
    ],
  ];
  for (const [when, of, expected] of rows) {
    it(when, () => {
      const found = holds(...of);
      assert.deepEqual(
        found.map(({ who, what }) => `${who}: ${what.join(', ')}`),
        expected,
      );
      for (const what of heldThings) {
        const isNamed = expected.some((one) => one.includes(what));
        assert.equal(isHeld({ holds: found }, what), isNamed, what);
      }
      for (const { why } of found) assert.match(why, /^.+\.$/);
    });
  }
});
