import assert from 'node:assert/strict';
import type { Manifest, Site } from '../../components/component.ts';
import { revision } from '../../testing/command-rows.ts';
import { liveObject, livePod, testSite } from '../../testing/site.ts';
import { hostedSite, sight } from '../../testing/world.ts';
import { awaited } from './awaited.ts';

const written = { command: ['migrate'], order: 'Maintenance', deadlineSeconds: 600 } as const;
const site: Site = {
  ...testSite({ preset: 'Generic', database: undefined, files: undefined }),
  release: written,
};
const web = liveObject('Deployment', 'shop-web', {
  metadata: { labels: { 'app.kubernetes.io/component': 'web' } },
});

function job(spec: object = {}, metadata: object = {}): Manifest {
  const ownerReferences = [{ uid: 'site-uid', controller: true }];
  const labels = { 'app.kubernetes.io/component': 'command' };
  return liveObject('Job', 'shop-release', {
    metadata: { uid: 'job', labels, ownerReferences, ...metadata },
    spec,
  });
}

function pod(component: string, labels: Record<string, string> = {}, uid = 'pod'): Manifest {
  const made = livePod({ name: uid, status: { phase: 'Running' } });
  const all = { ...made.metadata.labels, 'app.kubernetes.io/component': component, ...labels };
  const ownerReferences = [{ uid: 'job', controller: true }] as never;
  return { ...made, metadata: { ...made.metadata, uid, labels: all, ownerReferences } };
}

const cronJob = (suspend: boolean): Manifest =>
  liveObject('CronJob', 'shop-cron-report', { spec: { suspend } });

describe('what the pod of a command waits for', () => {
  const one = pod('command');
  const rows: [string, Manifest[], RegExp | undefined][] = [
    ['nothing', [job(), one, cronJob(true)], undefined],
    [
      'a Job on its way out',
      [job({}, { deletionTimestamp: '2030-01-01T00:00:00Z' })],
      /Job shop-release, .* is gone/,
    ],
    ['a Job that somebody has suspended', [job({ suspend: true })], /shop-release is not suspended any more/],
    ['another pod of its Job', [job(), one, pod('command', {}, 'two')], /more than one pod/],
    ['a CronJob that is not held', [job(), one, cronJob(false)], /CronJobs are suspended: shop-cron-report$/],
    ['a run', [job(), one, pod('cron', { 'hostedsite.dev/cron': 'report' }, 'run')], /the cron job report$/],
    ['a task', [job(), pod('command', { 'hostedsite.dev/task': 'import' }, 'task')], /: the task import$/],
    ['a worker', [pod('workers', { 'hostedsite.dev/worker': 'mail' }, 'mail')], /: the worker mail$/],
  ];
  for (const [what, objects, words] of rows)
    it(`is ${what}`, () => {
      const seen = sight([web, ...objects], hostedSite());
      const found = awaited(site, seen, revision(2), { is: 'begins', pod: one });
      if (words === undefined) assert.equal(found, undefined);
      else assert.match(found ?? '', words);
    });
});
