import assert from 'node:assert/strict';
import type { ObjectMeta } from '../manifest.ts';
import { Store, ingested, newer } from './store.ts';
import type { Change, RawObject } from './store.ts';
import { byInstance } from '../../testing/kube/index-by-label.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
/** The site that controls what the caches hold of it. */
const ownerReferences = [
  { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site', controller: true },
];

function service(name: string, version: number, more: Partial<ObjectMeta> = {}): RawObject {
  return {
    metadata: {
      name,
      namespace: 'ns',
      uid: `uid-${name}`,
      resourceVersion: String(version),
      labels,
      ownerReferences,
      ...more,
    },
  };
}

function said(changes: readonly Change[]): string[] {
  return changes.map(
    ({ type, object }) => `${type} ${object.metadata.name}#${object.metadata.resourceVersion ?? ''}`,
  );
}

function held(store: Store): string[] {
  return store
    .list()
    .map(({ metadata }) => `${metadata.name}#${metadata.resourceVersion ?? ''}`)
    .sort();
}

describe('Store', () => {
  let store: Store;
  beforeEach(() => {
    store = new Store(sample('Service'), undefined, [byInstance]);
    store.replace([service('a', 5), service('b', 6)], '10');
  });

  it('finds by name, namespace and site', () => {
    store.take('ADDED', service('z', 11));
    store.take('ADDED', service('c', 12, { namespace: 'other' }));
    assert.equal(store.get('ns', 'a')?.metadata.uid, 'uid-a');
    assert.equal(store.get('ns', 'nothing'), undefined);
    assert.equal(store.get('other', 'a'), undefined);
    assert.deepEqual(
      store.list('other').map(({ metadata }) => metadata.name),
      ['c'],
    );
    assert.deepEqual(
      store.find(byInstance, 'ns/shop').map(({ metadata }) => metadata.name),
      ['a', 'b', 'z'],
    );
    assert.equal(store.size, 4);
    store.take('DELETED', service('z', 13));
    assert.deepEqual(
      store.find(byInstance, 'ns/shop').map(({ metadata }) => metadata.name),
      ['a', 'b'],
    );
    assert.equal(store.size, 3);
  });

  it('knows no index that it was not made with', () => {
    assert.throws(
      () => new Store(sample('Service')).find(byInstance, 'ns/shop'),
      /no index instance of Service/,
    );
  });

  it('follows labels as they change', () => {
    store.take('MODIFIED', service('a', 11, { labels: { ...labels, 'app.kubernetes.io/instance': 'blog' } }));
    assert.deepEqual(
      store.find(byInstance, 'ns/shop').map(({ metadata }) => metadata.name),
      ['b'],
    );
    assert.deepEqual(
      store.find(byInstance, 'ns/blog').map(({ metadata }) => metadata.name),
      ['a'],
    );
  });

  it('says what a new content changes', () => {
    const changes = store.replace([service('a', 5), service('c', 12)], '12');
    assert.deepEqual(said(changes), ['deleted b#6', 'added c#12']);
  });

  it('says what an update was before', () => {
    const [change] = store.take('MODIFIED', service('a', 11));
    assert.equal(change?.type, 'updated');
    assert.equal(change.before?.metadata.resourceVersion, '5');
  });

  it('ignores events that come twice or late', () => {
    assert.deepEqual(said(store.take('MODIFIED', service('a', 11))), ['updated a#11']);
    assert.deepEqual(store.take('MODIFIED', service('a', 11)), []);
    assert.deepEqual(store.take('MODIFIED', service('a', 9)), []);
    assert.deepEqual(store.take('DELETED', service('a', 9)), []);
    assert.deepEqual(held(store), ['a#11', 'b#6']);
    assert.deepEqual(store.take('DELETED', service('unknown', 12)), []);
  });

  it('takes the same name with another UID for another object, in events', () => {
    const changes = store.take('ADDED', service('a', 12, { uid: 'new' }));
    assert.deepEqual(said(changes), ['deleted a#5', 'added a#12']);
    assert.equal(changes[0]?.object.metadata.uid, 'uid-a');
    assert.deepEqual(
      store.take('DELETED', service('a', 13)),
      [],
      'the end of the old one does not end the new one',
    );
    assert.equal(store.get('ns', 'a')?.metadata.uid, 'new');
  });

  it('takes the same name with another UID for another object, across a gap', () => {
    const changes = store.replace([service('a', 12, { uid: 'new' }), service('b', 6)], '13');
    assert.deepEqual(said(changes), ['deleted a#5', 'added a#12']);
    assert.equal(store.size, 2);
  });

  it('goes back when the server does: a whole new content always counts', () => {
    assert.deepEqual(said(store.replace([service('a', 2)], '3')), ['deleted b#6', 'updated a#2']);
    assert.deepEqual(said(store.take('MODIFIED', service('a', 4))), ['updated a#4']);
  });

  it('keeps no managedFields, and says kind and version', () => {
    const raw = service('c', 11);
    raw.metadata.managedFields = [{ manager: 'x' }];
    store.take('ADDED', raw);
    const object = store.get('ns', 'c');
    assert.equal(object?.kind, 'Service');
    assert.equal(object.apiVersion, 'v1');
    assert.ok(!('managedFields' in object.metadata));
  });

  describe('with our own writes', () => {
    it('has them at once, and their event changes nothing any more', () => {
      assert.deepEqual(said(store.written(service('a', 11))), ['updated a#11']);
      assert.deepEqual(said(store.written(service('c', 12))), ['added c#12']);
      assert.deepEqual(store.take('MODIFIED', service('a', 11)), []);
      assert.deepEqual(store.take('ADDED', service('c', 12)), []);
      assert.deepEqual(store.advance('20'), [], 'they are confirmed');
      assert.deepEqual(held(store), ['a#11', 'b#6', 'c#12']);
    });

    it('does not go back to what the watch tells late', () => {
      store.written(service('a', 15));
      assert.deepEqual(store.take('MODIFIED', service('a', 12)), []);
      assert.deepEqual(said(store.take('MODIFIED', service('a', 16))), ['updated a#16']);
    });

    it('ignores an answer that the watch has overtaken: the object may be gone already', () => {
      store.take('DELETED', service('a', 12));
      assert.deepEqual(store.written(service('a', 11)), []);
      assert.equal(store.get('ns', 'a'), undefined);
    });

    it('ignores an answer that changed nothing', () => {
      assert.deepEqual(store.written(service('a', 5)), []);
    });

    it('keeps them over a list that is older', () => {
      store.written(service('a', 15));
      store.written(service('c', 16));
      assert.deepEqual(said(store.replace([service('a', 12), service('b', 6)], '14')), []);
      assert.deepEqual(held(store), ['a#15', 'b#6', 'c#16']);
      assert.deepEqual(said(store.replace([service('a', 15)], '17')), ['deleted b#6', 'deleted c#16']);
    });

    it('drops one that the watch has passed without telling of it', () => {
      store.written(service('c', 16));
      assert.deepEqual(store.advance('15'), []);
      assert.deepEqual(said(store.advance('16')), ['deleted c#16']);
    });

    it('leaves out what the watch would not tell', () => {
      assert.deepEqual(store.written(service('foreign', 11, { labels: {} })), []);
      assert.equal(store.get('ns', 'foreign'), undefined);
    });

    it('forgets what was deleted at once, but only that very object', () => {
      assert.deepEqual(store.removed('ns', 'a', 'another'), []);
      assert.deepEqual(store.removed('ns', 'nothing', 'uid-a'), []);
      assert.deepEqual(said(store.removed('ns', 'a', 'uid-a')), ['deleted a#5']);
      assert.deepEqual(store.take('DELETED', service('a', 11)), []);
    });
  });

  describe('with versions that are not numbers', () => {
    const opaque = (name: string, version: string): RawObject => {
      const { metadata } = service(name, 0);
      return { metadata: { ...metadata, resourceVersion: version } };
    };
    beforeEach(() => {
      store = new Store(sample('Service'));
      store.replace([opaque('a', 'z9'), opaque('b', 'k3')], 'm7');
    });

    it('takes every event in the order in which the watch tells them', () => {
      assert.deepEqual(said(store.take('MODIFIED', opaque('a', 'c1'))), ['updated a#c1']);
      assert.deepEqual(store.take('MODIFIED', opaque('a', 'c1')), []);
      assert.deepEqual(said(store.take('DELETED', opaque('a', 'b2'))), ['deleted a#c1']);
      assert.deepEqual(said(store.take('ADDED', opaque('a', 'a3'))), ['added a#a3']);
      assert.deepEqual(store.advance('zz'), []);
      assert.deepEqual(held(store), ['a#a3', 'b#k3']);
    });

    it('has our own writes when the watch tells them, not before', () => {
      assert.deepEqual(store.written(opaque('a', 'zz')), []);
      assert.deepEqual(store.written(opaque('new', 'zz')), []);
      assert.deepEqual(said(store.take('MODIFIED', opaque('a', 'zz'))), ['updated a#zz']);
    });

    it('goes from numbers to such versions and back', () => {
      store.replace([service('a', 5)], '10');
      store.written(service('a', 12));
      store.written(service('c', 13));
      assert.deepEqual(said(store.replace([opaque('a', 'x')], 'y')), ['deleted c#13', 'updated a#x']);
      assert.deepEqual(store.advance('y2'), []);
      assert.deepEqual(said(store.replace([service('a', 3)], '4')), ['updated a#3']);
      assert.deepEqual(said(store.written(service('a', 5))), ['updated a#5']);
    });
  });

  it('holds objects of the whole cluster', () => {
    const classes = new Store(sample('StorageClass'));
    classes.replace(
      [{ metadata: { name: 'fast', uid: 'u', resourceVersion: '1' }, allowVolumeExpansion: true }],
      '1',
    );
    assert.equal(classes.get(undefined, 'fast')?.['allowVolumeExpansion'], true);
    assert.equal(classes.get('ignored', 'fast')?.kind, 'StorageClass');
  });
});

describe('ingested', () => {
  it('keeps metadata only where the table says so', () => {
    const raw = { kind: 'PartialObjectMetadata', metadata: { name: 'nginx' }, spec: { controller: 'x' } };
    assert.deepEqual(ingested(sample('IngressClass'), raw), {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'nginx' },
    });
  });

  it('keeps no whole objects in the metadata of those', () => {
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{}}' };
    const raw = { metadata: { name: 'nginx', annotations: { ...applied, note: 'kept' } } };
    const once = ingested(sample('IngressClass'), raw);
    assert.deepEqual(once.metadata.annotations, { note: 'kept' });
    assert.equal(ingested(sample('IngressClass'), once), once);
  });
});

describe('newer', () => {
  const rows: [a: string, b: string, expected: boolean][] = [
    ['10', '9', true],
    ['9', '10', false],
    ['9', '9', false],
    ['18446744073709551615', '9223372036854775807', true],
    ['1', '0', true],
    ['010', '9', false],
    ['', '', false],
    ['other', '9', false],
    ['9', 'other', false],
    ['other', 'other', false],
  ];
  for (const [a, b, expected] of rows)
    it(`${a} than ${b}: ${expected}`, () => assert.equal(newer(a, b), expected));
});
