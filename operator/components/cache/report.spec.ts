import assert from 'node:assert/strict';
import type { Manifest } from '../component.ts';
import { containerStatus, livePod, observed, released, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';
import { report } from './report.ts';

const withVarnish = (ready: boolean, more: Parameters<typeof livePod>[0] = {}) =>
  livePod({
    ...more,
    status: {
      initContainerStatuses: [containerStatus('varnish', { running: {} }, { ready })],
      ...more.status,
    },
  });
const of = (pods: Manifest[], overrides: TestOverrides = {}) =>
  report(testSite(overrides), observed({ pods }), released());

describe('the report of the cache', () => {
  const waiting = (container: string) =>
    livePod({
      status: {
        initContainerStatuses: [containerStatus(container, { waiting: { reason: 'ErrImagePull' } })],
      },
    });
  const rows: [string, Manifest[], string, string][] = [
    ['there are no pods', [], 'Unknown', 'Starting'],
    ['it answers in every pod', [withVarnish(true), withVarnish(true)], 'True', 'Serving'],
    ['it does not answer in one', [withVarnish(true), withVarnish(false)], 'Unknown', 'Starting'],
    [
      'it does not answer in a pod that ends',
      [withVarnish(true), withVarnish(false, { metadata: { deletionTimestamp: '2030-01-01T12:00:00Z' } })],
      'True',
      'Serving',
    ],
    [
      'it does not answer in a pod of another release',
      [withVarnish(true), withVarnish(false, { revision: 'shop-web-0000000000' })],
      'True',
      'Serving',
    ],
    ['its image cannot be pulled', [waiting('varnish')], 'False', 'ImagePullFailed'],
    ['another image cannot be pulled', [waiting('other')], 'Unknown', 'Starting'],
  ];
  for (const [when, pods, status, reason] of rows) {
    it(`is ${status}/${reason} when ${when}`, () => {
      const { ready } = of(pods);
      assert.deepEqual([ready.status, ready.reason], [status, reason]);
    });
  }

  it('asks for no cache where no replicas are wanted', () => {
    assert.equal(of([], { replicas: 0 }).ready.reason, 'ScaledToZero');
  });

  it('says that mode Pass stores nothing', () => {
    assert.match(
      of([withVarnish(true)], { cache: { mode: 'Pass' } }).ready.message,
      /passes every request on/,
    );
  });
});
