import * as z from 'zod';

/**
 * The words that schemas are written with. Each takes its description, and everything has an upper bound:
 * the API server refuses CEL rules whose cost it cannot bound.
 * Rules are CEL and not `pattern`, because a CEL rule can say what to write instead.
 */
export interface Rule {
  /** CEL. With `oldSelf` it is checked on updates only. */
  rule: string;
  /** What to write instead. */
  message: string;
  /** The field that the error names, when it is not the one that carries the rule: `.files.size`. */
  fieldPath?: string;
}

interface Bound {
  max: number;
  rules?: readonly Rule[];
}

export function text(description: string, { max, rules }: Bound) {
  return z.string().max(max).meta(facts(description, rules));
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) {
  return z.enum(values).meta(facts(description));
}

export function whole(description: string, { min, max, rules }: Bound & { min: number }) {
  return z
    .int()
    .min(min)
    .max(max)
    .meta({ ...facts(description, rules), format: max < 2 ** 31 ? 'int32' : 'int64' });
}

export function yesOrNo(description: string) {
  return z.boolean().meta(facts(description));
}

/** A number, or text such as `25%` or `500m`: Kubernetes calls it IntOrString. */
export function numberOrText(description: string, rules: readonly Rule[]) {
  return z
    .union([z.int(), z.string()])
    .meta({ ...facts(description, rules), 'x-kubernetes-int-or-string': true });
}

export function group<Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
  rules?: readonly Rule[],
) {
  return z.object(shape).meta(facts(description, rules));
}

/** A list in which order counts; it has one owner. */
export function listOf<Item extends z.ZodType>(item: Item, description: string, { max, rules }: Bound) {
  return z
    .array(item)
    .max(max)
    .meta({ ...facts(description, rules), 'x-kubernetes-list-type': 'atomic' });
}

/** A list of words that are all different. */
export function setOf<Item extends z.ZodType>(item: Item, description: string, { max, rules }: Bound) {
  return z
    .array(item)
    .max(max)
    .meta({ ...facts(description, rules), 'x-kubernetes-list-type': 'set' });
}

/** A list of objects that are told apart by one of their fields. */
export function listBy<Item extends z.ZodType>(
  key: string,
  item: Item,
  description: string,
  { max, rules }: Bound,
) {
  return z
    .array(item)
    .max(max)
    .meta({
      ...facts(description, rules),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': [key],
    });
}

/** Texts by name, such as labels. The API server has no rules of its own for them: write them for the whole. */
export function textMap(
  description: string,
  { max, length, rules }: { max: number; length: number; rules: readonly Rule[] },
) {
  return z
    .record(z.string(), z.string().max(length))
    .meta({ ...facts(description, rules), maxProperties: max });
}

function facts(description: string, rules: readonly Rule[] = []) {
  return rules.length === 0 ? { description } : { description, 'x-kubernetes-validations': [...rules] };
}
