import assert from 'node:assert/strict';
import type { ApiRequest } from '../client/api-client.ts';
import { apiError } from '../errors.ts';
import { leaseInApi, microTime } from './lease.ts';

describe('leaseInApi', () => {
  let requests: ApiRequest[];
  let answer: () => Promise<unknown>;
  const client = {
    request: (request: ApiRequest): Promise<unknown> => {
      requests.push(request);
      return answer();
    },
  };
  const leases = leaseInApi(client, 'operators', 'hostedsite');
  const path = '/apis/coordination.k8s.io/v1/namespaces/operators/leases';

  beforeEach(() => {
    requests = [];
    answer = () => Promise.resolve({ spec: {} });
  });

  it('reads with the time that is left, and takes 404 for none', async () => {
    assert.deepEqual(await leases.read(3_000), { spec: {} });
    assert.deepEqual(requests, [
      {
        method: 'GET',
        path: `${path}/hostedsite`,
        idempotent: false,
        urgent: true,
        deadlineMilliseconds: 3_000,
      },
    ]);
    answer = () => Promise.reject(apiError({ method: 'GET', path }, 404, {}));
    assert.equal(await leases.read(1), undefined);
    answer = () => Promise.reject(apiError({ method: 'GET', path }, 403, {}));
    await assert.rejects(leases.read(1));
  });

  it('creates a new one', async () => {
    await leases.write({ holderIdentity: 'me' }, undefined, 1_000);
    assert.equal(requests[0]?.method, 'POST');
    assert.equal(requests[0].path, path);
    assert.deepEqual(requests[0].body, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'hostedsite', namespace: 'operators' },
      spec: { holderIdentity: 'me' },
    });
  });

  it('replaces the one that was read, with its version', async () => {
    const metadata = { name: 'hostedsite', namespace: 'operators', resourceVersion: '7' };
    const before = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec: {},
      more: 1,
    } as const;
    await leases.write({ holderIdentity: 'me' }, before, 1_000);
    assert.equal(requests[0]?.method, 'PUT');
    assert.equal(requests[0].path, `${path}/hostedsite`);
    assert.deepEqual(requests[0].body, { ...before, spec: { holderIdentity: 'me' } });
  });
});

describe('microTime', () => {
  it('has six digits, as Go wants', () => {
    assert.equal(microTime(Date.UTC(2030, 0, 1, 0, 0, 0, 7)), '2030-01-01T00:00:00.007000Z');
  });
});
