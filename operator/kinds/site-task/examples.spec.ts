import assert from 'node:assert/strict';
import { customResourceDefinition } from '../../api/crd.ts';
import type { Structural } from '../../api/structural.ts';
import { taskExamples } from './examples.ts';
import { siteTask } from './index.ts';
import { siteTaskNames, siteTaskSpec } from './site-task.ts';

const [version] = customResourceDefinition(siteTask).spec.versions;
const root: Structural = version?.schema.openAPIV3Schema ?? {};

describe('examples of tasks', () => {
  for (const { name, documents, error } of taskExamples()) {
    it(`${name} is a SiteTask${error === undefined ? '' : ' with an error to expect'}`, () => {
      assert.ok(documents.length > 0);
      assert.notEqual(error, '');
      for (const { apiVersion, kind } of documents)
        assert.deepEqual([apiVersion, kind], [siteTaskNames.apiVersion, siteTaskNames.kind]);
    });
    it(`${name}: what is accepted has the types of the schema`, () => {
      const accepted = error === undefined ? documents : documents.slice(0, -1);
      for (const { spec } of accepted) assert.deepEqual(siteTaskSpec.parse(spec), spec);
    });
  }

  it('refuse something by every rule of the CRD', () => {
    const errors = taskExamples().flatMap(({ error }) => error ?? []);
    assert.deepEqual(
      messages(root).filter((message) => !errors.some((error) => message.includes(error))),
      [],
    );
  });

  it('use every field of the spec', () => {
    const every = taskExamples().find(({ name }) => name === 'every-field-of-a-task');
    const spec = every?.documents[0]?.spec ?? {};
    assert.deepEqual(
      Object.keys(spec).sort(),
      Object.keys(root.properties?.['spec']?.properties ?? {}).sort(),
    );
  });
});

function messages(schema: Structural): string[] {
  const own = (schema['x-kubernetes-validations'] ?? []).map(({ message }) => message);
  const below = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])];
  return [...own, ...below.flatMap(messages)];
}
