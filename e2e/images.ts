import { parseArgs } from 'node:util';
import { progress, Refusal } from './cluster/command.ts';
import type { ImageName } from './cluster/images.ts';
import { allImages, buildImage, isImageName, programOf } from './cluster/images.ts';
import { builtPrograms, missingPrograms } from './cluster/programs.ts';
import { publishImages } from './publish/images.ts';
import { buildEarlierOperator } from './support/earlier-operator.ts';

/**
 * `make images`: what stories find in the nodes, and the operator that they upgrade from. Images of `images/` need no
 * program; those that hold one of the cluster's own are built with the cluster when the program is not there yet.
 * With a registry: what sites and the operator need, for it.
 */
async function main(): Promise<void> {
  const options = { registry: { type: 'string' }, push: { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const { registry, push = '' } = values;
  if (registry !== undefined) return publishImages(registry, push);
  const unknown = positionals.filter((name) => !isImageName(name));
  if (unknown.length > 0)
    throw new Refusal(`There is no image ${unknown.join(', ')}; there are ${allImages.join(', ')}.`);
  const names = positionals.length > 0 ? positionals.filter(isImageName) : allImages.filter(canBeBuilt);
  for (const name of names) await buildImage(name, builtPrograms(modules(name)));
  if (positionals.length === 0) await buildEarlierOperator();
}

function canBeBuilt(name: ImageName): boolean {
  return missingPrograms(modules(name)).length === 0;
}

function modules(name: ImageName): string[] {
  const module = programOf(name);
  return module === undefined ? [] : [module];
}

try {
  await main();
} catch (error) {
  progress(error instanceof Refusal ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
}
