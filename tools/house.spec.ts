import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from '../operator/kinds/index.ts';
import { manager } from '../operator/objects/labels.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** More ask for a folder within the folder, with a noun's name. ESLint has the length of a file. */
const most = 25;
const page = 'docs/understand/architecture.md';

/** What is built, by its folder. */
function productFiles(): Map<string, string[]> {
  const files = globSync('operator/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.spec.ts'));
  return Map.groupBy(files, dirname);
}

/** First cells of the table below `## Rooms`. */
function rooms(markdown: string): string[] {
  const [, section = ''] = markdown.split(/^## Rooms$/m);
  const [table = ''] = section.split(/^## /m);
  return [...table.matchAll(/^\| `([a-z-]+)` /gm)].flatMap(([, name = '']) => name);
}

describe('the house', () => {
  const folders = productFiles();

  it(`has at most ${most} files of the product in a folder`, () => {
    assert.ok(folders.size > 20);
    const crowded = [...folders].filter(([, files]) => files.length > most);
    assert.deepEqual(
      crowded.map(
        ([folder, files]) => `${folder} has ${files.length}: give some of them a folder of their own`,
      ),
      [],
    );
  });

  it(`has the rooms of ${page}`, () => {
    const there = [...folders.keys()].flatMap((folder) => folder.split('/')[1] ?? []);
    const told = rooms(readFileSync(`${root}/${page}`, 'utf8'));
    assert.deepEqual([...told].sort(), [...new Set(there)].sort());
  });

  it('has a ground floor that knows no word of ours', () => {
    const ours = new RegExp(
      [...kinds.flatMap(({ names }) => [names.kind, names.group]), manager].join('|'),
      'i',
    );
    const files = [...folders].flatMap(([folder, names]) => (/^operator\/kube\b/.test(folder) ? names : []));
    assert.ok(files.length > 20);
    const telling = files.filter((file) => ours.test(readFileSync(`${root}/${file}`, 'utf8')));
    assert.deepEqual(
      telling.map((file) => `${file} names one of our kinds or labels: whoever is above hands it over`),
      [],
    );
  });

  it('reads rooms from that one table', () => {
    const markdown =
      '| `before` | . |\n## Rooms\n\n| Room | . |\n| --- | --- |\n| `one` | `two` |\n## Loops\n| `three` | . |';
    assert.deepEqual(rooms(markdown), ['one']);
  });
});
