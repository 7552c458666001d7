import { join } from 'node:path';
import { run } from './cluster/command.ts';
import { loadBuiltImage } from './cluster/image-store.ts';
import type { ImageName } from './cluster/images.ts';
import { checkout } from './cluster/instance.ts';
import { currentInstance, environment } from './cluster/lifecycle.ts';
import { builtPrograms } from './cluster/programs.ts';

export const operatorNamespace = 'hostedsite-system';
export const release = 'hostedsite-operator';
/** What the operator and its sites run. */
export const operatorImages = ['operator', 'varnish', 'mariadb', 'object-cache'] as const;

/**
 * Loads the images that the operator and its sites run, which were built before, and installs or upgrades the chart: this checkout's, if no
 * other one is given.
 */
export async function installOperator(
  values: Readonly<Record<string, string>> = {},
  chart = join(checkout, 'charts/hostedsite-operator'),
): Promise<void> {
  const images: Record<string, string> = {};
  for (const name of operatorImages) images[`images.${name}`] = await builtImage(name);
  const settings = Object.entries({ ...images, ...values }).flatMap(([key, value]) => [
    '--set-string',
    `${key}=${value}`,
  ]);
  const target = ['--namespace', operatorNamespace, '--create-namespace'];
  await inCluster('helm', [
    'upgrade',
    '--install',
    release,
    chart,
    ...target,
    ...settings,
    '--wait',
    '--timeout',
    '2m',
  ]);
}

/** The name of one of the project's images, which is now in every node. */
export function builtImage(name: ImageName): Promise<string> {
  return loadBuiltImage(currentInstance(), builtPrograms(), name);
}

/** Runs what a page tells a person to paste, in a shell that has this checkout's kubectl. */
export async function inShell(script: string): Promise<string> {
  return run('bash', ['-o', 'pipefail', '-c', script], { env: await environment() });
}

/** Runs kubectl or helm against this checkout's cluster. */
export async function inCluster(
  program: 'kubectl' | 'helm',
  args: readonly string[],
  input?: string,
): Promise<string> {
  const env = await environment();
  const directory = (env.PATH ?? '').split(':')[program === 'kubectl' ? 0 : 1] ?? '';
  return run(join(directory, program), args, { env, ...(input === undefined ? {} : { input }) });
}
