import { exampleOf, neighbourSentences } from './field-words.ts';
import type { FieldWords } from './field-words.ts';
import type { Structural } from './structural.ts';
import { oneLine } from './yaml.ts';

/** A schema whose descriptions end with the words of neighbours and a line to paste, as `kubectl explain` shows them. */
export function described(schema: Structural, field: string, words: FieldWords): Structural {
  return {
    ...schema,
    description: [schema.description, ...additions(field, words)].join('\n'),
    ...below(schema, field, words),
  };
}

/** The item of a list needs no line of its own: `kubectl explain` shows the list's. */
function below({ properties, items }: Structural, field: string, words: FieldWords): Partial<Structural> {
  return {
    ...(properties === undefined ? {} : { properties: everyDescribed(properties, field, words) }),
    ...(items === undefined ? {} : { items: { ...items, ...below(items, `${field}[]`, words) } }),
  };
}

function everyDescribed(
  properties: Record<string, Structural>,
  field: string,
  words: FieldWords,
): Record<string, Structural> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      described(property, `${field}.${name}`, words),
    ]),
  );
}

function additions(field: string, words: FieldWords): string[] {
  const sentences = neighbourSentences(words, field);
  const line = lineToPaste(words, field);
  return [
    ...(sentences.length === 0 ? [] : [sentences.join(' ')]),
    ...(line === undefined ? [] : [`${exampleMark}${line}`]),
  ];
}

/** `replicas: 3`; with what must be beside it in a comment. */
export function lineToPaste(words: FieldWords, field: string): string | undefined {
  const value = exampleOf(words, field);
  if (value === undefined) return undefined;
  const name = field.slice(field.lastIndexOf('.') + 1);
  const beside = Object.entries(words.besideExamples[field] ?? {}).map(([other, its]) => oneLine(other, its));
  return [oneLine(name, value), ...(beside.length === 0 ? [] : [`# beside ${beside.join(', ')}`])].join(' ');
}

const exampleMark = 'Example: ';

/** What `described` put together. */
export function parted(description: string): { text: string; neighbours: string; line: string } {
  const [text = '', ...rest] = description.split('\n');
  const isLine = (one: string) => one.startsWith(exampleMark);
  return {
    text,
    neighbours: rest.filter((one) => !isLine(one)).join(' '),
    line: rest.find(isLine)?.slice(exampleMark.length) ?? '',
  };
}
