import assert from 'node:assert/strict';
import { fixed, group, listBy, numberOrText, oneOf, setOf, text, whole } from './fields.ts';
import { shown } from './shown.ts';
import { structuralRefusals } from './structural-refusals.ts';
import { structural } from './structural.ts';

const rule = { rule: "self != ''", message: 'write something' };
const entry = group('An entry.', {
  name: text('Its name.', { max: 8, rules: [rule] }),
  command: text('What it runs.', { max: 8 }),
  minutes: whole('How long. Default: 5.', { min: 1, max: 9 }).exactOptional(),
});
const spec = group(
  'What is wanted.',
  {
    engine: oneOf(['A', 'B'], 'Which one.'),
    surge: numberOrText('How many more.', [rule]).exactOptional(),
    part: group('A part.', {
      env: text('A password.', { max: 8 }),
      port: whole('Its port.', { min: 1, max: 9 }),
    }),
    entries: listBy('name', entry, 'All entries.', { max: 2, rules: [rule] }).exactOptional(),
    names: setOf(text('A name.', { max: 8 }), 'All names.', { max: 2 }).exactOptional(),
  },
  [fixed('engine', 'it cannot change')],
);

describe('the fields of a spec as a status shows them', () => {
  const found = structural(shown(spec, new Set(['part.env', 'entries[].command', 'names'])), 'status');

  it('have the descriptions, and neither rules nor bounds that could refuse a value', () => {
    const number = { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
    assert.deepEqual(found, {
      description: 'What is wanted.',
      type: 'object',
      properties: {
        engine: { description: 'Which one.', type: 'string', enum: ['A', 'B'] },
        surge: { description: 'How many more.', 'x-kubernetes-int-or-string': true },
        part: {
          description: 'A part.',
          type: 'object',
          properties: { port: { description: 'Its port.', ...number } },
        },
        entries: {
          description: 'All entries.',
          type: 'array',
          maxItems: 1024,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            description: 'An entry.',
            type: 'object',
            required: ['name'],
            properties: {
              name: { description: 'Its name.', type: 'string', maxLength: 4096 },
              minutes: { description: 'How long. Default: 5.', ...number },
            },
          },
        },
      },
    });
  });

  it('are a schema that the API server takes', () => {
    assert.deepEqual(structuralRefusals(found, 'status'), []);
  });

  it('leave the spec as it is', () => {
    assert.deepEqual(structural(spec, 'spec').required, ['engine', 'part']);
    assert.equal(structural(spec, 'spec')['x-kubernetes-validations']?.length, 1);
  });
});
