import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { scenarios } from '../faults/scenarios.ts';
import { catalogue } from './catalogue.ts';
import { mutated, staleness } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const root = new URL('../../', import.meta.url);

function source({ file }: Mutant): string {
  return readFileSync(new URL(file, root), 'utf8');
}

describe('the catalogue of mutants', () => {
  it('names each once, in words', () => {
    const names = catalogue.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  });

  it('is large enough to mean something', () => {
    assert.ok(catalogue.length >= 44);
    assert.ok(catalogue.filter((mutant) => mutant.scenarios.length > 0).length >= 25);
  });

  for (const mutant of catalogue) {
    it(`${mutant.name} fits its file, in one line, and can be loaded`, () => {
      assert.ok(
        existsSync(new URL(mutant.file, root)),
        `${mutant.file} is gone: give the mutant another file`,
      );
      const text = source(mutant);
      assert.equal(staleness(mutant, text), undefined);
      assert.ok(!`${mutant.find}${mutant.replace}`.includes('\n'), 'a mutant is one line');
      const changed = mutated(mutant, text);
      assert.notEqual(changed, text);
      stripTypeScriptTypes(changed);
    });
  }

  it('names specs and scenarios that there are', () => {
    const known = new Set(scenarios.map(({ name }) => name));
    for (const mutant of catalogue) {
      for (const spec of mutant.specs) assert.ok(existsSync(new URL(spec, root)), `${mutant.name}: ${spec}`);
      for (const scenario of mutant.scenarios) assert.ok(known.has(scenario), `${mutant.name}: ${scenario}`);
      assert.equal(mutant.faults.length > 0, mutant.scenarios.length > 0, mutant.name);
      assert.ok(mutant.specs.length + mutant.scenarios.length > 0, `${mutant.name} is seen by nothing`);
    }
  });
});

describe('a mutant', () => {
  const mutant: Mutant = {
    name: 'sample',
    family: 'edge',
    file: 'operator/sample.ts',
    find: 'a + b',
    replace: "a - b /* $& $' */",
    why: 'Sums are wrong.',
    specs: [],
    scenarios: [],
    faults: [],
  };

  it('changes its one place, whatever its text means to a pattern', () => {
    assert.equal(mutated(mutant, 'return a + b;'), "return a - b /* $& $' */;");
  });

  it('is stale when its text is gone or stands there twice, and says what to do', () => {
    assert.match(
      staleness(mutant, 'return a * b;') ?? '',
      /occurs 0 times in operator\/sample\.ts: give it the line/,
    );
    assert.match(staleness(mutant, 'a + b; a + b') ?? '', /occurs 2 times .* more of its line/);
    assert.throws(() => mutated(mutant, ''), /sample is stale/);
  });
});
