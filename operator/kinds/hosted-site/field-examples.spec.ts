import assert from 'node:assert/strict';
import { customResourceDefinition } from '../../api/crd.ts';
import { lineToPaste, parted } from '../../api/described.ts';
import { besideExamples, fieldExamples } from './field-examples.ts';
import { hostedSiteSpec } from './hosted-site.ts';
import { everyPasted } from './pasted.ts';
import type { Structural } from '../../api/structural.ts';
import { readYAML } from '../../api/yaml.ts';
import { hostedSite } from './index.ts';
import { exampleOf } from '../../api/field-words.ts';

const [version] = customResourceDefinition(hostedSite).spec.versions;
const spec: Structural = version?.schema.openAPIV3Schema.properties?.['spec'] ?? {};
const pasted = everyPasted(spec);

/** `kubectl explain` breaks lines that are longer, inside its margin. */
const widest = 76;

describe('the lines to paste', () => {
  it('are there for every field: write the missing ones into words.ts of the component, or field-examples.ts', () => {
    const without = pasted.filter(({ value }) => value === undefined).map(({ field }) => field);
    assert.deepEqual(without, []);
  });

  it('are all of a field that there is', () => {
    const fields = ['spec', ...pasted.map(({ field }) => field)];
    const strays = Object.keys(fieldExamples).filter(
      (key) => !fields.some((field) => field === key || field.endsWith(`.${key}`)),
    );
    assert.deepEqual(strays, []);
    assert.deepEqual(
      Object.keys(besideExamples).filter((key) => !fields.includes(key)),
      [],
    );
  });

  it('end the description that kubectl explain shows', () => {
    const at = spec.properties?.['replicas']?.description ?? '';
    assert.match(at, / Default: by size\.\nExample: replicas: 3$/);
    for (const { schema, field } of pasted)
      assert.ok(schema.description?.endsWith(`\nExample: ${lineToPaste(hostedSite.words, field)}`), field);
  });

  it('show of the spec the smallest one', () => {
    assert.match(spec.description ?? '', /\nExample: spec: \{image: .*, hosts: \[.*\]\}$/);
    assert.ok(`Example: ${lineToPaste(hostedSite.words, 'spec')}`.length <= widest);
  });

  it('say in a comment what must be beside them', () => {
    assert.equal(
      lineToPaste(hostedSite.words, 'spec.preset'),
      'preset: WordPress # beside database: {engine: MariaDB}',
    );
    assert.equal(lineToPaste(hostedSite.words, 'spec.nothing'), undefined);
  });

  it('are found by the end of the path where several parts have the field', () => {
    assert.equal(exampleOf(hostedSite.words, 'spec.database.resources.limits.memory'), '1Gi');
    assert.equal(exampleOf(hostedSite.words, 'spec.files.storageClassName'), 'fast');
    assert.equal(exampleOf(hostedSite.words, 'spec.boost.replicas'), 8);
    assert.equal(exampleOf(hostedSite.words, 'spec.toString'), undefined);
  });

  for (const { field, schema, value, site } of pasted) {
    it(`${field}: what is pasted is accepted`, () => {
      assert.deepEqual(hostedSiteSpec.parse(site.spec), site.spec);
      assert.ok(holds(site.spec, field.split('.').slice(1), value), 'the assembled site has the line');
      for (const [one, text] of texts(schema, value)) assert.match(text, one);
    });
    it(`${field}: what is pasted is one line, and as YAML the value`, () => {
      const line = lineToPaste(hostedSite.words, field) ?? '';
      assert.ok(`Example: ${line}`.length <= widest, line);
      assert.deepEqual(readYAML(line), { [field.slice(field.lastIndexOf('.') + 1)]: value });
    });
  }
});

describe('parted', () => {
  it('takes apart what was put together', () => {
    assert.deepEqual(parted('Which. Default: A.\nFor b write A.\nExample: x: A'), {
      text: 'Which. Default: A.',
      neighbours: 'For b write A.',
      line: 'x: A',
    });
    assert.deepEqual(parted('Which.'), { text: 'Which.', neighbours: '', line: '' });
  });
});

function holds(values: unknown, path: readonly string[], value: unknown): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return JSON.stringify(values) === JSON.stringify(value);
  const inner = (values as Record<string, unknown>)[step.replace('[]', '')];
  return step.endsWith('[]')
    ? (inner as unknown[]).some((item) => holds(item, rest, value))
    : holds(inner, rest, value);
}

/** Patterns of a field, or of the texts in it, with what they are asked of. Whole rules are asked of a real API server. */
function texts(schema: Structural, value: unknown): [RegExp, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => texts(schema.items ?? {}, item));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => texts(schema.properties?.[name] ?? {}, inner));
  const rules = schema['x-kubernetes-validations'] ?? [];
  return rules.flatMap(({ rule }) => {
    const [, pattern] = /(?:^|\|\| )(?:string\(self\)|self)\.matches\(r'(\^.*\$)'\)$/.exec(rule) ?? [];
    return pattern === undefined ? [] : [[new RegExp(pattern, 'u'), String(value)] as [RegExp, string]];
  });
}
