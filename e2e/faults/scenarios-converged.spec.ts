import assert from 'node:assert/strict';
import type { Manifest } from '../../operator/components/component.ts';
import { converged } from './scenarios-converged.ts';
import type { Final } from './scenarios-converged.ts';
import type { Stage } from './scenarios-steps.ts';
import type { FeedKind } from './world-feed.ts';

type Fields = Record<string, unknown>;

function object(kind: FeedKind, name: string, fields: Fields = {}, metadata: Fields = {}): Manifest {
  return { apiVersion: '', kind, ...fields, metadata: { name, namespace: 'f1', generation: 2, ...metadata } };
}

function site(conditions: readonly Fields[], status: Fields = {}, metadata: Fields = {}): Manifest {
  const judged = conditions.map((one) => ({ observedGeneration: 2, ...one }));
  return object(
    'HostedSite',
    'shop',
    { status: { observedGeneration: 2, replicas: 1, conditions: judged, ...status } },
    metadata,
  );
}

const labels = (component: string): Fields => ({
  labels: { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/component': component },
});
const counts = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 };
const deployment = (status: Fields = {}): Manifest =>
  object(
    'Deployment',
    'shop-web',
    { spec: { replicas: 1 }, status: { ...counts, ...status } },
    labels('web'),
  );
const pod = (name = 'p'): Manifest => object('Pod', name, {}, labels('web'));
const ready = { type: 'Ready', status: 'True' };
const claim = object('PersistentVolumeClaim', 'c', {}, labels('files'));
const copy = object('Secret', 'copy', {}, { namespace: 'f1-operator', ...labels('database') });

function ends(final: Final, there: readonly Manifest[], more: { dataGoes?: boolean } = {}): boolean {
  const of = (kind: FeedKind, namespace: string): Manifest[] =>
    there.filter((one) => one.kind === kind && one.metadata.namespace === namespace);
  const feed = {
    list: of,
    get: (kind: FeedKind, namespace: string, name: string) =>
      of(kind, namespace).find(({ metadata }) => metadata.name === name),
  };
  const stage = { feed, namespace: 'f1', operatorNamespace: 'f1-operator' } as unknown as Stage;
  return converged(stage, { name: 'one', act: [], final, ...more });
}

describe('the end of a scenario', () => {
  const rows: readonly [
    what: string,
    reached: boolean,
    final: Final,
    there: readonly Manifest[],
    dataGoes?: boolean,
  ][] = [
    ['Ready, and all of it', true, 'Ready', [site([ready]), deployment(), pod()]],
    [
      'Ready of an older generation',
      false,
      'Ready',
      [site([ready], { observedGeneration: 1 }), deployment(), pod()],
    ],
    [
      'a condition of an older generation',
      false,
      'Ready',
      [site([{ ...ready, observedGeneration: 1 }]), deployment(), pod()],
    ],
    [
      'Ready, and a part of it is not',
      false,
      'Ready',
      [site([ready, { type: 'CacheReady', status: 'Unknown' }]), deployment(), pod()],
    ],
    ['Ready, and the Deployment is gone', false, 'Ready', [site([ready]), pod()]],
    [
      'Ready, and the Deployment is not acted upon',
      false,
      'Ready',
      [site([ready]), deployment({ observedGeneration: 1 }), pod()],
    ],
    [
      'Ready, and a pod is left that nobody counts',
      false,
      'Ready',
      [site([ready]), deployment(), pod(), pod('q')],
    ],
    [
      'Ready, and the site is being deleted',
      false,
      'Ready',
      [site([ready], {}, { deletionTimestamp: 'now' }), deployment(), pod()],
    ],
    [
      'Ready, and its database does not serve',
      false,
      'Ready',
      [site([ready]), deployment(), pod(), object('StatefulSet', 'shop-database', { status: {} })],
    ],
    ['Stalled', true, 'Stalled', [site([{ type: 'Stalled', status: 'True' }]), deployment(), pod()]],
    [
      'Stalled, and the status counts other pods',
      false,
      'Stalled',
      [site([{ type: 'Stalled', status: 'True' }], { replicas: 2 }), deployment(), pod()],
    ],
    ['not Stalled', false, 'Stalled', [site([ready]), deployment(), pod()]],
    ['suspended', true, 'Suspended', [site([{ ...ready, reason: 'Suspended' }]), deployment(), pod()]],
    ['not suspended', false, 'Suspended', [site([ready]), deployment(), pod()]],
    ['gone, its data kept', true, 'Gone', [claim, copy]],
    ['gone, a pod is left', false, 'Gone', [claim, pod()]],
    ['gone, its data not', false, 'Gone', [claim], true],
    ['gone, a copy not', false, 'Gone', [copy], true],
    ['gone with its data', true, 'Gone', [], true],
    ['not gone', false, 'Gone', [site([ready])]],
  ];
  for (const [what, reached, final, there, dataGoes = false] of rows) {
    it(`${final}: ${what}, ${reached ? 'reached' : 'not reached'}`, () => {
      assert.equal(ends(final, there, { dataGoes }), reached);
    });
  }
});
