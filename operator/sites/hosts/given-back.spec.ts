import assert from 'node:assert/strict';
import { reservationName } from './reservation.ts';
import { reconcileSite } from '../reconcile-site.ts';
import { Neighbours, host, week } from '../../testing/neighbours.ts';
import { operatorNamespace, shop } from '../../testing/world.ts';

const name = reservationName(host);

describe('hosts of sites that are gone or dropped them', () => {
  let world: Neighbours;
  beforeEach(async () => {
    world = new Neighbours();
    await world.bringUp();
  });

  it('are held for ever by sites that a limited operator cannot see, whatever became of those', async () => {
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    world.cluster.namespaces = ['customer-b'];
    for (const verb of ['metadata', 'list'] as const)
      world.cluster.fail({
        verb,
        kind: 'HostedSite',
        answer: { code: 403, reason: 'Forbidden' },
        times: 100,
      });
    await world.look(shop);
    assert.match((await world.look(world.add('customer-b', 'blog'))) ?? '', /^HostTaken/);
    assert.deepEqual(world.held, { [host]: 'site-uid' });
  });

  describe('are given back', () => {
    it('by a site that drops the host, after its route is rewritten', async () => {
      world.change({ hosts: ['new.example.org'] });
      await world.pass();
      assert.deepEqual(
        Object.keys(world.held).sort(),
        ['new.example.org', host],
        'the route is just written',
      );
      await world.settle();
      assert.deepEqual(world.held, { 'new.example.org': 'site-uid' });
      assert.deepEqual(world.reserved, { [host]: 'customer-a' });
      assert.deepEqual(world.reported, [`shop HostReleased ${host}`]);
      world.cluster.forgetRecords();
      await world.pass();
      assert.deepEqual(world.cluster.writes, [], 'what is marked is not marked again');
    });

    it('not while the spec that dropped it is an old one', async () => {
      world.change({ hosts: ['new.example.org'] });
      await world.pass();
      const { metadata } = world.site;
      const newer = { ...metadata, generation: metadata.generation + 1 };
      world.cluster.metadata = () => Promise.resolve(newer);
      await world.pass();
      assert.ok(host in world.held);
    });

    it('when the site is gone, also with its namespace', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      await world.look(shop);
      assert.deepEqual(world.held, {});
      assert.deepEqual(world.reserved, { [host]: 'customer-a' });
    });

    it('not while a route of it is left that nobody owns, nor to another namespace that asks', async () => {
      for (const ownerReferences of [undefined, []]) {
        world.cluster.edit('Ingress', 'customer-a', 'shop', ({ metadata }) => {
          if (ownerReferences === undefined) delete metadata.ownerReferences;
          else metadata.ownerReferences = ownerReferences;
        });
        world.cluster.remove('HostedSite', 'customer-a', 'shop');
        await world.look(shop);
        assert.deepEqual(world.held, { [host]: 'site-uid' });
        assert.match((await world.look(world.add('customer-b', 'blog'))) ?? '', /^HostTaken/);
        assert.deepEqual(world.held, { [host]: 'site-uid' });
      }
      // A reservation that is made and goes again brings the next pass at once.
      const another = world.add('customer-b', 'news', ['news.example.org', host]);
      world.cluster.forgetRecords();
      assert.match((await world.look(another)) ?? '', /^HostTaken/);
      assert.deepEqual([...world.cluster.applied, ...world.cluster.deleted], []);
      world.cluster.remove('Ingress', 'customer-a', 'shop');
      await world.look(shop);
      assert.deepEqual(world.held, {});
    });

    it('not when only the cache lags behind a site that is there', async () => {
      const { get } = world.cluster;
      world.cluster.get = (kind, namespace, one) =>
        kind === 'HostedSite' ? undefined : get.call(world.cluster, kind, namespace, one);
      await reconcileSite(shop, world.context);
      world.cluster.get = get;
      assert.deepEqual(world.held, { [host]: 'site-uid' });
    });

    it('by whom the site before had the same name', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      world.add('customer-a', 'shop', ['new.example.org']);
      await world.look(shop);
      await world.look(shop);
      assert.deepEqual(world.held, { 'new.example.org': 'customer-a-shop' });
      assert.deepEqual(world.reserved, { [host]: 'customer-a' });
    });

    it('and collected when their time is over and somebody looks', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      await world.look(shop);
      world.later(week - 1);
      await world.look(shop);
      assert.equal(world.reservations.length, 1);
      world.later(1);
      await world.look(shop);
      assert.deepEqual(world.reservations, []);
    });

    it('at once where the administrator says so', async () => {
      world.settings = { ...world.settings, hosts: { releaseAfterSeconds: 0 } };
      world.change({ hosts: ['new.example.org'] });
      await world.settle();
      assert.deepEqual(world.held, { 'new.example.org': 'site-uid' });
      assert.deepEqual(world.reserved, {});
      assert.equal(await world.look(world.add('customer-b', 'blog')), undefined);
    });
  });

  describe('that were given back', () => {
    beforeEach(async () => {
      world.change({ hosts: ['new.example.org'] });
      await world.settle();
    });

    it('are refused to another namespace, in a sentence that names nobody, until their time is over', async () => {
      const other = world.add('customer-b', 'blog');
      world.later(week - 60);
      const said = await world.look(other);
      assert.match(said ?? '', /^HostTaken: The host www\.example\.org was another site's and stays/);
      assert.doesNotMatch(said ?? '', /customer-a|shop/);
      world.later(60);
      world.cluster.forgetRecords();
      assert.equal(await world.look(other), undefined);
      assert.deepEqual(world.reported, [`blog HostTakenOver ${host}`]);
      assert.equal(world.held[host], 'customer-b-blog');
    });

    it('are had again at once by the site that dropped them', async () => {
      world.change({ hosts: ['new.example.org', host] });
      await world.settle();
      assert.deepEqual(world.held, { 'new.example.org': 'site-uid', [host]: 'site-uid' });
      assert.deepEqual(world.reported, [`shop HostReleased ${host}`], 'it had the host itself');
    });

    it('are handed on to another site of the namespace, and are free at no moment', async () => {
      const beside = world.add('customer-a', 'blog');
      world.cluster.forgetRecords();
      assert.equal(await world.look(beside), undefined);
      assert.equal(world.held[host], 'customer-a-blog');
      assert.deepEqual(world.reported, [`blog HostTakenOver ${host}`]);
      assert.ok(world.cluster.deleted.every(({ name: gone }) => gone !== name));
      await world.settle();
      assert.equal(world.held[host], 'customer-a-blog', 'who had it before does not give it back again');
      assert.match((await world.look(world.add('customer-b', 'blog'))) ?? '', /belongs to another site/);
      world.cluster.remove('HostedSite', 'customer-a', 'blog');
      await world.look(beside);
      assert.deepEqual(world.reserved, { [host]: 'customer-a' });
    });

    it('are free when an administrator deletes the reservation', async () => {
      world.cluster.remove('ConfigMap', operatorNamespace, name);
      assert.equal(await world.look(world.add('customer-b', 'blog')), undefined);
    });
  });

  describe('are taken over', () => {
    it('from a site of the namespace that is gone', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      assert.equal(await world.look(world.add('customer-a', 'blog')), undefined);
      assert.deepEqual(world.held, { [host]: 'customer-a-blog' });
    });

    it('not from a site of another namespace that is gone: its time begins then', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      const other = world.add('customer-b', 'blog');
      assert.match((await world.look(other)) ?? '', /^HostTaken.*for a time/);
      assert.deepEqual(world.reserved, { [host]: 'customer-a' });
      world.later(week);
      assert.equal(await world.look(other), undefined);
      assert.deepEqual(world.held, { [host]: 'customer-b-blog' });
    });

    it('from a site that was made anew under its name', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      world.add('customer-a', 'shop');
      assert.equal(await world.look(shop), undefined);
      assert.deepEqual(world.held, { [host]: 'customer-a-shop' });
      assert.deepEqual(world.reported, []);
    });

    it('not from whom one of its namespace was handed the host after the look', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      await world.look(shop);
      world.later(week + 1);
      const [other, sibling] = [world.add('customer-b', 'blog'), world.add('customer-a', 'sibling')];
      const remove = world.cluster.delete.bind(world.cluster);
      world.cluster.delete = async (...args) => {
        world.cluster.delete = remove;
        await world.look(sibling);
        return remove(...args);
      };
      await world.look(other);
      assert.deepEqual(world.held, { [host]: 'customer-a-sibling' });
      assert.match((await world.look(other)) ?? '', /^HostTaken/);
    });

    it('not from a site that is there and that the cache has not seen', async () => {
      const { get } = world.cluster;
      const other = world.add('customer-b', 'blog');
      world.cluster.get = (kind, namespace, one) =>
        namespace === 'customer-a' ? undefined : get.call(world.cluster, kind, namespace, one);
      assert.match((await world.look(other)) ?? '', /^HostTaken/);
      assert.deepEqual(world.held, { [host]: 'site-uid' });
    });

    it('not from an object that is no reservation', async () => {
      world.cluster.remove('ConfigMap', operatorNamespace, name);
      const metadata = { name, namespace: operatorNamespace };
      world.cluster.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} });
      assert.match((await world.look(world.add('customer-b', 'blog'))) ?? '', /^HostTaken.*another site/);
    });
  });
});
