import assert from 'node:assert/strict';
import type { Manifest } from '../component.ts';
import { containerStatus, liveObject, livePod, observed, testSite } from '../../testing/site.ts';
import { report } from './report.ts';

const claim = (phase: string, capacity = '2Gi') =>
  liveObject('PersistentVolumeClaim', 'data-shop-database-0', {
    spec: { storageClassName: 'standard', resources: { requests: { storage: '2Gi' } } },
    status: { phase, capacity: { storage: capacity } },
  });
const server = (status: object = {}, metadata: object = {}) =>
  liveObject('StatefulSet', 'shop-database', { metadata, status });
const pod = (status: Record<string, unknown>) =>
  livePod({ component: 'database', name: 'shop-database-0', status });
const of = (owned: Manifest[], pods: Manifest[] = []) => report(testSite(), observed({ owned, pods }));
const verdict = (owned: Manifest[], pods: Manifest[] = []) => {
  const { ready, stalled } = of(owned, pods);
  return [ready.status, ready.reason, stalled === true];
};

const unschedulable = (since: string) =>
  pod({
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: since },
    ],
  });
const state = (words: object, more: Record<string, unknown> = {}) =>
  pod({ containerStatuses: [containerStatus('mariadb', words as Record<string, unknown>, more)] });

describe('the report of the database', () => {
  for (const phase of ['Pending', 'Bound']) {
    it(`tells that its pod is refused while its volume is ${phase}`, () => {
      const message = 'maximum memory usage per Container is 300Mi, but limit is 512Mi';
      const remark = { reason: 'FailedCreate', message, field: '', at: 1 };
      const remarks = new Map([['StatefulSet-shop-database-uid', [remark]]]);
      const { ready, stalled } = report(testSite(), observed({ owned: [claim(phase), server()], remarks }));
      assert.deepEqual([ready.status, ready.reason, stalled], ['False', 'PodsForbidden', true]);
      assert.match(
        ready.message,
        /at most 300Mi of memory per Container, and 512Mi .* database\.resources\.$/,
      );
    });
  }

  const serving = { readyReplicas: 1, updatedReplicas: 1 };
  const bound = claim('Bound');
  const rows: [string, Manifest[], Manifest[], unknown[]][] = [
    ['nothing is there', [], [], ['Unknown', 'Provisioning', false]],
    ['the volume is being made', [claim('Pending'), server()], [], ['Unknown', 'Provisioning', false]],
    ['the server starts', [bound, server()], [], ['Unknown', 'Starting', false]],
    ['it takes connections', [bound, server(serving)], [], ['True', 'Serving', false]],
    [
      'the status is about an older spec',
      [bound, server(serving, { generation: 2 })],
      [],
      ['Unknown', 'Starting', false],
    ],
    [
      'only the old server is ready',
      [bound, server({ readyReplicas: 1 })],
      [],
      ['Unknown', 'Starting', false],
    ],
    ['the volume grows', [claim('Bound', '1Gi'), server(serving)], [], ['Unknown', 'Resizing', false]],
    ['the volume is lost', [claim('Lost'), server()], [], ['False', 'VolumeLost', true]],
    [
      'the image cannot be pulled',
      [bound, server()],
      [state({ waiting: { reason: 'ErrImagePull' } })],
      ['False', 'ImagePullFailed', true],
    ],
    [
      'the server ended once',
      [bound, server()],
      [state({ running: {} }, { restartCount: 1 })],
      ['False', 'Unavailable', false],
    ],
    [
      'the pod waits for the volume, not long yet',
      [claim('Pending'), server()],
      [unschedulable('2030-01-01T11:59:30Z')],
      ['Unknown', 'Provisioning', false],
    ],
    [
      'the pod waits too long',
      [claim('Pending'), server()],
      [unschedulable('2030-01-01T11:00:00Z')],
      ['False', 'Unschedulable', true],
    ],
  ];
  for (const [when, owned, pods, expected] of rows) {
    it(`is ${expected.slice(0, 2).join('/')} when ${when}`, () => {
      assert.deepEqual(verdict(owned, pods), expected);
    });
  }

  it('names the pod that takes writes, and only while it does', () => {
    assert.deepEqual(of([bound, server(serving)]).status, { database: { primary: 'shop-database-0' } });
    assert.equal(of([bound, server()]).status, undefined);
  });

  it('says when to look again at a pod that waits for its volume', () => {
    const seen = of([claim('Pending'), server()], [unschedulable('2030-01-01T11:59:30Z')]);
    assert.equal(seen.recheckAt?.toISOString(), '2030-01-01T12:01:30.000Z');
  });

  it('names the StorageClass that a pending volume waits for', () => {
    assert.match(of([claim('Pending')]).ready.message, /by the StorageClass standard/);
  });
});
