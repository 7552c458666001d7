import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';

/** A Go module of which only files are wanted. The checksum is the module's own, as a go.sum would have it. */
interface Module {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
  readonly files: readonly string[];
}

/** Kinds of others: the version of the Gateway API is the one that Traefik is built with. */
const modules = {
  gatewayApi: {
    path: 'sigs.k8s.io/gateway-api',
    version: 'v1.4.0',
    sum: 'h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=',
    files: [
      'gatewayclasses',
      'gateways',
      'httproutes',
      'grpcroutes',
      'referencegrants',
      'backendtlspolicies',
    ].map((plural) => `config/crd/standard/gateway.networking.k8s.io_${plural}.yaml`),
  },
  certManager: {
    path: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    files: ['deploy/crds/cert-manager.io_certificates.yaml'],
  },
} as const satisfies Record<string, Module>;

/** Downloads what `definitions` reads, before anybody asks for it with a clock. */
export async function fetchDefinitions(): Promise<void> {
  for (const name of Object.keys(modules) as (keyof typeof modules)[]) await definitions(name);
}

/** CustomResourceDefinitions as YAML documents; downloaded once, the Go module cache has them afterwards. */
export async function definitions(name: keyof typeof modules): Promise<string> {
  const { path, version, sum, files }: Module = modules[name];
  const args = ['mod', 'download', '-json', `${path}@${version}`];
  const answer = JSON.parse(await run('go', args, { cwd: tmpdir() })) as { Dir: string; Sum: string };
  if (answer.Sum !== sum) throw new Error(`${path}@${version} has the checksum ${answer.Sum}, not ${sum}`);
  return files.map((file) => readFileSync(join(answer.Dir, file), 'utf8')).join('\n---\n');
}
