import assert from 'node:assert/strict';
import { isTimeZone, missedPeriods, mostMissed, nextTime } from './calendar.ts';

const hourly = { schedule: '0 * * * *', timeZone: 'Etc/UTC' };
const at = (time: string) => new Date(`2030-01-01T${time}Z`);

describe('missed periods', () => {
  const rows: [when: string, since: string, now: string, missed: number, next: string][] = [
    ['nothing was due', '08:30:00', '08:59:59', 0, '10:00:00'],
    ['the first is under way', '08:30:00', '09:20:00', 0, '10:00:00'],
    ['the first went by', '08:30:00', '10:00:00', 1, '11:00:00'],
    ['the first went by some time ago', '08:30:00', '10:59:59', 1, '11:00:00'],
    ['two went by', '08:30:00', '11:00:00', 2, '12:00:00'],
    ['a success ended within its period', '09:00:05', '10:00:30', 0, '11:00:00'],
    ['a success ended at a time of the schedule', '09:00:00', '10:30:00', 0, '11:00:00'],
  ];
  for (const [when, since, now, missed, next] of rows) {
    it(`are ${missed} when ${when}`, () =>
      assert.deepEqual(missedPeriods(hourly, at(since), at(now)), { missed, next: at(next) }));
  }

  it(`are at most ${mostMissed}, and then there is no time at which there is one more`, () => {
    assert.deepEqual(missedPeriods(hourly, new Date('2020-01-01T00:00:00Z'), at('12:00:00')), {
      missed: mostMissed,
    });
  });

  it('follow the clocks of the time zone', () => {
    const daily = { schedule: '30 3 * * *', timeZone: 'Europe/Berlin' };
    const [winter, summer] = ['2030-03-29T12:00:00Z', '2030-04-01T12:00:00Z'].map((time) => new Date(time));
    assert.deepEqual(nextTime(daily, winter!), new Date('2030-03-30T02:30:00Z'));
    assert.deepEqual(nextTime(daily, summer!), new Date('2030-04-02T01:30:00Z'));
  });
});

describe('the next time', () => {
  const rows: [schedule: string, next: string | undefined][] = [
    ['0 0 31 2 *', undefined],
    ['0 0 31 4,6,9,11 *', undefined],
    ['0 0 29 2 *', '2032-02-29T00:00:00.000Z'],
    // Either of the two days, as in every cron.
    ['0 0 13 * 5', '2030-01-04T00:00:00.000Z'],
    ['0 0 */10 * 5', '2030-01-04T00:00:00.000Z'],
  ];
  for (const [schedule, next] of rows) {
    it(`of ${schedule} is ${next ?? 'never'}`, () =>
      assert.equal(nextTime({ schedule, timeZone: 'Etc/UTC' }, at('12:00:00'))?.toISOString(), next));
  }
});

describe('a time zone', () => {
  for (const name of ['Europe/Berlin', 'Etc/UTC', 'UTC', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires'])
    it(`is ${name}`, () => assert.ok(isTimeZone(name)));
  for (const name of ['Europe/Berln', '+02:00', 'europe/berlin', 'Europe/BERLIN', 'Local', ''])
    it(`is not ${JSON.stringify(name)}`, () => assert.ok(!isTimeZone(name)));
});
