import assert from 'node:assert/strict';
import { bytes, mebibytes } from './quantity.ts';

describe('bytes', () => {
  const rows: [string, number][] = [
    ['1024', 1024],
    ['64Mi', 67108864],
    ['1.5Gi', 1610612736],
    ['2G', 2e9],
    ['500k', 500000],
    ['1Ti', 2 ** 40],
    ['1e3', 1000],
  ];
  for (const [quantity, expected] of rows) {
    it(`reads ${quantity}`, () => {
      assert.equal(bytes(quantity), expected);
    });
  }

  it('refuses what is no amount of bytes', () => {
    for (const text of ['', 'Gi', '1 Gi', 'x']) assert.throws(() => bytes(text), /not an amount/);
  });
});

describe('mebibytes', () => {
  it('rounds up', () => {
    assert.deepEqual([mebibytes(2 ** 20), mebibytes(2 ** 20 + 1)], ['1Mi', '2Mi']);
  });
});
