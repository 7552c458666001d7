import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Site } from '../component.ts';
import { resolve } from '../../sites/resolve.ts';
import { hostedSite, settings } from '../../testing/world.ts';
import { documents, liveObject, observed, released, testFiles, testSite } from '../../testing/site.ts';
import { files } from './index.ts';

const claimed = (spec: object = {}, status: object = { phase: 'Bound' }) =>
  liveObject('PersistentVolumeClaim', 'shop-files', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'standard',
      resources: { requests: { storage: '1Gi' } },
      ...spec,
    },
    status,
  });
const siteWith = (expected: Partial<NonNullable<Site['files']>>, more: Partial<Site> = {}) =>
  ({ ...testSite(), ...more, files: { ...testFiles, ...expected } }) as Site;
const reasonsOf = (site: Site, seen = observed()) => files.refusals?.(site, seen).map(({ reason }) => reason);

describe('files', () => {
  it('is the claim of the golden file', () => {
    const expected = files.manifests(testSite(), observed(), released());
    expectGolden(new URL('golden/claim.yaml', import.meta.url), documents(expected));
  });

  it('is there for sites that keep uploads, and only for these', () => {
    assert.equal(files.enabled(testSite()), true);
    assert.equal(files.enabled(testSite({ files: undefined })), false);
  });

  it('mounts the volume where the preset keeps uploads, else at /data', () => {
    const mountsOf = (preset: 'Generic' | 'WordPress') => {
      const site = resolve(hostedSite({ preset, files: {} }), settings);
      return files.bindings?.(site, observed()).mounts;
    };
    assert.deepEqual(mountsOf('WordPress'), [
      { name: 'files', mountPath: '/var/www/html/wp-content/uploads' },
    ]);
    assert.deepEqual(mountsOf('Generic'), [{ name: 'files', mountPath: '/data' }]);
  });

  it('mounts it where the site says, and folders of it at places of their own', () => {
    const paths = [
      { subPath: 'themes', mountPath: '/app/themes' },
      { subPath: 'a/b', mountPath: '/app/b' },
    ];
    const site = siteWith({ mountPath: '/app/uploads', paths }, testSite({ preset: 'Generic' }));
    const { volumes, mounts } = files.bindings?.(site, observed()) ?? {};
    assert.deepEqual(mounts, [
      { name: 'files', mountPath: '/app/uploads' },
      { name: 'files', mountPath: '/app/themes', subPath: 'themes' },
      { name: 'files', mountPath: '/app/b', subPath: 'a/b' },
    ]);
    assert.deepEqual(volumes, [{ name: 'files', persistentVolumeClaim: { claimName: 'shop-files' } }]);
    const claims = [site, testSite()].map((one) => documents(files.manifests(one, observed(), released())));
    assert.equal(claims[0], claims[1], 'the claim is the same, with what is in it');
  });

  describe('refuses', () => {
    it('two replicas on a ReadWriteOnce volume, and says what to write instead', () => {
      const [refusal] = files.refusals?.(siteWith({}, { replicas: 2 }), observed()) ?? [];
      assert.equal(refusal?.reason, 'AccessModeConflict');
      assert.match(refusal.message, /replicas: 1.*files\.accessMode: ReadWriteMany/);
      assert.deepEqual(reasonsOf(siteWith({ accessMode: 'ReadWriteMany' }, { replicas: 2 })), []);
    });

    it('a StorageClass that does not exist, as long as the claim needs it', () => {
      const site = siteWith({ storageClassName: 'fast' });
      assert.deepEqual(reasonsOf(site), ['StorageClassNotFound']);
      const bound = observed({ owned: [claimed({ storageClassName: 'fast' })] });
      assert.deepEqual(reasonsOf(site, bound), []);
    });

    it('to name no class where the cluster has no default', () => {
      const storageClasses = new Map([['fast', { isDefault: false, allowVolumeExpansion: true }]]);
      assert.deepEqual(reasonsOf(testSite(), observed({ storageClasses })), ['StorageClassNotFound']);
      assert.deepEqual(reasonsOf(siteWith({ storageClassName: 'fast' }), observed({ storageClasses })), []);
    });

    it('growth of a class that allows none', () => {
      const storageClasses = new Map([['standard', { isDefault: true, allowVolumeExpansion: false }]]);
      const seen = observed({ storageClasses, owned: [claimed()] });
      assert.deepEqual(reasonsOf(siteWith({ size: '2Gi' }), seen), ['VolumeRejected']);
      assert.deepEqual(reasonsOf(siteWith({ size: '1Gi' }), seen), []);
    });

    it('another class or access mode than a claim that was kept has', () => {
      const storageClasses = new Map([
        ['standard', { isDefault: true, allowVolumeExpansion: true }],
        ['fast', { isDefault: false, allowVolumeExpansion: true }],
      ]);
      const seen = observed({ storageClasses, owned: [claimed()] });
      assert.deepEqual(reasonsOf(siteWith({ storageClassName: 'fast' }), seen), ['VolumeRejected']);
      assert.deepEqual(reasonsOf(siteWith({ accessMode: 'ReadWriteMany' }), seen), ['VolumeRejected']);
    });
  });

  describe('with a lost claim', () => {
    const deployment = (claimName: string, reason: string) =>
      liveObject('Deployment', 'shop-web', {
        spec: { template: { spec: { volumes: [{ name: 'files', persistentVolumeClaim: { claimName } }] } } },
        status: { conditions: [{ type: 'Progressing', status: 'True', reason }] },
      });
    const rows: [string, string, string, string[]][] = [
      ['stalls when pods once ran with it', 'shop-files', 'NewReplicaSetAvailable', ['VolumeLost']],
      ['begins when no pod ever ran', 'shop-files', 'ReplicaSetUpdated', []],
      ['begins when pods ran without a volume', 'other', 'NewReplicaSetAvailable', []],
    ];
    for (const [what, claimName, reason, expected] of rows) {
      it(what, () => {
        const seen = observed({ owned: [deployment(claimName, reason)] });
        assert.deepEqual(reasonsOf(testSite(), seen), expected);
      });
    }
  });

  it('reports how far the volume is', () => {
    const seen = observed({ owned: [claimed()] });
    const { ready } = files.report(testSite(), seen, released());
    assert.deepEqual([ready.status, ready.reason], ['True', 'Bound']);
  });
});
