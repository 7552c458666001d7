import assert from 'node:assert/strict';
import { claim, claimRefusals, claimReport } from './claim.ts';
import type { WantedClaim } from './claim.ts';
import type { Manifest } from './component.ts';
import { liveObject, observed } from '../testing/site.ts';

const expected: WantedClaim = {
  name: 'shop-files',
  holds: 'the uploaded files',
  field: 'spec.files',
  size: '2Gi',
  accessMode: 'ReadWriteOnce',
};
const standard = (size: string, status: object = {}) => [
  liveObject('PersistentVolumeClaim', 'shop-files', {
    spec: { storageClassName: 'standard', resources: { requests: { storage: size } } },
    status,
  }),
];
const specOf = ({ spec }: Manifest) =>
  spec as { storageClassName?: string; resources: { requests: { storage: string } } };

describe('claim', () => {
  it('grows and never shrinks', () => {
    for (const [found, size] of [
      ['1Gi', '2Gi'],
      ['2048Mi', '2048Mi'],
      ['5Gi', '5Gi'],
    ] as const) {
      const object = claim(expected, observed({ owned: standard(found) }));
      assert.equal(specOf(object).resources.requests.storage, size);
    }
  });

  it('names the class that is there, so that a kept claim of a former site is asked for as it is', () => {
    const storageClasses = new Map([['other', { isDefault: true, allowVolumeExpansion: true }]]);
    const seen = observed({ storageClasses, owned: standard('2Gi') });
    assert.equal(specOf(claim(expected, seen)).storageClassName, 'standard');
  });

  it('names the default class, so that nothing changes when Kubernetes fills it in', () => {
    assert.equal(specOf(claim(expected, observed())).storageClassName, 'standard');
  });

  it('leaves the choice among several default classes to Kubernetes', () => {
    const one = { isDefault: true, allowVolumeExpansion: true };
    const storageClasses = new Map([
      ['a', one],
      ['b', one],
    ]);
    assert.equal(specOf(claim(expected, observed({ storageClasses }))).storageClassName, undefined);
  });
});

describe('a claim where nobody may look at StorageClasses', () => {
  const { storageClasses: _, ...unseen } = observed();

  it('is asked for as it is written, and no class is said to be missing', () => {
    assert.equal(specOf(claim(expected, unseen)).storageClassName, undefined);
    for (const one of [expected, { ...expected, storageClassName: 'fast' }])
      assert.deepEqual(claimRefusals(one, unseen), []);
  });

  it('is grown: who makes volumes says whether it can', () => {
    const small = liveObject('PersistentVolumeClaim', 'shop-files', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const seen = { ...unseen, owned: [small] };
    assert.deepEqual(claimRefusals(expected, seen), []);
    assert.equal(specOf(claim(expected, seen)).resources.requests.storage, '2Gi');
  });

  const rows: [string, WantedClaim, object[], RegExp][] = [
    [
      'no class',
      expected,
      [],
      /Whether a default StorageClass is there, and lets volumes grow, cannot be seen: the operator is limited to/,
    ],
    ['a class', { ...expected, storageClassName: 'fast' }, [], /Whether the StorageClass fast is there/],
    [
      'more than it has',
      expected,
      standard('2Gi', { phase: 'Bound', capacity: { storage: '1Gi' } }),
      /grows to 2Gi.* Whether the StorageClass standard is there, and lets volumes grow, cannot be seen/,
    ],
  ];
  for (const [what, asked, owned, sentence] of rows)
    it(`says what cannot be seen while it waits with ${what}`, () => {
      const { ready } = claimReport(asked, { ...unseen, owned: owned as Manifest[] });
      assert.equal(ready.status, 'Unknown');
      assert.match(ready.message, sentence);
    });

  it('says nothing of it once it is there', () => {
    const { ready } = claimReport(expected, { ...unseen, owned: standard('2Gi', { phase: 'Bound' }) });
    assert.doesNotMatch(ready.message, /limited/);
  });
});

describe('a claim that is being deleted', () => {
  const owned = standard('5Gi', { phase: 'Bound' }).map((object) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: '2030-01-01T11:59:00Z' },
  }));

  it('decides nothing of the one that comes after it', () => {
    const storageClasses = new Map([['other', { isDefault: true, allowVolumeExpansion: true }]]);
    const seen = observed({ storageClasses, owned });
    const { storageClassName, resources } = specOf(claim(expected, seen));
    assert.deepEqual([storageClassName, resources.requests.storage], ['other', '2Gi']);
    assert.deepEqual(claimRefusals({ ...expected, storageClassName: 'other' }, seen), []);
  });

  it('is waited for', () => {
    const { ready, stalled } = claimReport(expected, observed({ owned }));
    assert.deepEqual([ready.status, ready.reason, stalled], ['Unknown', 'Provisioning', undefined]);
    assert.match(ready.message, /is being deleted/);
  });
});

describe('claimReport', () => {
  const sizes: [written: string | undefined, words: RegExp][] = [
    ['500Mi', /It has 1Gi and cannot shrink to the 500Mi of spec\.files\.size: write 1Gi there\.$/],
    ['1024Mi', /in the claim shop-files\.$/],
    [undefined, /in the claim shop-files\.$/],
  ];
  for (const [size, words] of sizes) {
    it(`${size === '500Mi' ? 'tells' : 'does not tell'} of a volume of 1Gi where ${size} is written`, () => {
      const { site } = observed();
      const spec = { ...site.spec, files: { ...(size && { size }) } };
      const seen = observed({ owned: standard('1Gi', { phase: 'Bound' }), site: { ...site, spec } });
      const { ready } = claimReport({ ...expected, size: size ?? '500Mi' }, seen);
      assert.deepEqual([ready.status, ready.reason], ['True', 'Bound']);
      assert.match(ready.message, words);
    });
  }

  const rows: [string, Manifest[], string, string, boolean][] = [
    ['nothing is there yet', [], 'Unknown', 'Provisioning', false],
    ['it waits for a pod', standard('2Gi', { phase: 'Pending' }), 'Unknown', 'Provisioning', false],
    [
      'it is bound',
      standard('2Gi', { phase: 'Bound', capacity: { storage: '2Gi' } }),
      'True',
      'Bound',
      false,
    ],
    [
      'it is larger',
      standard('2Gi', { phase: 'Bound', capacity: { storage: '3Gi' } }),
      'True',
      'Bound',
      false,
    ],
    [
      'it grows',
      standard('2Gi', { phase: 'Bound', capacity: { storage: '1Gi' } }),
      'Unknown',
      'Resizing',
      false,
    ],
    ['its volume is gone', standard('2Gi', { phase: 'Lost' }), 'False', 'VolumeLost', true],
    [
      'growing failed',
      standard('2Gi', { phase: 'Bound', conditions: [{ type: 'ControllerResizeError', status: 'True' }] }),
      'False',
      'VolumeRejected',
      true,
    ],
  ];
  for (const [when, owned, status, reason, stalled] of rows) {
    it(`is ${status}/${reason} when ${when}`, () => {
      const report = claimReport(expected, observed({ owned }));
      assert.deepEqual([report.ready.status, report.ready.reason], [status, reason]);
      assert.equal(report.stalled === true, stalled);
    });
  }

  it('names the class that a pending claim waits for', () => {
    const { ready } = claimReport(expected, observed({ owned: standard('2Gi', { phase: 'Pending' }) }));
    assert.match(ready.message, /StorageClass standard/);
  });
});
