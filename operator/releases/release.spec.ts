import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { fakeComponents } from '../testing/fake-components.ts';
import { mountedConfigMaps, storedRevision } from './revision.ts';
import { World } from '../testing/world.ts';

const image = (tag: string | number) => `registry.example.org/shop:${tag}`;

async function inForce(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World(spec);
  await world.bringUp();
  return world;
}

/** Brings the operator to another version; `2` renders every template and every ConfigMap differently. */
function upgrade(world: World): void {
  world.components = fakeComponents('2');
}

function revisions(world: World) {
  return world.cluster
    .list('ControllerRevision')
    .flatMap((object) => storedRevision(object) ?? [])
    .sort((a, b) => a.number - b.number);
}

function summary(world: World): string[] {
  return revisions(world).map(({ number, image: name }) => `${number} ${name.split(':')[1]}`);
}

function template(world: World) {
  const spec = world.cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'];
  return (
    spec as {
      template: { metadata: { labels: Record<string, string> }; spec: { containers: { env: unknown[] }[] } };
    }
  ).template;
}

describe('a release', () => {
  it('is stored before the Deployment that runs it, and its name is on the pods', async () => {
    const world = await inForce();
    const [first] = revisions(world);
    assert.match(first?.name ?? '', /^shop-web-[0-9a-f]{10}$/);
    assert.equal(first?.number, 1);
    assert.equal(first?.image, image(1));
    assert.deepEqual(template(world), first?.template);
    assert.equal(template(world).metadata.labels['hostedsite.dev/revision'], first?.name);
    const kinds = world.cluster.applied.map(({ kind }) => kind);
    assert.ok(kinds.indexOf('ControllerRevision') < kinds.indexOf('Deployment'));
  });

  it('is the same for the same inputs, although a new operator would render it differently', async () => {
    const world = await inForce();
    const before = template(world);
    upgrade(world);
    world.cluster.forgetRecords();
    await world.settle();
    assert.deepEqual(template(world), before);
    // That it could be newer is told.
    assert.deepEqual(
      world.cluster.writes.map(({ verb, kind }) => `${verb} ${kind}`),
      ['status HostedSite'],
    );
  });

  it('is repaired to what was stored, not to what would be rendered now', async () => {
    const world = await inForce();
    const before = template(world);
    upgrade(world);
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object) => (object['spec'] = {}));
    await world.settle();
    assert.deepEqual(template(world), before);
  });

  it('takes up what a new operator renders, with the next change of the user', async () => {
    const world = await inForce();
    upgrade(world);
    world.change({ image: image(2) });
    await world.settle();
    assert.deepEqual(summary(world), ['1 1', '2 2']);
    assert.ok(JSON.stringify(template(world)).includes('{"name":"OPERATOR_VERSION","value":"2"}'));
  });

  it('goes back to the very template that ran, under the highest number', async () => {
    const world = await inForce();
    const before = template(world);
    upgrade(world);
    world.change({ image: image(2) });
    await world.bringUp();
    world.change({ image: image(1) });
    await world.bringUp();
    assert.deepEqual(summary(world), ['2 2', '3 1']);
    assert.deepEqual(template(world), before);
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('keeps nine, and of ten the last five', async () => {
    const world = await inForce();
    for (const tag of [2, 3, 4, 5, 6, 7, 8, 9]) {
      world.change({ image: image(tag) });
      await world.bringUp();
    }
    assert.equal(summary(world).length, 9);
    world.change({ image: image(10) });
    await world.settle();
    assert.deepEqual(summary(world), ['6 6', '7 7', '8 8', '9 9', '10 10']);
  });

  it('keeps each that a pod still runs, whatever came after', async () => {
    const world = await inForce();
    for (const tag of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      world.change({ image: image(tag) });
      await world.settle();
    }
    assert.deepEqual(summary(world), ['1 1', '6 6', '7 7', '8 8', '9 9', '10 10', '11 11']);
    world.runControllers();
    await world.settle();
    assert.deepEqual(summary(world), ['6 6', '7 7', '8 8', '9 9', '10 10', '11 11']);
  });

  it('goes on to let old ones go when that was cut off', async () => {
    const world = await inForce();
    for (const tag of [2, 3, 4, 5, 6, 7, 8, 9]) {
      world.change({ image: image(tag) });
      await world.bringUp();
    }
    world.change({ image: image(10) });
    world.cluster.fail({ verb: 'delete', times: 1, answer: new Error('cut off') });
    await world.settle();
    assert.deepEqual(summary(world), ['6 6', '7 7', '8 8', '9 9', '10 10']);
  });

  it('keeps the ConfigMap of each release that is kept, and of no other', async () => {
    const world = await inForce({ cache: { passPaths: ['/1'] } });
    for (const path of ['/2', '/3', '/4', '/5', '/6', '/7', '/8', '/9', '/10']) {
      world.change({ cache: { passPaths: [path] } });
      await world.bringUp();
    }
    const mounted = revisions(world).flatMap((revision) => mountedConfigMaps(revision.template));
    assert.deepEqual(world.names('ConfigMap'), [...mounted].sort());
    assert.equal(mounted.length, 5);
  });

  it('writes no ConfigMap that its template does not mount', async () => {
    const world = await inForce();
    const before = world.names('ConfigMap');
    upgrade(world);
    world.change({ replicas: 2 });
    await world.settle();
    assert.deepEqual(world.names('ConfigMap'), before);
  });

  it('is kept as long as a pod runs it, beside the one that would be gone back to', async () => {
    const world = await inForce();
    const [first] = revisions(world);
    world.change({ image: image(2) });
    await world.bringUp();
    const { labels = {} } = first?.template.metadata ?? {};
    const metadata = { name: 'stuck', namespace: 'customer-a', labels };
    world.cluster.seed({ apiVersion: 'v1', kind: 'Pod', metadata, status: { phase: 'Running' } });
    for (const tag of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
      world.change({ image: image(tag) });
      await world.settle();
    }
    assert.deepEqual(
      summary(world),
      [1, 2, 6, 7, 8, 9, 10, 11, 12].map((tag) => `${tag} ${tag}`),
    );
  });

  it('gets its ConfigMap back when somebody deletes it', async () => {
    const world = await inForce();
    const before = world.names('ConfigMap');
    world.cluster.remove('ConfigMap', 'customer-a', before[0] ?? '');
    await world.settle();
    assert.deepEqual(world.names('ConfigMap'), before);
    assert.deepEqual(summary(world), ['1 1']);
  });

  it('is rendered anew when its ConfigMap is gone for good: no pod of it could start', async () => {
    const world = await inForce();
    upgrade(world);
    world.cluster.remove('ConfigMap', 'customer-a', world.names('ConfigMap')[0] ?? '');
    await world.bringUp();
    assert.deepEqual(summary(world), ['1 1', '2 1']);
    assert.deepEqual(mountedConfigMaps(revisions(world)[1]!.template), world.names('ConfigMap'));
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(world.cluster.writes, []);
  });

  it('ignores revisions that are not of this site', async () => {
    const world = await inForce();
    const [first] = world.cluster.list('ControllerRevision');
    const owners = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'shop-database', uid: 'another' }];
    const metadata = { ...first!.metadata, name: 'shop-database-1', uid: 'x', ownerReferences: owners };
    world.cluster.seed({ ...first!, metadata, revision: 99 });
    await world.settle();
    world.change({ image: image(2) });
    await world.settle();
    assert.deepEqual(
      revisions(world).map(({ number }) => number),
      [1, 2],
    );
    assert.ok(await world.cluster.metadata('ControllerRevision', 'customer-a', 'shop-database-1'));
  });

  it('does not take for one of its own what it did not write', () => {
    const metadata = { name: 'shop-web-x' };
    const object = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, revision: 1 };
    assert.equal(storedRevision(object), undefined);
    assert.equal(storedRevision({ ...object, data: { inputs: 'a', image: 'b', template: 'c' } }), undefined);
    assert.equal(storedRevision({ ...object, data: { inputs: 'a', image: 'b', template: {} } }), undefined);
  });
});
