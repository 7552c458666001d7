import assert from 'node:assert/strict';
import { deployment } from './deployment.ts';
import { released, testSite } from '../../testing/site.ts';

describe('the Deployment of the web', () => {
  it('says nothing that the API server drops: each pass would find it missing and write it again', () => {
    const { object } = deployment(testSite(), released().revision, { replicas: 0 });
    const zeroes = Object.entries(object['spec'] as object).filter(([, value]) => value === 0);
    // A pointer in Kubernetes' own types: 0 is kept.
    assert.deepEqual(
      zeroes.filter(([name]) => name !== 'replicas'),
      [],
    );
  });
});
