import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import { bytes } from '../../api/quantity.ts';
import type { Manifest, Site } from '../component.ts';
import { flowsOf } from '../flow.ts';
import { components } from '../index.ts';
import {
  containerStatus,
  documents,
  liveObject,
  livePod,
  observed,
  released,
  testObjectCache,
  testSite,
} from '../../testing/site.ts';
import { objectCache } from './index.ts';
import { condition } from './condition.ts';

type Engine = NonNullable<Site['objectCache']>['engine'];
const siteWith = (engine: Engine, memory = '64Mi') =>
  testSite({ preset: 'Generic', objectCache: { ...testObjectCache, engine, memory } });
const manifests = (site: Site) => objectCache.manifests(site, observed(), released());

interface Server {
  spec: {
    strategy: object;
    template: {
      spec: {
        automountServiceAccountToken: boolean;
        securityContext: Record<string, unknown>;
        volumes?: unknown;
        containers: [
          {
            command: string[];
            livenessProbe?: unknown;
            securityContext: unknown;
            resources: { requests: Record<string, string>; limits: Record<string, string> };
          },
        ];
      };
    };
  };
}
const deployment = (site: Site) =>
  manifests(site).find(({ object }) => object.kind === 'Deployment')?.object as Manifest & Server;
const container = (site: Site) => deployment(site).spec.template.spec.containers[0];

describe('the object cache', () => {
  for (const engine of ['Memcached', 'Valkey'] as const) {
    it(`of the engine ${engine} is the objects of the golden file`, () => {
      const file = new URL(`golden/${engine.toLowerCase()}.yaml`, import.meta.url);
      expectGolden(file, documents(manifests(siteWith(engine))));
    });

    it(`of the engine ${engine} keeps nothing on a disk, and is restricted`, () => {
      const { volumes, securityContext, automountServiceAccountToken } = deployment(siteWith(engine)).spec
        .template.spec;
      assert.equal(volumes, undefined);
      assert.equal(securityContext['runAsNonRoot'], true);
      assert.equal(automountServiceAccountToken, false);
      assert.deepEqual(container(siteWith(engine)).securityContext, {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
    });

    it(`of the engine ${engine} has memory for more than its values`, () => {
      for (const memory of ['16Mi', '1Gi']) {
        const { requests, limits } = container(siteWith(engine, memory)).resources;
        assert.equal(requests['memory'], limits['memory']);
        assert.ok(bytes(limits['memory'] ?? '') > bytes(memory) * 1.2 + 32 * 2 ** 20);
      }
    });
  }

  it('is there for sites that ask for one, and adds nothing to others', () => {
    assert.equal(objectCache.enabled(siteWith('Valkey')), true);
    assert.equal(objectCache.enabled(testSite()), false);
    assert.deepEqual(manifests(testSite()), []);
    assert.deepEqual(objectCache.flows?.(testSite(), observed()), []);
    assert.deepEqual(objectCache.bindings?.(testSite(), observed()), {});
  });

  it('is never two at once: a value that is deleted in one would be read from the other', () => {
    assert.deepEqual(deployment(siteWith('Valkey')).spec.strategy, { type: 'Recreate' });
  });

  it('is told its memory in the words of each engine', () => {
    const { command: memcached } = container(siteWith('Memcached', '1Gi'));
    assert.ok(memcached.includes('--memory-limit=1024'));
    const { command: valkey } = container(siteWith('Valkey', '100M'));
    assert.equal(valkey[valkey.indexOf('--maxmemory') + 1], '100000000');
  });

  it('answers no UDP', () => {
    assert.ok(container(siteWith('Memcached')).command.includes('--udp-port=0'));
  });

  it('is not restarted because it is busy', () => {
    assert.equal(container(siteWith('Valkey')).livenessProbe, undefined);
  });

  it('is told to the application under the names that it reads', () => {
    const env = (site: Site) => objectCache.bindings?.(site, observed()).env;
    const valueFrom = { secretKeyRef: { name: 'shop-object-cache', key: 'password' } };
    assert.deepEqual(env(siteWith('Memcached')), [
      { name: 'MEMCACHED_HOST', value: 'shop-object-cache' },
      { name: 'MEMCACHED_PORT', value: '11211' },
    ]);
    assert.deepEqual(env(siteWith('Valkey')), [
      { name: 'REDIS_HOST', value: 'shop-object-cache' },
      { name: 'REDIS_PORT', value: '6379' },
      { name: 'REDIS_PASSWORD', valueFrom },
    ]);
    assert.deepEqual(env(testSite({ objectCache: testObjectCache })), [
      { name: 'WP_REDIS_HOST', value: 'shop-object-cache' },
      { name: 'WP_REDIS_PORT', value: '6379' },
      { name: 'WP_REDIS_PASSWORD', valueFrom },
    ]);
  });

  it('is reached by pods of the image alone, and reaches nobody', () => {
    const site = testSite({ objectCache: testObjectCache });
    const enabled = components.filter((component) => component.enabled(site));
    const own = flowsOf(enabled, site, observed()).filter(
      ({ from, to }) => from === 'object-cache' || to === 'object-cache',
    );
    assert.deepEqual(
      own,
      ['application', 'web', 'cron', 'command'].map((from) => ({ from, to: 'object-cache', port: 6379 })),
    );
  });

  it('says in its condition that visitors do not need it', () => {
    assert.match(condition.means, /visitors are served without it/);
  });
});

describe('the report of the object cache', () => {
  const server = (status: object = {}, metadata: object = {}) =>
    liveObject('Deployment', 'shop-object-cache', { metadata, status });
  const up = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const pod = livePod({
    component: 'object-cache',
    status: { containerStatuses: [containerStatus('valkey', { waiting: { reason: 'ErrImagePull' } })] },
  });
  const full = { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] };
  const rows: [string, Manifest[], Manifest[], unknown[]][] = [
    ['nothing is there', [], [], ['Unknown', 'Starting', false]],
    ['its pod starts', [server({ replicas: 1, updatedReplicas: 1 })], [], ['Unknown', 'Starting', false]],
    ['it takes connections', [server(up)], [], ['True', 'Serving', false]],
    ['another engine is wanted', [server(up, { generation: 2 })], [], ['Unknown', 'Starting', false]],
    ['only the old one is up', [server({ ...up, updatedReplicas: 0 })], [], ['Unknown', 'Starting', false]],
    ['a quota has no room', [server(full)], [], ['False', 'PodsForbidden', true]],
    ['its image cannot be pulled', [server({ replicas: 1 })], [pod], ['False', 'ImagePullFailed', true]],
  ];

  it('says which fields to change when its pod is refused, and that the site serves', () => {
    const message = 'maximum memory usage per Container is 64Mi, but limit is 128Mi';
    const owned = [server({ conditions: [{ type: 'ReplicaFailure', status: 'True', message }] })];
    const { ready } = objectCache.report(siteWith('Valkey'), observed({ owned }), released());
    assert.match(ready.message, /64Mi of memory .*objectCache\.resources\. The site serves without it\.$/);
  });

  for (const [when, owned, pods, expected] of rows) {
    it(`is ${expected.slice(0, 2).join('/')} when ${when}`, () => {
      const site = siteWith('Valkey');
      const { ready, stalled } = objectCache.report(site, observed({ owned, pods }), released());
      assert.deepEqual([ready.status, ready.reason, stalled === true], expected);
    });
  }
});
