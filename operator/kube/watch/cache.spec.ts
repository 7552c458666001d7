import assert from 'node:assert/strict';
import { Cache } from './cache.ts';
import type { Manifest } from '../manifest.ts';
import { byInstance } from '../../testing/kube/index-by-label.ts';
import { samples, sample } from '../../testing/kube/sample-resources.ts';

const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
/** The site that controls what the caches hold of it. */
const ownerReferences = [
  { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site', controller: true },
];

function object(kind: string, name: string, version = '5'): Manifest {
  const uid = `${kind}-${name}`;
  const metadata = { name, namespace: 'ns', uid, resourceVersion: version, labels, ownerReferences };
  return { apiVersion: 'v1', kind, metadata };
}

describe('Cache', () => {
  let cache: Cache;
  let reported: string[];
  beforeEach(() => {
    cache = new Cache(samples, {}, [byInstance]);
    reported = [];
    cache.onChange(({ kind, type, object: changed }) =>
      reported.push(`${type} ${kind} ${changed.metadata.name}`),
    );
  });

  it("gathers a site's objects in the order of kinds, then of names", () => {
    cache.replace('Pod', [object('Pod', 'shop-web-2'), object('Pod', 'shop-web-1')], '5');
    cache.replace('Deployment', [object('Deployment', 'shop-web')], '5');
    cache.replace('Service', [object('Service', 'shop-web'), object('Service', 'shop-database')], '5');
    assert.deepEqual(
      cache.find(byInstance, 'ns/shop').map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      [
        'Service shop-database',
        'Service shop-web',
        'Deployment shop-web',
        'Pod shop-web-1',
        'Pod shop-web-2',
      ],
    );
    assert.equal(cache.size('Pod'), 2);
  });

  it('tells every listener of every change', () => {
    let count = 0;
    cache.onChange(() => (count += 1));
    cache.replace('Pod', [object('Pod', 'a')], '5');
    cache.take('Pod', 'MODIFIED', object('Pod', 'a', '6'));
    cache.take('Pod', 'DELETED', object('Pod', 'a', '7'));
    assert.deepEqual(reported, ['added Pod a', 'updated Pod a', 'deleted Pod a']);
    assert.equal(count, 3);
  });

  it('has our writes at once and tells of them', () => {
    cache.written(object('Service', 'a'));
    assert.deepEqual(reported, ['added Service a']);
    assert.ok(cache.get('Service', 'ns', 'a'));
    cache.removed({ kind: 'Service', namespace: 'ns', name: 'a' }, 'Service-a');
    assert.equal(cache.get('Service', 'ns', 'a'), undefined);
  });

  it('does not mind writes of kinds that it does not hold', () => {
    cache.written(object('Secret', 'a'));
    cache.removed({ kind: 'Secret', namespace: 'ns', name: 'a' }, 'Secret-a');
    new Cache([sample('Pod')]).written(object('Service', 'a'));
    assert.deepEqual(reported, []);
    assert.throws(() => new Cache([sample('Pod')]).list('Service'), /no cache of kind Service/);
  });

  it('drops a write that the watch has passed', () => {
    cache.written(object('Service', 'a'));
    cache.advance('Service', '9');
    assert.deepEqual(reported, ['added Service a', 'deleted Service a']);
  });
});
