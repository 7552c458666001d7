import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rooms } from './rooms.ts';
import { compared } from './survivor.ts';
import type { ReportedFile, Survivor } from './survivor.ts';
import { survivors } from './survivors.ts';

const root = new URL('../../', import.meta.url);
const source = 'if (count > 1)\n  return {\n    all: true,\n  };\n';
const at = (line: number, column: number) => ({ line, column });
const condition = { start: at(1, 5), end: at(1, 14) };
const object = { start: at(2, 10), end: at(4, 4) };

function report(...statuses: [string, string]): Record<string, ReportedFile> {
  const [first, second] = statuses;
  const mutants = [
    { status: first, replacement: 'true', location: condition },
    { status: second, replacement: '{}', location: object },
  ];
  return { 'a.ts': { source, mutants } };
}

const known: Survivor = {
  file: 'a.ts',
  line: 'if (count > 1)',
  from: 'count > 1',
  to: 'true',
  why: 'Never less.',
};

describe('survivors', () => {
  it('are those that no spec sees, described by their texts', () => {
    assert.deepEqual(compared(report('Survived', 'NoCoverage'), []).unexplained, [
      { file: 'a.ts', line: 'if (count > 1)', from: 'count > 1', to: 'true' },
      { file: 'a.ts', line: 'return {', from: '{ all: true, }', to: '{}' },
    ]);
  });

  it('that are explained are no trouble', () => {
    const { unexplained, stale, judged } = compared(report('Survived', 'Killed'), [known]);
    assert.deepEqual([unexplained, stale, judged], [[], [], 2]);
  });

  it('that are explained and not there are stale, in the files that were judged', () => {
    const elsewhere = { ...known, file: 'b.ts' };
    assert.deepEqual(compared(report('Killed', 'Ignored'), [known, elsewhere]), {
      unexplained: [],
      stale: [known],
      judged: 1,
    });
  });

  it('that are equal in all their texts are explained one by one', () => {
    const [file, { source: text, mutants }] =
      Object.entries(report('Survived', 'Killed'))[0] ?? assert.fail();
    const twice = { [file]: { source: text, mutants: [...mutants, ...mutants] } };
    assert.equal(compared(twice, [known]).unexplained.length, 1);
    assert.deepEqual(compared(twice, [known, known, known]).stale, [known]);
  });
});

describe('the rooms of the soak', () => {
  for (const { file, specs } of rooms) {
    it(`${file} is there, with its specs`, () => {
      for (const one of [file, ...specs]) assert.ok(existsSync(new URL(one, root)), one);
    });
  }

  it('have the lines that are explained', () => {
    for (const { file, line, from } of survivors) {
      assert.ok(
        rooms.some((room) => room.file === file),
        file,
      );
      const lines = readFileSync(new URL(file, root), 'utf8')
        .split('\n')
        .map((text) => text.trim());
      assert.ok(
        lines.includes(line),
        `${file} has no line ${line}: delete it from survivors.ts, or run make soak`,
      );
      assert.notEqual(from, '');
    }
  });
});
