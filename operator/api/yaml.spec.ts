import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDocuments, readYAML, writeYAML } from './yaml.ts';

const asJSON = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('YAML', () => {
  const read: [string, unknown][] = [
    ['a: On', { a: true }],
    ['a: no', { a: false }],
    ['a: 010', { a: 8 }],
    ['a: 0o10', { a: '0o10' }],
    ['a: 2026-12-04T00:00:00Z', { a: '2026-12-04T00:00:00Z' }],
    ['a: ~', { a: null }],
    ['a: &x {b: 1}\nc: {<<: *x, d: 2}', { a: { b: 1 }, c: { b: 1, d: 2 } }],
  ];
  for (const [text, value] of read) {
    it(`reads ${text.replace('\n', '; ')} as kubectl does`, () => assert.deepEqual(readYAML(text), value));
  }

  it('has no document in a text without content, and leaves empty documents out', () => {
    assert.equal(readYAML(''), null);
    assert.equal(readYAML('# nothing\n'), null);
    assert.deepEqual(readDocuments('---\n---\na: 1\n---\n# end\n'), [{ a: 1 }]);
  });

  it('refuses two documents where one is wanted, and a key that is there twice', () => {
    assert.throws(() => readYAML('a: 1\n---\nb: 2\n'), /document/);
    assert.throws(() => readYAML('a: 1\na: 2\n'), /duplicated/);
  });

  it('quotes what a reader of one version or another would take for something else than a text', () => {
    for (const text of [
      'on',
      'No',
      'y',
      'null',
      '~',
      '010',
      '0o10',
      '1_000',
      '1:30',
      '1e3',
      '.5',
      '2026-12-04',
      '=',
      '<<',
    ])
      assert.match(writeYAML({ a: text }), /^a: ['"]/, text);
  });

  it('reads what it has written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        // JSON has no -0; YAML has.
        assert.deepEqual(asJSON(readYAML(writeYAML(value))), asJSON(value));
      }),
    );
  });

  it('writes a value that is there twice twice, and breaks no line', () => {
    const shared = { b: 'x '.repeat(200).trim() };
    assert.equal(writeYAML({ a: shared, c: shared }), `a:\n  b: ${shared.b}\nc:\n  b: ${shared.b}\n`);
  });
});
