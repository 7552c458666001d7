import type { ApiClient, ApiRequest } from '../client/api-client.ts';
import { NotFound } from '../errors.ts';
import { ownResources, resourcePath } from '../resources.ts';
import type { Right } from '../right.ts';

/** coordination.k8s.io/v1 Lease; fields that we do not know stay as they are. */
export interface Lease {
  apiVersion: 'coordination.k8s.io/v1';
  kind: 'Lease';
  metadata: { name: string; namespace: string; resourceVersion?: string };
  spec: LeaseSpec;
}

export interface LeaseSpec {
  /** Empty when nobody holds it. */
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

/** Kubernetes knows no name of what is yet to be made: only what exists can be limited to the operator's own. */
export const leaseRights: readonly Right[] = [
  { kind: 'Lease', verbs: ['create'], scope: 'operator-namespace' },
  { kind: 'Lease', verbs: ['get', 'update'], scope: 'operator-namespace', ownName: true },
];

/** Where a Lease is kept. Each call must end within `limit` milliseconds. */
export interface LeaseStore {
  read(limit: number): Promise<Lease | undefined>;
  /** Conflict when somebody else wrote since; AlreadyExists when it is new and somebody else was first. */
  write(spec: LeaseSpec, before: Lease | undefined, limit: number): Promise<Lease>;
}

/** A Lease by name, through the API. */
export function leaseInApi(client: Pick<ApiClient, 'request'>, namespace: string, name: string): LeaseStore {
  const path = resourcePath(ownResources.Lease, { namespace, name });
  return {
    async read(limit) {
      try {
        return (await client.request({ method: 'GET', path, ...manner(limit) })) as Lease;
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
    async write(spec, before, limit) {
      const fresh = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
      const answer = await client.request({
        method: before === undefined ? 'POST' : 'PUT',
        path: before === undefined ? resourcePath(ownResources.Lease, { namespace }) : path,
        body: { ...(before ?? fresh), spec },
        ...manner(limit),
      });
      return answer as Lease;
    },
  };
}

/** One try each: the elector repeats by its own clock. A renewal must not stand behind writes that hang. */
function manner(limit: number): Pick<ApiRequest, 'idempotent' | 'urgent' | 'deadlineMilliseconds'> {
  return { idempotent: false, urgent: true, deadlineMilliseconds: limit };
}

/** Kubernetes' MicroTime has six digits; Go refuses the three of `toISOString`. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
