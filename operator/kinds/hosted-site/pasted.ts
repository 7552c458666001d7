import { exampleOf } from '../../api/field-words.ts';
import { hostedSite } from './index.ts';
import type { HostedSite } from './hosted-site.ts';
import type { Structural } from '../../api/structural.ts';

const { names, words } = hostedSite;

/** A field whose description has a line to paste, and a site into which somebody pasted it. Specs and stories only. */
export interface Pasted {
  field: string;
  schema: Structural;
  /** Undefined when the field has no line. */
  value: unknown;
  site: Pick<HostedSite, 'apiVersion' | 'kind' | 'spec'> & { metadata: { name: string } };
}

type Values = Readonly<Record<string, unknown>>;

/** Every field of the spec, the spec itself left out. */
export function everyPasted(spec: Structural): Pasted[] {
  return everyField(spec, 'spec').map(({ field, schema }, at) => {
    const whole = { ...values(holding(spec, ['spec'], field)), ...beside(field) };
    const { apiVersion, kind } = names;
    const site = { apiVersion, kind, metadata: { name: `line-${at}` }, spec: whole as HostedSite['spec'] };
    return { field, schema, value: exampleOf(words, field), site };
  });
}

function beside(field: string): Values {
  const own = words.besideExamples[field] ?? {};
  const theirs = Object.keys(own).map((name) => beside(`spec.${name}`));
  return Object.assign({}, own, ...theirs) as Values;
}

function everyField(schema: Structural, above: string): { field: string; schema: Structural }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = `${above}.${name}`;
    const below = property.items === undefined ? [property, field] : [property.items, `${field}[]`];
    return [{ field, schema: property }, ...everyField(...(below as [Structural, string]))];
  });
}

/** The value at `path` with the field's line in it: the line of what is above where it has the field too, else what is required. */
function holding(schema: Structural, path: readonly string[], field: string): unknown {
  const at = path.join('.');
  if (at === field) return exampleOf(words, field);
  const name = field.slice(at.length + 1).split('.')[0] ?? '';
  const [, key = '', list] = /^(.*?)(\[\])?$/.exec(name) ?? [];
  const property = schema.properties?.[key] ?? {};
  const inner =
    list === undefined || at + `.${key}` === field
      ? holding(property, [...path, key], field)
      : [holding(property.items ?? {}, [...path, name], field)];
  return { ...around(schema, at, key), [key]: inner };
}

function around(schema: Structural, at: string, key: string): Values {
  const shown = at.endsWith('[]') ? exampleOf(words, at.slice(0, -2)) : [exampleOf(words, at)];
  const fitting = (shown as unknown[]).map(values).find((one) => at === 'spec' || Object.hasOwn(one, key));
  if (fitting !== undefined) return fitting;
  return Object.fromEntries((schema.required ?? []).map((name) => [name, exampleOf(words, `${at}.${name}`)]));
}

function values(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {};
}
