import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { storedRevision } from '../releases/revision.ts';
import { World, asksForImage, settings } from './world.ts';

/** Sites whose releases wait until it is known which content their image has. */

const repository = 'registry.example.org/shop';
export const image = (tag: number): string => `${repository}:${tag}`;
export const resolved = (digit: number): string => `${repository}@sha256:${String(digit).repeat(64)}`;
export const resolving = { ...settings, images: { ...settings.images, resolveTags: true } };

export const made = (imageID: string): Record<string, unknown> => ({
  phase: 'Failed',
  containerStatuses: [{ name: 'application', image: image(1), imageID, state: { terminated: {} } }],
});
export const refused = {
  containerStatuses: [
    { name: 'application', image: image(2), imageID: '', state: { waiting: { reason: 'ErrImagePull' } } },
  ],
};

export function resolvingWorld(spec: Partial<HostedSiteSpec> = {}, list = components): World {
  const world = new World(spec, list);
  world.settings = resolving;
  return world;
}

/** The first release runs, as its tag was when it began. */
export async function inForce(spec: Partial<HostedSiteSpec> = {}, list = components): Promise<World> {
  const world = resolvingWorld(spec, list);
  await answered(world, 1);
  await world.bringUp();
  return world;
}

/** Lets the operator ask for the image, and the kubelet answer. */
export async function answered(world: World, digit: number): Promise<void> {
  await world.settle();
  world.pull(made(resolved(digit)));
  await world.settle();
}

export const asking = ({ cluster }: World): string[] =>
  cluster
    .list('Pod')
    .filter(asksForImage)
    .map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0]?.image ?? '');

export function runs({ cluster }: World): string | undefined {
  const spec = cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'] as
    { template?: { spec: { containers: { image: string }[] } } } | undefined;
  return spec?.template?.spec.containers[0]?.image;
}

export const revisions = ({ cluster }: World) =>
  cluster
    .list('ControllerRevision')
    .flatMap((object) => storedRevision(object) ?? [])
    .sort((a, b) => a.number - b.number);

export const history = (world: World): string[] =>
  revisions(world).map((revision) => {
    const { number, image: name, resolvedImage, unresolved } = revision;
    const content = unresolved ? 'unresolved' : (resolvedImage?.slice(-1) ?? 'by tag');
    return `${number} ${name.split(':')[1]} ${content} ${world.outcomeOf(revision)}`;
  });

export const later = (world: World, seconds: number): void => {
  world.now = new Date(world.now.getTime() + seconds * 1000);
};
