import assert from 'node:assert/strict';
import { customResourceDefinition } from '../../api/crd.ts';
import { neighbours } from './neighbours.ts';
import type { Structural } from '../../api/structural.ts';
import { hostedSite } from './index.ts';
import { neighbourSentences } from '../../api/field-words.ts';

const [version] = customResourceDefinition(hostedSite).spec.versions;
const spec: Structural = version?.schema.openAPIV3Schema.properties?.['spec'] ?? {};

describe("the neighbours' words", () => {
  for (const [field, words] of Object.entries(neighbours)) {
    it(`${field}: each leads to a word that is accepted there`, () => {
      const schema = schemaAt(spec, field.split('.').slice(1)) ?? assert.fail('there is no such field');
      for (const one of words) {
        if (typeof one === 'string') assert.match(one, /^[A-Z].*\.$/);
        else assert.ok(accepts(schema, one[1]), one[1]);
      }
    });
    it(`${field}: each is refused there, and named once`, () => {
      const schema = schemaAt(spec, field.split('.').slice(1)) ?? {};
      const names = words.flatMap((one) => (typeof one === 'string' ? [] : one[0].split(', ')));
      assert.deepEqual(
        names.filter((name) => accepts(schema, name)),
        [],
      );
      assert.equal(new Set(names).size, names.length);
    });
  }

  it('are there for every enumeration', () => {
    assert.deepEqual(
      enumerations(spec, 'spec').filter((field) => neighbours[field] === undefined),
      [],
    );
  });

  it('are sentences of the description', () => {
    const engine = schemaAt(spec, ['objectCache', 'engine'])?.description ?? '';
    assert.match(engine, /\nFor Redis, KeyDB or Dragonfly write Valkey\. .*\nExample: engine: Valkey$/);
    assert.deepEqual(neighbourSentences(hostedSite.words, 'spec.replicas'), []);
  });
});

function schemaAt(schema: Structural, path: readonly string[]): Structural | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const inner = schema.properties?.[step.replace('[]', '')];
  if (inner === undefined) return undefined;
  return schemaAt(step.endsWith('[]') ? (inner.items ?? {}) : inner, rest);
}

function accepts(schema: Structural, word: string): boolean {
  return schema.enum === undefined
    ? schemaAt(schema, word.split('.')) !== undefined
    : schema.enum.includes(word);
}

function enumerations(schema: Structural, field: string): string[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    property.items === undefined
      ? enumerations(property, `${field}.${name}`)
      : enumerations(property.items, `${field}.${name}[]`),
  );
  return schema.enum === undefined ? below : [field, ...below];
}
