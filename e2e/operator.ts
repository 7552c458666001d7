import { join } from 'node:path';
import { run } from './cluster/command.ts';
import { loadBuiltImage } from './cluster/image-store.ts';
import type { ImageName } from './cluster/images.ts';
import { addresses, checkout } from './cluster/instance.ts';
import { currentInstance, environment } from './cluster/lifecycle.ts';
import { builtPrograms } from './cluster/programs.ts';

export const operatorNamespace = 'hostedsite-system';
export const release = 'hostedsite-operator';
/** Stories in one namespace after another have the same hosts, and read the operator's metrics through the API server. */
const ofStories = {
  'hosts.releaseAfter': '0s',
  'networkPolicy.metricsFrom[0].ipBlock.cidr': `${addresses.controlPlane}/32`,
};
const ownChart = join(checkout, 'charts/hostedsite-operator');

/**
 * Builds the images that the operator and its sites run, loads them, and installs or upgrades the chart: this checkout's, if no
 * other one is given.
 */
export async function installOperator(
  values: Readonly<Record<string, string>> = {},
  chart = ownChart,
): Promise<void> {
  const told: Record<string, string> = chart === ownChart ? { ...ofStories } : {};
  for (const name of ['operator', 'varnish', 'mariadb', 'object-cache'] as const)
    told[`images.${name}`] = await builtImage(name);
  const settings = Object.entries({ ...told, ...values }).flatMap(([key, value]) => [
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
export async function builtImage(name: ImageName): Promise<string> {
  return loadBuiltImage(currentInstance(), await builtPrograms(), name);
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
