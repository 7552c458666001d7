/** One line of what a program tells Prometheus. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Prometheus' text format; comments and lines that are no samples are left out. */
export function samples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (found === null) return [];
    const [, name = '', labels = '', value = ''] = found;
    return [{ name, labels: labelsOf(labels), value: Number(value) }];
  });
}

/** Sum of a metric's samples that `fits`; 0 when there is none. */
export function sum(
  all: readonly Sample[],
  name: string,
  fits: (labels: Sample['labels']) => boolean = () => true,
): number {
  return all
    .filter((sample) => sample.name === name && fits(sample.labels))
    .reduce((total, { value }) => total + value, 0);
}

function labelsOf(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value]));
}
