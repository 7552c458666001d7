import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { components } from '../components/index.ts';
import { bySite } from './site-key.ts';
import { World, hostedSite, operatorNamespace, shop } from '../testing/world.ts';

/** Whole passes over sites with `web.generatedEnv`, with the real components. */

const spec = (...generatedEnv: string[]): Partial<HostedSiteSpec> => ({ web: { generatedEnv } });

async function inForce(given: Partial<HostedSiteSpec>): Promise<World> {
  const world = new World(given, components);
  await world.bringUp();
  return world;
}

/** The values that pods get, by variable. */
async function values({ cluster }: World): Promise<Record<string, string>> {
  const deployment = JSON.stringify(cluster.get('Deployment', 'customer-a', 'shop-web'));
  const refs = [...deployment.matchAll(/"secretKeyRef":\{"name":"([^"]+)","key":"([^"]+)"\}/g)];
  const pairs = refs.map(async ([, name = '', key = '']) => {
    const data = (await cluster.read('Secret', 'customer-a', name))?.['data'] as Record<string, string>;
    return [key, Buffer.from(data[key] ?? '', 'base64').toString()] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

const secrets = ({ cluster }: World, namespace: string): string[] =>
  cluster.created
    .filter(({ kind, metadata }) => kind === 'Secret' && metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name);

async function end(world: World): Promise<void> {
  world.cluster.remove('HostedSite', 'customer-a', 'shop');
  await world.collectGarbage();
  await world.pass();
}

/** What Kubernetes' garbage collector would do, and a user who makes the site again. */
function makeAgain(world: World, given: Partial<HostedSiteSpec>, uid: string): void {
  for (const { kind, metadata } of world.cluster.find(bySite, shop))
    if (metadata.ownerReferences?.length) world.cluster.remove(kind, 'customer-a', metadata.name);
  world.cluster.remove('HostedSite', 'customer-a', 'shop');
  const again = hostedSite(given);
  world.cluster.seed({ ...again, metadata: { ...again.metadata, uid } });
}

describe('generated variables of a site', () => {
  it('have values that are made once, and stay with releases', async () => {
    const world = await inForce(spec('A', 'B'));
    const before = await values(world);
    assert.match(before['A'] ?? '', /^random-32-/);
    assert.notEqual(before['A'], before['B']);
    world.change({ image: 'registry.example.org/shop:2' });
    await world.bringUp();
    assert.deepEqual(await values(world), before);
  });

  it('come later without a change of those before', async () => {
    const world = await inForce(spec('B'));
    const { B } = await values(world);
    world.change(spec('A', 'B', 'C'));
    await world.bringUp();
    const after = await values(world);
    assert.equal(after['B'], B);
    assert.deepEqual(Object.keys(after).sort(), ['A', 'B', 'C']);
    assert.equal(new Set(Object.values(after)).size, 3);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('are in every pod of the image, and so are the places of its files', async () => {
    const world = await inForce({
      ...{ preset: 'WordPress', database: { engine: 'MariaDB' }, ...spec('A') },
      files: { paths: [{ subPath: 'themes', mountPath: '/srv/themes' }] },
      cron: [{ name: 'report', schedule: 'H 3 * * *', command: ['report'] }],
    });
    await world.bringUp();
    const workloads = [
      ['Deployment', 'shop-web'],
      ['CronJob', 'shop-cron-report'],
      ['Job', 'shop-install'],
    ] as const;
    for (const [kind, name] of workloads) {
      const text = JSON.stringify(world.cluster.get(kind, 'customer-a', name));
      assert.match(
        text,
        /\{"name":"A","valueFrom":\{"secretKeyRef":\{"name":"shop-env-a-[0-9a-f]{8}","key":"A"\}\}\}/,
        name,
      );
      assert.ok(text.includes('{"name":"files","mountPath":"/srv/themes","subPath":"themes"}'), name);
    }
  });

  it('are found again when they are taken out and written again', async () => {
    const world = await inForce(spec('A', 'B'));
    const before = await values(world);
    world.change(spec('B'));
    await world.bringUp();
    assert.deepEqual(Object.keys(await values(world)), ['B']);
    world.change({ ...spec('A', 'B'), image: 'registry.example.org/shop:2' });
    await world.bringUp();
    assert.deepEqual(await values(world), before);
  });

  it('are found again when the site is made again', async () => {
    const world = await inForce(spec('A'));
    const before = await values(world);
    makeAgain(world, spec('A'), 'another-uid');
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual(await values(world), before);
  });

  it('go with deletionPolicy Delete, those too that were taken out, or that the site before it left', async () => {
    const world = await inForce(spec('A', 'B'));
    const made = secrets(world, 'customer-a');
    makeAgain(world, { ...spec('B'), deletionPolicy: 'Delete' }, 'another-uid');
    await world.bringUp();
    world.change({ web: {} });
    await world.bringUp();
    await end(world);
    const left = await Promise.all(
      [...new Set(made)].map((name) => world.cluster.read('Secret', 'customer-a', name)),
    );
    const copies = await Promise.all(
      [...new Set(secrets(world, operatorNamespace))].map((name) =>
        world.cluster.read('Secret', operatorNamespace, name),
      ),
    );
    assert.deepEqual(
      [left, copies],
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
  });

  it('are a hundred Secrets at most, however often others are named and theirs deleted', async () => {
    const world = await inForce(spec('A'));
    for (let round = 0; round < 4; round += 1) {
      world.change(spec(...Array.from({ length: 32 }, (_, at) => `ROUND_${round}_${at}`)));
      await world.bringUp();
      for (const name of new Set(secrets(world, 'customer-a')))
        world.cluster.remove('Secret', 'customer-a', name);
    }
    assert.equal(new Set(secrets(world, operatorNamespace)).size, 100);
    assert.equal(world.condition('Stalled'), 'True/TooManySecrets');
    world.change(spec('A', 'ROUND_0_0'));
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving', 'names that were there before');
  });

  it('stay with deletionPolicy Retain', async () => {
    const world = await inForce(spec('A'));
    world.cluster.forgetRecords();
    await end(world);
    assert.deepEqual(world.cluster.deleted, []);
  });

  it('are not taken from a Secret of somebody else, though others of the site are there', async () => {
    const world = await inForce(spec('B'));
    const [b] = [...new Set(secrets(world, 'customer-a'))];
    assert.match(b ?? '', /^shop-env-b-/);
    world.cluster.seed({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'shop-env-a-559aead0', namespace: 'customer-a' },
      data: { A: 'c3Rvbg==' },
    });
    world.change(spec('A', 'B'));
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/NameTaken');
    assert.deepEqual(Object.keys(await values(world)), ['B']);
  });
});
