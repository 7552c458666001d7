import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../api/hosted-site.ts';
import type { Component, Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import type { Write } from '../kube/memory-cluster.ts';
import { cachedKinds } from '../kube/resources.ts';
import { fakeComponents } from './fake-components.ts';
import { reconcileSite } from './reconcile-site.ts';
import { World, shop } from './test-world.ts';

/** Of what the sites are made. */
interface Kit {
  title: string;
  components: readonly Component[];
  spec: Partial<HostedSiteSpec>;
}

const database = { engine: 'MariaDB' } as const;
const kits: Kit[] = [
  { title: 'few components', components: fakeComponents(), spec: { database, deletionPolicy: 'Delete' } },
  { title: 'WordPress', components, spec: { preset: 'WordPress', database, deletionPolicy: 'Delete' } },
];

interface Story {
  title: string;
  prepare?: (world: World) => Promise<void>;
  act: (world: World) => void;
}

const stories: Story[] = [
  { title: 'a first pass', act: () => undefined },
  {
    title: 'a new release',
    prepare: (world) => world.bringUp(),
    act: (world) => world.change({ image: 'registry.example.org/shop:2', cache: { passPaths: ['/cart'] } }),
  },
  {
    title: 'a release that takes the place of the oldest one that is kept',
    prepare: async (world) => {
      for (const tag of [2, 3, 4, 5]) {
        world.change({ image: `registry.example.org/shop:${tag}`, cache: { passPaths: [`/path-${tag}`] } });
        await world.bringUp();
      }
    },
    act: (world) => world.change({ image: 'registry.example.org/shop:6', cache: { passPaths: ['/path-6'] } }),
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
    title: 'a database that leaves the spec',
    prepare: (world) => world.bringUp(),
    act: (world) =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        const { database: _database, ...rest } = site['spec'] as HostedSiteSpec;
        site['spec'] = rest;
      }),
  },
  {
    title: 'a deletion with its data',
    prepare: (world) => world.bringUp(),
    act: (world) =>
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
        site.metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
      }),
  },
];

async function told({ components: list, spec }: Kit, story: Story): Promise<World> {
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
  return { objects: cachedKinds.flatMap((kind) => cluster.list(kind)).map(withoutServerFields), data };
}

function withoutServerFields({ metadata, ...rest }: Manifest): unknown {
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _time, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

/** The n-th write from now on does not happen, or happens and its answer is lost. */
function failAt(world: World, n: number, afterCommit: boolean): void {
  let count = 0;
  const { workshop } = world;
  const cluster = new Proxy(world.cluster, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (!writing.has(String(name))) return member.bind(target) as unknown;
      return async (...input: unknown[]): Promise<unknown> => {
        count += 1;
        const isCutOff = count === n;
        const answer: unknown =
          isCutOff && !afterCommit ? undefined : await (member.apply(target, input) as Promise<unknown>);
        if (isCutOff) throw new Error('cut off');
        return answer;
      };
    },
  });
  world.pass = () => reconcileSite(shop, { ...workshop, cluster });
}

const writing: ReadonlySet<string> = new Set(['apply', 'applyStatus', 'create', 'delete']);

/** The same story as often as it has writes, each time with another one of them cut off. */
async function endsAsWithout(kit: Kit, story: Story, afterCommit: boolean): Promise<void> {
  const reference = await told(kit, story);
  await reference.settle();
  const writes = [...reference.cluster.writes];
  const expected = await content(reference, writes);
  assert.ok(writes.length > 0);
  for (const [index, { verb, kind, name }] of writes.entries()) {
    const world = await told(kit, story);
    failAt(world, index + 1, afterCommit);
    await world.settle();
    assert.deepEqual(await content(world, writes), expected, `cut off at ${verb} ${kind}/${name}`);
  }
}

describe('a pass that is cut off at any write', () => {
  for (const kit of kits) {
    for (const story of stories) {
      const title = `${kit.title}: ${story.title} ends as without`;
      it(`${title}, the write lost`, () => endsAsWithout(kit, story, false));
      it(`${title}, the answer lost`, () => endsAsWithout(kit, story, true));
    }
  }
});
