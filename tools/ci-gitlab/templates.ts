import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = 'ci/gitlab';
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The GitLab components with their scripts: a job has no other file of theirs. Path in the repository → what makes its text. */
export function ciTemplates(): Readonly<Record<string, () => string>> {
  const paths = globSync(`${folder}/templates/*.yml`, { cwd: root }).sort();
  return Object.fromEntries(
    paths.map((path) => [path, () => withScripts(readFileSync(join(root, path), 'utf8'), script)]),
  );
}

function script(name: string): string {
  return readFileSync(join(root, folder, 'scripts', name), 'utf8');
}

/** Writes the scripts that a line such as `- | # words.sh deploy.sh` names below it, in place of what is there. */
export function withScripts(template: string, read: (name: string) => string): string {
  const block =
    /^(?<indent> *)- \| # (?<names>(?:[a-z-]+\.sh ?)+)\n(?:\k<indent> +.*\n|\n(?=\k<indent> ))*/gm;
  return template.replaceAll(block, (whole, indent: string, names: string) => {
    const [head = ''] = whole.split('\n');
    const text = names.trim().split(' ').map(read).join('\n');
    return `${head}\n${text.replaceAll(/^(?=.)/gm, `${indent}  `)}`;
  });
}
