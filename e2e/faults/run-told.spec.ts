import assert from 'node:assert/strict';
import { inShort } from './run-told.ts';

const site = (status: object) => ({ apiVersion: '', kind: 'HostedSite', metadata: { name: 'shop' }, status });

describe('a status in short', () => {
  it('is the reasons of its conditions, and its release', () => {
    const conditions = [{ type: 'Ready', status: 'False', reason: 'Crashing', message: 'long' }];
    const told = inShort([site({ conditions, release: { outcome: 'Failed' } })]);
    assert.equal(told, 'Ready False Crashing; release {"outcome":"Failed"}');
  });

  it('says when there is none', () => assert.equal(inShort([]), 'there is no site'));
});
