import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import { mayWaitUntil } from './progress.ts';

const since = new Date('2030-01-01T12:00:00Z');
const now = new Date('2030-01-01T12:00:08Z');
const twentySecondsAfter = new Date('2030-01-01T12:00:20Z');

/** `type/status/reason/message`, changed at noon. */
function status(conditions: readonly string[], rest: Partial<HostedSiteStatus> = {}): HostedSiteStatus {
  return {
    observedGeneration: 1,
    release: { desired: { image: 'image:1', revision: 'a' }, outcome: 'Progressing' },
    conditions: conditions.map((text) => {
      const [type = '', value = '', reason = '', message = ''] = text.split('/');
      const lastTransitionTime = '2030-01-01T12:00:00Z';
      return { type, status: value as 'True', reason, message, lastTransitionTime };
    }),
    ...rest,
  };
}

const files = 'FilesReady/False/Binding/The volume is not bound yet.';
const database = 'DatabaseReady/False/Starting/The database starts.';
const waiting = 'Ready/Unknown/Progressing/The volume is not bound yet.';
const away = 'Available/False/Starting/No pod serves yet.';
const before = status([waiting, away, files, database]);
const bound = 'FilesReady/True/Bound/The volume is bound.';
const next = 'Ready/Unknown/Progressing/The database starts.';

describe('what may wait to be told', () => {
  const rows: {
    title: string;
    before?: HostedSiteStatus | undefined;
    after: HostedSiteStatus;
    waits: boolean;
  }[] = [
    { title: 'a component has come up', after: status([next, away, bound, database]), waits: true },
    {
      title: 'replicas are counted',
      after: status([waiting, away, files, database], { replicas: 1 }),
      waits: true,
    },
    {
      title: 'the end of the site comes near',
      after: status([next, away, bound, database], {
        expiry: {
          time: '2030-01-01T13:00:00Z',
          since: '2029-12-29T13:00:00Z',
          restart: '',
          noticeTime: '2030-01-01T12:00:00Z',
        },
      }),
      waits: false,
    },
    { title: 'nothing was told before', before: undefined, after: before, waits: false },
    {
      title: 'another generation is seen',
      after: status([next, away, bound, database], { observedGeneration: 2 }),
      waits: false,
    },
    {
      title: 'another release begins',
      after: status([next, away, bound, database], {
        release: { desired: { image: 'image:1', revision: 'b' }, outcome: 'Progressing' },
      }),
      waits: false,
    },
    {
      title: 'the release has failed',
      after: status([next, away, bound, database], {
        release: { desired: { image: 'image:1', revision: 'a' }, outcome: 'Failed' },
      }),
      waits: false,
    },
    { title: 'the site is ready', after: status(['Ready/True/Serving/It serves.', bound]), waits: false },
    {
      title: 'the pods of a site serve whose other parts are on their way',
      after: status([next, 'Available/True/Serving/They are served.', bound, database], {
        release: { desired: { image: 'image:1', revision: 'a' }, outcome: 'Succeeded' },
      }),
      waits: true,
    },
    {
      title: 'a release serves that has another one before it',
      before: status([next, 'Available/True/Serving/They are served.', bound, database], {
        release: {
          desired: { image: 'image:1', revision: 'a' },
          lastGood: 'image:0',
          outcome: 'Progressing',
        },
      }),
      after: status([next, 'Available/True/Serving/They are served.', bound, database], {
        release: { desired: { image: 'image:1', revision: 'a' }, lastGood: 'image:1', outcome: 'Succeeded' },
      }),
      waits: false,
    },
    {
      title: 'no visitor is served any more',
      before: status([next, 'Available/True/Serving/They are served.', bound, database]),
      after: status([next, away, bound, database]),
      waits: false,
    },
    {
      title: 'a person must act',
      after: status([next, away, bound, database, 'Stalled/True/NameTaken/It is taken.']),
      waits: false,
    },
    {
      title: 'a component has gone down',
      before: status([next, away, bound, database]),
      after: before,
      waits: false,
    },
    {
      title: 'a component has left',
      before: status([next, away, bound, database]),
      after: status([next, away, database]),
      waits: false,
    },
    {
      title: 'what was good is still',
      before: status([next, away, bound, database]),
      after: status([next, away, bound, database], { replicas: 1 }),
      waits: true,
    },
    {
      title: 'what becomes of the data has changed',
      after: status([next, away, bound, database], { deletionPolicy: 'Delete' }),
      waits: false,
    },
    {
      title: 'the conditions stand in another order',
      after: status([away, next, bound, database]),
      waits: true,
    },
    {
      title: 'it waits for a component for another reason',
      after: status(['Ready/Unknown/Failed/The database starts.', away, bound, database]),
      waits: false,
    },
    {
      title: 'nothing is being changed any more',
      before: status([waiting, away, files, database, 'Reconciling/True/Progressing/It changes.']),
      after: status([next, away, bound, database]),
      waits: true,
    },
    {
      title: 'a pass has failed',
      after: status(['Ready/Unknown/Progressing/The API server is away.', away, bound, database]),
      waits: false,
    },
    {
      title: 'a pass goes well again',
      before: status(['Ready/Unknown/Progressing/The API server is away.', away, files, database]),
      after: before,
      waits: false,
    },
  ];

  for (const { title, after, waits, ...row } of rows) {
    it(`${title}: ${waits ? 'it waits' : 'at once'}`, () => {
      const reported = mayWaitUntil('before' in row ? row.before : before, after, { since, now });
      assert.deepEqual(reported, waits ? twentySecondsAfter : undefined);
    });
  }

  it('waits for twenty seconds after the first step that was not told', () => {
    const after = status([next, away, bound, database]);
    const almost = new Date(twentySecondsAfter.getTime() - 1);
    assert.deepEqual(mayWaitUntil(before, after, { since, now: almost }), twentySecondsAfter);
    assert.equal(mayWaitUntil(before, after, { since, now: twentySecondsAfter }), undefined);
  });
});
