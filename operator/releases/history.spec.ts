import assert from 'node:assert/strict';
import type { Manifest } from '../components/component.ts';
import { liveObject } from '../testing/site.ts';
import { revision } from '../testing/command-rows.ts';
import { hostedSite, sight } from '../testing/world.ts';
import { retained } from './history.ts';

const revisions = Array.from({ length: 20 }, (_, index) => revision(index + 1));

function kept(...objects: Manifest[]): string[] {
  const seen = { ...sight(objects, hostedSite()), revisions };
  return retained(revision(20), undefined, seen).map(({ name }) => name);
}

describe('the revisions that stay', () => {
  it('are the last ones', () => assert.ok(!kept().includes('revision-1')));

  it('are with them the one whose command the Job is of: its record says that it has run', () => {
    const job = liveObject('Job', 'shop-release', {
      metadata: {
        labels: { 'app.kubernetes.io/component': 'command' },
        ownerReferences: [{ uid: 'site-uid', controller: true }],
        annotations: { 'hostedsite.dev/revision': 'revision-1' },
      },
    });
    assert.ok(kept(job).includes('revision-1'));
  });
});
