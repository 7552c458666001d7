import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { alone, first, second, sideBySide } from './story-groups.ts';

const directory = new URL('.', import.meta.url);
const files = readdirSync(directory)
  .filter((name) => name.endsWith('.e2e.ts'))
  .map((name) => name.replace(/\.e2e\.ts$/, ''));
const text = (name: string): string => readFileSync(new URL(`${name}.e2e.ts`, directory), 'utf8');

describe('the stories of one node', () => {
  it('are each in one group: write a new one into one of the lists of e2e/story-groups.ts', () => {
    assert.deepEqual([...sideBySide, ...first, ...second, ...alone].sort(), [...files].sort());
  });

  it('keep to what is theirs when they run side by side', () => {
    const shared =
      /\b(installOperator|killOperator|operatorPods|inCluster|powerOff|powerOn|loads|registry|undisturbed|metrics|restarts)\(/;
    assert.deepEqual(
      sideBySide.filter((name) => shared.test(text(name))),
      [],
      'these belong to `first` or `second`',
    );
    const own = (name: string): string[] =>
      [...text(name).matchAll(/\bnamespace\('([^']+)'\)/g)].map(([, found]) => found ?? '');
    const namespaces = files.flatMap(own);
    assert.equal(new Set(namespaces).size, namespaces.length, 'two stories share a namespace');
  });

  it('have no other cluster beside them when they take the processors for themselves', () => {
    const takes = [...sideBySide, ...first, ...second].filter((name) => /\bundisturbed\(/.test(text(name)));
    assert.deepEqual(takes, [], 'these belong to `alone`');
  });

  it("follow pages in one list only: the folder dist and buildah's own storage are the same for all clusters", () => {
    const follow = files.filter((name) => text(name).includes('support/walk.ts'));
    assert.ok(follow.length > 1);
    const lists = [sideBySide, first, second].filter((list: readonly string[]) =>
      follow.some((name) => list.includes(name)),
    );
    assert.equal(lists.length, 1, follow.join());
  });
});
