import { oneLine, readYAML } from '../operator/api/yaml.ts';

/** One value of a chart, or a table of values that has words of its own. */
export interface ChartValue {
  /** `networkPolicies.dns.ports` */
  readonly path: string;
  /** The comment above it in values.yaml, as Markdown; an example in it is code on one line. */
  readonly description: string;
  /** Undefined: it is a table, and its values follow. */
  readonly standard?: unknown;
}

type Table = Readonly<Record<string, unknown>>;

/** These are one value: what is written replaces or completes the whole. */
const whole = ['resources'];

/** All values of a values.yaml, in its order. */
export function chartValues(text: string): ChartValue[] {
  const comments = commentsOf(text);
  const below = (table: Table, prefix: string): ChartValue[] =>
    Object.entries(table).flatMap(([key, value]) => {
      const path = `${prefix}${key}`;
      const description = comments.get(path) ?? '';
      if (!isTable(path, value)) return [{ path, description, standard: value }];
      return [{ path, description }, ...below(value, `${path}.`)];
    });
  return below(readYAML(text) as Table, '');
}

function isTable(path: string, value: unknown): value is Table {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.keys(value).length > 0 && !whole.includes(path);
}

/** Path of a key → the comment directly above it. Keys within lists get paths too, which no value has. */
function commentsOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let open: { indent: number; key: string }[] = [];
  let above: string[] = [];
  for (const line of text.split('\n')) {
    const [, comment] = /^ *#( .*)?$/.exec(line) ?? [];
    if (comment !== undefined) {
      above.push(comment.slice(1));
      continue;
    }
    const [, indent, key] = /^( *)([A-Za-z-]+):/.exec(line) ?? [];
    if (indent !== undefined && key !== undefined) {
      open = [...open.filter((one) => one.indent < indent.length), { indent: indent.length, key }];
      found.set(open.map((one) => one.key).join('.'), sentence(above));
    }
    above = [];
  }
  return found;
}

/** Lines that are indented further are an example, in YAML. */
function sentence(lines: readonly string[]): string {
  const isExample = (line: string): boolean => line.startsWith('  ');
  const [words, example] = [lines.filter((line) => !isExample(line)), lines.filter(isExample)];
  const code = example.length === 0 ? [] : [`\`${inFlow(readYAML(example.join('\n')))}\``];
  return [...words, ...code].join(' ');
}

/** A value on one line, as a person writes it behind the key. */
export function inFlow(value: unknown): string {
  return oneLine('x', value).slice('x: '.length);
}

/** Longer ones are read in values.yaml. */
const longestDefault = 40;

/** The table of a README, in which every cell is as wide as its column. */
export function valuesTable(values: readonly ChartValue[]): string {
  const rows = values
    .filter(({ standard, description }) => standard !== undefined || description !== '')
    .map(({ path, standard, description }) => [
      `\`${path}\``,
      standard === undefined ? '' : standardCell(standard),
      description.replaceAll('|', '\\|'),
    ]);
  const head = ['Value', 'Default', 'Meaning'];
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |\n`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('');
}

function standardCell(standard: unknown): string {
  const text = inFlow(standard);
  return text.length > longestDefault ? 'see `values.yaml`' : `\`${text}\``;
}

const tablePlace = /(?<=^## Values\n\n)(\|.*\n)+/m;

/** A chart's README with the table below `## Values` as its values.yaml has it. */
export function chartReadme(readme: string, values: string): string {
  if (!tablePlace.test(readme)) throw new Error('the README has no table below ## Values');
  return readme.replace(tablePlace, () => valuesTable(chartValues(values)));
}

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  [word: string]: unknown;
}

/** A chart's values.schema.json with what values.yaml says of each value as its description. */
export function chartSchema(schema: string, values: string): string {
  const root = JSON.parse(schema) as Schema;
  for (const { path, description } of chartValues(values)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Schema>((at, key) => at.properties?.[key] ?? missing(path), root);
    // What several values share is described where it is defined.
    if (parent['$ref'] !== undefined) continue;
    const { description: _, ...rest } = parent.properties?.[last] ?? missing(path);
    parent.properties = { ...parent.properties, [last]: { description, ...rest } };
  }
  return writeJSON(root);
}

function missing(path: string): never {
  throw new Error(`values.schema.json does not have ${path}`);
}

/** As prettier formats it: a short list of words is one line. */
export function writeJSON(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const lists = text.replaceAll(
    /^(.*)\[\n\s+((?:"(?:[^"\\]|\\.)*"|[\d.]+)(?:,\n\s+(?:"(?:[^"\\]|\\.)*"|[\d.]+))*)\n\s+\](,?)$/gm,
    (all, before: string, items: string, comma: string) => {
      const line = `${before}[${items.replaceAll(/,\n\s+/g, ', ')}]`;
      return line.length + comma.length > 110 ? all : `${line}${comma}`;
    },
  );
  return `${lists}\n`;
}
