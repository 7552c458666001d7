import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Built or fetched, and no part of the repository. */
const notOurs = new Set(['.git', '.cluster', 'bench-results', 'dist', 'node_modules']);

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (path) => notOurs.has(basename(path)) });
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** What stands in code is no link and no heading. */
function prose(markdown: string): string {
  return markdown.replaceAll(/^ *(```+)[^]*?^ *\1$/gm, '');
}

/** As GitHub makes them of headings; equal headings are counted. */
function anchors(markdown: string): Set<string> {
  const found = new Map<string, number>();
  for (const [, heading = ''] of prose(markdown).matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading.replaceAll(/\]\([^)]*\)/g, '').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    found.set(anchor, (found.get(anchor) ?? -1) + 1);
  }
  return new Set([...found].flatMap(([anchor, times]) => [anchor, ...counted(anchor, times)]));
}

function counted(anchor: string, times: number): string[] {
  return Array.from({ length: times }, (_, index) => `${anchor}-${index + 1}`);
}

/** Names that a file declares for itself, exported or not: what a link such as `spec.ts#cacheSpec` may name. */
function declared(file: string, text: string): Set<string> {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const declarations: readonly ts.Node[] = statements.flatMap((statement): readonly ts.Node[] =>
    ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement],
  );
  const names = declarations.map((one) => (one as Partial<ts.NamedDeclaration>).name);
  return new Set(names.flatMap((name) => (name !== undefined && ts.isIdentifier(name) ? name.text : [])));
}

/** Links of a page that lead to no file or to no heading of a page or symbol of a program; addresses elsewhere are not looked at. */
function broken(page: string, markdown: string): string[] {
  const links = [
    ...prose(markdown)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ];
  return links.flatMap(([, link = '']) =>
    /^[a-z]+:/.test(link) || leads(page, markdown, link) ? [] : [link],
  );
}

function leads(page: string, markdown: string, link: string): boolean {
  const [path = '', anchor = ''] = link.split('#');
  if (path === '') return anchors(markdown).has(anchor);
  const file = normalize(join(dirname(page), path));
  if (file.startsWith('..') || !existsSync(join(root, file))) return false;
  if (anchor === '') return true;
  return (file.endsWith('.ts') ? declared(file, read(file)) : anchors(read(file))).has(anchor);
}

describe('links', () => {
  it('that lead nowhere are found', () => {
    const page = [
      '# One [two](two.md) `three`',
      '## Again: a/b',
      '## Again: a/b',
      '[file](../README.md) [none](none.md) [outside](../../elsewhere.md) `[code](none.md)`',
      '[heading](#one-two-three) [second](#again-ab-1) [third](#again-ab-2)',
      '[far](../CONTRIBUTING.md#layout) [nowhere](../CONTRIBUTING.md#nowhere) [web](https://example.org/none)',
      '```sh\n# comment\n[code](none.md)\n```',
      '[comment](#comment)',
    ].join('\n');
    assert.deepEqual(broken('bench/page.md', page), [
      'two.md',
      'none.md',
      '../../elsewhere.md',
      '#again-ab-2',
      '../CONTRIBUTING.md#nowhere',
      '#comment',
    ]);
  });

  it('to programs name what these declare', () => {
    const text = [
      "import { imported } from './other.ts';",
      "export { passedOn } from './other.ts';",
      'export const one = 1, two = 2;',
      'const { unpacked } = one;',
      'interface Shape { field: string }',
      'export type Word = string;',
      'function inner() { const deep = 1; }',
      'export class Thing { member = 1; }',
    ].join('\n');
    assert.deepEqual([...declared('file.ts', text)], ['one', 'two', 'Shape', 'Word', 'inner', 'Thing']);
    const page =
      '[here](links.spec.ts#declared) [imported](links.spec.ts#globSync) [none](links.spec.ts#none)';
    assert.deepEqual(broken('tools/page.md', page), ['links.spec.ts#globSync', 'links.spec.ts#none']);
  });

  for (const page of filesOf('**/*.md'))
    it(`of ${page} lead to files, headings and symbols`, () =>
      assert.deepEqual(broken(page, read(page)), []));

  it('lead from each step of the walks to a symbol', () => {
    const [, walks = ''] = read('docs/understand/architecture.md').split('## Where one field goes');
    const [section = ''] = walks.split(/^## /m);
    const steps = section.match(/^\d+\. .*$/gm) ?? [];
    assert.ok(steps.length > 20);
    for (const step of steps) assert.match(step, /^\d+\. \[\w+\]\([./\w-]+\.ts#\w+\)/);
  });

  it('without brackets, as comments write them, name pages that are there', () => {
    const named = filesOf('**/{Makefile,Containerfile,*.{go,json,md,mjs,ts,tpl,txt,yaml}}').flatMap((file) =>
      [...read(file).matchAll(/(?<![\w-]|\w\/)docs\/[\w./-]+\.md\b/g)].map(([path]) => ({ file, path })),
    );
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter(({ path }) => !existsSync(join(root, path))),
      [],
    );
  });
});
