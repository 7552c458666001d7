/** What the descriptions of a kind's fields end with. Fields are named from the spec: `spec.cron[].name`. */
export interface FieldWords {
  /**
   * For each field the value that the last line of its description shows: a reader pastes that line, so the API server must take
   * it where it stands. Fields that several parts have are found by the end of their path.
   */
  readonly examples: Readonly<Record<string, unknown>>;
  /** What else the spec must hold where a field is refused without it; the line says so in a comment. */
  readonly besideExamples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly neighbours: Readonly<Record<string, Neighbours>>;
  /** Fields whose lines show what a value of this type looks like. */
  readonly samples: Readonly<Partial<Record<SampleType, readonly string[]>>>;
}

/**
 * The words that people bring along from other products and charts, each with the word that is meant here:
 * a value of the field, or a field below it. A sentence stands where there is no such word.
 */
export type Neighbours = readonly (readonly [names: string, word: string] | string)[];

export type SampleType = 'array' | 'object' | 'string' | 'integer' | 'boolean';

/** The example of a field; undefined when nobody has written one. */
export function exampleOf({ examples }: Pick<FieldWords, 'examples'>, field: string): unknown {
  const steps = field.split('.');
  const ends = steps.map((_, at) => steps.slice(at).join('.'));
  const known = ends.find((end) => Object.hasOwn(examples, end));
  return known === undefined ? undefined : examples[known];
}

/** The sentences of a field about other products' words, as its description has them. */
export function neighbourSentences({ neighbours }: Pick<FieldWords, 'neighbours'>, field: string): string[] {
  return (neighbours[field] ?? []).map((one) =>
    typeof one === 'string' ? one : `For ${alternatives(one[0])} write ${one[1]}.`,
  );
}

function alternatives(names: string): string {
  return names.replace(/, ([^,]*)$/, ' or $1');
}
