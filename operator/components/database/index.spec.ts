import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest, Site } from '../component.ts';
import { documents, liveObject, observed, released, testDatabase, testSite } from '../../testing/site.ts';
import { readDocuments } from '../../api/yaml.ts';
import { database } from './index.ts';

const manifests = (site = testSite()) => database.manifests(site, observed(), released());
const find = (kind: string, site = testSite()) =>
  manifests(site).filter(({ object }) => object.kind === kind);

interface Server {
  spec: {
    podManagementPolicy: string;
    volumeClaimTemplates?: unknown;
    template: {
      spec: {
        automountServiceAccountToken: boolean;
        securityContext: Record<string, unknown>;
        volumes: Record<string, unknown>[];
        containers: [
          Record<string, unknown> & { env: { name: string; value?: string; valueFrom?: object }[] },
        ];
      };
    };
  };
}
const server = (site = testSite()) => find('StatefulSet', site)[0]?.object as Manifest & Server;
const container = (site = testSite()) => server(site).spec.template.spec.containers[0];
const withMemory = (memory: string): Site =>
  testSite({ database: { ...testDatabase, resources: { requests: {}, limits: { memory } } } });
const bufferPool = (site: Site) =>
  container(site).env.find(({ name }) => name === 'MARIADB_BUFFER_POOL_SIZE')?.value;

describe('database', () => {
  it('is the objects of the golden file', () => {
    expectGolden(new URL('golden/mariadb.yaml', import.meta.url), documents(manifests()));
  });

  it('is there for sites that ask for one', () => {
    assert.equal(database.enabled(testSite()), true);
    assert.equal(database.enabled(testSite({ database: undefined })), false);
  });

  it('writes credentials, then the claim, then the server', () => {
    assert.deepEqual(
      manifests().map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`),
      [
        'Secret shop-database',
        'Secret shop-database-root',
        'PersistentVolumeClaim data-shop-database-0',
        'ServiceAccount shop-database',
        'Service shop-database-pods',
        'Service shop-database',
        'StatefulSet shop-database',
      ],
    );
  });

  it('keeps data and credentials beyond the site', () => {
    const kept = manifests().filter(({ lifetime }) => lifetime === 'kept');
    assert.deepEqual(
      kept.map(({ object }) => object.metadata.name),
      ['shop-database', 'shop-database-root', 'data-shop-database-0'],
    );
  });

  it('writes no password: each is random', () => {
    for (const { object, generate, write } of find('Secret')) {
      assert.deepEqual(generate, { password: { bytes: 24 } });
      assert.equal(write, 'createOnce');
      assert.equal('password' in (object['stringData'] as object), false);
    }
  });

  it('lets the StatefulSet make no claim: a lost one would begin anew, and empty', () => {
    assert.equal(server().spec.volumeClaimTemplates, undefined);
    assert.deepEqual(server().spec.template.spec.volumes[0], {
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-shop-database-0' },
    });
  });

  it('replaces a pod that never became ready', () => {
    assert.equal(server().spec.podManagementPolicy, 'Parallel');
  });

  it('is restricted, and names no user', () => {
    const { securityContext, automountServiceAccountToken } = server().spec.template.spec;
    assert.equal(automountServiceAccountToken, false);
    assert.deepEqual(securityContext, {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      fsGroup: 10002,
      fsGroupChangePolicy: 'OnRootMismatch',
    });
    assert.deepEqual(container()['securityContext'], {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });

  it('gives InnoDB 40 % of the memory limit, and never less than it starts with', () => {
    assert.equal(bufferPool(withMemory('1Gi')), String(Math.floor(2 ** 30 * 0.4)));
    assert.equal(bufferPool(withMemory('64Mi')), String(32 * 2 ** 20));
  });

  it('has no liveness probe: a server without a free connection is not helped by a restart', () => {
    assert.equal(container()['livenessProbe'], undefined);
  });

  it('lets a crash recovery take half an hour', () => {
    const { periodSeconds, failureThreshold } = container()['startupProbe'] as Record<string, number>;
    assert.equal((periodSeconds ?? 0) * (failureThreshold ?? 0), 1800);
  });

  it('bounds the disk beside the claim, unless the sizes do', () => {
    const { limits } = container()['resources'] as { limits: Record<string, string> };
    assert.equal(limits['ephemeral-storage'], '2Gi');
  });

  it('keeps the file with the passwords in memory', () => {
    const run = server().spec.template.spec.volumes.find(({ name }) => name === 'run');
    assert.deepEqual(run?.['emptyDir'], { medium: 'Memory', sizeLimit: '8Mi' });
  });

  it('tells the application under the names that its preset reads', () => {
    const names = (preset: 'Generic' | 'WordPress') =>
      database.bindings?.(testSite({ preset }), observed()).env?.map(({ name }) => name);
    assert.deepEqual(names('Generic'), [
      'DATABASE_HOST',
      'DATABASE_PORT',
      'DATABASE_NAME',
      'DATABASE_USER',
      'DATABASE_PASSWORD',
    ]);
    assert.equal(names('WordPress')?.[0], 'WORDPRESS_DB_HOST');
  });

  it('writes no password into a pod template', () => {
    const env = database.bindings?.(testSite(), observed()).env ?? [];
    const password = env.find(({ name }) => name.endsWith('PASSWORD'));
    assert.deepEqual(password?.valueFrom, { secretKeyRef: { name: 'shop-database', key: 'password' } });
    assert.equal(password.value, undefined);
  });

  it('is a golden file of YAML documents', () => {
    assert.equal(readDocuments(documents(manifests())).length, 7);
  });

  describe('refuses', () => {
    const reasons = (site: Site, seen = observed()) =>
      database.refusals?.(site, seen).map(({ reason }) => reason);

    it('a StorageClass that does not exist', () => {
      const storage = { size: '2Gi', storageClassName: 'fast' };
      assert.deepEqual(reasons(testSite({ database: { ...testDatabase, storage } })), [
        'StorageClassNotFound',
      ]);
      assert.deepEqual(reasons(testSite()), []);
    });

    it('to begin anew where a server has lost its claim', () => {
      const owned = [liveObject('StatefulSet', 'shop-database')];
      const [refusal] = database.refusals?.(testSite(), observed({ owned })) ?? [];
      assert.equal(refusal?.reason, 'VolumeLost');
      assert.match(
        refusal.message,
        /Restore it under this name with the labels .*, or delete the StatefulSet shop-database/,
      );
    });

    it('nothing of a server with its claim', () => {
      const claim = liveObject('PersistentVolumeClaim', 'data-shop-database-0', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
      });
      const owned = [liveObject('StatefulSet', 'shop-database'), claim];
      assert.deepEqual(reasons(testSite(), observed({ owned })), []);
    });
  });
});
