import assert from 'node:assert/strict';
import * as z from 'zod';
import { group, listBy, setOf, text } from './fields.ts';
import { structuralRefusals } from './structural-refusals.ts';
import { structural } from './structural.ts';
import type { Structural } from './structural.ts';

const word: Structural = { description: 'A word.', type: 'string', maxLength: 10 };

function thing(field: Structural): Structural {
  return { description: 'A thing.', type: 'object', properties: { field } };
}

describe('structuralRefusals', () => {
  it('has nothing against a complete schema', () => {
    assert.deepEqual(structuralRefusals(thing(word), 'spec'), []);
  });

  const rows: [string, Structural, string[]][] = [
    ['no description', { type: 'boolean' }, ['has no description']],
    ['an empty description', { type: 'boolean', description: '' }, ['has no description']],
    ['no type', { description: 'A.' }, ['has no type']],
    ['a string without bound', { description: 'A.', type: 'string' }, ['has no upper bound']],
    ['a whole number without bounds', { description: 'A.', type: 'integer' }, ['has no upper bound']],
    [
      'a map without bound',
      { description: 'A.', type: 'object', additionalProperties: { type: 'string', maxLength: 5 } },
      ['has no upper bound'],
    ],
    [
      'a map of texts without bound',
      { description: 'A.', type: 'object', maxProperties: 5, additionalProperties: { type: 'string' } },
      ['has no upper bound'],
    ],
    ['an object without properties', { description: 'A.', type: 'object' }, ['has no properties']],
    [
      'a required field that is none',
      { description: 'A.', type: 'object', properties: {}, required: ['x'] },
      ['requires x, which is not a property'],
    ],
    [
      'a list without type and bound',
      { description: 'A.', type: 'array', items: word },
      ['has no upper bound', 'has no x-kubernetes-list-type'],
    ],
    [
      'a list without items',
      { description: 'A.', type: 'array', maxItems: 1, 'x-kubernetes-list-type': 'atomic' },
      ['has no items'],
    ],
    [
      'a set of objects',
      { description: 'A.', type: 'array', maxItems: 1, 'x-kubernetes-list-type': 'set', items: thing(word) },
      ['is a set of objects: give it a key'],
    ],
    [
      'a keyed list without key',
      { description: 'A.', type: 'array', maxItems: 1, 'x-kubernetes-list-type': 'map', items: thing(word) },
      ['has no key'],
    ],
    [
      'a key that may be missing',
      {
        description: 'A.',
        type: 'array',
        maxItems: 1,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['field'],
        items: thing(word),
      },
      ['has the key field, which its items need not have'],
    ],
    [
      'a rule without a message',
      { ...word, 'x-kubernetes-validations': [{ rule: 'true', message: ' ' }] },
      ['its rule true needs one line of message'],
    ],
    [
      'a message of two lines',
      { ...word, 'x-kubernetes-validations': [{ rule: 'true', message: 'a\nb' }] },
      ['its rule true needs one line of message'],
    ],
    [
      'a rule that points to no field',
      { ...word, 'x-kubernetes-validations': [{ rule: 'true', message: 'a', fieldPath: '.b' }] },
      ['its rule points to .b, which is no field'],
    ],
    ['a default', { ...word, default: 'x' }, ['default is not allowed here']],
    ['alternatives', { ...word, anyOf: [] } as Structural, ['anyOf is not allowed here']],
  ];
  for (const [what, schema, whys] of rows) {
    it(`objects to ${what}, naming the field`, () => {
      assert.deepEqual(
        structuralRefusals(thing(schema), 'spec'),
        whys.map((why) => `spec.field: ${why}`),
      );
    });
  }

  it('looks into lists', () => {
    const list = setOf(z.string().meta({ description: 'Text.' }), 'Texts.', { max: 2 });
    assert.deepEqual(structuralRefusals(structural(list, 'spec'), 'spec'), ['spec[]: has no upper bound']);
  });

  it('sees bounds that zod alone wrote', () => {
    const count = z.int().meta({ description: 'A count.' });
    assert.deepEqual(structuralRefusals(structural(count, 'count'), 'count'), ['count: has no upper bound']);
  });

  it('objects to what zod would write for constructs outside the dialect', () => {
    const strict = z.strictObject({}).meta({ description: 'A.' });
    const found = structuralRefusals(structural(strict, 'spec'), 'spec');
    assert.deepEqual(found, ['spec: additionalProperties is not allowed here']);
    const union = z.union([z.string(), z.boolean()]).meta({ description: 'A.' });
    assert.match(
      structuralRefusals(structural(union, 'spec'), 'spec').join(),
      /spec: anyOf is not allowed here/,
    );
  });

  it('accepts keyed lists whose key is required', () => {
    const item = group('One.', { name: text('Its name.', { max: 5 }) });
    const list = listBy('name', item, 'All.', { max: 5 });
    assert.deepEqual(structuralRefusals(structural(list, 'spec'), 'spec'), []);
  });
});
