import assert from 'node:assert/strict';
import { recordOf, recordText } from './record.ts';
import type { CommandRecord } from './record.ts';

const carrying = (text: string) => ({
  metadata: { name: 'shop', annotations: { 'hostedsite.dev/command': text } },
});

describe('the record of a command', () => {
  const rows: [text: string, record: CommandRecord][] = [
    ['Running 5d2f-1 ab12', { is: 'running', uid: '5d2f-1', hash: 'ab12' }],
    ['Running 5d2f-1', { is: 'running', uid: '5d2f-1', hash: '' }],
    ['Due', { is: 'due' }],
    ['Succeeded', { is: 'succeeded' }],
    ['Failed 7 ab12', { is: 'failed', number: 7, hash: 'ab12' }],
    ['Failed 7', { is: 'failed', number: 7, hash: '' }],
    ['Failed 7 Due', { is: 'failed', number: 7, hash: '', due: true }],
    ['Failed 7 ab12 Due', { is: 'failed', number: 7, hash: 'ab12', due: true }],
    ['Withdrawn 12 Due', { is: 'withdrawn', number: 12, due: true }],
    ['Withdrawn 12', { is: 'withdrawn', number: 12 }],
  ];
  for (const [text, record] of rows) {
    it(`${text}: is read`, () => assert.deepEqual(recordOf(carrying(text)), record));
    it(`${text}: is written`, () => assert.equal(recordText(record), text));
  }

  it('is none where nothing is written', () => {
    assert.equal(recordOf({ metadata: { name: 'shop' } }), undefined);
    assert.equal(recordOf({ metadata: { name: 'shop', annotations: {} } }), undefined);
  });

  for (const text of [
    '',
    'due',
    'Running',
    'Running a b c',
    'succeeded',
    'Failed',
    'Failed x ab',
    'Failed 7 ',
    'Failed 7 ab later',
    'Withdrawn',
  ])
    it(`${JSON.stringify(text)}: nothing is run by what nobody can read`, () =>
      assert.deepEqual(recordOf(carrying(text)), { is: 'running', uid: '', hash: '' }));
});
