/** Lines and letters of an error that are told: enough for the difference of two small objects. */
const mostLines = 25;
const mostLetters = 2_000;

/**
 * The failed tests of one mocha run: of each its titles, and its error without where it was thrown. From what its `spec` reporter
 * prints after "N failing": often the end of a log is all that is left of it.
 */
export function failures(output: string): readonly string[] {
  const [, told = ''] = output.split(/^\s*\d+ failing$/m);
  return told
    .split(/^ {2}\d+\) /m)
    .slice(1)
    .map(words);
}

function words(told: string): string {
  const lines = told.split('\n');
  const end = lines.findIndex((text) => text.trimEnd().endsWith(':'));
  const titles = lines.slice(0, end + 1).map((text) => text.trim());
  const thrown = lines.findIndex((text, at) => at > end && /^\s+at .*:\d+:\d+\)?$/.test(text));
  const error = lines.slice(end + 1, thrown === -1 ? undefined : thrown).filter((text) => text.trim() !== '');
  const [first = '', ...more] = error;
  const rest = more.slice(0, mostLines).map((text) => `\n    ${text}`);
  return `${titles.join(' › ')} ${first.trim()}${rest.join('')}`.slice(0, mostLetters);
}
