import assert from 'node:assert/strict';
import type { HostedSiteSpec, HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Component, Manifest } from '../components/component.ts';
import { image } from '../components/image/index.ts';
import { components } from '../components/index.ts';
import type { Write } from '../testing/memory/memory-cluster.ts';
import { cachedKinds } from '../kinds/resources.ts';
import { fakeComponents } from '../testing/fake-components.ts';
import { reconcileSite } from './reconcile-site.ts';
import { World, hostedSite, shop } from '../testing/world.ts';

/** Of what the sites are made. */
interface Kit {
  title: string;
  components: readonly Component[];
  spec: Partial<HostedSiteSpec>;
}

const database = { engine: 'MariaDB' } as const;
const kits: Kit[] = [
  {
    title: 'few components',
    components: [...fakeComponents(), image],
    spec: { database, deletionPolicy: 'Delete' },
  },
  { title: 'WordPress', components, spec: { preset: 'WordPress', database, deletionPolicy: 'Delete' } },
];

interface Story {
  title: string;
  /** Told with the real components too: they have many more requests. */
  isLong?: boolean;
  prepare?: (world: World) => Promise<void>;
  act: (world: World) => void;
  /** What happens when the operator has nothing left to do. */
  afterwards?: (world: World) => void;
}

/** A tag is resolved: the kubelet tells which content it has. */
const resolves = (world: World): void => {
  world.settings = { ...world.settings, images: { ...world.settings.images, resolveTags: true } };
};
const pull = (world: World): void => {
  const imageID = `registry.example.org/shop@sha256:${'4'.repeat(64)}`;
  world.pull({ phase: 'Failed', containerStatuses: [{ name: 'application', imageID, state: {} }] });
};

const stories: Story[] = [
  { title: 'a first pass', isLong: true, act: () => undefined },
  {
    title: 'a new release',
    isLong: true,
    prepare: (world) => world.bringUp(),
    act: (world) => world.change({ image: 'registry.example.org/shop:2', cache: { passPaths: ['/cart'] } }),
  },
  {
    title: 'a first release with a tag',
    isLong: true,
    act: resolves,
    afterwards: pull,
  },
  {
    title: 'a new release with a tag',
    isLong: true,
    prepare: (world) => world.bringUp(),
    act: (world) => {
      resolves(world);
      world.change({ image: 'registry.example.org/shop:2', cache: { passPaths: ['/cart'] } });
    },
    afterwards: pull,
  },
  {
    title: 'a release whose image cannot be had',
    isLong: true,
    prepare: async (world) => {
      await world.bringUp();
      resolves(world);
      world.change({ image: 'registry.example.org/shop:2' });
      await world.settle();
    },
    act: (world) => {
      world.now = new Date(world.now.getTime() + 3_600_000);
    },
  },
  {
    title: 'a release that takes the place of the oldest ones',
    prepare: async (world) => {
      for (const tag of [2, 3, 4, 5, 6, 7, 8, 9, 10]) {
        world.change({ image: `registry.example.org/shop:${tag}`, cache: { passPaths: [`/path-${tag}`] } });
        await world.bringUp();
      }
    },
    act: (world) =>
      world.change({ image: 'registry.example.org/shop:11', cache: { passPaths: ['/path-11'] } }),
  },
  {
    title: 'a release that is taken back to one that nothing but the status told of',
    isLong: true,
    prepare: async (world) => {
      await world.bringUp();
      await world.bringUp();
      world.change({ image: 'registry.example.org/shop:2' });
      await world.bringUp();
    },
    act: (world) => world.change({ image: 'registry.example.org/shop:3' }),
    afterwards: (world) => {
      world.missDeadline();
      world.now = new Date(world.now.getTime() + 3_600_000);
    },
  },
  {
    title: 'the way back to an earlier release',
    prepare: async (world) => {
      await world.bringUp();
      world.change({ image: 'registry.example.org/shop:2' });
      await world.bringUp();
    },
    act: (world) => world.change({ image: 'registry.example.org/shop:1' }),
  },
  {
    title: 'another preset, with a database',
    isLong: true,
    prepare: async (world) => {
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        site['spec'] = hostedSite({ deletionPolicy: 'Delete' }).spec;
      });
      await world.bringUp();
    },
    act: (world) => world.change({ database, preset: 'WordPress' }),
  },
  {
    title: 'a database that leaves the spec',
    prepare: (world) => world.bringUp(),
    act: (world) =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        delete (site['spec'] as Partial<HostedSiteSpec>).database;
      }),
  },
  {
    title: 'a deletion with its data',
    isLong: true,
    prepare: (world) => world.bringUp(),
    act: (world) =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        site.metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
      }),
  },
];

async function reported({ components: list, spec }: Kit, story: Story): Promise<World> {
  const world = new World(spec, list);
  world.random = (bytes) => 'x'.repeat(bytes);
  await story.prepare?.(world);
  story.act(world);
  world.cluster.forgetRecords();
  return world;
}

/** What must be equal in the end: everything but what the API server gives out. Secrets are seen by name alone. */
async function content({ cluster }: World, written: readonly Write[]): Promise<unknown> {
  const named = written.filter(({ kind }) => kind === 'Secret');
  const secrets = named.map(({ namespace, name }) => cluster.read('Secret', namespace, name));
  const data = (await Promise.all(secrets)).map((secret) => secret?.['data']);
  return { objects: cachedKinds.flatMap((kind) => cluster.list(kind)).map(comparable), data };
}

/** Server-side apply leaves the order of conditions to history; a lost answer may bring progress to light sooner. */
function comparable({ metadata, status, ...rest }: Manifest): unknown {
  const conditions = (status as HostedSiteStatus | undefined)?.conditions ?? [];
  const sorted = conditions
    .map((condition) => ({ ...condition, lastTransitionTime: '' }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  const given = { uid: '', resourceVersion: '', creationTimestamp: '' };
  return {
    ...rest,
    status: { ...(status as object), conditions: sorted },
    metadata: { ...metadata, ...given },
  };
}

/** The n-th request from now on does not happen, or happens and its answer is lost. Returns what it was, if it came to it. */
function cutOffAt(world: World, n: number, afterCommit: boolean): () => string | undefined {
  let [count, victim]: [number, string | undefined] = [0, undefined];
  const { context } = world;
  const cluster = new Proxy(world.cluster, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (!requests.has(String(name))) return member.bind(target) as unknown;
      return async (...input: unknown[]): Promise<unknown> => {
        count += 1;
        const isCutOff = count === n;
        if (isCutOff) victim = `${String(name)} ${JSON.stringify(input).slice(0, 100)}`;
        const isSent = !isCutOff || afterCommit;
        const answer: unknown = isSent ? await (member.apply(target, input) as Promise<unknown>) : undefined;
        if (isCutOff) throw new Error('cut off');
        return answer;
      };
    },
  });
  world.pass = () => reconcileSite(shop, { ...context, cluster });
  return () => victim;
}

const requests: ReadonlySet<string> = new Set([
  'apply',
  'applyStatus',
  'create',
  'delete',
  'metadata',
  'read',
]);

async function whole(world: World, { afterwards }: Story): Promise<void> {
  await world.settle();
  if (afterwards === undefined) return;
  afterwards(world);
  await world.settle();
}

/** The same story as often as it has requests, each time with another one of them cut off. */
async function endsAsWithout(kit: Kit, story: Story, afterCommit: boolean): Promise<void> {
  const reference = await reported(kit, story);
  await whole(reference, story);
  const writes = [...reference.cluster.writes];
  const expected = await content(reference, writes);
  for (let n = 1; ; n += 1) {
    const world = await reported(kit, story);
    const victim = cutOffAt(world, n, afterCommit);
    await whole(world, story);
    assert.deepEqual(await content(world, writes), expected, victim());
    if (victim() === undefined) {
      assert.ok(n > writes.length, 'every write was cut off once');
      return;
    }
  }
}

describe('a pass that is cut off at any request', function () {
  // Some hundred lives of a site in each test.
  this.timeout(30_000);

  for (const kit of kits) {
    for (const story of stories.filter(({ isLong }) => kit.components !== components || isLong === true)) {
      const title = `${kit.title}: ${story.title} ends as without`;
      it(`${title}, the request lost`, () => endsAsWithout(kit, story, false));
      it(`${title}, the answer lost`, () => endsAsWithout(kit, story, true));
    }
  }
});
