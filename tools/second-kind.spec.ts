import assert from 'node:assert/strict';
import { group, text } from '../operator/api/fields.ts';
import type { ApiKind } from '../operator/api/kind.ts';
import { readDocuments, readYAML } from '../operator/api/yaml.ts';
import { kinds } from '../operator/kinds/index.ts';
import { operatorRights } from '../operator/operator.ts';
import { generatedFiles } from './generated-files.ts';

/** The smallest kind that there can be, beside those of the list. */
const note: ApiKind = {
  names: {
    group: 'hostedsite.dev',
    version: 'v1alpha1',
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteNote',
    plural: 'sitenotes',
    singular: 'sitenote',
    shortNames: ['note'],
    categories: ['hosting'],
  },
  description: 'A note about a site.',
  role: 'action',
  spec: group('What the note says.', { text: text('Its text.', { max: 64 }) }),
  status: group('What became of it.', { phase: text('Where it is.', { max: 16 }).exactOptional() }),
  unseenStatus: {},
  rules: [],
  columns: [{ name: 'Phase', type: 'string', jsonPath: '.status.phase' }],
  words: {
    examples: { spec: { text: 'hello' }, 'spec.text': 'hello' },
    besideExamples: {},
    neighbours: { 'spec.text': [['message', 'text']] },
    samples: {},
  },
  conditions: { Ready: { means: 'The note is there.' } },
  reasons: { Written: 'It is written.' },
  events: {},
};

describe('another kind in the list', () => {
  const chart = 'charts/hostedsite-operator/templates';
  const told = 'charts/hostedsite-operator/Chart.yaml';
  const reference = ['docs/reference', 'site-note.md'].join('/');
  const before = generatedFiles(kinds, operatorRights);
  const after = generatedFiles([...kinds, note], operatorRights);

  function textOf(path: string): string {
    return (after[path] ?? assert.fail(`there is no ${path}`))();
  }

  function documents(text: string): { metadata: { name: string } }[] {
    return readDocuments(text.replaceAll(/^\{\{-.*\}\}$/gm, '')) as { metadata: { name: string } }[];
  }

  it('leaves the files of the others as they are', () => {
    const paths = Object.keys(before).filter((path) => !path.startsWith(chart) && path !== told);
    for (const path of paths) assert.equal(textOf(path), before[path]?.());
    assert.deepEqual(
      Object.keys(after).filter((path) => before[path] === undefined),
      ['crds/sitenotes.yaml', reference],
    );
  });

  it('is told to Artifact Hub', () => assert.match(textOf(told), /name: sitenotes\.hostedsite\.dev/));

  it('has a CRD', () => {
    const { spec } = readYAML(textOf('crds/sitenotes.yaml')) as {
      spec: { names: object; versions: [{ subresources: object; schema: { openAPIV3Schema: object } }] };
    };
    assert.deepEqual(spec.names, {
      kind: 'SiteNote',
      listKind: 'SiteNoteList',
      plural: 'sitenotes',
      singular: 'sitenote',
      shortNames: ['note'],
      categories: ['hosting'],
    });
    assert.deepEqual(spec.versions[0].subresources, { status: {} });
    assert.ok(!('x-kubernetes-validations' in spec.versions[0].schema.openAPIV3Schema));
    assert.match(
      textOf('crds/sitenotes.yaml'),
      /Its text\.\n *For message write text\.\n *Example: text: hello/,
    );
  });

  it('has its CRD in the chart, beside those of the others', () => {
    assert.deepEqual(
      documents(textOf(`${chart}/crd.yaml`)).map(({ metadata }) => metadata.name),
      ['hostedsites.hostedsite.dev', 'sitetasks.hostedsite.dev', 'sitenotes.hostedsite.dev'],
    );
  });

  it('has rights for people, by its role', () => {
    const rules = textOf(`${chart}/_rules.tpl`);
    assert.match(rules, /resources: \[sitenotes, sitenotes\/status\]\n {2}verbs: \[get, list, watch\]/);
    assert.match(rules, /resources: \[sitenotes\]\n {2}verbs: \[create, delete, deletecollection\]/);
  });

  it('has a page of the reference, about nothing but itself', () => {
    const page = textOf(reference);
    for (const line of [
      '# SiteNote',
      '| `text` | string | required | Its text. For message write text. Example: `text: hello` |',
      '| `Ready` | The note is there. |',
      '| `Written` | It is written. |',
    ])
      assert.ok(page.includes(`\n${line}\n`), line);
    assert.doesNotMatch(page, /hostedsite\.spec|HostedSite|Sizes|Name of the object|Events|undefined/);
  });
});
