import * as z from 'zod';
import type { Rule } from './fields.ts';

/** The part of apiextensions/v1 JSONSchemaProps that our schemas use. */
export interface Structural {
  description?: string;
  type?: string;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Structural>;
  items?: Structural;
  additionalProperties?: Structural;
  /** Of the status alone: nothing is written into a spec. */
  default?: unknown;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-validations'?: Rule[];
}

/** Also the order in which they are written. */
export const keywords = [
  'description',
  'type',
  'format',
  'enum',
  'minimum',
  'maximum',
  'maxLength',
  'maxItems',
  'maxProperties',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
  'required',
  'properties',
  'items',
  'additionalProperties',
] as const satisfies readonly (keyof Structural)[];

/** What zod can say that an API server can check too. */
const words = new Set([
  ...['string', 'enum', 'number', 'boolean', 'array', 'object', 'record', 'union', 'optional'],
]);

/** A zod schema as a structural schema. Throws, naming the fields, when zod would drop or bend what it says. */
export function structural(schema: z.ZodType, name: string): Structural {
  const refused: string[] = [];
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema, path }) {
      refused.push(...unsaid(zodSchema).map((why) => `${fieldAt(name, path)}: ${why}`));
      if (jsonSchema['x-kubernetes-int-or-string'] === true) delete jsonSchema.anyOf;
    },
  });
  if (refused.length > 0) throw new Error([...new Set(refused)].join('\n'));
  return ordered(json as Structural);
}

function unsaid(schema: z.core.$ZodType): string[] {
  const { type, checks = [] } = schema._zod.def;
  if (!words.has(type)) return [`${type} has no counterpart in a structural schema`];
  const lost = checks.map((check) => check._zod.def.check).filter((check) => lostChecks.has(check));
  return lost.map((check) => `the API server would not see this ${check} check: write a CEL rule`);
}

const lostChecks = new Set(['custom', 'overwrite', 'property', 'string_format']);

/** `['properties', 'web', 'properties', 'env', 'items']` → `spec.web.env[]`. */
function fieldAt(name: string, path: readonly (string | number)[]): string {
  let field = name;
  for (let at = 0; at < path.length; at += 1) {
    if (path[at] === 'items') field += '[]';
    else if (path[at] === 'properties') field += `.${path[(at += 1)]}`;
  }
  return field;
}

function ordered(schema: Structural): Structural {
  const known = new Map<string, unknown>();
  const entries = new Map(Object.entries(schema));
  for (const keyword of keywords) if (entries.has(keyword)) known.set(keyword, entries.get(keyword));
  for (const [keyword, value] of entries) if (!known.has(keyword)) known.set(keyword, value);
  const result: Structural = Object.fromEntries(known);
  if (schema.items !== undefined) result.items = ordered(schema.items);
  if (schema.properties !== undefined) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [key, ordered(property)]),
    );
  }
  return result;
}
