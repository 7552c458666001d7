import * as z from 'zod';

/** No value is longer. Nobody but the operator writes them, and one that was refused would take the whole status with it. */
const longest = { text: 4096, list: 1024, number: Number.MAX_SAFE_INTEGER };

/**
 * The fields of a spec as a status shows them, with the same descriptions: any may be left out, and none is judged. `hidden` has the
 * paths of those that the status does not show, such as `web.env` and `cron[].command`.
 */
export function shown(schema: z.ZodType, hidden: ReadonlySet<string>): z.ZodType {
  return shownAt('', schema, hidden, []);
}

/** What tells the items of a list apart is `needed` in each of them. */
function shownAt(
  path: string,
  schema: z.ZodType,
  hidden: ReadonlySet<string>,
  needed: readonly string[],
): z.ZodType {
  const facts = factsOf(schema);
  if (schema instanceof z.ZodObject) return z.object(shape(path, schema, hidden, needed)).meta(facts);
  if (schema instanceof z.ZodArray) {
    const { 'x-kubernetes-list-map-keys': keys = [] } = facts as Keyed;
    const item = shownAt(`${path}[]`, (schema as z.ZodArray<z.ZodType>).element, hidden, keys);
    return z.array(item).max(longest.list).meta(facts);
  }
  if (schema instanceof z.ZodString) return z.string().max(longest.text).meta(facts);
  if (schema instanceof z.ZodNumber)
    return z
      .int()
      .min(0)
      .max(longest.number)
      .meta({ ...facts, format: 'int64' });
  // A clone by its definition takes no facts along.
  return schema.clone(schema.def).meta(facts);
}

/** Without rules, and without bounds, which stand in the schema itself. */
function factsOf(schema: z.ZodType): Record<string, unknown> {
  const facts = Object.entries(schema.meta() ?? {});
  return Object.fromEntries(facts.filter(([name]) => name !== 'x-kubernetes-validations'));
}

interface Keyed {
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

function shape(
  path: string,
  object: z.ZodObject,
  hidden: ReadonlySet<string>,
  needed: readonly string[],
): z.ZodRawShape {
  const fields = Object.entries<z.ZodType>(object.shape);
  const parts = fields.flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    if (hidden.has(at)) return [];
    const part = shownAt(
      at,
      field instanceof z.ZodExactOptional ? (field.unwrap() as z.ZodType) : field,
      hidden,
      [],
    );
    return [[name, needed.includes(name) ? part : part.exactOptional()] as const];
  });
  return Object.fromEntries(parts);
}
