import assert from 'node:assert/strict';
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiKind } from './api/kind.ts';
import { kinds } from './kinds/index.ts';
import { cachedKinds, resourceOf } from './kinds/resources.ts';
import { operatorRights } from './operator.ts';

describe('the rights of the operator', () => {
  const watched = new Set(
    operatorRights.filter(({ verbs }) => verbs.includes('watch')).map(({ kind }) => kind),
  );

  it('let it watch what it keeps in memory', () => {
    const blind = cachedKinds.filter((kind) => !watched.has(kind));
    assert.deepEqual(
      blind.map(
        (kind) => `nobody may watch ${kind}: add the rights of its loop to operatorRights in operator.ts`,
      ),
      [],
    );
  });

  it('let it watch nothing else', () => {
    assert.deepEqual([...watched].sort(), [...cachedKinds].sort());
  });

  it('let it list whatever it watches: an API server may not know a watch that begins with all there is', () => {
    const unlisted = operatorRights.filter(({ verbs }) => verbs.includes('watch') && !verbs.includes('list'));
    assert.deepEqual(unlisted, []);
  });

  for (const right of operatorRights) {
    const { kind, subresource = 'object', verbs, scope } = right;
    it(`to ${verbs.join(', ')} the ${subresource} of ${kind} are asked for where that lives`, () => {
      assert.equal(scope !== 'cluster', resourceOf(kind).namespaced || kind === 'Namespace');
      assert.equal(new Set(verbs).size, verbs.length);
    });
  }
});

describe('the list of loops', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const list = readFileSync(join(folder, 'operator.ts'), 'utf8');
  const loops = globSync('*/**/*.ts', { cwd: folder })
    .filter((file) => !/\.spec\.ts$|^testing\//.test(file))
    .flatMap((file) =>
      [
        ...readFileSync(join(folder, file), 'utf8').matchAll(/^export function (\w+)\([^)]*\): Loop \{$/gm),
      ].flatMap(([, name]) => name ?? []),
    );

  it('is found', () => assert.ok(loops.includes('siteLoop') && loops.includes('taskLoop')));

  for (const loop of loops)
    it(`runs ${loop}`, () => {
      assert.ok(
        list.includes(`controller(${loop}(`),
        `nothing runs ${loop}: add it to controllers in operator.ts`,
      );
    });
});

describe('the list of kinds', () => {
  const folder = fileURLToPath(new URL('kinds', import.meta.url));
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  for (const { name } of folders)
    it(`has ${name}`, async () => {
      const found = (await import(join(folder, name, 'index.ts'))) as Record<string, ApiKind>;
      const missing = Object.values(found).filter((kind) => !kinds.includes(kind));
      assert.deepEqual(missing, [], 'each folder of operator/kinds has its line in kinds/index.ts');
    });
});
