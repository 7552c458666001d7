import assert from 'node:assert/strict';
import * as z from 'zod';
import {
  group,
  host,
  labels,
  listBy,
  listOf,
  numberOrText,
  oneOf,
  setOf,
  text,
  whole,
  yesOrNo,
} from './fields.ts';
import { structural } from './structural.ts';

const word = text('A word.', { max: 10 });

describe('structural', () => {
  it('writes each word of a schema as the API server reads it', () => {
    const schema = group('A thing.', {
      name: word,
      mode: oneOf(['Big', 'Small'], 'Its mode. Default: Big.').exactOptional(),
      count: whole('How many. Default: 1.', { min: 1, max: 5 }).exactOptional(),
      big: whole('How many at most. Default: 1.', { min: 0, max: 2 ** 40 }).exactOptional(),
      held: yesOrNo('Whether it is held. Default: false.').exactOptional(),
      share: numberOrText('A share. Default: 1.', [
        { rule: 'self != 0', message: 'write more' },
      ]).exactOptional(),
    });
    assert.deepEqual(structural(schema, 'spec'), {
      description: 'A thing.',
      type: 'object',
      required: ['name'],
      properties: {
        name: { description: 'A word.', type: 'string', maxLength: 10 },
        mode: { description: 'Its mode. Default: Big.', type: 'string', enum: ['Big', 'Small'] },
        count: {
          description: 'How many. Default: 1.',
          type: 'integer',
          format: 'int32',
          minimum: 1,
          maximum: 5,
        },
        big: {
          description: 'How many at most. Default: 1.',
          type: 'integer',
          format: 'int64',
          minimum: 0,
          maximum: 2 ** 40,
        },
        held: { description: 'Whether it is held. Default: false.', type: 'boolean' },
        share: {
          description: 'A share. Default: 1.',
          'x-kubernetes-int-or-string': true,
          'x-kubernetes-validations': [{ rule: 'self != 0', message: 'write more' }],
        },
      },
    });
  });

  it('writes a map of texts, and no keys of its own', () => {
    const { additionalProperties, properties, maxProperties } = structural(labels('Labels.'), 'spec');
    assert.deepEqual(
      [additionalProperties, properties, maxProperties],
      [{ type: 'string', maxLength: 63 }, undefined, 8],
    );
  });

  it('gives every list its type', () => {
    const item = group('One.', { name: word });
    const types = (schema: z.ZodType) => {
      const {
        'x-kubernetes-list-type': type,
        'x-kubernetes-list-map-keys': keys,
        maxItems,
      } = structural(schema, 'it');
      return { type, keys, maxItems };
    };
    assert.deepEqual(types(listOf(word, 'Words.', { max: 3 })), {
      type: 'atomic',
      keys: undefined,
      maxItems: 3,
    });
    assert.deepEqual(types(setOf(word, 'Words.', { max: 3 })), { type: 'set', keys: undefined, maxItems: 3 });
    assert.deepEqual(types(listBy('name', item, 'Ones.', { max: 3 })), {
      type: 'map',
      keys: ['name'],
      maxItems: 3,
    });
  });

  it('writes the keywords in the order in which a person reads them', () => {
    assert.deepEqual(Object.keys(structural(host('A host.'), 'host')), [
      'description',
      'type',
      'maxLength',
      'x-kubernetes-validations',
    ]);
  });

  it('is the same text each time', () => {
    const schema = () => group('A thing.', { b: word, a: listOf(word, 'Words.', { max: 1 }) });
    assert.equal(JSON.stringify(structural(schema(), 'x')), JSON.stringify(structural(schema(), 'x')));
  });

  const lost: [string, z.ZodType, string][] = [
    ['a refinement', z.string().refine((value) => value !== 'x'), 'would not see this custom check'],
    ['a change of the value', z.string().trim(), 'would not see this overwrite check'],
    ['a pattern', z.string().regex(/a/), 'would not see this string_format check'],
    ['a transformation', z.string().transform(Number), 'pipe has no counterpart'],
    ['a default', z.string().default('x'), 'default has no counterpart'],
    ['a default before parsing', z.string().prefault('x'), 'prefault has no counterpart'],
    ['null', z.string().nullable(), 'nullable has no counterpart'],
    ['anything', z.any(), 'any has no counterpart'],
    ['a Map', z.map(z.string(), z.string()), 'map has no counterpart'],
    ['a literal', z.literal('x'), 'literal has no counterpart'],
    ['a tuple', z.tuple([z.string()]), 'tuple has no counterpart'],
    ['a date', z.date(), 'date has no counterpart'],
  ];
  for (const [what, schema, why] of lost) {
    it(`refuses ${what}, naming the field`, () => {
      const nested = z.object({ list: z.array(z.object({ field: schema })) });
      assert.throws(
        () => structural(nested, 'spec'),
        ({ message }: Error) => message.includes('spec.list[].field: ') && message.includes(why),
      );
    });
  }

  it('names a field that is itself called properties or items', () => {
    const schema = z.object({ properties: z.object({ items: z.any() }) });
    assert.throws(() => structural(schema, 'spec'), /^Error: spec\.properties\.items: any/);
  });

  it('names every field that it refuses', () => {
    const schema = z.object({ a: z.any(), b: z.date() });
    assert.throws(
      () => structural(schema, 'spec'),
      ({ message }: Error) => message.includes('spec.a: ') && message.includes('spec.b: '),
    );
  });
});
