import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readYAML } from '../operator/api/yaml.ts';
import { run } from './cluster/command.ts';
import { loadBuiltImage, nameImage } from './cluster/image-store.ts';
import { images } from '../operator/components/images.ts';
import { isImageName } from './cluster/images.ts';
import type { ImageName } from './cluster/images.ts';
import { addresses, checkout } from './cluster/instance.ts';
import { currentInstance, environment } from './cluster/lifecycle.ts';
import { inTurn } from './cluster/lock.ts';
import { builtPrograms } from './cluster/programs.ts';

export const operatorNamespace = 'hostedsite-system';
export const release = 'hostedsite-operator';
/** Stories in one namespace after another have the same hosts, and read the operator's metrics through the API server. */
const ofStories = {
  'hosts.releaseAfter': '0s',
  'networkPolicy.metricsFrom[0].ipBlock.cidr': `${addresses.controlPlane}/32`,
};
const ownChart = join(checkout, 'charts/hostedsite-operator');
/** What the operator and its sites run. */
export const operatorImages = ['operator', ...images.map(({ value }) => value)].filter(isImageName);

/**
 * Loads the images that the operator and its sites run, which were built before, and installs or upgrades the chart: this
 * checkout's, if no other one is given.
 */
export async function installOperator(
  values: Readonly<Record<string, string>> = {},
  chart = ownChart,
): Promise<void> {
  const settings = { ...settingsOfStories(chart), ...(await loadedImages()), ...values };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['--set-string', `${key}=${value}`]);
  const target = ['--namespace', operatorNamespace, '--create-namespace'];
  const told = ['--description', description(settings, chart)];
  const patience = ['--wait', '--timeout', '2m'];
  await inCluster('helm', [
    'upgrade',
    '--install',
    release,
    chart,
    ...target,
    ...flags,
    ...told,
    ...patience,
  ]);
}

/** An earlier commit's chart may not have them all yet, and refuses what it does not know. */
function settingsOfStories(chart: string): Record<string, string> {
  const known = readYAML(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(ofStories).filter(([path]) => known[path.split('.')[0] ?? ''] !== undefined),
  );
}

/**
 * The same with the chart's own values, unless just that is installed: of stories that run side by side the first installs it,
 * and the others find it.
 */
export async function ensureOperator(): Promise<void> {
  await inTurn(
    `operator-${currentInstance().id}`,
    () => undefined,
    async () => {
      const wanted = description({ ...ofStories, ...(await loadedImages()) }, ownChart);
      if ((await installed()) !== wanted) return installOperator();
      const ready = ['rollout', 'status', `deployment/${release}`, '--namespace', operatorNamespace];
      await inCluster('kubectl', [...ready, '--timeout=2m']);
    },
  );
}

async function loadedImages(): Promise<Record<string, string>> {
  const loaded: Record<string, string> = {};
  for (const name of operatorImages) loaded[`images.${name}`] = await builtImage(name);
  return loaded;
}

/** Of the newest revision that helm knows; another one while nothing is installed, or something else was done to it. */
async function installed(): Promise<string | undefined> {
  const words = ['history', release, '--namespace', operatorNamespace, '--max', '1', '--output', 'json'];
  const text = await inCluster('helm', words).catch(() => '[]');
  const [last] = JSON.parse(text) as { status: string; description: string }[];
  return last?.status === 'deployed' ? last.description : undefined;
}

/** Of all that an installation is made of. */
export function description(settings: Readonly<Record<string, string>>, chart: string): string {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  const entries = readdirSync(chart, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const file of entries.map((entry) => join(entry.parentPath, entry.name)).sort())
    hash.update(relative(chart, file)).update(readFileSync(file));
  return `hostedsite ${hash.digest('hex').slice(0, 12)}`;
}

/** The name of one of the project's images, which is now in every node. */
export function builtImage(name: ImageName): Promise<string> {
  return loadBuiltImage(currentInstance(), builtPrograms(), name);
}

/** The names under which `examples/` and pages have images of `images/`. */
export const namedImages = {
  'localhost/wordpress:6.8': 'wordpress',
  'localhost/hello:1': 'node-example-1',
} as const satisfies Record<string, ImageName>;

/** Puts them into every node, where anybody can then follow an example as it is written. */
export async function nameImages(): Promise<void> {
  for (const [name, image] of Object.entries(namedImages))
    await nameImage(currentInstance(), builtPrograms(), await builtImage(image), name);
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
