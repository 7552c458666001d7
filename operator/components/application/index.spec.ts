import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest, Site } from '../component.ts';
import {
  containerStatus,
  documents,
  liveObject,
  livePod,
  observed,
  released,
  testSite,
} from '../../testing/site.ts';
import { application } from './index.ts';

const database = (readyReplicas: number) =>
  liveObject('StatefulSet', 'shop-database', { status: { readyReplicas } });
const job = (type?: string, image = 'registry.example.org/shop:1.4.2') =>
  liveObject('Job', 'shop-install', {
    spec: { template: { spec: { containers: [{ name: 'install', image }] } } },
    status: type === undefined ? {} : { conditions: [{ type, status: 'True' }] },
  });
const manifests = (owned: Manifest[], site: Site = testSite(), all = released()) =>
  application.manifests(site, observed({ owned }), all);
const kinds = (owned: Manifest[], all = released()) =>
  manifests(owned, testSite(), all).map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`);
const secrets = ['Secret shop-application', 'Secret shop-admin'];

interface Written {
  spec: {
    template: {
      spec: { containers: [{ image: string; env: { name: string; value?: string }[] }] } & Record<
        string,
        unknown
      >;
    };
  };
}
const written = (site = testSite(), all = released()) =>
  manifests([database(1)], site, all).find(({ object }) => object.kind === 'Job')?.object as Manifest &
    Written;

describe('application', () => {
  it('is the objects of the golden file', () => {
    expectGolden(new URL('golden/wordpress.yaml', import.meta.url), documents(manifests([database(1)])));
  });

  it('is there for presets that need something', () => {
    assert.equal(application.enabled(testSite()), true);
    assert.equal(application.enabled(testSite({ preset: 'Generic' })), false);
  });

  it('gives every pod the same random keys, by reference', () => {
    const env = application.bindings?.(testSite(), observed()).env ?? [];
    assert.equal(env.length, 8);
    for (const { name, value, valueFrom } of env) {
      assert.equal(value, undefined);
      assert.deepEqual(valueFrom, { secretKeyRef: { name: 'shop-application', key: name } });
    }
  });

  describe('the first installation', () => {
    it('begins when the database takes connections', () => {
      assert.deepEqual(kinds([]), secrets);
      assert.deepEqual(kinds([database(0)]), secrets);
      assert.deepEqual(kinds([database(1)]), [...secrets, 'Job shop-install']);
    });

    it('stays although the database goes away', () => {
      assert.deepEqual(kinds([database(0), job()]), [...secrets, 'Job shop-install']);
    });

    it('is written once: a Job cannot change', () => {
      assert.equal(manifests([database(1)]).at(-1)?.write, 'createOnce');
    });

    it('makes room for one with the new image, unless it has succeeded', () => {
      const newer = released({ revision: { image: 'registry.example.org/shop:1.4.3' } });
      assert.deepEqual(kinds([database(1), job()], newer), secrets);
      assert.deepEqual(kinds([database(1), job('Failed')], newer), secrets);
      assert.deepEqual(kinds([database(1), job('Complete')], newer), [...secrets, 'Job shop-install']);
    });

    it('runs the image of the running release', () => {
      const older = released({ revision: { image: 'registry.example.org/shop:1.4.1' } });
      assert.equal(
        written(testSite(), older).spec.template.spec.containers[0].image,
        'registry.example.org/shop:1.4.1',
      );
    });

    it('goes where the volume of the web pods is', () => {
      assert.ok('affinity' in written().spec.template.spec);
      assert.ok(!('topologySpreadConstraints' in written().spec.template.spec));
    });

    it('knows the host, and whether search engines may come', () => {
      const value = (site: Site, expected: string) =>
        written(site).spec.template.spec.containers[0].env.find(({ name }) => name === expected)?.value;
      assert.equal(value(testSite(), 'SITE_HOST'), 'www.example.org');
      assert.equal(value(testSite(), 'SITE_PUBLIC'), '1');
      assert.equal(value(testSite({ environment: 'Staging' }), 'SITE_PUBLIC'), '0');
    });

    it('names no variable twice, whatever the user writes', () => {
      const env = [{ name: 'SITE_HOST', value: 'evil.example.org' }];
      const names = written(testSite({ web: { env } })).spec.template.spec.containers[0].env.map(
        ({ name }) => name,
      );
      assert.equal(new Set(names).size, names.length);
    });
  });

  describe('reports', () => {
    const pod = (reason: string) =>
      livePod({
        component: 'application',
        name: 'shop-install-x',
        status: { containerStatuses: [containerStatus('install', { waiting: { reason } })] },
      });
    const rows: [string, Manifest[], Manifest[], string, string, boolean][] = [
      ['the database does not answer', [database(0)], [], 'Unknown', 'WaitingForDatabase', false],
      ['the Job is not there yet', [database(1)], [], 'Unknown', 'Installing', false],
      ['the Job runs', [database(1), job()], [], 'Unknown', 'Installing', false],
      ['it is done', [database(0), job('Complete')], [pod('ErrImagePull')], 'True', 'Installed', false],
      ['it failed', [database(1), job('Failed')], [], 'False', 'InstallFailed', true],
      [
        'its pod is in trouble',
        [database(1), job()],
        [pod('ErrImagePull')],
        'False',
        'ImagePullFailed',
        true,
      ],
    ];
    for (const [when, owned, pods, status, reason, stalled] of rows) {
      it(`${status}/${reason} when ${when}`, () => {
        const report = application.report(testSite(), observed({ owned, pods }), released());
        assert.deepEqual(
          [report.ready.status, report.ready.reason, report.stalled === true],
          [status, reason, stalled],
        );
      });
    }

    it('PodsForbidden with the way out when a quota refuses its pod', () => {
      const message =
        'pods "shop-install-x" is forbidden: exceeded quota: small, requested: limits.memory=512Mi, used: limits.memory=512Mi, limited: limits.memory=600Mi';
      const remarks = new Map([
        ['Job-shop-install-uid', [{ reason: 'FailedCreate', at: 5, message, field: '' }]],
      ]);
      const seen = observed({ owned: [database(1), job()], remarks });
      assert.deepEqual(application.report(testSite(), seen, released()), {
        ready: {
          status: 'False',
          reason: 'PodsForbidden',
          message:
            'The cluster refuses the pods of the first installation: the quota small of the namespace has no room for ' +
            'limits.memory=512Mi more, of limits.memory=600Mi in all; lower web.resources or spec.size, or raise the quota.',
        },
        stalled: true,
      });
    });

    it('how to log in', () => {
      const { ready } = application.report(testSite(), observed({ owned: [job('Complete')] }), released());
      assert.equal(ready.message, 'Log in as admin; the password is in the Secret shop-admin, key password.');
    });
  });
});
