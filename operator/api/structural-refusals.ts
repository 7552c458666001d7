import type { Rule } from './fields.ts';
import { keywords } from './structural.ts';
import type { Structural } from './structural.ts';

/** What the API server, or a reader of `kubectl explain`, would object to; each sentence begins with the field. */
export function structuralRefusals(schema: Structural, field: string): string[] {
  const own = [
    ...unknownKeywords(schema),
    ...missing(schema),
    ...wrongRequired(schema),
    ...wrongList(schema),
    ...(schema['x-kubernetes-validations'] ?? []).flatMap((rule) => wrongRule(schema, rule)),
  ];
  return [
    ...own.map((why) => `${field}: ${why}`),
    ...(schema.items === undefined ? [] : structuralRefusals(schema.items, `${field}[]`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      structuralRefusals(property, `${field}.${name}`),
    ),
  ];
}

function unknownKeywords(schema: Structural): string[] {
  const isMap = schema.properties === undefined;
  const known: readonly string[] = keywords.filter((one) => isMap || one !== 'additionalProperties');
  return Object.keys(schema)
    .filter((keyword) => !known.includes(keyword))
    .map((keyword) => `${keyword} is not allowed here`);
}

function missing(schema: Structural): string[] {
  const facts: string[] = [];
  if (!schema.description) facts.push('has no description');
  if (schema.type === undefined && !schema['x-kubernetes-int-or-string']) facts.push('has no type');
  if (
    schema.type === 'object' &&
    schema.properties === undefined &&
    schema.additionalProperties === undefined
  )
    facts.push('has no properties');
  if (unbounded(schema)) facts.push('has no upper bound');
  return facts;
}

function unbounded(schema: Structural): boolean {
  switch (schema.type) {
    case 'string':
      return schema.maxLength === undefined && schema.enum === undefined;
    case 'integer':
      // zod writes these bounds when the schema has none
      return schema.minimum === undefined || schema.minimum === Number.MIN_SAFE_INTEGER;
    case 'array':
      return schema.maxItems === undefined;
    case 'object':
      return isEndless(schema);
    default:
      return false;
  }
}

/** Of a map: its number of entries, or the length of its texts. */
function isEndless({ properties, maxProperties, additionalProperties }: Structural): boolean {
  if (properties !== undefined || additionalProperties === undefined) return false;
  return maxProperties === undefined || additionalProperties.maxLength === undefined;
}

function wrongRequired(schema: Structural): string[] {
  return (schema.required ?? [])
    .filter((name) => schema.properties?.[name] === undefined)
    .map((name) => `requires ${name}, which is not a property`);
}

function wrongList(schema: Structural): string[] {
  if (schema.type !== 'array') return [];
  if (schema.items === undefined) return ['has no items'];
  const scalar = schema.items.type !== 'object' && schema.items.type !== 'array';
  switch (schema['x-kubernetes-list-type']) {
    case 'atomic':
      return [];
    case 'set':
      return scalar ? [] : ['is a set of objects: give it a key'];
    case 'map':
      return wrongKeys(schema['x-kubernetes-list-map-keys'] ?? [], schema.items);
    default:
      return ['has no x-kubernetes-list-type'];
  }
}

function wrongKeys(keys: readonly string[], items: Structural): string[] {
  if (keys.length === 0) return ['has no key'];
  return keys
    .filter((key) => !(items.required ?? []).includes(key))
    .map((key) => `has the key ${key}, which its items need not have`);
}

function wrongRule(schema: Structural, { rule, message, fieldPath }: Rule): string[] {
  const facts: string[] = [];
  if (message.trim() === '' || message.includes('\n'))
    facts.push(`its rule ${rule} needs one line of message`);
  if (fieldPath !== undefined && !leadsToField(schema, fieldPath))
    facts.push(`its rule points to ${fieldPath}, which is no field`);
  return facts;
}

function leadsToField(schema: Structural, fieldPath: string): boolean {
  let at: Structural | undefined = schema;
  for (const name of fieldPath.split('.').slice(1)) at = at?.properties?.[name];
  return fieldPath.startsWith('.') && at !== undefined;
}
