import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import { cachedKinds } from '../kinds/resources.ts';
import { World } from '../testing/world.ts';

/** Argo CD's rules for a live object under label tracking, as far as they are about what it did not make. */
interface Verdict {
  /** `GetManagedLiveObjs`: the tracking label names the Application, and nobody owns the object. */
  managed: boolean;
  pruned: boolean;
  deletedWithTheApplication: boolean;
  outOfSync: boolean;
}

function verdict(
  { metadata: { labels, annotations = {}, ownerReferences = [] } }: Manifest,
  application: string,
): Verdict {
  const options = (annotations['argocd.argoproj.io/sync-options'] ?? '').split(',');
  const compare = (annotations['argocd.argoproj.io/compare-options'] ?? '').split(',');
  const managed = labels?.['app.kubernetes.io/instance'] === application && ownerReferences.length === 0;
  return {
    managed,
    pruned: managed && !options.includes('Prune=false'),
    deletedWithTheApplication: managed && !options.includes('Delete=false'),
    outOfSync: managed && !compare.includes('IgnoreExtraneous'),
  };
}

describe('an Application of Argo CD that has the name of a site, and tracks by label', () => {
  const rows: [what: string, spec: Partial<HostedSiteSpec>][] = [
    ['keeps its data', {}],
    ['takes its data along', { deletionPolicy: 'Delete' }],
  ];
  for (const [what, more] of rows) {
    it(`prunes and deletes nothing of one that ${what}, and is not out of sync for it`, async () => {
      const spec: Partial<HostedSiteSpec> = { preset: 'WordPress', database: { engine: 'MariaDB' }, ...more };
      const world = new World(spec, components);
      await world.bringUp();
      await world.bringUp();
      const made = cachedKinds.filter((kind) => kind !== 'HostedSite' && kind !== 'Pod');
      let seen = 0;
      for (const kind of [...made, 'Secret'] as const) {
        for (const { metadata } of await world.cluster.labelled(kind, 'customer-a', {})) {
          seen += 1;
          const whole = await world.cluster.read(kind, metadata.namespace, metadata.name);
          const found = verdict(whole ?? assert.fail(), 'shop');
          const wrong = found.pruned || found.deletedWithTheApplication || found.outOfSync;
          assert.equal(wrong, false, `${kind}/${metadata.name}: ${JSON.stringify(found)}`);
        }
      }
      assert.ok(seen > 15);
    });
  }

  it('would prune a claim without the annotations', () => {
    const metadata = { name: 'a', labels: { 'app.kubernetes.io/instance': 'shop' } };
    const found = verdict({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata }, 'shop');
    assert.deepEqual(Object.values(found), [true, true, true, true]);
  });
});
