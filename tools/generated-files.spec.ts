import assert from 'node:assert/strict';
import { customResourceDefinition } from '../operator/api/crd.ts';
import { chartCrdFile, crdFile, literal } from './crd-files.ts';
import { generatedFiles } from './generated-files.ts';
import { expectGolden } from './golden.ts';
import { objects, parted, reference, typeOf } from './reference.ts';
import { readYAML } from '../operator/api/yaml.ts';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';
import { operatorRights } from '../operator/operator.ts';
import { kinds } from '../operator/kinds/index.ts';

describe('generated files', () => {
  for (const [path, text] of Object.entries(generatedFiles(kinds, operatorRights))) {
    it(`${path} is up to date`, () => expectGolden(new URL(`../${path}`, import.meta.url), text()));
    it(`${path} is the same each time`, () => assert.equal(text(), text()));
    it(`${path} ends in one line break`, () => assert.match(text(), /[^\n]\n$/));
  }
});

describe('the CRD as a file', () => {
  it('says the same as the object', () => {
    assert.deepEqual(
      readYAML(crdFile(hostedSite)),
      JSON.parse(JSON.stringify(customResourceDefinition(hostedSite))),
    );
  });

  it('is kept by the chart when the release goes', () => {
    const [first, second, ...rest] = chartCrdFile([hostedSite]).split('\n');
    assert.match(first ?? '', /^# Generated/);
    assert.equal(second, '{{- if .Values.crds.install }}');
    assert.deepEqual(rest.slice(-2), ['{{- end }}', '']);
    const keep = /\{\{- if ne \(toString .Values.crds.keep\) "false" \}\}\n(.*?)\{\{- end \}\}\n/s;
    const text = rest.slice(0, -2).join('\n');
    assert.match(text, keep);
    const crd = readYAML(text.replace(keep, '$1')) as { metadata: { annotations?: unknown } };
    assert.deepEqual(crd.metadata.annotations, { 'helm.sh/resource-policy': 'keep' });
    delete crd.metadata.annotations;
    assert.deepEqual(crd, readYAML(crdFile(hostedSite)));
  });

  it('reaches the cluster through Helm as it is, braces included', () => {
    assert.equal(literal('a {b} {{ c }} d'), 'a {b} {{ "{{" }} c }} d');
    assert.equal(literal('nothing'), 'nothing');
  });
});

describe('the reference', () => {
  it('has a row for every field', () => {
    const rows = reference(hostedSite)
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const spec =
      customResourceDefinition(hostedSite).spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'] ??
      {};
    const fields = objects('spec', spec).flatMap(({ schema }) => Object.keys(schema.properties ?? {}));
    for (const field of fields)
      assert.ok(
        rows.some((row) => row.startsWith(`| \`${field}\` |`)),
        field,
      );
  });

  it('links to sections that are there', () => {
    const page = reference(hostedSite);
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(/[^a-z]/g, ''),
    );
    const links = [...page.matchAll(/\]\(#([a-z]+)\)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 10);
    assert.deepEqual(
      links.filter((link) => !anchors.includes(link)),
      [],
    );
  });

  it('has as many cells in each row of a table as in its head', () => {
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
    let head = 0;
    for (const line of reference(hostedSite).split('\n')) {
      if (!line.startsWith('|')) head = 0;
      else if (head === 0) head = cells(line);
      else assert.equal(cells(line), head, line);
    }
  });

  it('takes the default from the end of a description', () => {
    assert.deepEqual(parted('Size. Bytes. Default: 1.5Gi.'), { text: 'Size. Bytes.', standard: '1.5Gi' });
    assert.deepEqual(parted('Name of it.'), { text: 'Name of it.', standard: '' });
  });

  it('names types as a user says them', () => {
    assert.equal(typeOf({ type: 'integer', minimum: 1, maximum: 3 }), 'integer, 1 to 3');
    assert.equal(typeOf({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), 'integer');
    assert.equal(typeOf({ type: 'string', enum: ['A', 'B'] }), '`A`, `B`');
    assert.equal(typeOf({ type: 'array', items: { type: 'string' } }), 'list of string');
    assert.equal(typeOf({ 'x-kubernetes-int-or-string': true }), 'number or text');
  });
});
