import assert from 'node:assert/strict';
import type { CronEntry, Manifest, Observed } from '../component.ts';
import { holds } from '../holds.ts';
import { containerStatus, liveObject, livePod, observed, released, testSite } from '../../testing/site.ts';
import { cron } from './index.ts';
import { cronDefaults } from './spec.ts';

const entry: CronEntry = { ...cronDefaults, name: 'report', schedule: '0 * * * *', command: ['report'] };
const site = (overrides: Parameters<typeof testSite>[0] = {}) =>
  testSite({ preset: 'Generic', database: undefined, files: undefined, cron: [entry], ...overrides });

const noon = '2030-01-01T12:00:00Z';
const cronJob = (status: object = {}, since = '2030-01-01T11:30:00Z', spec: object = {}) =>
  liveObject('CronJob', 'shop-cron-report', {
    metadata: { annotations: { 'hostedsite.dev/cron-since': since } },
    spec: { schedule: entry.schedule, timeZone: 'Etc/UTC', suspend: false, ...spec },
    status,
  });

interface TestJob {
  name?: string;
  created: string;
  end?: 'Complete' | 'Failed';
  reason?: string;
  scheduled?: string;
  owner?: string;
}

function job({ name = 'run', created, end, reason, scheduled, owner }: TestJob): Manifest {
  const annotations =
    scheduled === undefined ? {} : { 'batch.kubernetes.io/cronjob-scheduled-timestamp': scheduled };
  const condition = { type: end, status: 'True', reason, lastTransitionTime: created };
  return liveObject('Job', `shop-cron-report-${name}`, {
    metadata: {
      annotations,
      creationTimestamp: created,
      ownerReferences: [{ kind: 'CronJob', uid: owner ?? 'CronJob-shop-cron-report-uid' }],
    },
    status: {
      ...(end === undefined ? {} : { conditions: [condition] }),
      ...(end === 'Complete' ? { completionTime: created } : {}),
    },
  });
}

const report = (seen: Partial<Observed>, of = site()) => cron.report(of, observed(seen), released());
const reported = (owned: Manifest[], now = noon) =>
  (report({ owned, now: new Date(now) }).status as { cron: object[] }).cron[0];

describe('a run of a cron job', () => {
  it('is told when the cluster refuses its pod', () => {
    const begun = job({ created: noon });
    begun.metadata.labels = { 'hostedsite.dev/cron': 'report' };
    const message = 'minimum memory usage per Container is 1Gi, but request is 128Mi';
    const remark = { reason: 'FailedCreate', message, field: '', at: 1 };
    const remarks = new Map([[begun.metadata.uid ?? '', [remark]]]);
    const { ready } = report({ owned: [cronJob(), begun], remarks });
    assert.equal(ready.reason, 'PodsForbidden');
    assert.match(
      ready.message,
      /^The cron job report cannot run\. .* at least 1Gi of memory .* resources of its entry in spec\.cron/,
    );
  });
});

describe('the status of a cron job', () => {
  const rows: [what: string, owned: Manifest[], reported: object, now?: string][] = [
    ['that is not there yet', [], { missed: 0 }],
    ['that never ran', [cronJob()], { missed: 0 }],
    [
      'that ran by its schedule',
      [cronJob({ lastScheduleTime: '2030-01-01T12:00:00Z', lastSuccessfulTime: '2030-01-01T12:00:09Z' })],
      { lastStart: '2030-01-01T12:00:00Z', lastSuccess: '2030-01-01T12:00:09Z', missed: 0 },
    ],
    [
      'that a Job tells of before the CronJob does, and in another time zone',
      [cronJob(), job({ created: '2030-01-01T12:00:01Z', scheduled: '2030-01-01T13:00:00+01:00' })],
      { lastStart: '2030-01-01T12:00:00Z', missed: 0 },
    ],
    [
      'that somebody began by hand',
      [
        cronJob({ lastScheduleTime: '2030-01-01T11:00:00Z' }),
        job({ created: '2030-01-01T11:59:01Z', end: 'Complete' }),
      ],
      { lastStart: '2030-01-01T11:59:01Z', lastSuccess: '2030-01-01T11:59:01Z', missed: 0 },
    ],
    [
      'whose runs failed',
      [
        cronJob(),
        job({ name: 'a', created: '2030-01-01T10:59:00Z', end: 'Failed' }),
        job({ name: 'b', created: '2030-01-01T11:59:00Z', end: 'Failed' }),
      ],
      { lastStart: '2030-01-01T11:59:00Z', lastFailure: '2030-01-01T11:59:00Z', missed: 0 },
    ],
    [
      'whose Jobs are of another one',
      [cronJob(), job({ created: noon, end: 'Complete', owner: 'other' })],
      { missed: 0 },
    ],
    ['that missed a period', [cronJob({}, '2030-01-01T10:30:00Z')], { missed: 1 }],
    [
      'that missed two since its success',
      [cronJob({ lastSuccessfulTime: '2030-01-01T09:10:00Z' }, '2029-01-01T00:00:00Z')],
      { lastSuccess: '2030-01-01T09:10:00Z', missed: 2 },
    ],
    ['that is held', [cronJob({}, '2030-01-01T01:30:00Z', { suspend: true })], { missed: 0 }],
  ];
  for (const [what, owned, expected, now] of rows) {
    it(`tells of one ${what}`, () => assert.deepEqual(reported(owned, now), { name: 'report', ...expected }));
  }

  it('is looked at again when a period will have been missed', () => {
    const at = (owned: Manifest[]) => report({ owned }).recheckAt?.toISOString();
    assert.equal(at([cronJob()]), '2030-01-01T13:00:05.000Z');
    assert.equal(at([cronJob({}, '2030-01-01T12:00:00Z')]), '2030-01-01T14:00:05.000Z');
    assert.equal(at([]), undefined);
  });

  it('says the same of a run that begins and one that goes on: it is written twice a run', () => {
    const status = { lastScheduleTime: noon };
    const created = '2030-01-01T12:00:01Z';
    const begun = job({ created, scheduled: noon });
    const ended = job({ created, scheduled: noon, end: 'Complete' });
    const [before, after] = [
      reported([cronJob()]),
      reported([cronJob({ ...status, lastSuccessfulTime: created })]),
    ];
    const states = [
      [cronJob(), begun],
      [cronJob(status), begun],
      [cronJob(status), ended],
    ].map((owned) => reported(owned));
    const writes = [before, ...states, after].filter(
      (state, index, list) => index > 0 && JSON.stringify(state) !== JSON.stringify(list[index - 1]),
    );
    assert.equal(writes.length, 2);
  });
});

describe('CronReady', () => {
  const failed = (reason: string, created = '2030-01-01T11:59:00Z') =>
    job({ name: 'failed', created, end: 'Failed', reason });
  const pod = (status: object) =>
    livePod({
      component: 'cron',
      status: { containerStatuses: [containerStatus('cron', status as Record<string, unknown>)] },
      metadata: {
        labels: {
          'app.kubernetes.io/name': 'hostedsite',
          'app.kubernetes.io/instance': 'shop',
          'app.kubernetes.io/component': 'cron',
          'hostedsite.dev/cron': 'report',
        },
      },
    });
  const rows: [
    when: string,
    seen: Partial<Observed>,
    expected: string,
    message: RegExp,
    of?: Parameters<typeof testSite>[0],
  ][] = [
    ['it runs by its schedule', { owned: [cronJob()] }, 'True/Scheduled', /by their schedules/],
    ['it is not there', {}, 'Unknown/Progressing', /being made/],
    [
      'the site is suspended',
      { owned: [cronJob()] },
      'Unknown/Suspended',
      /held/,
      { holds: holds({ suspend: true }) },
    ],
    [
      'the command of a release is on its way',
      { owned: [cronJob()] },
      'Unknown/CommandRunning',
      /held/,
      { holds: holds({}, { holdsCron: true, stopsWorkers: false }) },
    ],
    [
      'the last run failed',
      { owned: [cronJob(), failed('BackoffLimitExceeded')] },
      'False/JobFailed',
      /report failed\. kubectl logs -n customer-a -l app\.kubernetes\.io\/name=hostedsite,app\.kubernetes\.io\/instance=shop,hostedsite\.dev\/cron=report says why/,
    ],
    [
      'the last run took too long',
      { owned: [cronJob(), failed('DeadlineExceeded')] },
      'False/JobFailed',
      /stopped after 3600 seconds: raise/,
    ],
    [
      'a run after the failed one goes on',
      { owned: [cronJob(), failed('x'), job({ created: noon })] },
      'False/JobFailed',
      /failed/,
    ],
    [
      'a run after the failed one succeeded',
      { owned: [cronJob(), failed('x'), job({ created: noon, end: 'Complete' })] },
      'True/Scheduled',
      /./,
    ],
    ['one period was missed', { owned: [cronJob({}, '2030-01-01T10:30:00Z')] }, 'True/Scheduled', /./],
    [
      'two periods were missed',
      { owned: [cronJob({}, '2030-01-01T09:30:00Z')] },
      'False/Missed',
      /kubectl describe cronjob shop-cron-report -n customer-a says why/,
    ],
    [
      'its image cannot be pulled',
      { owned: [cronJob()], pods: [pod({ waiting: { reason: 'ErrImagePull' } })] },
      'False/ImagePullFailed',
      /^The cron job report cannot run\. The image/,
    ],
    [
      'its pod starts',
      { owned: [cronJob()], pods: [pod({ waiting: { reason: 'ContainerCreating' } })] },
      'True/Scheduled',
      /./,
    ],
  ];
  for (const [when, seen, expected, message, of] of rows) {
    it(`is ${expected} when ${when}`, () => {
      const { ready, stalled } = report(seen, site(of));
      assert.equal(`${ready.status}/${ready.reason}`, expected);
      assert.match(ready.message, message);
      assert.equal(stalled, undefined, 'a site whose cron job fails serves on');
    });
  }

  it('waits for the first installation', () => {
    assert.equal(cron.report(testSite(), observed(), released()).ready.reason, 'Installing');
  });

  it('names each job that is in trouble', () => {
    const other = { ...entry, name: 'mail' };
    const seen = {
      owned: [
        cronJob({}, '2030-01-01T01:30:00Z'),
        {
          ...cronJob({}, '2030-01-01T01:30:00Z'),
          metadata: { ...cronJob({}, '2030-01-01T01:30:00Z').metadata, name: 'shop-cron-mail', uid: 'mail' },
        },
      ],
    };
    const { message } = report(seen, site({ cron: [entry, other] })).ready;
    assert.match(message, /cron job report .* cron job mail/);
  });
});
