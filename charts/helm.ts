import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readDocuments } from '../operator/api/yaml.ts';

export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

export interface Rendered {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  rules?: Rule[];
  data?: Record<string, string>;
  spec?: {
    template: {
      metadata: { labels?: Record<string, string>; annotations: Record<string, string> };
      spec: Pod;
    };
  };
}

export interface Pod {
  tolerations: Record<string, unknown>[];
  securityContext: Record<string, unknown>;
  containers: [Container];
}

export interface Container {
  image: string;
  env: { name: string; value?: string }[];
  securityContext: Record<string, unknown>;
}

export const chart = fileURLToPath(new URL('hostedsite-operator', import.meta.url));
const program = process.env['HELM'] ?? 'helm';

export function helm(...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  return { status, stdout, stderr };
}

export function rendered(values: Record<string, unknown> = {}): Rendered[] {
  const set = Object.entries(values).flatMap(([path, value]) => [
    '--set-json',
    `${path}=${JSON.stringify(value)}`,
  ]);
  const { status, stdout, stderr } = helm('template', 'test', chart, '--namespace', 'hosting', ...set);
  assert.equal(status, 0, stderr);
  return readDocuments(stdout) as Rendered[];
}

export function one(objects: Rendered[], kind: string, name = 'test-hostedsite-operator'): Rendered {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  assert.equal(found.length, 1, `${kind} ${name}`);
  return found[0] as Rendered;
}

export function pod(objects: Rendered[]): Pod {
  const { spec } = one(objects, 'Deployment');
  assert.ok(spec);
  return spec.template.spec;
}

export function environment(objects: Rendered[]): Record<string, string | undefined> {
  return Object.fromEntries(pod(objects).containers[0].env.map(({ name, value }) => [name, value]));
}

export function verbs({ rules = [] }: Rendered, group: string, plural: string): string[] {
  return rules
    .filter(({ apiGroups, resources: named }) => apiGroups.includes(group) && named.includes(plural))
    .flatMap((rule) => rule.verbs)
    .sort();
}
