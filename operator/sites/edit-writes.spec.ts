import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { World } from '../testing/world.ts';

/** Every write of an edit, from the edit until the site is in force again: what an edit costs the API server. */

const image = (tag: number): string => `registry.example.org/shop:${tag}`;
const whole: Partial<HostedSiteSpec> = {
  image: image(1),
  cache: { mode: 'Enabled' },
  database: { engine: 'MariaDB' },
  files: { accessMode: 'ReadWriteMany' },
};

/** In force, and not with its first release any more. */
async function inForce(preset: HostedSiteSpec['preset'] = 'Generic'): Promise<World> {
  const world = new World({ ...whole, preset }, components);
  for (let steps = 0; steps < 3; steps += 1) await world.bringUp();
  await edited(world, { image: image(2) });
  return world;
}

/** What the edit wrote until nothing was left to do, Events last. */
async function edited(world: World, spec: Partial<HostedSiteSpec>): Promise<string[]> {
  world.cluster.forgetRecords();
  world.change(spec);
  await world.bringUp();
  assert.equal(world.condition('Ready'), 'True/Serving');
  const { writes, events } = world.cluster;
  return [
    ...writes.map(({ verb, kind, name }) => `${verb} ${kind}/${name.replace(/-[0-9a-f]{10,64}$/, '-*')}`),
    ...events.map(({ reason }) => `event ${reason}`),
  ];
}

const begins = ['apply ControllerRevision/shop-web-*', 'apply Deployment/shop-web'];
/** Of a generation that no pass has finished, and that makes no release, a Secret may be missing: nobody may look. */
const secrets = ['create Secret/shop-database', 'create Secret/shop-database-root'];
const isTold = ['status HostedSite/shop', 'status HostedSite/shop'];

describe('the writes of an edit', () => {
  const rows: { title: string; spec: Partial<HostedSiteSpec>; writes: string[] }[] = [
    {
      title: 'another image',
      spec: { image: image(3) },
      writes: [...begins, ...isTold, 'event ReleaseSucceeded'],
    },
    {
      title: 'an image of before',
      spec: { image: image(1) },
      writes: [...begins, ...isTold, 'event ReleaseSucceeded'],
    },
    {
      title: 'a variable',
      spec: { web: { env: [{ name: 'NEXT', value: 'yes' }] } },
      writes: [...begins, ...isTold, 'event ReleaseSucceeded'],
    },
    {
      title: 'what the cache passes',
      spec: { cache: { mode: 'Enabled', passPaths: ['/cart'] } },
      writes: ['apply ConfigMap/shop-cache-*', ...begins, ...isTold, 'event ReleaseSucceeded'],
    },
    {
      title: 'one host more',
      spec: { hosts: ['www.example.org', 'example.org'] },
      writes: [
        'create ConfigMap/host-*',
        'apply ConfigMap/shop-cache-*',
        ...begins,
        'status HostedSite/shop',
        'apply Ingress/shop',
        'status HostedSite/shop',
        'event ReleaseSucceeded',
      ],
    },
    {
      title: 'more replicas',
      spec: { replicas: 2 },
      writes: [
        ...secrets,
        'apply PodDisruptionBudget/shop-web',
        'apply Deployment/shop-web',
        ...isTold,
        'event Scaled',
      ],
    },
    {
      title: 'a longer deadline',
      spec: { rollout: { progressDeadlineSeconds: 700 } },
      writes: [...secrets, 'apply Deployment/shop-web', ...isTold],
    },
    {
      title: 'what changes no object',
      spec: { deletionPolicy: 'Retain' },
      writes: [...secrets, 'status HostedSite/shop'],
    },
  ];
  for (const { title, spec, writes } of rows) {
    it(`${title}: ${writes.length}`, async () => {
      assert.deepEqual(await edited(await inForce(), spec), writes);
    });
  }

  it('one more of a WordPress, whose cron jobs run the image too', async () => {
    const world = await inForce('WordPress');
    const writes = [...begins, 'status HostedSite/shop', 'apply CronJob/shop-cron-wp-cron'];
    const after = ['status HostedSite/shop', 'event ReleaseSucceeded'];
    assert.deepEqual(await edited(world, { image: image(3) }), [...writes, ...after]);
  });

  it('five more at the tenth release, which removes the five oldest', async () => {
    const world = await inForce();
    const counts: number[] = [];
    for (let tag = 3; tag <= 16; tag += 1) counts.push((await edited(world, { image: image(tag) })).length);
    assert.deepEqual(counts, [5, 5, 5, 5, 5, 5, 5, 10, 5, 5, 5, 5, 10, 5]);
  });
});

describe('a pass over an edit makes the objects of the site once', () => {
  const edits: Record<string, Partial<HostedSiteSpec>> = {
    'another image': { image: image(3) },
    'more replicas': { replicas: 2 },
    'what changes no object': { deletionPolicy: 'Retain' },
  };
  for (const [title, spec] of Object.entries(edits)) {
    it(title, async () => {
      const world = await inForce();
      let times = 0;
      world.components = components.map((component) => ({
        ...component,
        manifests: (...known) => {
          if (component.name === 'web') times += 1;
          return component.manifests(...known);
        },
      }));
      world.change(spec);
      await world.pass();
      assert.equal(times, 1, 'the one that writes it');
      world.runControllers();
      await world.pass();
      assert.equal(world.condition('Ready'), 'True/Serving');
      assert.equal(times, 2, 'the one that finds it in force');
    });
  }
});
