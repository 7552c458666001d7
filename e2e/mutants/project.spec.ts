import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Project } from './project.ts';

const tsconfig = {
  compilerOptions: {
    ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, noUnusedLocals: true },
    ...{ module: 'nodenext', target: 'es2024', lib: ['es2024'], types: [] },
  },
};
const rule = 'const least = 2;\nexport function isEnough(count: number) {\n  return count >= least;\n}\n';
const user =
  "import { isEnough } from './rule.ts';\nexport const word: string = isEnough(3) === true ? 'enough' : 'more';\n";

describe('a project in which a file is given another text', function () {
  // The first look reads TypeScript's own libraries.
  this.timeout(20_000);
  let folder: string;
  let project: Project;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mutants-'));
    const texts = { 'tsconfig.json': JSON.stringify(tsconfig), 'rule.ts': rule, 'user.ts': user };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    project = new Project(folder, ['rule.ts']);
  });

  after(() => rmSync(folder, { recursive: true }));

  function errorsWith(text: string): readonly string[] | undefined {
    return project.errorsWith(new Map([['rule.ts', text]])).get('rule.ts');
  }

  const rows: readonly [string, string, string, RegExp | undefined][] = [
    ['is well with another rule', 'count >= least', 'count > least', undefined],
    ['is well when something is left unused', 'count >= least', 'count > 2', undefined],
    ['does not parse', 'count >= least', 'count >= ', /^rule\.ts: TS1109: Expression expected/],
    ['has a wrong type', 'count >= least', 'count.length >= least', /^rule\.ts: TS2339: /],
    ['gives its importer another type', 'count >= least', 'String(count)', /^user\.ts: TS2367: /],
  ];
  for (const [what, find, replace, error] of rows) {
    it(what, () => {
      const errors = errorsWith(rule.replace(find, replace));
      if (error === undefined) assert.deepEqual(errors, []);
      else assert.match(errors?.join('\n') ?? '', error);
    });
  }

  it('forgets what it was given', () => {
    errorsWith('export {};');
    assert.deepEqual(errorsWith(rule), []);
  });
});
