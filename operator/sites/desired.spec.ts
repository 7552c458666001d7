import assert from 'node:assert/strict';
import type {
  Component,
  Manifest,
  Owned,
  PodPart,
  PodTemplate,
  Released,
  ReleaseState,
  Revision,
} from '../components/component.ts';
import { runningRevision } from '../components/release-state.ts';
import { desiredObjects, gathered, rendered } from './desired.ts';
import { observe } from './observe.ts';
import { resolve } from './resolve.ts';
import { World, hostedSite, settings, shop } from '../testing/world.ts';
import { condition } from '../components/cache/condition.ts';

const site = resolve(hostedSite(), settings);
const seen = observe(new World().cluster, shop, new Date(0))!;
const template: PodTemplate = {
  metadata: {},
  spec: { volumes: [{ name: 'vcl', configMap: { name: 'shop-cache-1' } }] },
};
const revision: Revision = { name: 'shop-web-1', number: 7, inputs: 'inputs', image: 'image', template };
const all: Released = {
  bindings: { env: [], volumes: [], mounts: [] },
  sidecars: { initContainers: [], volumes: [] },
  flows: [],
  servingPort: 'http',
  state: { is: 'running', desired: revision },
  revision,
};

function component(part: Partial<Component>): Component {
  return {
    name: 'cache',
    condition,
    reasons: {},
    rights: [],
    enabled: () => true,
    manifests: () => [],
    report: () => ({ ready: { status: 'True', reason: 'Serving', message: '' } }),
    ...part,
  };
}

function owned(object: Partial<Manifest>, rest: Partial<Owned> = {}): Owned {
  const whole = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-web' }, ...object };
  return { object: whole, lifetime: 'site', write: 'apply', ...rest };
}

function written(...manifests: Owned[]): Manifest[] {
  return desiredObjects([component({ manifests: () => manifests })], site, seen, all).map(
    ({ object }) => object,
  );
}

const labels = {
  'app.kubernetes.io/name': 'hostedsite',
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/managed-by': 'hostedsite',
  'app.kubernetes.io/component': 'cache',
};

describe('what is gathered', () => {
  const part = (name: string, port?: string): PodPart => ({
    initContainers: [{ name, image: name }],
    volumes: [{ name, emptyDir: {} }],
    ...(port === undefined ? {} : { servingPort: port }),
  });
  const sidecars = (...parts: PodPart[]) => parts.map((one) => component({ sidecar: () => one }));

  it('is nothing where nobody adds anything', () => {
    assert.deepEqual(gathered([component({})], site, seen), {
      bindings: { env: [], volumes: [], mounts: [] },
      sidecars: { initContainers: [], volumes: [] },
      flows: [],
      servingPort: 'application',
    });
  });

  it('is in the order of the list', () => {
    const env = (name: string) =>
      component({
        bindings: () => ({ env: [{ name, value: '' }], mounts: [{ name, mountPath: `/${name}` }] }),
      });
    const { bindings } = gathered([env('a'), env('b')], site, seen);
    assert.deepEqual(
      bindings.env.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(
      bindings.mounts.map(({ mountPath }) => mountPath),
      ['/a', '/b'],
    );
    const { initContainers, volumes } = gathered(sidecars(part('a'), part('b')), site, seen).sidecars;
    assert.deepEqual(
      [initContainers, volumes].map((list) => list.map(({ name }) => name)),
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    );
  });

  const ports: [string, PodPart[], string][] = [
    ['the application without a sidecar', [], 'application'],
    ['the application beside a sidecar that is not the edge', [part('a')], 'application'],
    ['the sidecar that is the edge', [part('a', 'http'), part('b')], 'http'],
    ['the outermost of two edges', [part('a', 'http'), part('b', 'proxy')], 'proxy'],
  ];
  for (const [title, parts, port] of ports) {
    it(`serves through ${title}`, () =>
      assert.equal(gathered(sidecars(...parts), site, seen).servingPort, port));
  }
});

describe('the pod template', () => {
  const web = component({ podTemplate: () => template });
  it('is of the one component that has one', () => {
    assert.equal(rendered([component({}), web], site, seen, all), template);
  });
  it('must be of exactly one', () => {
    assert.throws(
      () => rendered([component({})], site, seen, all),
      /exactly one component must have a pod template, 0 have/,
    );
    assert.throws(() => rendered([web, web], site, seen, all), /2 have/);
  });
});

describe('every object', () => {
  it('has the namespace, the labels and the owner', () => {
    const [service] = written(owned({}));
    assert.equal(service?.metadata.namespace, 'customer-a');
    assert.deepEqual(service?.metadata.labels, labels);
    assert.deepEqual(service?.metadata.ownerReferences, [
      {
        apiVersion: 'hostedsite.dev/v1alpha1',
        kind: 'HostedSite',
        name: 'shop',
        uid: 'site-uid',
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  });

  it('keeps labels and annotations of its component', () => {
    const [service] = written(
      owned({ metadata: { name: 'x', labels: { a: 'b' }, annotations: { c: 'd' } } }),
    );
    assert.deepEqual(service?.metadata.labels, { a: 'b', ...labels });
    assert.equal(service?.metadata.annotations?.['c'], 'd');
  });

  it('has no owner when it is kept', () => {
    assert.equal(written(owned({}, { lifetime: 'kept' }))[0]?.metadata.ownerReferences, undefined);
  });

  it('has a hash that follows its content', () => {
    const hash = (...list: Owned[]) =>
      written(...list)[0]?.metadata.annotations?.['hostedsite.dev/applied-hash'];
    assert.match(hash(owned({})) ?? '', /^[0-9a-f]{64}$/);
    assert.equal(hash(owned({ spec: { a: 1, b: 2 } })), hash(owned({ spec: { b: 2, a: 1 } })));
    assert.notEqual(hash(owned({ spec: { a: 1 } })), hash(owned({ spec: { a: 2 } })));
  });

  it('has no hash when it is only created', () => {
    assert.equal(written(owned({}, { write: 'createOnce' }))[0]?.metadata.annotations, undefined);
  });

  it('labels its pods too', () => {
    const [set] = written(
      owned({
        kind: 'StatefulSet',
        spec: { template: { metadata: { labels: { a: 'b' } }, spec: { x: 1 } } },
      }),
    );
    assert.deepEqual((set?.['spec'] as { template: unknown }).template, {
      metadata: { labels: { a: 'b', ...labels } },
      spec: { x: 1 },
    });
    const [bare] = written(owned({ kind: 'Job', spec: { template: { spec: {} } } }));
    assert.deepEqual((bare?.['spec'] as { template: unknown }).template, { metadata: { labels }, spec: {} });
  });

  it('leaves the template of a release as it was stored', () => {
    const stored = { metadata: { labels: { 'hostedsite.dev/revision': 'shop-web-1' } }, spec: {} };
    const [deployment] = written(owned({ kind: 'Deployment', spec: { template: stored } }));
    assert.deepEqual(deployment?.['spec'], { template: stored });
  });

  it('is a new value: what a component returned stays as it was', () => {
    const one = owned({});
    written(one);
    assert.deepEqual(one, owned({}));
  });
});

describe('the order', () => {
  it('is that of the list, and the revision comes before the workload that runs it', () => {
    const list = ['b', 'a'].map((name) => component({ manifests: () => [owned({ metadata: { name } })] }));
    const web = component({
      name: 'web',
      podTemplate: () => template,
      manifests: () => [owned({ kind: 'Deployment' })],
    });
    const objects = desiredObjects([...list, web], site, seen, all).map(
      ({ object }) => `${object.kind}/${object.metadata.name}`,
    );
    assert.deepEqual(objects, [
      'Service/b',
      'Service/a',
      'ControllerRevision/shop-web-1',
      'Deployment/shop-web',
    ]);
  });
});

describe('an immutable ConfigMap', () => {
  const map = (name: string, immutable = true) => owned({ kind: 'ConfigMap', metadata: { name }, immutable });
  it('is wanted when the running template mounts it', () =>
    assert.equal(written(map('shop-cache-1')).length, 1));
  it('is left out when another template would mount it', () =>
    assert.equal(written(map('shop-cache-2')).length, 0));
  it('is wanted always when it can change', () =>
    assert.equal(written(map('shop-settings', false)).length, 1));
});

describe('what is written in each state of a release', () => {
  const one = (name: string): Revision => ({
    ...revision,
    name,
    template: { metadata: {}, spec: { volumes: [{ name: 'vcl', configMap: { name: `map-${name}` } }] } },
  });
  const [old, next] = [one('old'), one('new')];
  const maps = ['old', 'new'].map((name) =>
    owned({ kind: 'ConfigMap', metadata: { name: `map-${name}` }, immutable: true }),
  );
  const web = component({
    name: 'web',
    runsImage: true,
    podTemplate: () => template,
    manifests: () => [owned({ kind: 'Deployment' })],
  });
  const cron = component({
    name: 'cron',
    runsImage: true,
    manifests: () => [owned({ kind: 'CronJob', metadata: { name: 'shop-cron-report' } })],
  });
  const list = [component({ manifests: () => maps }), web, cron];
  const pods = ['Deployment/shop-web', 'CronJob/shop-cron-report'];
  const rows: [state: ReleaseState, written: string[]][] = [
    [{ is: 'resolving', desired: next }, []],
    [{ is: 'resolving', desired: next, current: old }, ['map-old', 'old', ...pods]],
    [{ is: 'commanding', desired: next }, ['map-new', 'new']],
    [{ is: 'commanding', desired: next, current: old }, ['map-old', 'map-new', 'new', 'old', ...pods]],
    [{ is: 'commandFailed', desired: next }, ['map-new', 'new']],
    [{ is: 'commandFailed', desired: next, current: old }, ['map-old', 'map-new', 'new', 'old', ...pods]],
    [{ is: 'first', desired: next }, ['map-new', 'new', ...pods]],
    [{ is: 'rolling', desired: next, from: old }, ['map-new', 'new', ...pods]],
    [{ is: 'running', desired: next }, ['map-new', 'new', ...pods]],
    [{ is: 'rolledBack', desired: next, current: old }, ['map-old', 'new', 'old', ...pods]],
  ];
  for (const [state, expected] of rows) {
    it(`${state.is}, ${'current' in state ? 'something' : 'nothing'} runs in its place`, () => {
      const objects = desiredObjects(list, site, seen, { ...all, state, revision: runningRevision(state) });
      const named = objects.map(({ object: { kind, metadata } }) =>
        kind === 'ControllerRevision' || kind === 'ConfigMap' ? metadata.name : `${kind}/${metadata.name}`,
      );
      assert.deepEqual(named, expected);
    });
  }
});
