import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../api/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import { cachedKinds } from '../kube/resources.ts';
import { reconcileSite } from './reconcile-site.ts';
import { World, operatorNamespace, shop } from './test-world.ts';

/** The life of a site in one test: made, changed, and deleted with its data. */
const spec: Partial<HostedSiteSpec> = { database: { engine: 'MariaDB' }, deletionPolicy: 'Delete' };

const stories: { title: string; prepare?: (world: World) => Promise<void>; act: (world: World) => void }[] = [
  { title: 'a first pass', act: () => undefined },
  {
    title: 'a new release',
    prepare: (world) => world.bringUp(),
    act: (world) => world.change({ image: 'registry.example.org/shop:2', cache: { passPaths: ['/cart'] } }),
  },
  {
    title: 'a release that takes the place of the oldest one that is kept',
    prepare: async (world) => {
      for (const tag of [1, 2, 3, 4, 5, 6]) {
        world.change({ image: `registry.example.org/shop:${tag}`, cache: { passPaths: [`/path-${tag}`] } });
        await world.bringUp();
      }
    },
    act: (world) => world.change({ image: 'registry.example.org/shop:7', cache: { passPaths: ['/path-7'] } }),
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

async function told(story: (typeof stories)[number]): Promise<World> {
  const world = new World(spec);
  world.random = (bytes) => 'x'.repeat(bytes);
  await story.prepare?.(world);
  story.act(world);
  world.cluster.forgetRecords();
  return world;
}

/** What must be equal in the end: everything but what the API server gives out. */
async function content({ cluster }: World): Promise<unknown> {
  const secrets = await Promise.all(
    [...secretNames].map(
      async ([namespace, name]) => (await cluster.read('Secret', namespace, name))?.['data'],
    ),
  );
  const objects = cachedKinds.flatMap((kind) => cluster.list(kind)).map(withoutServerFields);
  return { objects, secrets };
}

const copy = 'site-secret-c53558d3ae705a2a12071a532c26efbc';
const secretNames = [
  ['customer-a', 'shop-database'],
  [operatorNamespace, copy],
] as const;

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

describe('a pass that is cut off at any write', () => {
  for (const story of stories) {
    for (const afterCommit of [false, true]) {
      it(`${story.title}, ${afterCommit ? 'the answer lost' : 'the write lost'}: ends as without`, async () => {
        const reference = await told(story);
        await reference.settle();
        const expected = await content(reference);
        const writes = [...reference.cluster.writes];
        assert.ok(writes.length > 0);
        for (const [index, write] of writes.entries()) {
          const world = await told(story);
          failAt(world, index + 1, afterCommit);
          await world.settle();
          assert.deepEqual(
            await content(world),
            expected,
            `cut off at ${write.verb} ${write.kind}/${write.name}`,
          );
        }
      });
    }
  }
});
