import assert from 'node:assert/strict';
import { crdFile } from '../../../tools/crd-files.ts';
import { reference } from '../../../tools/reference.ts';
import { customResourceDefinition } from '../../api/crd.ts';
import { parted } from '../../api/described.ts';
import type { Structural } from '../../api/structural.ts';
import { readYAML } from '../../api/yaml.ts';
import { endReasons } from '../../commands/ending.ts';
import { conditions } from './conditions.ts';
import { events } from './events.ts';
import { siteTask } from './index.ts';
import { reasons } from './reasons.ts';
import { siteTaskSpec } from './site-task.ts';
import { siteTaskStatus } from './status.ts';
import { unseenStatus } from './unseen-status.ts';

interface Field {
  path: string;
  schema: Structural;
  required: boolean;
}

const crd = customResourceDefinition(siteTask);
const root: Structural = crd.spec.versions[0]?.schema.openAPIV3Schema ?? {};
const spec = fields('spec', root.properties?.['spec'] ?? {});
const status = fields('status', root.properties?.['status'] ?? {});

describe('the kind SiteTask', () => {
  it('has short names that are nobody else\u2019s', () => {
    assert.deepEqual(crd.spec.names.shortNames, ['task', 'tasks']);
    assert.deepEqual(crd.spec.versions[0]?.subresources, { status: {} });
  });

  it('shows of a task first whose it is, how far it is and how it ended', () => {
    const columns = crd.spec.versions[0]?.additionalPrinterColumns ?? [];
    const shown = columns.filter((column) => column.priority === undefined).map(({ name }) => name);
    assert.deepEqual(shown, ['Site', 'Phase', 'Exit code', 'Age']);
  });

  it('says of a task that nobody has seen that it waits', () => {
    const reported = unseenStatus.conditions.map((one) => `${one.type} ${one.status} ${one.reason}`);
    assert.deepEqual(reported, [
      'Succeeded Unknown Pending',
      'Reconciling True Pending',
      'Stalled False Pending',
    ]);
    assert.deepEqual(siteTaskStatus.parse(unseenStatus), unseenStatus);
    assert.deepEqual(root.properties?.['status']?.default, unseenStatus);
    assert.equal(crdFile(siteTask).match(/^\s*default:/gm)?.length, 1);
  });

  it('describes every field', () => {
    const silent = [...spec, ...status].filter(({ schema }) => !/^["A-Z].*\.$/s.test(wordsOf(schema).text));
    assert.deepEqual(silent, []);
  });

  it('names the default of every field that may be left out, and of no other', () => {
    for (const { path, schema, required } of spec)
      assert.equal(/ Default: .+\.$/.test(wordsOf(schema).text), !required, path);
  });

  it('has a line to paste for every field, which is accepted where it stands', () => {
    const smallest = siteTask.words.examples['spec'] as object;
    for (const { path, schema } of spec) {
      const line = readYAML(wordsOf(schema).line) as object | null;
      assert.ok(line !== null, path);
      if (path.split('.').length === 2) siteTaskSpec.parse({ ...smallest, ...line });
    }
  });

  const sentences: [string, string][] = [
    ...Object.entries(conditions).map(([name, { means }]): [string, string] => [name, means]),
    ...Object.entries(reasons),
    ...Object.entries(events).map(([name, { sentence }]): [string, string] => [name, sentence]),
  ];
  for (const [name, sentence] of sentences) {
    it(`${name} is one word in CamelCase with one sentence, and in the reference`, () => {
      assert.match(name, /^[A-Z][A-Za-z]{1,62}$/);
      assert.match(sentence, /^[A-Z].*\.$/);
      assert.ok(reference(siteTask).includes(`| \`${name}\` |`));
    });
  }

  it('has a reason for every end of a command', () =>
    assert.ok(Object.keys(endReasons).every((reason) => Object.hasOwn(reasons, reason))));
});

function wordsOf({ description = '' }: Structural): { text: string; line: string } {
  return parted(description);
}

function fields(path: string, schema: Structural): Field[] {
  const { required = [], properties = {} } = schema;
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = `${path}.${name}`;
    const below = property.items === undefined ? fields(at, property) : fields(`${at}[]`, property.items);
    return [{ path: at, schema: property, required: required.includes(name) }, ...below];
  });
}
