import assert from 'node:assert/strict';
import { difference, differenceFrom } from './end-state.ts';
import { moreOften } from './lifecycle.ts';
import type { Scenario } from './scenarios-converged.ts';

const scenario: Scenario = { name: 'any', act: [], final: 'Gone' };
const timely: Scenario = { ...scenario, dataMayGo: true };
const claim = 'PersistentVolumeClaim/shop-files';
const counts = (deleted: number, id = claim) => new Map([[id, { created: 1, deleted }]]);

describe('a site that is deleted while it is made', () => {
  const [kept, gone] = [new Map([[claim, {}]]), new Map<string, unknown>()];

  it('may take its volume along, or leave it, where that hangs on the moment', () => {
    assert.deepEqual(differenceFrom(kept, gone, timely), []);
    assert.deepEqual(differenceFrom(kept, gone, scenario), difference(kept, gone));
    assert.deepEqual(moreOften(counts(1), counts(0), timely), []);
    assert.equal(moreOften(counts(1), counts(0), scenario).length, 1);
  });

  it('leaves no credentials of nothing', () => {
    const copy = new Map([['Copy/shop-database', {}]]);
    assert.deepEqual(differenceFrom(kept, copy, timely), ['Copy/shop-database should not be there']);
    assert.deepEqual(differenceFrom(kept, new Map([...kept, ...copy]), timely), []);
  });

  it('never takes it twice, nor anything else', () => {
    assert.equal(moreOften(counts(2), counts(0), timely).length, 1);
    assert.equal(moreOften(counts(1, 'Service/shop'), counts(0, 'Service/shop'), timely).length, 1);
    assert.deepEqual(differenceFrom(new Map([['Service/shop', {}]]), gone, timely), [
      'Service/shop is missing',
    ]);
  });
});

describe('a site that finds its Secrets again', () => {
  const secret = (metadata: object, data = 'same') =>
    new Map([
      ['Secret/shop-database', { kind: 'Secret', metadata: { name: 'shop-database', ...metadata }, data }],
    ]);
  const found: Scenario = { ...scenario, final: 'Ready', secretsMayBeFree: true };
  const owned = secret({ ownerReferences: [{ uid: 'site' }], managedFields: [] });

  it('may have made them its own, or left them as they are', () => {
    assert.deepEqual(differenceFrom(owned, secret({}), found), []);
    assert.ok(differenceFrom(owned, secret({}), scenario).length > 0);
  });

  it('never has others', () => {
    assert.ok(differenceFrom(owned, secret({}, 'other'), found).length > 0);
  });
});
