import type { ApiKind } from '../operator/api/kind.ts';
import type { Structural } from '../operator/api/structural.ts';
import { customResourceDefinition } from '../operator/api/crd.ts';
import { chartValues, writeJSON } from './chart-values.ts';

interface JSONSchema {
  description?: string;
  type?: string | string[];
  properties?: Record<string, JSONSchema>;
  items?: JSONSchema;
  additionalProperties?: JSONSchema | boolean;
  [word: string]: unknown;
}

const texts = { type: 'object', additionalProperties: { type: 'string' } };

/** Of the values of a chart that makes one object, beside its spec. */
const ownValues: Readonly<Record<string, JSONSchema>> = {
  name: { type: 'string' },
  labels: texts,
  annotations: texts,
  keep: { type: 'boolean' },
};

/** values.schema.json of the chart that makes one object of a kind: its spec as the CRD has it, and what values.yaml says of the rest. */
export function siteChartSchema(kind: ApiKind, values: string): string {
  const [version] = customResourceDefinition(kind).spec.versions;
  const { spec = {} } = version?.schema.openAPIV3Schema.properties ?? {};
  const told = chartValues(values).map(({ path, description }) => {
    const schema = path === 'spec' ? strict(spec) : ownValues[path];
    if (schema === undefined) throw new Error(`values.yaml has ${path}, which the chart does not`);
    return [path, { ...schema, description }] as const;
  });
  return writeJSON({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `A ${kind.names.kind}`,
    type: 'object',
    additionalProperties: false,
    required: ['spec'],
    properties: {
      global: { description: 'Handed down by a parent chart; not read.', type: 'object' },
      ...Object.fromEntries(told),
    },
  });
}

/** A structural schema as JSON schema, which knows no rules in CEL: those the API server checks. */
export function strict(schema: Structural): JSONSchema {
  const { format: _, properties, items, additionalProperties, ...rest } = schema;
  const words = Object.fromEntries(Object.entries(rest).filter(([word]) => !word.startsWith('x-')));
  const inner = Object.entries(properties ?? {}).map(([name, property]) => [name, strict(property)]);
  return {
    ...words,
    ...(schema['x-kubernetes-int-or-string'] === true ? { type: ['integer', 'string'] } : {}),
    ...(properties === undefined
      ? {}
      : { additionalProperties: false, properties: Object.fromEntries(inner) as Record<string, JSONSchema> }),
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: strict(additionalProperties) }),
  };
}
