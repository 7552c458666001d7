import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { progress, run } from '../e2e/cluster/command.ts';
import { cacheDirectory, checkout } from '../e2e/cluster/instance.ts';
import { sourceHash } from '../e2e/cluster/programs.ts';
import { goldenFile } from './children.ts';
import { imageVariables } from '../operator/components/images.ts';
import { images, operatorNamespace } from './site.ts';

/** An operator that can be measured. */
export interface Subject {
  name: 'hostedsite' | 'controller-runtime';
  command(ports: Ports): { program: string; args: readonly string[]; env: Readonly<Record<string, string>> };
}

export interface Ports {
  metrics: number;
  /** Of probes, where they have a port of their own. */
  probes: number;
}

export interface SubjectOptions {
  /** Directory for a processor profile of our operator. */
  profile?: string | undefined;
}

/** Builds what is measured: our bundle as it is shipped, and the peer. */
export async function builtSubjects({ profile }: SubjectOptions): Promise<readonly [Subject, Subject]> {
  await run(process.execPath, [join(checkout, 'tools/bundle.ts')], { cwd: checkout });
  return [ours(profile), peer(await builtPeer())];
}

function ours(profile: string | undefined): Subject {
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const args = [...flags, ...flagsOfImage(), join(checkout, 'dist/operator/operator.mjs')];
  return {
    name: 'hostedsite',
    command: ({ metrics }) => ({
      program: process.execPath,
      args,
      env: {
        NODE_ENV: 'production',
        POD_NAMESPACE: operatorNamespace,
        POD_NAME: `operator-${metrics}`,
        LEASE_NAME: 'hostedsite-operator',
        LOG_LEVEL: 'info',
        HTTP_PORT: String(metrics),
        ...imageVariables(images),
      },
    }),
  };
}

/** What Node is told in the operator's image. */
function flagsOfImage(): string[] {
  const text = readFileSync(join(checkout, 'images/operator/Containerfile'), 'utf8');
  const [, entryPoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(text) ?? [];
  return (JSON.parse(entryPoint) as string[]).slice(1, -1);
}

function peer(program: string): Subject {
  return {
    name: 'controller-runtime',
    command: ({ metrics, probes }) => ({
      program,
      args: [
        `--metrics=127.0.0.1:${metrics}`,
        `--probes=127.0.0.1:${probes}`,
        `--namespace=${operatorNamespace}`,
        `--children=${goldenFile}`,
      ],
      env: {},
    }),
  };
}

/** Once per content of its sources, beside the cluster's programs. */
async function builtPeer(): Promise<string> {
  const name = 'bench-controller-runtime';
  const source = 'peers/controller-runtime';
  const sources = join(checkout, 'bench');
  const hash = sourceHash({ name, source, packages: '.' }, sources);
  const directory = join(cacheDirectory, 'programs', `${name}-${hash}`);
  const program = join(directory, 'peer');
  if (existsSync(program)) return program;
  progress('building the controller-runtime peer');
  mkdirSync(directory, { recursive: true });
  const env = {
    ...process.env,
    CGO_ENABLED: '0',
    GOFLAGS: '-buildvcs=false',
    GOCACHE: join(cacheDirectory, 'go-build'),
  };
  const flags = [
    'build',
    '-mod=readonly',
    '-trimpath',
    '-ldflags',
    '-s -w',
    '-o',
    `${program}.${process.pid}`,
    '.',
  ];
  await run('go', flags, { cwd: join(sources, source), env });
  renameSync(`${program}.${process.pid}`, program);
  return program;
}
