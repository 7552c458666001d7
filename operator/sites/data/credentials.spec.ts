import assert from 'node:assert/strict';
import type { Manifest } from '../../components/component.ts';
import { components } from '../../components/index.ts';
import { World, operatorNamespace } from '../../testing/world.ts';

const spec = { database: { engine: 'MariaDB' } } as const;
const copyName = 'site-secret-c53558d3ae705a2a12071a532c26efbc';

async function secret(world: World): Promise<Manifest | undefined> {
  return world.cluster.read('Secret', 'customer-a', 'shop-database');
}

async function copy(world: World): Promise<Manifest | undefined> {
  return world.cluster.read('Secret', operatorNamespace, copyName);
}

async function inForce(): Promise<World> {
  const world = new World(spec);
  await world.bringUp();
  world.cluster.forgetRecords();
  return world;
}

/** What the operator asked about Secrets of the site's namespace. */
function asked(world: World): string[] {
  return world.cluster.writes
    .filter(({ kind, namespace }) => kind === 'Secret' && namespace === 'customer-a')
    .map(({ verb, options }) => ('dryRun' in options && options.dryRun ? `${verb} dry` : verb));
}

describe('credentials', () => {
  it('are random, beside what the component fixed, and kept in a copy', async () => {
    const world = await inForce();
    const data = { username: btoa('site'), password: btoa('random-24-1') };
    assert.deepEqual((await secret(world))?.['data'], data);
    assert.deepEqual((await copy(world))?.['data'], data);
  });

  it('belong to the site by labels alone, so that they survive it', async () => {
    const found = await secret(await inForce());
    assert.equal(found?.metadata.ownerReferences, undefined);
    assert.equal(found?.metadata.labels?.['app.kubernetes.io/instance'], 'shop');
  });

  it('say in the copy whose they are', async () => {
    const found = await copy(await inForce());
    assert.equal(found?.metadata.annotations?.['hostedsite.dev/copy-of'], 'customer-a/shop-database');
  });

  it('are never read in the namespace of the site', async () => {
    const world = new World(spec);
    world.cluster.fail({ verb: 'read', kind: 'Secret', name: 'shop-database', answer: new Error('read') });
    world.cluster.fail({
      verb: 'metadata',
      kind: 'Secret',
      name: 'shop-database',
      answer: new Error('read'),
    });
    await world.pass();
  });

  it('come back as they were when somebody deletes them', async () => {
    const world = await inForce();
    const before = await secret(world);
    world.cluster.remove('Secret', 'customer-a', 'shop-database');
    world.failNewPod('CreateContainerConfigError');
    await world.pass();
    assert.deepEqual((await secret(world))?.['data'], before?.['data']);
  });

  it('that the cluster refuses are told, although nothing else is to be written', async () => {
    const world = await inForce();
    world.cluster.remove('Secret', 'customer-a', 'shop-database');
    world.failNewPod('CreateContainerConfigError');
    const answer = { code: 403, reason: 'Forbidden', message: 'exceeded quota' };
    world.cluster.fail({ verb: 'create', kind: 'Secret', name: 'shop-database', answer });
    await world.pass();
    assert.equal(world.condition('Stalled'), 'True/Rejected');
  });

  it('stay when the copy is lost: the database was made with them', async () => {
    const world = await inForce();
    const before = await secret(world);
    world.cluster.remove('Secret', operatorNamespace, copyName);
    world.failNewPod('CreateContainerConfigError');
    await world.pass();
    assert.deepEqual(await secret(world), before);
    assert.equal(await copy(world), undefined);
    assert.equal(world.condition('Stalled'), undefined);
  });

  it('are asked for once for each generation, and not when nothing happens', async () => {
    const world = await inForce();
    await world.pass();
    assert.deepEqual(asked(world), []);
    world.change({ replicas: 2 });
    await assert.doesNotReject(world.pass(), 'what is there already is no failure');
    await world.pass();
    assert.deepEqual(asked(world), ['create']);
  });

  it('are not asked for by a release: its pods say what they miss', async () => {
    const world = await inForce();
    world.change({ image: 'registry.example.org/shop:2' });
    await world.settle();
    assert.deepEqual(asked(world), []);
    world.failNewPod('CreateContainerConfigError');
    await world.pass();
    assert.deepEqual(asked(world), ['create']);
  });

  it('of a former site of the same name are found again', async () => {
    const world = await inForce();
    const before = await secret(world);
    for (const kind of [
      'Deployment',
      'StatefulSet',
      'Service',
      'Ingress',
      'ConfigMap',
      'ControllerRevision',
    ] as const) {
      for (const name of world.names(kind)) world.cluster.remove(kind, 'customer-a', name);
    }
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site.metadata.uid = 'site-uid-2';
      delete site['status'];
    });
    await world.bringUp();
    assert.equal(world.condition('Ready'), 'True/Serving');
    assert.deepEqual((await secret(world))?.['data'], before?.['data']);
  });

  it('of an old namespace are not given to a new one of the same name', async () => {
    const world = await inForce();
    const before = await secret(world);
    world.cluster.remove('Secret', 'customer-a', 'shop-database');
    world.cluster.edit(
      'Namespace',
      undefined,
      'customer-a',
      ({ metadata }) => (metadata.uid = 'namespace-uid-2'),
    );
    world.failNewPod('CreateContainerConfigError');
    await world.pass();
    const after = await secret(world);
    assert.ok(after);
    assert.notDeepEqual(after['data'], before?.['data']);
  });

  it('that two passes make at once are one: the loser begins again and takes the copy', async () => {
    const world = new World(spec);
    const data = { username: btoa('site'), password: btoa('first') };
    const { create } = world.cluster;
    world.cluster.create = (object, options) => {
      if (object.metadata.name === copyName) {
        world.cluster.seed({ ...object, data });
      }
      return create.call(world.cluster, object, options);
    };
    await assert.rejects(world.pass(), /AlreadyExists/);
    world.cluster.create = create;
    await world.pass();
    assert.deepEqual((await secret(world))?.['data'], data);
  });

  it('cost one question for the namespace, however many a pass makes', async () => {
    const world = new World({ ...spec, objectCache: { engine: 'Valkey' } }, components);
    const { metadata } = world.cluster;
    const kinds: string[] = [];
    world.cluster.metadata = (kind, ...rest) => {
      kinds.push(kind);
      return metadata.call(world.cluster, kind, ...rest);
    };
    await world.pass();
    assert.ok(world.names('Secret').length > 2);
    assert.equal(kinds.filter((kind) => kind === 'Namespace').length, 1);
  });

  it('are waited for when the namespace is gone', async () => {
    const world = new World(spec);
    world.cluster.remove('Namespace', undefined, 'customer-a');
    await assert.rejects(world.pass(), /namespace of the site is gone/);
  });
});
