import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianPackages } from '../../tools/images/debian-packages.ts';
import type { ListedPackage } from '../../tools/images/listed-package.ts';
import { imagesValues, pushFailure } from '../../tools/images/publishing.ts';
import { creationTime, spdxDocument } from '../../tools/images/spdx.ts';
import { progress, Refusal, run } from '../cluster/command.ts';
import { readArchive } from './archive.ts';

export interface PublishedImage {
  /** Its name in the registry: `varnish`. */
  readonly name: string;
  /** File with it, as it was built and tested. */
  readonly archive: string;
  /** What is in it beside Debian's packages. */
  readonly packages: readonly ListedPackage[];
}

export interface Publication {
  /** `registry.example.org/hostedsite` */
  readonly registry: string;
  /** Tag of every image. */
  readonly version: string;
  /** Otherwise lists are written, and nothing leaves the machine. */
  readonly push: boolean;
  /** SOURCE_DATE_EPOCH, if somebody has set it: seconds since 1970. */
  readonly epoch?: string | undefined;
  /** Where `sbom/NAME.spdx.json` and `images-values.yaml` are written. */
  readonly directory: string;
  /** Flags for buildah: where its storage is. */
  readonly storage: readonly string[];
  /** Buildah finds its logins and its settings of registries by it. */
  readonly env: NodeJS.ProcessEnv;
}

/** Pushes images one after the other, and lists what is in each; returns the references by digest of those that were pushed. */
export async function publish(images: readonly PublishedImage[], to: Publication): Promise<string[]> {
  const values = join(to.directory, 'images-values.yaml');
  // A push that ends early leaves none that names images of the one before.
  if (to.push) rmSync(values, { force: true });
  mkdirSync(join(to.directory, 'sbom'), { recursive: true });
  const digests = new Map<string, string>();
  for (const image of images) {
    const digest = await publishOne(image, to);
    if (digest !== undefined) digests.set(image.name, digest);
  }
  if (to.push) writeFileSync(values, imagesValues(to.registry, Object.fromEntries(digests)));
  return [...digests].map(([name, digest]) => `${to.registry}/${name}@${digest}`);
}

async function publishOne(image: PublishedImage, to: Publication): Promise<string | undefined> {
  const { name, archive, packages } = image;
  const { registry, version } = to;
  const { debianPackages: records, release, ...archived } = readArchive(archive);
  const created = creationTime(archived.created, to.epoch);
  if (created === undefined)
    throw new Refusal('SOURCE_DATE_EPOCH is a number of seconds since 1970: SOURCE_DATE_EPOCH=$(date +%s)');
  const digest = to.push ? await push(image, to) : undefined;
  const listed = { ...archived, name, version, registry, ...(digest !== undefined && { digest }) };
  const document = spdxDocument(listed, [...debianPackages(records, release), ...packages], created);
  writeFileSync(join(to.directory, 'sbom', `${name}.spdx.json`), `${JSON.stringify(document, null, 2)}\n`);
  return digest;
}

/** Returns the digest of the manifest in the registry. */
async function push({ name, archive }: PublishedImage, to: Publication): Promise<string> {
  const { registry, version, storage, env } = to;
  const target = `${registry}/${name}:${version}`;
  progress(`pushing ${target}`);
  const directory = mkdtempSync(join(tmpdir(), 'hostedsite-push-'));
  const digestFile = join(directory, 'digest');
  try {
    // By its id: the name may be that of a build of the same content.
    const id = await run('buildah', [...storage, 'pull', '--quiet', `docker-archive:${archive}`], { env });
    const flags = ['--quiet', '--format=v2s2', `--digestfile=${digestFile}`];
    await run('buildah', [...storage, 'push', ...flags, id.trim(), `docker://${target}`], { env });
    return readFileSync(digestFile, 'utf8').trim();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Refusal(pushFailure(registry, target, words), { cause: error });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
