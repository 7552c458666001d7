import assert from 'node:assert/strict';
import { cachedKinds, resourceOf } from './kinds/resources.ts';
import { operatorRights } from './rights.ts';

describe('the rights of the operator', () => {
  it('let it watch what it keeps in memory, and nothing else', () => {
    const watched = operatorRights.filter(({ verbs }) => verbs.includes('watch')).map(({ kind }) => kind);
    assert.deepEqual([...new Set(watched)].sort(), [...cachedKinds].sort());
  });

  it('let it list whatever it watches: an API server may not know a watch that begins with all there is', () => {
    const unlisted = operatorRights.filter(({ verbs }) => verbs.includes('watch') && !verbs.includes('list'));
    assert.deepEqual(unlisted, []);
  });

  for (const right of operatorRights) {
    const { kind, subresource = 'object', verbs, scope } = right;
    it(`to ${verbs.join(', ')} the ${subresource} of ${kind} are asked for where that lives`, () => {
      assert.equal(scope !== 'cluster', resourceOf(kind).namespaced);
      assert.equal(new Set(verbs).size, verbs.length);
    });
  }
});
