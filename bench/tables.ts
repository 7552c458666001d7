import { table } from './report.ts';
import type { Results } from './report.ts';

/**
 * Tables of a page, each made from the results of one run of the bench:
 *
 *   <!-- figures: burst-1000 -->
 *   …
 *   <!-- end of figures -->
 *
 * What stands between the two lines is replaced; who writes there by hand loses it.
 */
const block = /^<!-- figures: ([a-z0-9-]+) -->$[^]*?^<!-- end of figures -->$/gm;

/** The page with its tables written anew. `read` gives the results of a name. */
export function withTables(markdown: string, read: (name: string) => Results): string {
  const text = markdown.replaceAll(block, (_, name: string) => {
    const lines = [`<!-- figures: ${name} -->`, '', dated(name, read(name)), '<!-- end of figures -->'];
    return lines.join('\n');
  });
  const open = [...markdown.matchAll(/^<!-- figures: .*-->$/gm)].length;
  const closed = [...markdown.matchAll(block)].length;
  if (open !== closed)
    throw new Error(
      `${open} tables begin and ${closed} are whole: write <!-- figures: NAME --> and <!-- end of figures --> on lines of their own`,
    );
  return text;
}

/** A figure of which nobody knows when and how it was taken says nothing. */
function dated(name: string, results: Results): string {
  const { Date: date, Command: command } = results.about;
  if (date === undefined || command === undefined)
    throw new Error(
      `the figures ${name} do not say when and by which command they were taken: measure again`,
    );
  return table(results);
}
