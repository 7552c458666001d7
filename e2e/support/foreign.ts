import assert from 'node:assert/strict';
import { siteLabels } from '../../operator/objects/labels.ts';
import { kubectl } from './cluster.ts';
import { claim, ingress, service } from './objects.ts';

/** An object of somebody else's that has the name of a child of a site. */
export interface Foreign {
  readonly kind: string;
  readonly name: string;
  readonly object: object;
}

/** Site → what stands in its way. `configuration` is the end of the name of a cache's ConfigMap. */
export function foreignObjects(configuration: string): Record<string, Foreign> {
  const pod = {
    metadata: { labels: { app: 'foreign' } },
    spec: { containers: [{ name: 'foreign', image: 'foreign' }] },
  };
  const labels = { metadata: { labels: siteLabels({ name: 'taken-labels' }) } };
  const selector = { matchLabels: { app: 'foreign' } };
  return {
    'taken-deployment': plain(
      'Deployment',
      'taken-deployment-web',
      { replicas: 0, selector, template: pod },
      'apps/v1',
    ),
    'taken-service': foreign('Service', service('taken-service-web')),
    'taken-account': plain('ServiceAccount', 'taken-account-web'),
    'taken-configuration': plain('ConfigMap', `taken-configuration-cache-${configuration}`),
    'taken-claim': foreign(
      'PersistentVolumeClaim',
      claim('taken-claim-files', 'ReadWriteOnce', '1Mi', 'of-nobody'),
    ),
    'taken-ingress': foreign('Ingress', ingress('taken-ingress', 'foreign.example')),
    'taken-secret': plain('Secret', 'taken-secret-database'),
    // With all of the labels that ours have: what is owned by nobody is not the site's all the same.
    'taken-labels': foreign('Service', merged(service('taken-labels-web'), labels)),
  };
}

/** UID and resourceVersion, once what Kubernetes itself writes has come to rest. */
export async function stateOf(namespace: string, { kind, name }: Foreign): Promise<string> {
  const path = 'jsonpath={.metadata.uid} {.metadata.resourceVersion} {.metadata.managedFields[*].manager}';
  const state = await kubectl(['get', kind, name, '-n', namespace, '-o', path, '--show-managed-fields']);
  assert.doesNotMatch(state, /hostedsite/, `the operator wrote ${kind} ${name}`);
  return state;
}

function plain(kind: string, name: string, spec?: object, apiVersion = 'v1'): Foreign {
  const object = { apiVersion, kind, metadata: { name } };
  return { kind, name, object: spec === undefined ? object : { ...object, spec } };
}

function foreign(kind: string, object: object): Foreign {
  return { kind, name: (object as { metadata: { name: string } }).metadata.name, object };
}

function merged(object: object, { metadata }: { metadata: object }): object {
  return { ...object, metadata: { ...(object as { metadata: object }).metadata, ...metadata } };
}
