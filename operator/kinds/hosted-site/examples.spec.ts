import assert from 'node:assert/strict';
import { customResourceDefinition } from '../../api/crd.ts';
import { examples } from './examples.ts';
import { hostedSiteNames, hostedSiteSpec } from './hosted-site.ts';
import type { Structural } from '../../api/structural.ts';
import { hostedSite } from './index.ts';

describe('examples', () => {
  for (const { name, documents, error } of examples()) {
    it(`${name} is a HostedSite${error === undefined ? '' : ' with an error to expect'}`, () => {
      assert.ok(documents.length > 0);
      assert.notEqual(error, '');
      for (const { apiVersion, kind, metadata } of documents) {
        assert.equal(apiVersion, hostedSiteNames.apiVersion);
        assert.equal(kind, hostedSiteNames.kind);
        assert.equal(typeof metadata.name, 'string');
      }
    });
  }

  for (const { name, documents, error } of examples()) {
    const accepted = error === undefined ? documents : documents.slice(0, -1);
    if (accepted.length === 0) continue;
    it(`${name}: what is accepted has the types of the schema`, () => {
      for (const { spec } of accepted) assert.deepEqual(hostedSiteSpec.parse(spec), spec);
    });
  }

  it('refuse something by every rule of the CRD', () => {
    const [version] = customResourceDefinition(hostedSite).spec.versions;
    const said = messages(version?.schema.openAPIV3Schema ?? {});
    assert.ok(said.size > 20);
    const expected = examples().flatMap(({ error }) => error ?? []);
    const untried = [...said].filter((message) => !expected.some((error) => message.includes(error)));
    // an enum of one value cannot change: the rule waits for the second engine
    assert.deepEqual(untried, ['the engine cannot change: make a new site and move the data there']);
  });

  it('use every field of the spec in one that is accepted, where two exclude each other in several documents', () => {
    const [version] = customResourceDefinition(hostedSite).spec.versions;
    const every = examples()
      .find(({ name }) => name === 'every-field')
      ?.documents.map((one) => one.spec);
    const spec = version?.schema.openAPIV3Schema.properties?.['spec'] ?? {};
    assert.deepEqual(unused(spec, every ?? [], 'spec'), []);
  });
});

function messages(schema: Structural): Set<string> {
  const own = (schema['x-kubernetes-validations'] ?? []).map(({ message }) => message);
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return new Set([...own, ...below.flatMap((inner) => [...messages(inner)])]);
}

/** Fields that none of the values has; the values are those of all items of a list. */
function unused(schema: Structural, values: readonly unknown[], field: string): string[] {
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) return [field];
  if (schema.items !== undefined) return unused(schema.items, present.flat(), `${field}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    unused(
      property,
      present.map((value) => (value as Record<string, unknown>)[name]),
      `${field}.${name}`,
    ),
  );
}
