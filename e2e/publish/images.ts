import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readYAML } from '../../operator/api/yaml.ts';
import { bundledFiles } from '../../tools/images/bundle.ts';
import { npmPackages } from '../../tools/images/npm-packages.ts';
import type { PackageLock } from '../../tools/images/npm-packages.ts';
import type { ListedPackage } from '../../tools/images/listed-package.ts';
import { published, publishRefusal } from '../../tools/images/publishing.ts';
import { progress, Refusal } from '../cluster/command.ts';
import { buildah, buildImage, imageArchive, isImageName } from '../cluster/images.ts';
import type { ImageName } from '../cluster/images.ts';
import { checkout } from '../cluster/instance.ts';
import { inTurn } from '../cluster/lock.ts';
import { meetNeedsOfImages } from '../cluster/needs.ts';
import { publish } from './publish.ts';

/** `make images REGISTRY=… PUSH=1`: what stories run goes into a registry as it is. */
export async function publishImages(registry: string, push: string): Promise<void> {
  const refusal = publishRefusal(registry, push);
  if (refusal !== undefined) throw new Refusal(refusal);
  await meetNeedsOfImages();
  const names = published.filter(isImageName);
  for (const name of names) await buildImage(name, new Map());
  const all = await Promise.all(names.map(publishedImage));
  const to = {
    registry,
    version: chartVersion(),
    push: push === '1',
    epoch: process.env['SOURCE_DATE_EPOCH'],
    directory: join(checkout, 'dist'),
    storage: buildah,
    env: process.env,
  };
  const waiting = (): void => progress('another process builds images: waiting for it');
  const pushed = await inTurn('images', waiting, () => publish(all, to));
  process.stdout.write(pushed.map((reference) => `${reference}\n`).join(''));
  if (to.push) progress('What is in each: dist/sbom/. Their digests for the chart: dist/images-values.yaml.');
  else
    progress(
      `PUSH=1 pushes ${names.map((name) => `${registry}/${name}:${to.version}`).join(', ')}. What is in each: dist/sbom/.`,
    );
}

async function publishedImage(name: ImageName) {
  return { name, archive: imageArchive(name), packages: name === 'operator' ? await ofOperator() : [] };
}

/** The archive's name is the hash of what the bundle is made of, so it holds what this checkout gives. */
export async function ofOperator(): Promise<ListedPackage[]> {
  const lock = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as PackageLock;
  return npmPackages([...(await bundledFiles()), 'node_modules/node/bin/node'], lock);
}

/** The chart names images without a digest by it. */
function chartVersion(): string {
  const chart = readFileSync(join(checkout, 'charts/hostedsite-operator/Chart.yaml'), 'utf8');
  return (readYAML(chart) as { appVersion: string }).appVersion;
}
