import assert from 'node:assert/strict';
import { recordText } from '../../commands/record.ts';
import type { CommandRecord } from '../../commands/record.ts';
import type { Manifest, Revision } from '../../components/component.ts';
import { contentHash } from '../../objects/hash.ts';
import { testSite } from '../../testing/site.ts';
import { expectGolden } from '../../../tools/golden.ts';
import { writeYAML } from '../../api/yaml.ts';
import { controllerRevision, storedRevision } from '../revision.ts';
import { releaseJob } from './job.ts';

const revision: Revision = {
  ...{ name: 'shop-web-1111111111', number: 3, inputs: 'inputs', image: 'registry.example.org/shop:1.4.2' },
  template: {
    metadata: { labels: { 'hostedsite.dev/revision': 'shop-web-1111111111' } },
    spec: {
      containers: [
        { name: 'application', image: 'registry.example.org/shop:1.4.2', ports: [{ containerPort: 8080 }] },
      ],
    },
  },
  succeededBefore: ['shop-web-0000000000'],
};

const records: CommandRecord[] = [
  { is: 'running', uid: 'uid', hash: 'hash' },
  { is: 'due' },
  { is: 'succeeded' },
  { is: 'failed', number: 3, hash: 'hash' },
  { is: 'withdrawn', number: 1 },
];

describe('a revision with a record of its command', () => {
  for (const outcome of [undefined, 'Failed', 'Succeeded'] as const)
    for (const record of records)
      it(`${recordText(record)}, ${outcome ?? 'no outcome'}: is applied as one without, by this operator and by one of before`, () => {
        const one: Revision = { ...revision, ...(outcome === undefined ? {} : { outcome }) };
        const applied = controllerRevision(one);
        const annotations = { ...applied.metadata.annotations, 'hostedsite.dev/command': recordText(record) };
        const stored: Manifest = { ...applied, metadata: { ...applied.metadata, annotations } };
        const again = controllerRevision(storedRevision(stored) as Revision);
        assert.equal(contentHash(again), contentHash(applied));
      });
});

describe('the Job of a release', () => {
  it('is that of the golden file', () => {
    const site = testSite({ preset: 'Generic', database: undefined, files: undefined });
    const written = { command: ['./migrate', '--all'], order: 'Before', deadlineSeconds: 600 } as const;
    const file = new URL('./golden/job.yaml', import.meta.url);
    expectGolden(file, writeYAML(releaseJob(site, written, revision, 2)));
  });
});
