import assert from 'node:assert/strict';
import { wordsOfKubernetes } from '../../../tools/words-of-kubernetes.ts';
import { customResourceDefinition } from '../../api/crd.ts';
import { examples } from './examples.ts';
import { hostedSiteNames, hostedSiteSpec } from './hosted-site.ts';
import type { Structural } from '../../api/structural.ts';
import { readYAML } from '../../api/yaml.ts';
import { hostedSite } from './index.ts';

/**
 * What people typed, as a file of `examples/refused`, and what they meant. The answer itself says what to write,
 * or, where the words are Kubernetes' own, the end of the description of the field that `kubectl explain` shows.
 */
interface Typed {
  file: string;
  /** Text of the answer, or of a field's description. */
  reported: string;
  by: 'answer' | `spec${string}`;
  /** Fields of the spec, as they are accepted. */
  meant: string;
}

const byAnswer: Typed[] = (
  [
    ['host-with-scheme', 'www.example.org', 'hosts: [www.example.org]'],
    ['host-upper-case', 'in lower case', 'hosts: [www.example.org]'],
    ['host-international', 'xn-- form', 'hosts: [xn--bcher-kva.example]'],
    ['memory-in-megabytes', '512Mi', 'web: {resources: {limits: {memory: 512Mi}}}'],
    ['ttl-in-minutes', '10m', 'cache: {ttl: 10m}'],
    ['ttl-in-words', '10m', 'cache: {ttl: 10m}'],
    ['cpu-in-cores', '500m', 'web: {resources: {requests: {cpu: 1500m}}}'],
    ['cron-word', 'H 0 * * *', 'cron: [{name: report, schedule: H 0 * * *, command: [report]}]'],
    ['cron-six-fields', '30 3 * * 1-5', "cron: [{name: report, schedule: '0 3 * * *', command: [report]}]"],
    [
      'preset-wordpress-without-database',
      'database: {engine: MariaDB}',
      'preset: WordPress\ndatabase: {engine: MariaDB}',
    ],
    [
      'boost-without-zone',
      '2026-12-01T18:00:00Z',
      "boost: {replicas: 8, endTime: '2030-12-01T18:00:00+01:00'}",
    ],
    ['name-too-long', 'at most 40 characters', ''],
    ['name-begins-with-a-digit', 'begins with a letter', ''],
    ['hosts-twice', 'spec.hosts[1]: Duplicate value', 'hosts: [www.example.org, example.org]'],
    [
      'cron-twice',
      'spec.cron[1]: Duplicate value',
      'cron: [{name: report, schedule: H 3 * * *, command: [report]}]',
    ],
    [
      'workers-twice',
      'spec.workers[1]: Duplicate value',
      'workers: [{name: mail, command: [mail]}, {name: images, command: [images]}]',
    ],
    [
      'workers-too-many',
      'less than or equal to 20',
      'workers: [{name: mail, command: [mail], replicas: 20}]',
    ],
    ['several-errors', 'H 0 * * *', 'cache: {ttl: 5m}\nweb: {healthPath: /healthz}'],
    ['replicas-too-many', 'less than or equal to 50', 'replicas: 50'],
  ] as const
).map(([file, reported, meant]) => ({ file, reported, by: 'answer', meant }));

const byDescription: Typed[] = (
  [
    // a name that is none
    ['field-replica', 'spec', 'For replica, instances or scale write replicas.', 'replicas: 2'],
    ['field-host', 'spec', 'For host, domain, domains or url write hosts.', 'hosts: [www.example.org]'],
    ['field-tll', 'spec.cache', 'cache: {ttl: 10m', 'cache: {ttl: 10m}'],
    ['field-version', 'spec.database', 'There is no version', 'database: {engine: MariaDB}'],
    [
      'field-secret',
      'spec.route.tls',
      'For secret write secretName.',
      'route: {tls: {secretName: shop-tls}}',
    ],
    // a word that is none
    [
      'preset-lower-case',
      'spec.preset',
      'For wordpress or WP write WordPress.',
      'preset: WordPress\ndatabase: {engine: MariaDB}',
    ],
    ['database-engine-unknown', 'spec.database.engine', 'write MariaDB.', 'database: {engine: MariaDB}'],
    [
      'object-cache-engine-unknown',
      'spec.objectCache.engine',
      'For Redis, KeyDB or Dragonfly write Valkey.',
      'objectCache: {engine: Valkey}',
    ],
    ['cache-mode-without-quotes', 'spec.cache.mode', 'write Enabled.', 'cache: {mode: Enabled}'],
    ['spec-empty', 'spec', 'spec: {image: registry.example.org/shop:1, hosts: [example.org]}', ''],
    // another type
    [
      'hosts-as-a-text',
      'spec.hosts',
      'hosts: [www.example.org, example.org]',
      'hosts: [www.example.org, example.org]',
    ],
    ['database-as-a-text', 'spec.database', 'database: {engine: MariaDB}', 'database: {engine: MariaDB}'],
    [
      'tls-as-a-switch',
      'spec.route.tls',
      'tls: {secretName: shop-tls}',
      'route: {tls: {secretName: shop-tls}}',
    ],
    [
      'maintenance-as-a-switch',
      'spec.route.maintenance',
      'maintenance: {enabled: true',
      'route: {maintenance: {enabled: true}}',
    ],
    [
      'command-as-a-text',
      'spec.web.command',
      'command: [node, server.js]',
      'web: {command: [node, server.js]}',
    ],
    [
      'variables-as-a-map',
      'spec.web.env',
      'env: [{name: GREETING, value: hello}]',
      'web: {env: [{name: GREETING, value: hello}]}',
    ],
    ['variable-as-a-number', 'spec.web.env[].value', "value: '1'", "web: {env: [{name: A, value: '1'}]}"],
    ['ttl-as-a-number', 'spec.cache.ttl', 'ttl: 10m', 'cache: {ttl: 10m}'],
    [
      'ports-as-numbers',
      'spec.egress.to[].ports',
      'ports: [{port: 5432}]',
      'egress: {to: [{cidr: 10.20.0.0/16, ports: [{port: 5432}]}]}',
    ],
    ['replicas-as-a-text', 'spec.replicas', 'replicas: 3', 'replicas: 3'],
  ] as const
).map(([file, by, reported, meant]) => ({ file, reported, by, meant }));

const [version] = customResourceDefinition(hostedSite).spec.versions;
const root: Structural = version?.schema.openAPIV3Schema ?? {};
const smallest = { image: 'registry.example.org/shop:1.4.2', hosts: ['www.example.org'] };

describe('typing errors', () => {
  const files = new Map(examples().map((one) => [one.name, one]));
  for (const { file, reported, by, meant } of [...byAnswer, ...byDescription]) {
    it(`${file}: who typed it is told what to write`, () => {
      const { error } = files.get(file) ?? assert.fail('there is no such example');
      const words = by === 'answer' ? error : described(root, by.split('.'));
      assert.ok(words?.includes(reported), words);
    });
    it(`${file}: what was meant is accepted`, () => {
      const spec = { ...smallest, ...(readYAML(meant) as object | null) };
      assert.deepEqual(hostedSiteSpec.parse(spec), spec);
    });
  }

  it('kind: Site: who typed it finds in the reference what to write, and kubectl explain knows the word', () => {
    const [, answer = ''] =
      wordsOfKubernetes(hostedSite).find(([words]) => words === '`no matches for kind`') ?? [];
    assert.match(answer, /^`kind: HostedSite` and `apiVersion: hostedsite\.dev\/v1alpha1`\./);
    const { kind, singular, shortNames } = hostedSiteNames;
    assert.equal(kind.toLowerCase(), singular);
    assert.ok((shortNames as readonly string[]).includes('site'));
  });

  for (const { file } of byAnswer.filter(({ reported }) => !/Duplicate|less than/.test(reported))) {
    it(`${file}: has the names, words, types and lengths of the schema, so that its rules are asked`, () => {
      const { spec } = files.get(file)?.documents.at(-1) ?? assert.fail('there is no such example');
      assert.deepEqual(hostedSiteSpec.parse(spec), spec);
    });
  }

  for (const { file } of byDescription) {
    it(`${file}: is refused by its names, words or types alone`, () => {
      const { spec } = files.get(file)?.documents.at(-1) ?? assert.fail('there is no such example');
      const read = hostedSiteSpec.safeParse(spec);
      // what has no such name is left out when it is read
      assert.notDeepEqual(read.data, spec);
    });
  }
});

function described(schema: Structural, path: readonly string[]): string | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema.description;
  const inner = schema.properties?.[step.replace('[]', '')] ?? {};
  return described(step.endsWith('[]') ? (inner.items ?? {}) : inner, rest);
}
