import assert from 'node:assert/strict';
import { blockHolds, blockWithout } from './blocks.ts';

describe('address blocks', () => {
  const rows: [string, string, string[], string[]][] = [
    ['without exceptions stay', '10.0.0.0/8', [], ['10.0.0.0/8']],
    ['are written from their start', '10.1.2.3/8', [], ['10.0.0.0/8']],
    ['may be everything', '0.0.0.0/0', [], ['0.0.0.0/0']],
    ['may be one address', '10.0.0.7/32', [], ['10.0.0.7/32']],
    ['lose a half', '10.0.0.0/8', ['10.128.0.0/9'], ['10.0.0.0/9']],
    ['lose one address', '10.0.0.0/30', ['10.0.0.1/32'], ['10.0.0.0/32', '10.0.0.2/31']],
    ['lose their ends', '10.0.0.0/30', ['10.0.0.0/32', '10.0.0.3/32'], ['10.0.0.1/32', '10.0.0.2/32']],
    ['lose all', '10.0.0.0/24', ['10.0.0.0/16'], []],
    ['lose nothing to a block elsewhere', '10.0.0.0/24', ['10.0.1.0/24'], ['10.0.0.0/24']],
    ['lose overlapping blocks once', '10.0.0.0/29', ['10.0.0.0/30', '10.0.0.2/31'], ['10.0.0.4/30']],
    [
      'lose blocks above 127.255.255.255 too',
      '192.0.0.0/3',
      ['192.168.0.0/16'],
      [
        '192.0.0.0/9',
        '192.128.0.0/11',
        '192.160.0.0/13',
        '192.169.0.0/16',
        '192.170.0.0/15',
        '192.172.0.0/14',
        '192.176.0.0/12',
        '192.192.0.0/10',
        '193.0.0.0/8',
        '194.0.0.0/7',
        '196.0.0.0/6',
        '200.0.0.0/5',
        '208.0.0.0/4',
      ],
    ],
  ];
  for (const [what, block, except, left] of rows)
    it(what, () => assert.deepEqual(blockWithout(block, except), left));

  it('hold their first and last address, and none beside them', () => {
    const holds = (address: string): boolean => blockHolds('198.51.100.64/26', address);
    assert.deepEqual(['198.51.100.63', '198.51.100.64', '198.51.100.127', '198.51.100.128'].map(holds), [
      false,
      true,
      true,
      false,
    ]);
  });
});
