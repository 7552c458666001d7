import assert from 'node:assert/strict';
import { childrenOf, golden, substituted } from './children.ts';
import { writtenChildren } from './written-children.ts';

const values = {
  name: 'site-1',
  namespace: 'customer-0',
  uid: 'some-uid',
  image: 'registry.example.org/shop:1',
  operatorNamespace: 'hosting',
};

describe('bench: children of a site', () => {
  it('are what the operator writes today', async () => {
    assert.deepEqual(golden(), await writtenChildren());
  });

  it('have no placeholder left', () => {
    assert.doesNotMatch(JSON.stringify(childrenOf(golden(), values)), /\{\{/);
  });

  it('have names of their own', () => {
    const names = childrenOf(golden(), values).map(
      ({ manifest: { kind, metadata } }) => `${kind}/${metadata.namespace}/${metadata.name}`,
    );
    assert.equal(new Set(names).size, names.length);
  });

  it('follow the image: the Deployment runs it, and its release is another', () => {
    const [before, after] = ['shop:1', 'shop:2'].map((image) => childrenOf(golden(), { ...values, image }));
    const changed = (after ?? [])
      .filter((child, index) => JSON.stringify(child) !== JSON.stringify(before?.[index]))
      .map(({ manifest }) => manifest.kind);
    assert.deepEqual(changed, ['ControllerRevision', 'Deployment']);
  });

  it('leaves a word without a value as it is', () => {
    assert.equal(substituted('{{a}} {{b}}', { a: '1' }), '1 {{b}}');
  });
});
