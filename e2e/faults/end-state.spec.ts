import assert from 'node:assert/strict';
import type { Manifest } from '../../operator/components/component.ts';
import { masks } from './end-state-masks.ts';
import { difference, differenceFrom, differenceFromFresh, normalised } from './end-state.ts';
import type { Scenario } from './scenarios.ts';

type Fields = Record<string, unknown>;

const scenario: Scenario = { name: 'one', act: [], final: 'Ready' };

/** The same small site in any namespace, with other UIDs, times and secret values. */
function left(
  namespace: string,
  change: (objects: Manifest[], copies: Manifest[]) => void = () => undefined,
) {
  const operatorNamespace = `${namespace}-operator`;
  const object = (kind: string, name: string, fields: Fields = {}, metadata: Fields = {}): Manifest => ({
    apiVersion: 'v1',
    kind,
    ...fields,
    metadata: {
      name,
      namespace,
      uid: `${namespace}-${kind}-${name}`,
      resourceVersion: namespace.slice(1),
      creationTimestamp: `2026-01-0${namespace.length}T00:00:00Z`,
      ...structuredClone(metadata),
    },
  });
  const owner = {
    ownerReferences: [
      { apiVersion: '', kind: 'HostedSite', name: 'shop', uid: `${namespace}-HostedSite-shop` },
    ],
  };
  const data = { password: `secret of ${namespace}` };
  const fields = (fieldsV1: Fields): Fields => ({
    managedFields: [{ manager: 'hostedsite', operation: 'Apply', time: 'now', fieldsV1 }],
  });
  const status = {
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  };
  const objects = [
    object('HostedSite', 'shop', { status }),
    object(
      'Service',
      'shop-web',
      { spec: { clusterIP: `10.0.0.${namespace.length}`, ports: [80] } },
      { ...owner, ...fields({ [`k:{"uid":"${namespace}-HostedSite-shop"}`]: {} }) },
    ),
    object('Secret', 'shop-database', { data }),
    object('ControllerRevision', 'shop-web-1', { revision: 1, data: { volume: 'shop-cache-1' } }, owner),
    object('ConfigMap', 'shop-cache-1', {}, owner),
  ];
  const annotations = { 'hostedsite.dev/copy-of': `${namespace}/shop-database` };
  const copies = [
    object('Secret', `site-secret-${namespace}`, { data }, { namespace: operatorNamespace, annotations }),
  ];
  change(objects, copies);
  const pod = {
    ...object('Pod', `shop-web-${namespace}`),
    spec: { containers: [{ image: 'shop:1' }] },
    status: { phase: 'Running' },
  };
  return { objects, copies, pods: [pod], namespace, operatorNamespace };
}

const first = normalised(left('f1'));
const changed = (change: (objects: Manifest[], copies: Manifest[]) => void): string[] =>
  difference(first, normalised(left('f22', change)));
const named = (objects: readonly Manifest[], name: string): Manifest =>
  objects.find(({ metadata }) => metadata.name === name)!;

describe('the end state', () => {
  it('tells who has which host, and not what was given back', () => {
    const claim = (host: string, annotations = {}): Manifest => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { host, name: 'shop' } },
      metadata: { name: `host-${host}`, namespace: 'operator', annotations },
    });
    const released = { 'hostedsite.dev/released-at': '2026-01-01T00:00:00Z' };
    const claims = [claim('held.example'), claim('dropped.example', released)];
    const places = { namespace: 'a', operatorNamespace: 'operator' };
    const state = normalised({ objects: [], copies: [], pods: [], claims, ...places });
    assert.deepEqual(state.get('Claims'), ['held.example shop']);
  });

  it('is the same in another namespace', () => {
    assert.deepEqual(
      changed(() => undefined),
      [],
    );
    assert.equal(first.size, 8);
  });

  it('tells what is missing and what is too much', () => {
    assert.deepEqual(
      changed((objects) => objects.splice(1, 1)),
      ['Service/shop-web is missing'],
    );
    assert.deepEqual(
      changed((objects) => objects.push({ ...named(objects, 'shop-web'), metadata: { name: 'more' } })),
      ['Service/more should not be there'],
    );
  });

  it('tells a changed field', () => {
    assert.deepEqual(
      changed((objects) => (named(objects, 'shop-web')['spec'] = { ports: [81] })),
      ['Service/shop-web spec ports 0 is 81, expected 80'],
    );
  });

  it('tells an owner that is not there any more', () => {
    const found = changed(
      (objects) => (named(objects, 'shop-web').metadata.ownerReferences![0]!.uid = 'gone'),
    );
    assert.deepEqual(found, [
      'Service/shop-web metadata ownerReferences 0 uid is "gone", expected "<uid of HostedSite/shop>"',
    ]);
  });

  it('tells a Secret that is not its copy, and shows no value', () => {
    const found = changed((_, copies) => (copies[0]!['data'] = { password: 'another' }));
    assert.deepEqual(found, [
      'Secret/shop-database data password is "<value of Secret/shop-database password>", expected "<value of Copy/shop-database password>"',
    ]);
  });

  it('tells a field that the operator holds no more', () => {
    const found = changed((objects) =>
      Object.assign(named(objects, 'shop-web').metadata, { managedFields: [] }),
    );
    assert.match(found.join(), /^Service\/shop-web metadata managedFields 0 is absent/);
  });

  it('tells other pods', () => {
    const one = left('f1');
    assert.deepEqual(difference(first, normalised({ ...one, pods: [...one.pods, ...one.pods] })), [
      'Pods undefined shop:1 Running is 2, expected 1',
    ]);
  });

  it('does not tell which pod ran a command, but that one did', () => {
    const running = (uid: string) => (objects: Manifest[]) => {
      named(objects, 'shop').metadata.annotations = { 'hostedsite.dev/command': `Running ${uid} hash` };
    };
    const before = normalised(left('f1', running('11111111-0000-4000-8000-000000000000')));
    const same = normalised(left('f22', running('22222222-0000-4000-8000-000000000000')));
    assert.deepEqual(difference(before, same), []);
    assert.equal(changed(running('22222222-0000-4000-8000-000000000000')).length, 1);
  });

  it('does not tell how a command was seen to end where that hangs on who looked when', () => {
    const ended = (reason: string, message: string, stalled: string) => (objects: Manifest[]) => {
      named(objects, 'shop')['status'] = {
        conditions: [{ type: 'Stalled', status: 'True', reason: stalled, message }],
        release: { command: { phase: 'Failed', revision: 'shop-web-1', reason, message } },
      };
    };
    const before = normalised(left('f1', ended('Stopped', 'one', 'ReleaseCommandFailed')));
    const against = (stalled: string, endMayBeUnseen?: true): string[] => {
      const found = normalised(left('f22', ended('Unseen', 'another', stalled)));
      return differenceFrom(before, found, { ...scenario, ...(endMayBeUnseen && { endMayBeUnseen }) });
    };
    assert.deepEqual(against('ReleaseCommandFailed', true), []);
    assert.equal(against('RolledBack', true).length, 1);
    assert.equal(against('ReleaseCommandFailed').length, 3);
  });

  it('does not count what was seen between where that is history', () => {
    const seen = (revision: number) => (objects: Manifest[]) => {
      named(objects, 'shop-web-1')['revision'] = revision;
    };
    const before = normalised(left('f1', seen(2)));
    const found = normalised(left('f22', seen(4)));
    assert.deepEqual(differenceFrom(before, found, { ...scenario, historyShows: true }), []);
    assert.equal(differenceFrom(before, found, scenario).length, 1);
  });

  it('leaves out what hangs on time', () => {
    const before = normalised(left('f1'));
    const found = normalised(
      left('f22', (objects) => (named(objects, 'shop-web')['spec'] = { ports: [81] })),
    );
    assert.deepEqual(differenceFrom(before, found, { ...scenario, hangsOnTime: ['Service/shop-web'] }), []);
    assert.equal(differenceFrom(before, found, scenario).length, 1);
  });

  it('keeps its masks few, and each with a reason', () => {
    assert.ok(masks.length <= 22);
    assert.ok(masks.every(({ because }) => because.length > 0));
  });
});

describe('the end state beside a fresh site', () => {
  const withOldRelease = (objects: Manifest[]): void => {
    const [revision, configuration] = [named(objects, 'shop-web-1'), named(objects, 'shop-cache-1')];
    revision['revision'] = 2;
    objects.push({
      ...revision,
      revision: 1,
      data: { volume: 'shop-cache-0' },
      metadata: { ...revision.metadata, name: 'shop-web-0', uid: 'r0' },
    });
    objects.push({
      ...configuration,
      metadata: { ...configuration.metadata, name: 'shop-cache-0', uid: 'c0' },
    });
  };
  const against = (change: (objects: Manifest[]) => void, kept: string[] = []): string[] =>
    differenceFromFresh(first, normalised(left('f22', change)), { ...scenario, kept });

  it('may keep releases that can be gone back to, with their configuration', () => {
    assert.deepEqual(against(withOldRelease), []);
  });

  it('may keep nothing else', () => {
    const found = against((objects) =>
      objects.push({ ...named(objects, 'shop-cache-1'), metadata: { name: 'left-over' } }),
    );
    assert.deepEqual(found, ['ConfigMap/left-over should not be there']);
  });

  it('may keep what the scenario says, with its copy', () => {
    const found = against(
      (objects) => objects.push({ ...named(objects, 'shop-database'), metadata: { name: 'kept' } }),
      ['Secret/kept'],
    );
    assert.deepEqual(found, []);
  });
});
