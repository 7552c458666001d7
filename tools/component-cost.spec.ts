import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readYAML } from '../operator/api/yaml.ts';

interface ValuesSchema {
  properties: { images: { properties: Record<string, object> } };
}

/**
 * What a component costs outside its folder, as CONTRIBUTING.md says it: a copy of the operator gets one more, and its own tools
 * and specs judge it there.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

/** Files below operator/components/note. */
const folder: Readonly<Record<string, string>> = {
  'spec.ts': `import type * as z from 'zod';
import { group, text } from '../../api/fields.ts';

export const noteSpec = group('A note about the site, for people. Default: none.', {
  text: text('What it says.', { max: 64 }),
});

export type NoteSpec = z.input<typeof noteSpec>;
`,
  'condition.ts': `import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'NoteReady',
  means: 'The note can be read.',
  counts: 'beside',
} as const satisfies PartCondition;

export const reasons = { Noted: 'The note is written.' } as const;
`,
  'words.ts': `import type { PartWords } from '../declaration.ts';

export const words: PartWords = {
  examples: { 'spec.note': { text: 'hello' }, 'spec.note.text': 'hello' },
};
`,
  'index.ts': `import type { Component, Site } from '../component.ts';
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
  'effective.ts': `import type { Site } from '../component.ts';

export function effective({ note }: Site): Pick<Site, 'note'> {
  return note === undefined ? {} : { note };
}
`,
  'images.ts': `import type { PartImages } from '../declaration.ts';

export const images = {
  notePad: { is: 'the image of the note', change: 'writes it anew' },
} as const satisfies PartImages;
`,
  'readme.md': '# note\n\n## What it makes\n\n## Why\n\n## What can go wrong\n',
  'golden/note.yaml': '# lifetime site, apply\n',
};

/** What is added elsewhere: file → the line before it, and the lines. */
const elsewhere: Readonly<Record<string, readonly (readonly [after: string, lines: readonly string[]])[]>> = {
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
  'operator/sites/effective.spec.ts',
  ...['conditions', 'field-examples'].map((name) => `operator/kinds/hosted-site/${name}.spec.ts`),
];

describe('one more component', function () {
  this.timeout(180_000);
  let copy = '';

  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'hostedsite-component-'));
    for (const path of [
      'operator',
      'tools',
      'charts',
      'crds',
      'docs/reference',
      'package.json',
      'tsconfig.json',
    ])
      cpSync(join(root, path), join(copy, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const include = ['operator/**/*.ts', 'tools/generate-api.ts'];
    const tested = { extends: './tsconfig.json', include, exclude: ['operator/**/*.spec.ts'] };
    write('product.json', JSON.stringify(tested));
    for (const [name, text] of Object.entries(folder)) write(`operator/components/note/${name}`, text);
    for (const path of Object.keys(elsewhere)) extend(path);
  });

  after(() => rmSync(copy, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }

  function extend(path: string): void {
    let text = original(path);
    for (const [before, lines] of elsewhere[path] ?? []) {
      assert.equal(text.split(`${before}\n`).length, 2, `${path} has no line ${before}`);
      text = text.replace(`${before}\n`, () => [before, ...lines, ''].join('\n'));
    }
    write(path, text);
  }

  /** Exit code and everything that was said. */
  function node(...args: string[]): [code: number | null, said: string] {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
    return [status, `${stdout}${stderr}`];
  }

  const typeCheck = () => node('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'product.json');
  const contract = () =>
    node('node_modules/mocha/bin/mocha.js', '--no-config', '--timeout', '20000', ...specs);

  function passes([code, said]: [number | null, string]): void {
    assert.equal(code, 0, said);
  }

  function fails([code, said]: [number | null, string], ...sentences: RegExp[]): void {
    assert.notEqual(code, 0, 'nobody has noticed');
    for (const sentence of sentences) assert.match(said, sentence);
  }

  it('costs three files outside its folder, which CONTRIBUTING.md names with the lines', () => {
    const changed = files(join(copy, 'operator')).filter(
      (path) =>
        !path.startsWith('components/note/') &&
        readFileSync(join(copy, 'operator', path), 'utf8') !== original(`operator/${path}`),
    );
    const touched = changed.map((path) => `operator/${path}`);
    assert.deepEqual(touched.sort(), Object.keys(elsewhere).sort());
    assert.ok(touched.length <= 3, 'the contract has grown: take the new place from the list instead');
    const page = original('CONTRIBUTING.md');
    for (const [path, places] of Object.entries(elsewhere))
      for (const line of [path, ...places.flatMap(([, lines]) => lines.map((one) => `+${one}`))])
        assert.ok(page.includes(`\n${line}\n`), `CONTRIBUTING.md does not say: ${line}`);
  });

  it('is whole with these', () => {
    passes(typeCheck());
    passes(contract());
  });

  it('is in everything that is generated', () => {
    fails(node('tools/generate-api.ts', '--check'), /values\.yaml is stale/, /_images\.tpl is stale/);
    passes(node('tools/generate-api.ts'));
    passes(node('tools/generate-api.ts', '--check'));
    for (const path of generated) {
      const text = readFileSync(join(copy, path), 'utf8');
      for (const word of ['A note about the site, for people.', 'NoteReady'])
        assert.ok(
          text.includes(word) || (word === 'NoteReady' && path.startsWith('crds/')),
          `${path}: ${word}`,
        );
    }
    assert.match(
      readFileSync(join(copy, 'docs/reference/hosted-site.md'), 'utf8'),
      /\| `Noted` \| The note is/,
    );
    const rule = /resources: \[configmaps\]\n *verbs: \[.*\bupdate\b/;
    assert.match(readFileSync(join(copy, role), 'utf8'), rule);
    assert.doesNotMatch(original(role), rule);
  });

  it('has its image named by the chart, and told to the operator', () => {
    const read = (name: string) => readFileSync(join(copy, chart, name), 'utf8');
    const values = readYAML(read('values.yaml')) as { images: Record<string, string> };
    assert.equal(values.images['note-pad'], '');
    assert.match(read('values.yaml'), /# The image of the note: a change writes it anew\.\n +note-pad: ''\n/);
    const schema = JSON.parse(read('values.schema.json')) as ValuesSchema;
    assert.deepEqual(
      schema.properties.images.properties['note-pad'],
      schema.properties.images.properties['operator'],
    );
    assert.match(
      read('README.md'),
      /^\| `images\.note-pad` .*the image of the note; a change writes it anew/m,
    );
    const given = `- name: IMAGE_NOTE_PAD\n  value: {{ include "hostedsite.image" (list . "note-pad") | quote }}\n`;
    assert.ok(read('templates/_images.tpl').includes(given));
    fails(
      node('--input-type=module', '--eval', `(await import('./operator/config.ts')).config({})`),
      /IMAGE_NOTE_PAD is not set: it names the image of the note\./,
    );
  });

  describe('is missed by name', () => {
    function without(path: string): void {
      write(path, original(path));
    }

    it('in the list', () => {
      const path = 'operator/components/index.ts';
      without(path);
      fails(contract(), /each folder has its line in components\/index\.ts/);
      extend(path);
    });

    it('in the schema', () => {
      const path = 'operator/kinds/hosted-site/hosted-site.ts';
      without(path);
      fails(contract(), /hosted-site\.ts has no optional field note/);
      extend(path);
    });

    it('in the type of a site', () => {
      const path = 'operator/components/site.ts';
      without(path);
      fails(typeCheck(), /components\/note\/index\.ts.*Property 'note' does not exist on type 'Site'/);
      extend(path);
    });

    it('in its folder: what it is for, its objects, its words and its fields', () => {
      const path = 'operator/components/note/index.ts';
      for (const name of ['readme.md', 'golden'])
        rmSync(join(copy, 'operator/components/note', name), { recursive: true });
      write('operator/components/note/words.ts', 'export const words = {};\n');
      write(
        path,
        (folder['index.ts'] ?? '')
          .replace('  fields: { note: noteSpec },\n', '')
          .replace('  effective,\n', ''),
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

function original(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function files(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}
