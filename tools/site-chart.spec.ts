import assert from 'node:assert/strict';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';
import { siteChartSchema, strict } from './site-chart.ts';

describe("the schema of a site's chart", () => {
  it('has what the definition has but for rules, and refuses all else, at every depth', () => {
    const inner = { type: 'object', properties: { size: { 'x-kubernetes-int-or-string': true } } };
    const size = { type: ['integer', 'string'] };
    const closed = { type: 'object', additionalProperties: false, properties: { size } };
    const validations = [{ rule: 'true', message: 'No.' }];
    assert.deepEqual(
      strict({
        description: 'All.',
        type: 'object',
        required: ['a'],
        'x-kubernetes-validations': validations,
        properties: {
          a: { type: 'integer', format: 'int64', minimum: 1 },
          b: { type: 'array', maxItems: 2, 'x-kubernetes-list-type': 'atomic', items: inner },
          c: { type: 'object', additionalProperties: inner },
        },
      }),
      {
        description: 'All.',
        type: 'object',
        required: ['a'],
        additionalProperties: false,
        properties: {
          a: { type: 'integer', minimum: 1 },
          b: { type: 'array', maxItems: 2, items: closed },
          c: { type: 'object', additionalProperties: closed },
        },
      },
    );
  });

  it('describes the values beside the spec as values.yaml does, and has them all', () => {
    const text = '# Whose.\nname: a\n# What.\nspec: {}\n';
    const { properties, required } = JSON.parse(siteChartSchema(hostedSite, text)) as {
      properties: Record<string, { description: string; required?: string[] }>;
      required: string[];
    };
    assert.deepEqual(properties['name'], { type: 'string', description: 'Whose.' });
    assert.equal(properties['spec']?.description, 'What.');
    assert.deepEqual([required, properties['spec']?.required], [['spec'], ['image', 'hosts']]);
    assert.throws(() => siteChartSchema(hostedSite, 'nam: a\n'), /values\.yaml has nam/);
  });
});
