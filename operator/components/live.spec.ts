import assert from 'node:assert/strict';
import { databaseServes, isUpToDate, live } from './live.ts';
import { liveObject, observed, testSite } from '../testing/site.ts';

describe('live', () => {
  it('finds an object by kind and name', () => {
    const seen = observed({ owned: [liveObject('Job', 'a'), liveObject('Deployment', 'b')] });
    assert.equal(live(seen, 'Deployment', 'b')?.metadata.name, 'b');
    assert.equal(live(seen, 'Deployment', 'a'), undefined);
  });
});

describe('isUpToDate', () => {
  it('holds when the status is about the newest generation', () => {
    assert.equal(isUpToDate(liveObject('Deployment', 'b')), true);
    assert.equal(isUpToDate(liveObject('Deployment', 'b', { metadata: { generation: 2 } })), false);
  });

  it('does not hold before the controller wrote anything', () => {
    assert.equal(
      isUpToDate({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'b', generation: 1 } }),
      false,
    );
  });
});

describe('databaseServes', () => {
  const server = (readyReplicas: number) =>
    observed({ owned: [liveObject('StatefulSet', 'shop-database', { status: { readyReplicas } })] });

  it('follows the readiness of the server', () => {
    assert.equal(databaseServes(testSite(), observed()), false);
    assert.equal(databaseServes(testSite(), server(0)), false);
    assert.equal(databaseServes(testSite(), server(1)), true);
  });

  it('holds for a site that has none to wait for', () => {
    assert.equal(databaseServes(testSite({ database: undefined }), observed()), true);
  });
});
