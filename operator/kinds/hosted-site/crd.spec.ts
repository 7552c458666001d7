import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { crdFile } from '../../../tools/crd-files.ts';
import { expectGolden } from '../../../tools/golden.ts';
import { cacheDefaults } from '../../components/cache/spec.ts';
import { customResourceDefinition, largestCrd } from '../../api/crd.ts';
import { parted } from '../../api/described.ts';
import { hostedSiteStatus } from './status.ts';
import type { Structural } from '../../api/structural.ts';
import { isUnseen, unseenStatus } from './unseen-status.ts';
import { hostedSite } from './index.ts';

interface Field {
  path: string;
  schema: Structural;
  required: boolean;
}

const root = customResourceDefinition(hostedSite).spec.versions[0]?.schema.openAPIV3Schema ?? {};

describe('customResourceDefinition', () => {
  it('is the committed file', () => {
    expectGolden(new URL('../../../crds/hostedsites.yaml', import.meta.url), crdFile(hostedSite));
  });

  it('stays small enough for kubectl apply', () => {
    assert.ok(Buffer.byteLength(crdFile(hostedSite)) < largestCrd);
    assert.ok(JSON.stringify(customResourceDefinition(hostedSite)).length < largestCrd);
  });

  it('has one default, in the status: nothing is written into a spec', () => {
    assert.equal(crdFile(hostedSite).match(/^\s*default:/gm)?.length, 1);
    assert.deepEqual(root.properties?.['status']?.default, unseenStatus);
  });

  it('says of an object that nobody has seen that it is not ready, and when that is no longer so', () => {
    const reported = unseenStatus.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
    assert.deepEqual(reported, ['Ready Unknown Pending', 'Reconciling True Pending']);
    assert.deepEqual(hostedSiteStatus.parse(unseenStatus), unseenStatus);
    assert.deepEqual([isUnseen(unseenStatus), isUnseen({ observedGeneration: 1 })], [true, false]);
  });

  it('has names, short names and a category', () => {
    const { names, scope, group } = customResourceDefinition(hostedSite).spec;
    assert.deepEqual(names, {
      kind: 'HostedSite',
      listKind: 'HostedSiteList',
      plural: 'hostedsites',
      singular: 'hostedsite',
      shortNames: ['hs', 'site', 'sites'],
      categories: ['hosting'],
    });
    assert.deepEqual([scope, group], ['Namespaced', 'hostedsite.dev']);
  });

  it('can be scaled, and its status is a resource of its own', () => {
    assert.deepEqual(customResourceDefinition(hostedSite).spec.versions[0]?.subresources, {
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    });
  });

  it('shows the columns that a person asks for first', () => {
    const columns = customResourceDefinition(hostedSite).spec.versions[0]?.additionalPrinterColumns ?? [];
    const shown = columns.filter((column) => !('priority' in column)).map(({ name }) => name);
    assert.deepEqual(shown, ['Preset', 'Ready', 'Available', 'Version', 'URL', 'Replicas', 'Status', 'Age']);
    const wide = columns.filter((column) => 'priority' in column).map(({ name }) => name);
    assert.deepEqual(wide, ['Image', 'Primary', 'Message']);
    const version = columns.find(({ name }) => name === 'Version');
    assert.equal(version?.jsonPath, '.status.release.running.image', 'what serves, not what is asked for');
  });
});

describe('the schema', () => {
  const spec = fields('spec', root.properties?.['spec'] ?? {});
  const status = fields('status', root.properties?.['status'] ?? {});

  it('describes every field', () => {
    const silent = [...spec, ...status].filter(
      ({ schema }) => !/^["A-Z].*\.$/s.test(schema.description ?? ''),
    );
    assert.deepEqual(
      silent.map(({ path }) => path),
      [],
    );
  });

  it('names the default of every field that may be left out', () => {
    const nameless = spec.filter(
      ({ schema, required }) => !required && !/ Default: .+\.$/.test(schema.description ?? ''),
    );
    assert.deepEqual(
      nameless.map(({ path }) => path),
      [],
    );
  });

  it('names no default of a field that must be written', () => {
    const named = spec.filter(
      ({ schema, required }) => required && /Default:/.test(schema.description ?? ''),
    );
    assert.deepEqual(
      named.map(({ path }) => path),
      [],
    );
  });

  it('names the unit of seconds and bytes', () => {
    const seconds = spec.filter(({ path }) => path.endsWith('Seconds'));
    assert.ok(seconds.length > 0);
    for (const { path, schema } of seconds) assert.match(schema.description ?? '', / Seconds\. /, path);
    const sizes = spec.filter(({ path }) => /(size|Size|memory)$/.test(path) && path !== 'spec.size');
    assert.ok(sizes.length > 5);
    for (const { path, schema } of sizes) assert.match(schema.description ?? '', / Bytes with a unit/, path);
  });

  it('gives every list a type', () => {
    const lists = [...spec, ...status].filter(({ schema }) => schema.type === 'array');
    assert.ok(lists.length > 5);
    for (const { path, schema } of lists) assert.ok(schema['x-kubernetes-list-type'], path);
  });

  it('requires only what has no sensible default', () => {
    assert.deepEqual(root.properties?.['spec']?.required, ['image', 'hosts']);
    assert.deepEqual(root.required, ['spec']);
  });

  it('names the defaults that are applied', () => {
    const described = (path: string) => spec.find((field) => field.path === path)?.schema.description ?? '';
    assert.match(described('spec.cache.ttl'), new RegExp(`Default: ${cacheDefaults.ttl}\\.$`));
    assert.match(described('spec.rollout.maxSurge'), /Default: 1\.$/);
    assert.match(described('spec.web.scratchSize'), /Default: 1Gi\.$/);
    assert.match(described('spec.deletionPolicy'), /Default: Retain\.$/);
  });

  it('is written so that YAML 1.1 reads every word as text', () => {
    const text = readFileSync(new URL('../../../crds/hostedsites.yaml', import.meta.url), 'utf8');
    assert.doesNotMatch(text, /- (On|Off|Yes|No|True|False|Y|N)\n/i);
  });
});

/** Everything below a field: properties, and items that are objects. Of descriptions, what the schemas say themselves. */
function fields(path: string, schema: Structural): Field[] {
  const { required = [], properties = {} } = schema;
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = `${path}.${name}`;
    const below = property.items === undefined ? fields(at, property) : fields(`${at}[]`, property.items);
    const described = { ...property, description: parted(property.description ?? '').text };
    return [{ path: at, schema: described, required: required.includes(name) }, ...below];
  });
}
