import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { ReleaseState, Report, Revision } from '../components/component.ts';
import { judged, pulling, readyPod, revision, rolledOut } from '../testing/judgement.ts';
import type { Facts } from '../testing/judgement.ts';

const rolling = (tag: number, from: Revision, desired = revision(tag)): ReleaseState => ({
  is: 'rolling',
  desired,
  from,
});

describe('the release in the status', () => {
  const first = { image: 'image:1', revision: 'shop-web-1' };
  const second = { image: 'image:2', revision: 'shop-web-2' };
  const one = { desired: first, running: first, lastGood: 'image:1', outcome: 'Succeeded' } as const;
  const two = { desired: second, running: first, lastGood: 'image:1' } as const;
  const serving: HostedSiteStatus = { observedGeneration: 1, release: one };
  const unknown: HostedSiteStatus = {
    observedGeneration: 1,
    release: { lastGood: 'image:1', outcome: 'Progressing' },
  };
  const served = { ...revision(1), outcome: 'Succeeded' } as const;
  const next = { before: serving, revisions: [served, revision(2)], change: { state: rolling(2, served) } };
  const bad = { ...revision(2), outcome: 'Failed', failure: 'It ends with code 1.' } as const;
  const takenBack = {
    ...two,
    outcome: 'RolledBack',
    message:
      'The release was taken back, and the site runs image:1 again; correct the spec to release anew. It ends with code 1.',
  } as const;
  const goneBack = { is: 'rolledBack', desired: bad, current: revision(1) } as const;
  const resolved = { ...revision(2), resolvedImage: 'image@sha256:4' };
  const starting: Report = { ready: { status: 'Unknown', reason: 'Starting', message: 'It starts.' } };
  const rows: { title: string; facts: Facts; release: HostedSiteStatus['release'] }[] = [
    { title: 'serves', facts: { before: serving }, release: one },
    { title: 'rolls out', facts: next, release: { ...two, outcome: 'Progressing' } },
    {
      title: 'rolls out for the first time',
      facts: { owned: [] },
      release: { desired: first, outcome: 'Progressing' },
    },
    {
      title: 'rolls out for the first time, and one of its pods serves',
      facts: { owned: [rolledOut(1, 0), readyPod(1)], reports: [['web', starting]] },
      release: { desired: first, running: first, outcome: 'Progressing' },
    },
    {
      title: 'rolls out while what served before has no pod that serves, and was not remembered',
      facts: {
        before: unknown,
        owned: [rolledOut(1, 0)],
        revisions: [revision(1), revision(2)],
        change: { state: { is: 'first', desired: revision(2) } },
      },
      release: { desired: second, lastGood: 'image:1', outcome: 'Progressing' },
    },
    {
      title: 'has its image by its digest',
      facts: { ...next, owned: [rolledOut(2)], change: { state: rolling(2, served, resolved) } },
      release: {
        desired: { ...second, digest: 'sha256:4' },
        running: { ...second, digest: 'sha256:4' },
        lastGood: 'image:2',
        outcome: 'Succeeded',
      },
    },
    {
      title: 'has come to serve',
      facts: { ...next, owned: [rolledOut(2)] },
      release: { ...two, running: second, lastGood: 'image:2', outcome: 'Succeeded' },
    },
    {
      title: 'fails',
      facts: { ...next, reports: [['web', pulling]] },
      release: { ...two, outcome: 'Failed', message: 'The image cannot be pulled.' },
    },
    {
      title: 'does not fail with the database',
      facts: { ...next, reports: [['database', pulling]] },
      release: { ...two, outcome: 'Progressing' },
    },
    {
      title: 'once served and now fails',
      facts: { before: serving, owned: [rolledOut(1, 0)], reports: [['web', pulling]] },
      release: one,
    },
    {
      title: 'was taken back',
      facts: { ...next, revisions: [revision(1), bad], change: { state: goneBack } },
      release: takenBack,
    },
    {
      title: 'was taken back, and another one is held',
      facts: {
        ...next,
        revisions: [{ ...revision(1), outcome: 'Succeeded' }, bad],
        suspend: true,
        change: { state: rolling(3, revision(1)) },
      },
      release: takenBack,
    },
    {
      title: 'is held by suspend',
      facts: { ...next, revisions: [revision(1)], suspend: true },
      release: one,
    },
    {
      title: 'is held by a refusal',
      facts: {
        ...next,
        revisions: [revision(1)],
        change: { state: rolling(2, served), refusals: [{ reason: 'NameTaken', message: 'Taken.' }] },
      },
      release: one,
    },
    {
      title: 'is held, and there was none before',
      facts: { revisions: [], change: { refusals: [{ reason: 'NameTaken', message: 'Taken.' }] } },
      release: undefined,
    },
  ];
  for (const { title, facts, release } of rows) {
    it(title, () => assert.deepEqual(judged(facts).release, release));
  }
});
