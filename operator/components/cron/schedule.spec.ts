import assert from 'node:assert/strict';
import { cronDefaults } from './spec.ts';
import { fixedSchedule } from './schedule.ts';

const site = { name: 'shop', namespace: 'customer-a' };
const entry = { ...cronDefaults, name: 'report', command: ['report'] };

function fixed(schedule: string, { name = 'report', of = site } = {}): string {
  const reading = fixedSchedule({ ...entry, name, schedule }, of);
  return 'schedule' in reading ? reading.schedule : `fault: ${reading.fault}`;
}

describe('a schedule', () => {
  for (const schedule of ['30 3 * * *', '*/5 8-18 * * 1-5', '0 0 1,15 jan MON', '0-30/10 * * * *']) {
    it(`stays as it is without H: ${schedule}`, () => assert.equal(fixed(schedule), schedule));
  }

  it('has one space between its fields', () => assert.equal(fixed('0  3 *   * *'), '0 3 * * *'));

  const rows: [schedule: string, field: number, low: number, high: number][] = [
    ['H 3 * * *', 0, 0, 59],
    ['0 H * * *', 1, 0, 23],
    ['0 0 H * *', 2, 1, 28],
    ['0 0 1 H *', 3, 1, 12],
    ['0 0 * * H', 4, 0, 6],
    ['H H(0-7) * * *', 1, 0, 7],
    ['H(30-30) * * * *', 0, 30, 30],
  ];
  for (const [schedule, field, low, high] of rows) {
    it(`puts a number from ${low} to ${high} for the H in ${schedule}`, () => {
      const found = new Set<number>();
      for (let at = 0; at < 1000; at += 1)
        found.add(Number(fixed(schedule, { name: `job-${at}` }).split(' ')[field]));
      assert.deepEqual([Math.min(...found), Math.max(...found)], [low, high]);
      assert.equal(found.size, high - low + 1);
    });
  }

  it('steps from a number of its own', () => {
    const found = new Set<string>();
    for (let at = 0; at < 300; at += 1) found.add(fixed('H/15 * * * *', { name: `job-${at}` }));
    const expected = Array.from({ length: 15 }, (_, first) => `${first}-59/15 * * * *`);
    assert.deepEqual([...found].sort(), expected.sort());
  });

  it('steps within the range that is written', () => {
    assert.match(fixed('H(10-29)/10 * * * *'), /^1\d-29\/10 /);
  });

  it('takes lists', () => assert.match(fixed('H,30 H(0-3),12 * * *'), /^\d+,30 [0-3],12 \* \* \*$/));

  it('is the same each time, and others for another site, namespace, entry and field', () => {
    const all = [
      fixed('H H * * *'),
      fixed('H H * * *', { name: 'other' }),
      fixed('H H * * *', { of: { ...site, name: 'blog' } }),
      fixed('H H * * *', { of: { ...site, namespace: 'customer-b' } }),
    ];
    assert.equal(new Set(all).size, all.length);
    // Written down: a new version of the operator must not move every site's jobs.
    assert.equal(all[0], '9 11 * * *');
  });

  const faults: [schedule: string, fault: RegExp][] = [
    ['H/90 * * * *', /the step in H\/90 is longer than the 60 values/],
    ['*/61 * * * *', /longer than the 60 values/],
    ['H(0-7)/9 * * * *', /longer than the 8 values/],
    ['H(7-0) * * * *', /the range H\(7-0\) ends before it begins/],
    ['0 18-8 * * *', /the range 18-8 ends before it begins/],
  ];
  for (const [schedule, fault] of faults) {
    it(`is refused when it is ${schedule}`, () => assert.match(fixed(schedule), fault));
  }
});
