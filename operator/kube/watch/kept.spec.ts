import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cache } from './cache.ts';
import { brief, isKept } from './kept.ts';
import type { Manifest, ObjectMeta } from '../manifest.ts';
import { apiVersion } from '../resources.ts';
import { ingested } from './store.ts';
import type { RawObject } from './store.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

const home = 'hosting';
const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
const owner = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site' };
const controlled = { ownerReferences: [{ ...owner, controller: true }] };
const long = 'x'.repeat(2000);

function object(kind: string, metadata: Partial<ObjectMeta> = {}, fields: object = {}): Manifest {
  const place = { name: 'one', namespace: 'customer-a', uid: 'u', resourceVersion: '5' };
  return {
    ...{ apiVersion: apiVersion(sample(kind)), kind },
    metadata: { ...place, labels, ...metadata },
    ...fields,
  };
}

describe('what the caches keep', () => {
  const rows: [string, string, Partial<ObjectMeta>, boolean][] = [
    ['an object that a site controls', 'ConfigMap', controlled, true],
    ['one that has our label alone', 'ConfigMap', {}, false],
    ['one that a site owns and does not control', 'Deployment', { ownerReferences: [owner] }, false],
    [
      'one that something else controls',
      'ControllerRevision',
      { ownerReferences: [{ ...owner, kind: 'StatefulSet', controller: true }] },
      false,
    ],
    ["one in the operator's own namespace", 'ConfigMap', { namespace: home }, true],
    ['a pod, whoever made it', 'Pod', {}, true],
    ['a claim, which outlives its site', 'PersistentVolumeClaim', {}, true],
  ];
  for (const [what, kind, metadata, expected] of rows)
    it(`is ${expected ? '' : 'not '}${what}`, () => {
      assert.equal(isKept(sample(kind), object(kind, metadata), home), expected);
    });

  it('leaves a cache when its owner is taken from it, and comes back with it', () => {
    const cache = new Cache(['Service'].map(sample), { home });
    const changes: string[] = [];
    cache.onChange(({ type }) => changes.push(type));
    const [ours, theirs] = [controlled, {}].map((metadata) => object('Service', metadata) as RawObject);
    const version = (raw: RawObject | undefined, resourceVersion: string): RawObject => ({
      ...raw,
      metadata: { ...raw!.metadata, resourceVersion },
    });
    cache.take('Service', 'ADDED', version(ours, '6'));
    cache.take('Service', 'MODIFIED', version(theirs, '7'));
    cache.take('Service', 'MODIFIED', version(ours, '8'));
    cache.replace('Service', [version(theirs, '9')], '9');
    assert.deepEqual(changes, ['added', 'deleted', 'added', 'deleted']);
    cache.written({ ...object('Service', { resourceVersion: '10' }) });
    assert.equal(cache.size('Service'), 0);
  });

  describe('of an object', () => {
    it('is the hash of a long text, and everything else as it is', () => {
      const data = { short: 'a', long };
      const { data: kept } = shortened(object('ConfigMap', controlled, { data }));
      assert.deepEqual(kept, { short: 'a', long: `sha256:${hash('sha256', long)}` });
      const spec = { template: { spec: { containers: [{ env: [{ name: 'A', value: long }] }] } } };
      assert.doesNotMatch(JSON.stringify(shortened(object('Deployment', controlled, { spec }))), /xxx/);
    });

    it('has of a task, which people write, no long words, and its record', () => {
      const annotations = { 'hostedsite.dev/command': 'Running uid' };
      const task = object('SiteTask', { annotations }, { spec: { siteName: 'shop', command: [long] } });
      const kept = shortened(task);
      assert.deepEqual(kept['spec'], { siteName: 'shop', command: [`sha256:${hash('sha256', long)}`] });
      assert.deepEqual(kept.metadata.annotations, annotations);
    });

    it('is the very same object where nothing is long, and once it is brief', () => {
      const small = object('ConfigMap', controlled, { data: { a: 'b' } });
      assert.equal(shortened(small), small);
      const once = shortened(object('ConfigMap', controlled, { data: { long } }));
      assert.equal(shortened(once), once);
      assert.equal(ingested(sample('ConfigMap'), once as RawObject), once);
    });

    it('is all of a release, which is run again from it, and of what tenants cannot label', () => {
      for (const kind of ['ControllerRevision', 'HostedSite', 'StorageClass'] as const) {
        const whole = object(kind, controlled, { data: { long }, spec: { long } });
        assert.equal(shortened(whole), whole);
      }
    });

    it('is what its status says, and no long annotation', () => {
      const annotations = { mine: 'short', theirs: 'y'.repeat(2000) };
      const kept = shortened(object('Pod', { annotations }, { status: { message: long } }));
      assert.deepEqual(kept['status'], { message: long });
      assert.deepEqual(kept.metadata.annotations, { mine: 'short' });
    });

    it('is its name and owner where it is heavy all the same', () => {
      const data = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 'v'.repeat(40)]));
      const many = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`l${at}`, 'v']));
      // Whose it is says this one too: what a task made is not the site's.
      const ours = { ...labels, 'hostedsite.dev/task': 'migrate' };
      const kept = shortened(object('ConfigMap', { ...controlled, labels: { ...many, ...ours } }, { data }));
      assert.deepEqual(Object.keys(kept).sort(), ['apiVersion', 'kind', 'metadata']);
      assert.deepEqual(kept.metadata.labels, ours);
      assert.deepEqual(kept.metadata.ownerReferences, controlled.ownerReferences);
      assert.equal(shortened(kept), kept);
    });

    it('is so too where lists make it heavy', () => {
      const hosts = Array.from({ length: 9000 }, () => ['a', 1, null]);
      assert.equal(shortened(object('Ingress', controlled, { spec: { hosts } }))['spec'], undefined);
      const few = object('Ingress', controlled, { spec: { hosts: hosts.slice(0, 1000) } });
      assert.equal(shortened(few), few);
    });
  });

  it('of a tenant who labels as much as etcd holds is next to nothing', () => {
    const cache = new Cache(['ConfigMap'].map(sample), { home });
    const collected = collector();
    const before = collected();
    const take = (index: number, metadata: Partial<ObjectMeta>, text: string): void => {
      const place = { name: `m${index}`, uid: `u${index}`, resourceVersion: String(10 + index) };
      const sent = JSON.stringify(object('ConfigMap', { ...place, ...metadata }, { data: { text } }));
      cache.take('ConfigMap', 'ADDED', JSON.parse(sent) as RawObject);
    };
    const large = `€${'z'.repeat(900_000)}`;
    for (let index = 0; index < 400; index += 1) take(index, index % 2 === 0 ? controlled : {}, large);
    for (let index = 400; index < 20_400; index += 1) take(index, {}, 'small');
    assert.equal(cache.size('ConfigMap'), 200);
    const grown = (collected() - before) / 2 ** 20;
    assert.ok(grown < 20, `${grown.toFixed(1)} MiB more`);
  }).timeout(60_000);
});

function shortened(one: Manifest): Manifest {
  return brief(sample(one.kind), one);
}

/** What the heap holds after everything that nobody needs was collected. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}
