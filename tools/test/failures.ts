/**
 * The failed tests of one mocha run, a line each: their titles and the first line of their error. From what its `spec` reporter
 * prints after "N failing", so that the end of a long log tells what to look for.
 */
export function failures(output: string): readonly string[] {
  const [, told = ''] = output.split(/^\s*\d+ failing$/m);
  return told
    .split(/^ {2}\d+\) /m)
    .slice(1)
    .map(line);
}

function line(told: string): string {
  const lines = told.split('\n').map((text) => text.trim());
  const end = lines.findIndex((text) => text.endsWith(':'));
  const titles = lines.slice(0, end + 1).join(' › ');
  const error = lines.slice(end + 1).find((text) => text !== '') ?? '';
  return `${titles} ${error}`.slice(0, 300);
}
