import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../components/component.ts';
import type { Written } from '../carry-out.ts';
import { growth, milestones } from './milestones.ts';

type Release = NonNullable<HostedSiteStatus['release']>;

function status(release: Release | undefined, ...conditions: string[]): HostedSiteStatus {
  return {
    ...(release === undefined ? {} : { release }),
    conditions: conditions.map((text) => {
      const [type = '', value = '', reason = '', message = ''] = text.split('/');
      return { type, status: value as 'True', reason, message, lastTransitionTime: '' };
    }),
  };
}

const pods = (desiredReplicas: number, ...conditions: string[]): HostedSiteStatus => {
  return { ...status(one, ...conditions), desiredReplicas };
};
const runs = (reported: { lastFailure?: string; lastSuccess?: string }): HostedSiteStatus => {
  return { ...status(one), cron: [{ name: 'report', missed: 0, ...reported }] };
};

const first = { image: 'image:1', revision: 'a' };
const second = { image: 'image:2', revision: 'b' };
const one: Release = { desired: first, running: first, outcome: 'Succeeded' };
const two: Release = { desired: second, running: first, outcome: 'Progressing' };
const takenBack: Release = { ...two, outcome: 'RolledBack' };
const installed = 'ApplicationReady/True/Installed';

describe('milestones', () => {
  const rows: {
    title: string;
    before: HostedSiteStatus | undefined;
    after: HostedSiteStatus;
    reported: string[];
  }[] = [
    { title: 'the first release', before: undefined, after: status(two), reported: [] },
    { title: 'the next release', before: status(one), after: status(two), reported: [] },
    { title: 'a release goes on', before: status(two), after: status(two), reported: [] },
    {
      title: 'a release serves',
      before: status(two),
      after: status({ ...two, outcome: 'Succeeded' }),
      reported: ['ReleaseSucceeded'],
    },
    {
      title: 'a release fails',
      before: status(two),
      after: status({ ...two, outcome: 'Failed' }),
      reported: ['ReleaseFailed'],
    },
    {
      title: 'a release is taken back',
      before: status({ ...two, outcome: 'Failed' }),
      after: status(takenBack),
      reported: ['ReleaseRolledBack'],
    },
    {
      title: 'a release stays taken back',
      before: status(takenBack),
      after: status(takenBack),
      reported: [],
    },
    {
      title: 'another release is tried then',
      before: status(takenBack),
      after: status({ ...two, desired: { image: 'image:3', revision: 'c' } }),
      reported: [],
    },
    {
      title: 'the one that runs is asked for again',
      before: status(takenBack),
      after: status(one),
      reported: ['ReleaseSucceeded'],
    },
    {
      title: 'the operator before told releases in other words',
      before: status({ lastGood: 'image:1', outcome: 'Succeeded' }),
      after: status(one),
      reported: [],
    },
    {
      title: 'a release served at the first look',
      before: status(one),
      after: status({ ...two, outcome: 'Succeeded' }),
      reported: ['ReleaseSucceeded'],
    },
    { title: 'nothing is known of releases', before: undefined, after: {}, reported: [] },
    {
      title: 'a boost begins',
      before: status(one),
      after: status(one, 'Boosted/True/Boosted'),
      reported: [],
    },
    {
      title: 'a boost ends',
      before: status(one, 'Boosted/True/Boosted'),
      after: status(one, 'Boosted/False/BoostOver'),
      reported: ['BoostEnded'],
    },
    {
      title: 'a boost that is over is written',
      before: status(one),
      after: status(one, 'Boosted/False/BoostOver'),
      reported: ['BoostTooLate'],
    },
    {
      title: 'a boost that is over stays in the spec',
      before: status(one, 'Boosted/False/BoostOver'),
      after: status(one, 'Boosted/False/BoostOver'),
      reported: [],
    },
    {
      title: 'it stalls',
      before: status(one),
      after: status(one, 'Stalled/True/NameTaken/x'),
      reported: ['Stalled'],
    },
    {
      title: 'it stalls for another reason',
      before: status(one, 'Stalled/True/NameTaken/x'),
      after: status(one, 'Stalled/True/Rejected/y'),
      reported: ['Stalled'],
    },
    {
      title: 'it stays stalled',
      before: status(one, 'Stalled/True/NameTaken/x'),
      after: status(one, 'Stalled/True/NameTaken/x'),
      reported: [],
    },
    {
      title: 'it recovers',
      before: status(one, 'Stalled/True/NameTaken/x'),
      after: status(one),
      reported: ['Recovered'],
    },
    {
      title: 'it is installed',
      before: status(one, 'ApplicationReady/False/Installing'),
      after: status(one, installed),
      reported: ['ApplicationInstalled'],
    },
    {
      title: 'it stays installed',
      before: status(one, installed),
      after: status(one, installed),
      reported: [],
    },
    {
      title: 'it is suspended',
      before: status(one, 'Ready/True/Serving'),
      after: status(one, 'Ready/True/Suspended'),
      reported: ['Suspended'],
    },
    {
      title: 'it is resumed',
      before: status(one, 'Ready/True/Suspended'),
      after: status(one, 'Ready/True/Serving'),
      reported: ['Resumed'],
    },
    {
      title: 'the maintenance page is shown',
      before: status(one, 'Available/True/Serving'),
      after: status(one, 'Available/False/Maintenance'),
      reported: ['MaintenanceStarted'],
    },
    {
      title: 'the maintenance is over, and no pod serves yet',
      before: status(one, 'Available/False/Maintenance'),
      after: status(one, 'Available/False/Starting'),
      reported: ['MaintenanceEnded'],
    },
    { title: 'it has more pods', before: pods(2), after: pods(4), reported: ['Scaled'] },
    { title: 'it has as many pods', before: pods(2), after: pods(2), reported: [] },
    { title: 'it has its first pods', before: status(one), after: pods(2), reported: [] },
    { title: 'it is switched off', before: pods(2), after: pods(0), reported: ['SwitchedOff'] },
    { title: 'it is switched on', before: pods(0), after: pods(2), reported: ['SwitchedOn'] },
    {
      title: 'a run fails',
      before: runs({}),
      after: runs({ lastFailure: '2030-01-01T12:00:00Z' }),
      reported: ['CronFailed'],
    },
    {
      title: 'the next run fails too',
      before: runs({ lastFailure: '2030-01-01T12:00:00Z' }),
      after: runs({ lastFailure: '2030-01-01T13:00:00Z' }),
      reported: ['CronFailed'],
    },
    {
      title: 'a run has failed',
      before: runs({ lastFailure: '2030-01-01T12:00:00Z' }),
      after: runs({ lastFailure: '2030-01-01T12:00:00Z', lastSuccess: '2030-01-01T13:00:00Z' }),
      reported: [],
    },
    {
      title: 'the Job of the run that failed is gone',
      before: runs({ lastFailure: '2030-01-01T12:00:00Z' }),
      after: runs({}),
      reported: [],
    },
    {
      title: 'it serves',
      before: status(one, 'Ready/Unknown/Progressing'),
      after: status(one, 'Ready/True/Serving'),
      reported: [],
    },
  ];
  for (const { title, before, after, reported } of rows) {
    it(`${title}: ${reported.join(', ') || 'none'}`, () => {
      assert.deepEqual(
        milestones(before, after).map(({ reason }) => reason),
        reported,
      );
    });
  }

  it('say which release, and why it failed', () => {
    const failed = { ...two, outcome: 'Failed', message: 'The image cannot be pulled.' } as const;
    assert.deepEqual(
      milestones(status(one), status(failed)).map(({ note }) => note),
      ['The release did not come up. What served before serves on. The image cannot be pulled.'],
    );
  });

  it('say how many pods, and who decided so', () => {
    const [scaled] = milestones(pods(2), pods(4));
    assert.equal(
      scaled?.note,
      'The site is to have another number of pods. 4 instead of 2, as the spec says.',
    );
    const [autoscaled] = milestones(pods(2), pods(4, 'ScalingActive/True/ValidMetricFound'));
    assert.match(autoscaled?.note ?? '', /as the autoscaler says\.$/);
  });

  it('name the cron job that failed', () => {
    const [failed] = milestones(runs({}), runs({ lastFailure: '2030-01-01T12:00:00Z' }));
    assert.match(failed?.note ?? '', /CronReady says where its log is\. report$/);
  });

  it('do not speak of a release before the first one', () => {
    const failed: Release = { desired: first, outcome: 'Failed', message: 'The image cannot be pulled.' };
    assert.deepEqual(
      milestones(undefined, status(failed)).map(({ note }) => note),
      ['The release did not come up. The image cannot be pulled.'],
    );
  });
});

describe('a volume that grows', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'shop-files' } };
  const larger = 'spec.resources.requests.storage is "1Gi" instead of "2Gi"';
  const rows: { title: string; object: Manifest; live?: Manifest; because: string; reported: number }[] = [
    { title: 'is told', object: claim, live: claim, because: larger, reported: 1 },
    { title: 'is not told when it is new', object: claim, because: 'it is not there', reported: 0 },
    {
      title: 'is not told when only a label changed',
      object: claim,
      live: claim,
      because: 'metadata.labels.a is missing',
      reported: 0,
    },
    {
      title: 'is not told of a pod',
      object: { ...claim, kind: 'StatefulSet' },
      live: claim,
      because: larger,
      reported: 0,
    },
  ];
  for (const { title, object, live, because, reported } of rows) {
    it(title, () => {
      const expected = { object, lifetime: 'kept', write: 'apply', component: 'files' } as const;
      const application = { desired: expected, because, ...(live === undefined ? {} : { live }) };
      const written: Written = {
        applied: [application],
        unchanged: [],
        created: [],
        removed: [],
        orphaned: [],
        refusals: [],
      };
      assert.equal(growth(written).length, reported);
    });
  }
});
