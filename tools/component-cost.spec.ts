import assert from 'node:assert/strict';
import { readYAML } from '../operator/api/yaml.ts';
import { TreeCopy, fails, original, passes, specRun, typeChecked } from './tree-copy.ts';
import type { Additions } from './tree-copy.ts';

interface ValuesSchema {
  properties: Record<'images' | 'digests', { properties: Record<string, object | undefined> }>;
}

/**
 * What a component costs outside its folder, as CONTRIBUTING.md says it: a copy of the operator gets one more, and its own tools
 * and specs judge it there.
 */

const folder: Readonly<Record<string, string>> = {
  'operator/components/note/spec.ts': `import type * as z from 'zod';
import { group, text } from '../../api/fields.ts';

export const noteSpec = group('A note about the site, for people. Default: none.', {
  text: text('What it says.', { max: 64 }),
});

export type NoteSpec = z.input<typeof noteSpec>;
`,
  'operator/components/note/condition.ts': `import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'NoteReady',
  means: 'The note can be read.',
  counts: 'beside',
} as const satisfies PartCondition;

export const reasons = { Noted: 'The note is written.' } as const;
`,
  'operator/components/note/words.ts': `import type { PartWords } from '../declaration.ts';

export const words: PartWords = {
  examples: { 'spec.note': { text: 'hello' }, 'spec.note.text': 'hello' },
};
`,
  'operator/components/note/index.ts': `import type { Component, Site } from '../component.ts';
import { managed } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective } from './effective.ts';
import { images } from './images.ts';
import { noteSpec } from './spec.ts';
import type { NoteSpec } from './spec.ts';
import { words } from './words.ts';

const declared = { condition, reasons, images };

export const note: Component<typeof declared> = {
  name: 'note',
  ...declared,
  rights: [...managed('ConfigMap'), { kind: 'ConfigMap', verbs: ['update'], scope: 'site-namespaces' }],
  fields: { note: noteSpec },
  words,
  resolve: ({ note: written }: { note?: NoteSpec }): Pick<Site, 'note'> =>
    written === undefined ? {} : { note: written },
  effective,
  enabled: (site) => site.note !== undefined,
  manifests: (site) => [
    {
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: \`\${site.name}-note\` },
        data: { text: site.note?.text ?? '' },
      },
      lifetime: 'site',
      write: 'apply',
    },
  ],
  report: () => ({ ready: { status: 'True', reason: 'Noted', message: 'The note is written.' } }),
};
`,
  'operator/components/note/effective.ts': `import type { Site } from '../component.ts';

export function effective({ note }: Site): Pick<Site, 'note'> {
  return note === undefined ? {} : { note };
}
`,
  'operator/components/note/images.ts': `import type { PartImages } from '../declaration.ts';

export const images = {
  notePad: { is: 'the image of the note', change: 'writes it anew' },
} as const satisfies PartImages;
`,
  'operator/components/note/readme.md': '# note\n\n## What it makes\n\n## Why\n\n## What can go wrong\n',
  'operator/components/note/golden/note.yaml': '# lifetime site, apply\n',
};

const elsewhere: Additions = {
  'operator/components/index.ts': [
    ["import { network } from './network/index.ts';", ["import { note } from './note/index.ts';"]],
    ['  cron,', ['  note,']],
  ],
  'operator/kinds/hosted-site/hosted-site.ts': [
    [
      "import { egressSpec } from '../../components/network/spec.ts';",
      ["import { noteSpec } from '../../components/note/spec.ts';"],
    ],
    ['    cron: cronSpec.exactOptional(),', ['    note: noteSpec.exactOptional(),']],
  ],
  'operator/components/site.ts': [['  cron: readonly CronEntry[];', ['  note?: { text: string };']]],
};
const generated = ['crds/hostedsites.yaml', 'docs/reference/hosted-site.md'];
const chart = 'charts/hostedsite-operator';
const role = `${chart}/templates/_rules.tpl`;
const specs = [
  'operator/components/index.spec.ts',
  'operator/sites/effective-schema.spec.ts',
  ...['conditions', 'field-examples'].map((name) => `operator/kinds/hosted-site/${name}.spec.ts`),
];

describe('one more component', function () {
  this.timeout(180_000);
  const copy = new TreeCopy(folder, elsewhere);
  const typeCheck = () => copy.node(...typeChecked);
  const contract = () => copy.node(...specRun(specs));

  before(() => copy.make());
  after(() => copy.remove());

  it('costs three files outside its folder, which CONTRIBUTING.md names with the lines', () => {
    const touched = copy.touched();
    assert.deepEqual(touched.sort(), Object.keys(elsewhere).sort());
    assert.ok(touched.length <= 3, 'the contract has grown: take the new place from the list instead');
    copy.assertTold('CONTRIBUTING.md');
  });

  it('is whole with these', () => {
    passes(typeCheck());
    passes(contract());
  });

  it('is in everything that is generated', () => {
    fails(copy.node('tools/generate-api.ts', '--check'), /values\.yaml is stale/, /_images\.tpl is stale/);
    passes(copy.node('tools/generate-api.ts'));
    passes(copy.node('tools/generate-api.ts', '--check'));
    for (const path of generated) {
      const text = copy.read(path);
      for (const word of ['A note about the site, for people.', 'NoteReady'])
        assert.ok(
          text.includes(word) || (word === 'NoteReady' && path.startsWith('crds/')),
          `${path}: ${word}`,
        );
    }
    assert.match(copy.read('docs/reference/hosted-site.md'), /\| `Noted` \| The note is/);
    const rule = /resources: \[configmaps\]\n *verbs: \[.*\bupdate\b/;
    assert.match(copy.read(role), rule);
    assert.doesNotMatch(original(role), rule);
  });

  it('has its image named by the chart, and told to the operator', () => {
    const read = (name: string) => copy.read(`${chart}/${name}`);
    const values = readYAML(read('values.yaml')) as { images: Record<string, string> };
    assert.equal(values.images['note-pad'], '');
    assert.match(read('values.yaml'), /# The image of the note: a change writes it anew\.\n +note-pad: ''\n/);
    const schema = JSON.parse(read('values.schema.json')) as ValuesSchema;
    const description = 'The image of the note: a change writes it anew.';
    const { images, digests } = schema.properties;
    assert.deepEqual(images.properties['note-pad'], { ...images.properties['operator'], description });
    assert.ok(digests.properties['note-pad']);
    assert.match(
      read('README.md'),
      /^\| `images\.note-pad` [^\n]*The image of the note: a change writes it anew/m,
    );
    const given = `- name: IMAGE_NOTE_PAD\n  value: {{ include "hostedsite.image" (list . "note-pad") | quote }}\n`;
    assert.ok(read('templates/_images.tpl').includes(given));
    fails(
      copy.node('--input-type=module', '--eval', `(await import('./operator/config.ts')).config({})`),
      /IMAGE_NOTE_PAD is not set: it names the image of the note\./,
    );
  });

  describe('is missed by name', () => {
    it('in the list', () => {
      const path = 'operator/components/index.ts';
      copy.without(path);
      fails(contract(), /each folder has its line in components\/index\.ts/);
      copy.extend(path);
    });

    it('in the schema', () => {
      const path = 'operator/kinds/hosted-site/hosted-site.ts';
      copy.without(path);
      fails(contract(), /hosted-site\.ts has no optional field note/);
      copy.extend(path);
    });

    it('in the type of a site', () => {
      const path = 'operator/components/site.ts';
      copy.without(path);
      fails(typeCheck(), /components\/note\/index\.ts.*Property 'note' does not exist on type 'Site'/);
      copy.extend(path);
    });

    it('in its folder: what it is for, its objects, its words and its fields', () => {
      const path = 'operator/components/note/index.ts';
      for (const name of ['readme.md', 'golden']) copy.drop(`operator/components/note/${name}`);
      copy.write('operator/components/note/words.ts', 'export const words = {};\n');
      copy.write(
        path,
        (folder[path] ?? '').replace('  fields: { note: noteSpec },\n', '').replace('  effective,\n', ''),
      );
      fails(
        contract(),
        /write a readme\.md/,
        /compare its objects with a golden file/,
        /write the missing ones into words\.ts of the component/,
        /note is in fields of no component/,
        /show it in effective\.ts of the component, or name it in hidden/,
      );
    });
  });
});
