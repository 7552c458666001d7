import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocuments, writeYAML } from '../operator/api/yaml.ts';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';
import { helm } from './helm.ts';

interface Site {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: unknown;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const chart = `${root}charts/hosted-site`;
const examples = `${root}operator/kinds/hosted-site/examples`;

function template(values: object) {
  const args = Object.entries(values).flatMap(([key, value]) => [
    '--set-json',
    `${key}=${JSON.stringify(value)}`,
  ]);
  return helm('template', 'shop', chart, '--namespace', 'customer-a', ...args);
}

function made(values: object): Site {
  const { status, stdout, stderr } = template(values);
  assert.equal(status, 0, stderr);
  const objects = readDocuments(stdout) as Site[];
  assert.equal(objects.length, 1);
  return objects[0] as Site;
}

const spec = { image: 'registry.example.org/shop:1', hosts: ['shop.example.org'] };

describe('the chart of one site', function () {
  this.timeout(60_000);

  for (const file of globSync('ci/*-values.yaml', { cwd: chart }))
    it(`passes the strict linter with ${file}`, () => {
      const { status, stdout } = helm('lint', '--strict', chart, '--values', `${chart}/${file}`);
      assert.equal(status, 0, stdout);
    });

  const accepted = globSync('accepted/**/*.yaml', { cwd: examples }).sort();
  it('is tried with every example that the schema accepts', () => assert.ok(accepted.length > 10));
  for (const file of accepted)
    it(`makes the site of ${basename(file)}, field by field`, () => {
      const documents = readDocuments(readFileSync(`${examples}/${file}`, 'utf8')) as Site[];
      for (const example of documents) {
        const { apiVersion, kind, spec: found } = made({ spec: example.spec });
        assert.deepEqual([apiVersion, kind], [hostedSite.names.apiVersion, hostedSite.names.kind]);
        assert.deepEqual(found, example.spec, writeYAML(found));
      }
    });

  it('names the site for its release, or as it is told', () => {
    assert.equal(made({ spec }).metadata.name, 'shop');
    assert.equal(made({ spec, name: 'other' }).metadata.name, 'other');
  });

  it('has it outlive its release only when it is told so', () => {
    assert.equal(made({ spec }).metadata.annotations, undefined);
    const { annotations, labels } = made({
      spec,
      keep: true,
      annotations: { 'example.org/a': '1' },
      labels: { team: 'shop' },
    }).metadata;
    assert.deepEqual(annotations, { 'example.org/a': '1', 'helm.sh/resource-policy': 'keep' });
    assert.equal(labels['team'], 'shop');
  });

  const refused: Record<string, [object, RegExp]> = {
    'no spec': [{}, /at '\/spec': missing properties 'image', 'hosts'/],
    'a field that there is not': [
      { spec: { ...spec, domain: 'x' } },
      /at '\/spec': additional properties 'domain'/,
    ],
    'one deep in the spec': [
      { spec: { ...spec, database: { engine: 'MariaDB', storage: { sizes: '1Gi' } } } },
      /at '\/spec\/database\/storage': additional properties 'sizes'/,
    ],
    'another type': [
      { spec: { ...spec, replicas: 'two' } },
      /at '\/spec\/replicas': got string, want integer/,
    ],
    'another word': [{ spec: { ...spec, preset: 'Wordpres' } }, /at '\/spec\/preset': value must be one of/],
    'a value that is not in the spec': [{ spec, image: 'x' }, /additional properties 'image' not allowed/],
  };
  for (const [what, [values, said]] of Object.entries(refused))
    it(`refuses ${what}, and says where`, () => {
      const { status, stderr } = template(values);
      assert.notEqual(status, 0);
      assert.match(stderr, said);
    });
});
