import type { ObjectRef } from '../../kube/cluster.ts';
import { apiError } from '../../kube/errors.ts';
import type { ApiError } from '../../kube/errors.ts';
import { resourceOf } from '../../kinds/resources.ts';
import { resourcePath } from '../../kube/resources.ts';

/** How `MemoryCluster` says no. */
export interface Answer {
  code: number;
  reason?: string;
  message?: string;
}

export const taken: Answer = { code: 409, reason: 'Conflict' };

export const methods = {
  apply: 'PATCH',
  status: 'PATCH',
  create: 'POST',
  merge: 'PATCH',
  delete: 'DELETE',
  metadata: 'GET',
  read: 'GET',
  list: 'GET',
  events: 'GET',
  autoscalers: 'GET',
} as const;

export function refused(method: string, ref: ObjectRef, { code, ...status }: Answer): ApiError {
  return apiError({ method, path: resourcePath(resourceOf(ref.kind), ref) }, code, status);
}

export const eventsOf = { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: '' } };
