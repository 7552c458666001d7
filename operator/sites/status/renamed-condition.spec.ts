import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../../components/component.ts';
import { statusManager } from '../../objects/labels.ts';
import { answered, image, inForce, made, resolved, revisions, runs } from '../../testing/pending.ts';
import type { World } from '../../testing/world.ts';

/** The component `image` was called `digest`, and its condition DigestReady. */
describe('what an operator of before a rename has written', () => {
  /** The names are all that differs; the field manager is the same. */
  async function toldByEarlier({ cluster, site }: World): Promise<void> {
    const { apiVersion, kind, metadata } = site;
    const status = JSON.parse(
      JSON.stringify(site.status).replaceAll('ImageResolved', 'DigestReady'),
    ) as HostedSiteStatus;
    await cluster.applyStatus(
      { apiVersion, kind, metadata, status },
      { fieldManager: statusManager, force: true },
    );
  }

  const bothNames = (world: World) => ['DigestReady', 'ImageResolved'].map((type) => world.condition(type));
  const written = ({ cluster }: World) => cluster.writes.map(({ verb, kind }) => `${verb} ${kind}`);
  const asker = ({ cluster }: World): Manifest | undefined =>
    cluster.list('Pod').find(({ metadata }) => metadata.name.startsWith('shop-image-'));

  function editAsker(world: World, change: (pod: Manifest) => void): void {
    const { metadata } = asker(world) ?? assert.fail('no pod asks for the image');
    world.cluster.edit('Pod', metadata.namespace, metadata.name, change);
  }

  it('has the condition by its name of now after one write, and by its name of then after the way back', async () => {
    const world = await inForce();
    await toldByEarlier(world);
    assert.deepEqual(bothNames(world), ['True/Resolved', undefined]);
    world.cluster.forgetRecords();
    await world.settle();
    assert.deepEqual(bothNames(world), [undefined, 'True/Resolved']);
    assert.deepEqual(written(world), ['status HostedSite']);
    await toldByEarlier(world);
    assert.deepEqual(bothNames(world), ['True/Resolved', undefined]);
  });

  it('has a pod that asks for an image, which goes on, and the release comes out as without', async () => {
    const [world, without] = [await inForce(), await inForce()];
    for (const one of [world, without]) one.change({ image: image(2) });
    await answered(without, 2);
    await world.settle();
    editAsker(world, ({ metadata }) => {
      metadata.labels = { ...metadata.labels, 'app.kubernetes.io/component': 'digest' };
    });
    await toldByEarlier(world);
    world.cluster.forgetRecords();
    await world.settle();
    assert.deepEqual(written(world), ['status HostedSite']);
    editAsker(world, (pod) => (pod['status'] = made(resolved(2))));
    await world.settle();
    assert.deepEqual([runs(world), asker(world)], [resolved(2), undefined]);
    assert.deepEqual(revisions(world), revisions(without));
  });
});
