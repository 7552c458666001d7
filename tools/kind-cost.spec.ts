import assert from 'node:assert/strict';
import { TreeCopy, fails, original, passes, specRun, typeChecked } from './tree-copy.ts';
import type { Additions } from './tree-copy.ts';

/** What a kind with a loop costs outside its two folders, as CONTRIBUTING.md says it. */
const folders: Readonly<Record<string, string>> = {
  'operator/kinds/site-note/index.ts': `import { group, text } from '../../api/fields.ts';
import type { ApiKind } from '../../api/kind.ts';

export const siteNote = {
  names: {
    group: 'hostedsite.dev',
    version: 'v1alpha1',
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteNote',
    plural: 'sitenotes',
    singular: 'sitenote',
    shortNames: [],
    categories: [],
  },
  description: 'A note about a site.',
  role: 'action',
  spec: group('What the note says.', { text: text('Its text.', { max: 64 }) }),
  status: group('What became of it.', { phase: text('Where it is.', { max: 16 }).exactOptional() }),
  unseenStatus: {},
  rules: [],
  columns: [{ name: 'Phase', type: 'string', jsonPath: '.status.phase' }],
  words: { examples: { 'spec.text': 'hello' }, besideExamples: {}, neighbours: {}, samples: {} },
  conditions: { Ready: { means: 'The note is there.' } },
  reasons: { Written: 'It is written.' },
  events: {},
} as const satisfies ApiKind;
`,
  'operator/actions/site-note/note-loop.ts': `import type { Cluster } from '../../kube/cluster.ts';
import { keyOf, splitKey } from '../../kube/key.ts';
import type { Loop } from '../../kube/loop/loop.ts';
import { gone, settled } from '../../kube/outcome.ts';
import type { Right } from '../../kube/right.ts';

export const noteRights: readonly Right[] = [
  { kind: 'SiteNote', verbs: ['get', 'list', 'watch'], scope: 'site-namespaces' },
  { kind: 'SiteNote', subresource: 'status', verbs: ['patch'], scope: 'site-namespaces' },
];

export function noteLoop(cluster: Cluster): Loop {
  return {
    name: 'sitenote',
    timing: { gather: 0, waiting: 60_000, resync: 3_600_000, workers: 1 },
    mustBeCurrent: [],
    first: [],
    wakes: ({ kind, object: { metadata } }) =>
      kind === 'SiteNote'
        ? [{ key: keyOf(metadata.namespace ?? '', metadata.name), priority: 'user', canWait: false }]
        : [],
    wakesOfKind: () => [],
    async reconcile(key) {
      const { namespace, name } = splitKey(key);
      const note = cluster.get('SiteNote', namespace, name);
      if (note === undefined) return gone();
      const { apiVersion, kind } = note;
      const status = { phase: 'Written' };
      await cluster.applyStatus(
        { apiVersion, kind, metadata: { name, namespace }, status },
        { fieldManager: 'note', force: true },
      );
      return settled();
    },
  };
}
`,
  'operator/actions/site-note/note-loop.spec.ts': `import assert from 'node:assert/strict';
import { siteNote } from '../../kinds/site-note/index.ts';
import { MemoryCluster } from '../../testing/memory/memory-cluster.ts';
import { noteLoop } from './note-loop.ts';

describe('a note', () => {
  it('is looked after in the cluster in memory, which knows its kind', async () => {
    const cluster = new MemoryCluster();
    const { apiVersion, kind } = siteNote.names;
    cluster.seed({ apiVersion, kind, metadata: { namespace: 'a', name: 'one' }, spec: { text: 'hello' } });
    await noteLoop(cluster).reconcile('a/one', new AbortController().signal);
    assert.deepEqual(cluster.get('SiteNote', 'a', 'one')?.['status'], { phase: 'Written' });
  });
});
`,
};

const elsewhere: Additions = {
  'operator/kinds/index.ts': [
    [
      "import { siteTask } from './site-task/index.ts';",
      ["import { siteNote } from './site-note/index.ts';"],
    ],
    ['  siteTask,', ['  siteNote,']],
  ],
  'operator/operator.ts': [
    [
      "import { taskLoop, taskRights } from './actions/site-task/task-loop.ts';",
      ["import { noteLoop, noteRights } from './actions/site-note/note-loop.ts';"],
    ],
    ['  ...taskRights,', ['  ...noteRights,']],
    [
      "    controller(copiesLoop({ ...site, cluster: clusterFor('resync') })),",
      ['    controller(noteLoop(cluster)),'],
    ],
  ],
};
const rules = 'charts/hostedsite-operator/templates/_rules.tpl';
const specs = [
  'operator/operator.spec.ts',
  'operator/kinds/resources.spec.ts',
  'operator/actions/site-note/note-loop.spec.ts',
];
const lint = [
  ...['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.mjs'],
  'operator',
];

describe('one more kind with a loop', function () {
  this.timeout(180_000);
  const copy = new TreeCopy(folders, elsewhere);
  const contract = () => copy.node(...specRun(specs));

  before(() => copy.make());
  after(() => copy.remove());

  it('costs two files outside its folders, which CONTRIBUTING.md names with the lines', () => {
    const touched = copy.touched();
    assert.deepEqual(touched, Object.keys(elsewhere).sort());
    assert.ok(touched.length <= 2, 'a kind has become dearer: take the new place from the list instead');
    copy.assertTold('CONTRIBUTING.md');
  });

  it('is whole with these', () => {
    passes(copy.node(...typeChecked));
    passes(contract());
  });

  it('keeps to the rules of the house', () => passes(copy.node(...lint)));

  it('is in everything that is generated', () => {
    passes(copy.node('tools/generate-api.ts'));
    assert.match(copy.read('crds/sitenotes.yaml'), /Its text\./);
    assert.match(copy.read(['docs/reference', 'site-note.md'].join('/')), /^# SiteNote$/m);
    assert.match(copy.read('charts/hostedsite-operator/templates/crd.yaml'), /sitenotes\.hostedsite\.dev/);
    const rule = /resources: \[.*\bsitenotes\b.*\]\n *verbs: \[get, list, watch\]/;
    assert.match(copy.read(rules), rule);
    assert.match(copy.read(rules), /\bsitenotes\/status\b/);
    assert.doesNotMatch(original(rules), /sitenotes/);
  });

  describe('is missed by name', () => {
    it('in the list of kinds', () => {
      const path = 'operator/kinds/index.ts';
      copy.without(path);
      fails(contract(), /each folder of operator\/kinds has its line in kinds\/index\.ts/);
      copy.extend(path);
    });

    it('in the list of loops, and in that of rights', () => {
      const path = 'operator/operator.ts';
      copy.without(path);
      fails(
        contract(),
        /nothing runs noteLoop: add it to controllers in operator\.ts/,
        /nobody may watch SiteNote: add the rights of its loop to operatorRights in operator\.ts/,
      );
      copy.extend(path);
    });
  });
});
