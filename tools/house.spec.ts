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

/** First cells of the table below a heading. */
function firstCells(markdown: string, heading: string): string[] {
  const [, section = ''] = markdown.split(new RegExp(`^## ${heading}$`, 'm'));
  const [table = ''] = section.split(/^## /m);
  return [...table.matchAll(/^\| `([a-zA-Z-]+)` /gm)].flatMap(([, name = '']) => name);
}

function read(file: string): string {
  return readFileSync(`${root}/${file}`, 'utf8');
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
    const told = firstCells(read(page), 'Rooms');
    assert.deepEqual([...told].sort(), [...new Set(there)].sort());
  });

  it('has a ground floor that knows no word of ours', () => {
    const ours = new RegExp(
      [...kinds.flatMap(({ names }) => [names.kind, names.group]), manager].join('|'),
      'i',
    );
    const files = [...folders].flatMap(([folder, names]) => (/^operator\/kube\b/.test(folder) ? names : []));
    assert.ok(files.length > 20);
    const telling = files.filter((file) => ours.test(read(file)));
    assert.deepEqual(
      telling.map((file) => `${file} names one of our kinds or labels: whoever is above hands it over`),
      [],
    );
  });

  it(`has the states of releases that ${page} has, in the picture too`, () => {
    const states = [...read('operator/components/release-state.ts').matchAll(/^ {2}\| \{ is: '(\w+)'/gm)];
    const names = states.map(([, name = '']) => name);
    assert.ok(names.length > 5);
    assert.deepEqual(firstCells(read(page), 'Releases'), names);
    const [, picture = ''] =
      read(page)
        .split(/^## Releases$/m)[1]
        ?.split('```') ?? [];
    for (const name of names) assert.ok(picture.includes(` ${name} `), `${name} is not in the picture`);
  });

  it('reads names from that one table', () => {
    const markdown =
      '| `before` | . |\n## Rooms\n\n| Room | . |\n| --- | --- |\n| `one` | `two` |\n## Loops\n| `three` | . |';
    assert.deepEqual(firstCells(markdown, 'Rooms'), ['one']);
  });
});
