import assert from 'node:assert/strict';
import {
  copyName,
  inForce,
  later,
  nobodys,
  onceClaimsAreWritten,
  owner,
  owners,
  reallyIs,
  ending,
} from '../../testing/data.ts';
import { siteLabels } from '../../objects/labels.ts';
import { hostedSite } from '../../testing/world.ts';
import { operatorNamespace } from '../../testing/world.ts';

describe('a policy that is on its way into force: volumes and credentials', () => {
  it('stay when a site of the same name is held from its beginning', async () => {
    const world = await inForce();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.collectGarbage();
    const metadata = { ...hostedSite().metadata, uid: 'another' };
    world.cluster.seed(hostedSite({ deletionPolicy: 'Delete', suspend: true }, { metadata }));
    await world.settle();
    assert.equal(world.condition('Ready'), 'Unknown/Suspended');
    assert.equal(world.status.deletionPolicy, 'Delete');
    assert.deepEqual((await owners(world)).slice(0, 2), [[], []]);
    assert.equal((await owners(world))[3], '');
  });

  it('cost nothing more when all is in force, whatever else carries the labels', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    const metadata = { name: 'other', namespace: 'customer-a', labels: siteLabels({ name: 'shop' }) };
    world.cluster.seed({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata });
    world.cluster.fail({ verb: 'list', answer: new Error('asked'), times: 9 });
    await world.pass();
  });

  it('are told to go before they do, and to stay after the last of them does', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    await world.pass();
    assert.equal(world.status.deletionPolicy, 'Delete');
    assert.deepEqual((await owners(world)).slice(0, 2), [[], []]);
    await world.settle();
    world.change({ deletionPolicy: 'Retain' });
    world.cluster.fail({ verb: 'merge', name: 'shop-files', answer: { code: 403, reason: 'Forbidden' } });
    await assert.rejects(world.pass());
    assert.equal(world.status.deletionPolicy, 'Delete');
    await world.settle();
    assert.equal(world.status.deletionPolicy, 'Retain');
  });

  it('become nobody’s while the promise that was seen is not the one that is there', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    await world.pass();
    assert.equal(world.status.deletionPolicy, 'Delete');
    reallyIs(world, (site) => ({
      ...site,
      status: { ...(site['status'] as object), deletionPolicy: 'Retain' },
    }));
    await world.pass();
    assert.deepEqual(await owners(world), nobodys);
  });

  it('get another version when they are to stay, whoever owns them: what is on its way is too late', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    await world.pass();
    const before = await world.cluster.metadata('PersistentVolumeClaim', 'customer-a', 'shop-files');
    world.change({ deletionPolicy: 'Retain' });
    await world.settle();
    const after = await world.cluster.metadata('PersistentVolumeClaim', 'customer-a', 'shop-files');
    assert.notEqual(after?.resourceVersion, before?.resourceVersion);
  });

  it('stay when a claim has lost its labels', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.cluster.edit('PersistentVolumeClaim', 'customer-a', 'shop-files', ({ metadata }) => {
      delete metadata.labels;
    });
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      site['spec'] = hostedSite({ database: { engine: 'MariaDB' } }).spec;
    });
    await world.settle();
    assert.deepEqual((await owners(world))[1], []);
  });

  it('do not keep the rest from going on when their owners cannot be written', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.change({ deletionPolicy: 'Retain', image: 'registry.example.org/shop:2' });
    const answer = { code: 403, reason: 'Forbidden' };
    world.cluster.fail({ verb: 'merge', kind: 'PersistentVolumeClaim', answer, times: 1000 });
    await assert.rejects(world.pass());
    assert.ok(JSON.stringify(world.cluster.applied).includes('registry.example.org/shop:2'));
    assert.equal(world.status.deletionPolicy, 'Delete');
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
  });

  it('are nobody’s again when somebody else has made the site their owner', async () => {
    const world = await inForce();
    world.cluster.edit('PersistentVolumeClaim', 'customer-a', 'shop-files', ({ metadata }) => {
      metadata.ownerReferences = [owner];
    });
    await world.settle();
    assert.deepEqual((await owners(world))[1], []);
  });

  it('are made up for when a pass was cut off at any request', async () => {
    for (const [from, to] of [
      ['Retain', 'Delete'],
      ['Delete', 'Retain'],
    ] as const) {
      for (const verb of ['read', 'merge', 'list', 'create', 'delete', 'status'] as const) {
        for (const afterCommit of [false, true]) {
          const world = await inForce({ deletionPolicy: from });
          world.change({ deletionPolicy: to });
          const answer = { code: 500, reason: 'InternalError' };
          world.cluster.fail({ verb, answer, afterCommit });
          await world.settle();
          assert.deepEqual(await owners(world), to === 'Delete' ? later : nobodys, `${verb} ${to}`);
          assert.equal(world.status.deletionPolicy, to);
        }
      }
    }
  });

  it('leave a Secret alone of which there is no copy: it may be of somebody else', async () => {
    const world = await inForce();
    world.cluster.remove('Secret', operatorNamespace, copyName);
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    assert.deepEqual((await owners(world)).slice(2), [[], undefined]);
  });

  it('are not those of a namespace that was there before under the same name', async () => {
    const world = await inForce();
    world.cluster.edit('Namespace', undefined, 'customer-a', ({ metadata }) => (metadata.uid = 'anew'));
    world.change({ deletionPolicy: 'Delete' });
    await world.settle();
    assert.equal((await owners(world))[3], '');
  });

  it('are given one by one while the policy is Delete: what comes after a change is not', async () => {
    const world = await inForce();
    world.change({ deletionPolicy: 'Delete' });
    await world.pass();
    onceClaimsAreWritten(world, 1, () => world.change({ deletionPolicy: 'Retain' }));
    await world.pass();
    const given = (await owners(world)).slice(0, 2).filter((one) => JSON.stringify(one) !== '[]');
    assert.deepEqual(given, [[owner]]);
    await world.settle();
    assert.deepEqual(await owners(world), nobodys);
  });

  it('stay with a site that has found its copies and was to take them along', async () => {
    const world = await inForce();
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    world.cluster.remove('Secret', 'customer-a', 'shop-database');
    await world.collectGarbage();
    const metadata = { ...hostedSite().metadata, uid: 'another' };
    const spec = { database: { engine: 'MariaDB' as const }, files: {}, deletionPolicy: 'Delete' as const };
    world.cluster.seed(hostedSite(spec, { metadata }));
    await world.bringUp();
    const anothers = [{ ...owner, uid: 'another' }];
    assert.deepEqual(await owners(world), [anothers, anothers, anothers, 'another']);
    world.change({ deletionPolicy: 'Retain' });
    await world.settle();
    assert.deepEqual(await owners(world), nobodys);
  });

  it('are tried for again when they could not be taken at the end of their site', async () => {
    const world = await inForce({ deletionPolicy: 'Delete' });
    world.change({ deletionPolicy: 'Retain' });
    ending(world, ['foregroundDeletion']);
    const answer = { code: 403, reason: 'Forbidden' };
    world.cluster.fail({ verb: 'merge', kind: 'PersistentVolumeClaim', answer });
    await assert.rejects(world.pass());
    await world.pass();
    assert.deepEqual(await owners(world), nobodys);
  });

  it('are made anew for the next site of the name when that was cut off at any request', async () => {
    for (const verb of ['merge', 'delete', 'create'] as const) {
      for (const afterCommit of [false, true]) {
        const world = await inForce({ deletionPolicy: 'Delete' });
        const spec = {
          database: { engine: 'MariaDB' as const },
          files: {},
          deletionPolicy: 'Delete' as const,
        };
        const before = await world.cluster.read('Secret', 'customer-a', 'shop-database');
        world.cluster.remove('HostedSite', 'customer-a', 'shop');
        await world.collectGarbage();
        if (before !== undefined) world.cluster.seed(before);
        const metadata = { ...hostedSite().metadata, uid: 'another' };
        world.cluster.seed(hostedSite(spec, { metadata }));
        const answer = { code: 500, reason: 'InternalError' };
        world.cluster.fail({ verb, kind: 'Secret', answer, afterCommit });
        await world.settle();
        const [, , secret, goes] = await owners(world);
        assert.deepEqual([secret, goes], [[{ ...owner, uid: 'another' }], 'another'], verb);
      }
    }
  });
});
