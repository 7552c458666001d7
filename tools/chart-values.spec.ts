import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chartReadme, chartSchema, chartValues, valuesTable, writeJSON } from './chart-values.ts';

const chart = new URL('../charts/hostedsite-operator/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, chart), 'utf8');

const values = `# Of nothing.

# How many: one | more.
replicas: 1
# What is asked.
rights:
  # For example:
  #   - name: a
  list: []
  # Lost: the key below it is in a list.
  peers:
    # Not of the next value.
    - of: 1
  empty: {}
`;

interface Schema {
  description?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  definitions?: Record<string, Schema>;
}

/** Every schema in a schema, by its path. */
function inside(schema: Schema, path = ''): [string, Schema][] {
  const { properties = {}, definitions = {}, items, additionalProperties } = schema;
  const named = Object.entries({ ...properties, ...definitions }).map(([key, one]): [string, Schema] => [
    path === '' ? key : `${path}.${key}`,
    one,
  ]);
  const unnamed = [items, additionalProperties]
    .filter((one) => typeof one === 'object')
    .map((one): [string, Schema] => [`${path}[]`, one]);
  return [...named, ...unnamed].flatMap(([at, one]) => [[at, one], ...inside(one, at)]);
}

describe('the values of a chart', () => {
  it('have the comment right above them as their description', () => {
    assert.deepEqual(chartValues(values), [
      { path: 'replicas', description: 'How many: one | more.', standard: 1 },
      { path: 'rights', description: 'What is asked.' },
      { path: 'rights.list', description: 'For example: `[{name: a}]`', standard: [] },
      { path: 'rights.peers', description: 'Lost: the key below it is in a list.', standard: [{ of: 1 }] },
      { path: 'rights.empty', description: '', standard: {} },
    ]);
  });

  it('are a table in which columns are as wide as their cells', () => {
    const standard = 'x'.repeat(50);
    assert.equal(
      valuesTable([
        { path: 'a', description: 'One | two.', standard: '' },
        { path: 'b', description: '', standard },
        { path: 'untold', description: '' },
      ]),
      '| Value | Default           | Meaning     |\n' +
        '| ----- | ----------------- | ----------- |\n' +
        "| `a`   | `''`              | One \\| two. |\n" +
        '| `b`   | see `values.yaml` |             |\n',
    );
  });

  it('find their place, or it is told', () => {
    const readme = 'A\n\n## Values\n\n| old |\n| --- |\n\nB\n';
    assert.match(chartReadme(readme, values), /^A\n\n## Values\n\n\| Value .*\n\nB\n$/s);
    assert.throws(() => chartReadme('A\n', values), /no table below ## Values/);
    assert.throws(() => chartSchema('{"properties":{}}', values), /does not have replicas/);
  });

  it('describe the schema, but for what several share', () => {
    const schema = {
      properties: {
        replicas: { type: 'integer', description: 'Old.' },
        rights: { $ref: '#/definitions/rights' },
      },
    };
    assert.deepEqual(JSON.parse(chartSchema(JSON.stringify(schema), values)), {
      properties: {
        replicas: { description: 'How many: one | more.', type: 'integer' },
        rights: { description: 'What is asked.', $ref: '#/definitions/rights' },
      },
    });
  });

  it('write short lists on one line', () => {
    const list = ['a', 'b "c"'];
    assert.equal(writeJSON({ list }), '{\n  "list": ["a", "b \\"c\\""]\n}\n');
    const long = ['x'.repeat(60), 'y'.repeat(60)];
    assert.equal(writeJSON({ long }), `${JSON.stringify({ long }, null, 2)}\n`);
  });
});

describe("the operator chart's values", () => {
  const schema = JSON.parse(read('values.schema.json')) as Schema;
  /** What Kubernetes defines, and what is handed through as it is. */
  const free = ['global', 'affinity.nodeAffinity', 'affinity.podAffinity', 'affinity.podAntiAffinity'];

  it('are each described in values.yaml', () => {
    const untold = chartValues(read('values.yaml')).filter(({ description }) => description === '');
    assert.deepEqual(untold, []);
  });

  it('are described in the schema, down to the last field', () => {
    const untold = inside(schema).filter(
      ([path, { description }]) =>
        !path.endsWith('[]') && description === undefined && schema.definitions?.[path] === undefined,
    );
    assert.deepEqual(
      untold.map(([path]) => path),
      [],
    );
  });

  it('are refused when they are not known', () => {
    const open = inside(schema).filter(
      ([, one]) => one.type === 'object' && (one.additionalProperties ?? true) === true,
    );
    assert.deepEqual(open.map(([path]) => path).sort(), [...free].sort());
    assert.equal(schema.additionalProperties, false);
  });
});
