import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentHash, sameContent } from './hash.ts';

const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`field-${at}`, at]));

describe('the hash of a content', () => {
  const same: [string, unknown, unknown][] = [
    ['fields in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ['fields in another order within a list', [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
    ['a field that is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['many fields in another order', many, Object.fromEntries(Object.entries(many).reverse())],
    ['nothing', undefined, undefined],
  ];
  for (const [title, left, right] of same) {
    it(`is the same for ${title}`, () => {
      assert.equal(contentHash(left), contentHash(right));
      assert.ok(sameContent(left, right));
    });
  }

  const other: [string, unknown, unknown][] = [
    ['a list in another order', [1, 2], [2, 1]],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['an empty list and none', { a: [] }, {}],
    ['null and none', { a: null }, {}],
  ];
  for (const [title, left, right] of other) {
    it(`differs for ${title}`, () => assert.ok(!sameContent(left, right)));
  }

  it('does not change from one version of the operator to the next, or every site would restart', () => {
    assert.equal(
      contentHash({ b: [1, 'x'], a: null }),
      '7be29137d45e85ccbb0571ff55a6c31425c6d9f5bccefa054ac9c557a9d0c6f1',
    );
  });

  it('is equal where the content is the same, and nowhere else', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        assert.equal(sameContent(left, right), contentHash(left) === contentHash(right));
        assert.ok(sameContent(left, structuredClone(left)));
      }),
    );
  });
});

const field = fc.oneof(fc.constantFrom('a', 'b', '10', '9', '01', '1.5', '-', '__proto__', 'é'), fc.string());
/** As they come from the API server, and are built for it. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, '', 0),
    fc.string(),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(field, fc.option(tie('value'), { nil: undefined }), { maxKeys: 6 }),
  ),
})).value;
