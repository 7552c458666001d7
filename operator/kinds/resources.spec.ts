import assert from 'node:assert/strict';
import { kinds } from './index.ts';
import { hostedSite } from './hosted-site/index.ts';
import { cachedKinds, cachedResources, ofOurs, optionalKinds, resourceOf } from './resources.ts';

describe('the kinds that the caches hold', () => {
  it('are never Secrets', () => {
    assert.ok(!cachedResources.some(({ kind, plural }) => kind === 'Secret' || plural === 'secrets'));
  });

  it('are first those that people write, which need no second list', () => {
    assert.deepEqual(
      cachedKinds.slice(0, kinds.length),
      kinds.map(({ names }) => names.kind),
    );
  });

  it('are children by their label, and nothing else is', () => {
    const whole = cachedResources.filter(({ selector }) => selector === undefined).map(({ kind }) => kind);
    const ours = kinds.map(({ names }) => names.kind);
    assert.deepEqual(whole, [...ours, 'StorageClass', 'IngressClass', 'CustomResourceDefinition']);
  });

  it('ask for an owner wherever tenants may write the kind and no one else makes it for us', () => {
    const byLabel = cachedResources.filter(
      ({ selector, controller }) => selector !== undefined && controller === undefined,
    );
    assert.deepEqual(
      byLabel.map(({ kind }) => kind),
      ['PersistentVolumeClaim', 'Job', 'Pod'],
    );
  });

  it('need not all be there: those of others, the Gateway API and cert-manager, and ours that came after the first', () => {
    const optional = cachedResources.filter((one) => one.optional === true).map(({ kind }) => kind);
    const later = kinds.filter(({ install }) => install === undefined).map(({ names }) => names.kind);
    assert.ok(!later.includes('HostedSite'));
    assert.deepEqual(optional, [...later, ...optionalKinds]);
  });

  it('keep at length what people write and go on writing, and of wishes that never change what is compared', () => {
    const rows = (['user', 'action', 'internal'] as const).map(
      (role) => ofOurs({ ...hostedSite, role }).brief,
    );
    assert.deepEqual(rows, [undefined, true, undefined]);
  });
});

describe('a kind without a row', () => {
  for (const kind of ['Gadget', 'toString'])
    it(`such as ${kind} is a mistake, and where the row belongs is said`, () => {
      assert.throws(
        () => resourceOf(kind),
        new RegExp(`kind ${kind} has no row in kinds/resources.ts: add one`),
      );
    });
});
