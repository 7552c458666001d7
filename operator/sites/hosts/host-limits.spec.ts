import assert from 'node:assert/strict';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import { reservationName } from './reservation.ts';
import { defaultHosts } from './host-settings.ts';
import type { HostSettings } from './host-settings.ts';
import { Neighbours, host } from '../../testing/neighbours.ts';
import { shop } from '../../testing/world.ts';

describe('hosts', () => {
  let world: Neighbours;
  beforeEach(async () => {
    world = new Neighbours();
    await world.bringUp();
  });

  describe('of a site that is refused one', () => {
    const mine = 'mine.example.org';

    it('are not made for the others, as far as the caches know', async () => {
      await world.look(world.add('customer-b', 'blog', [mine, host]));
      assert.deepEqual(world.held, { [host]: 'site-uid' });
      assert.ok(world.cluster.created.every(({ metadata }) => metadata.name !== reservationName(mine)));
    });

    it('are deleted again where only the API server knew', async () => {
      const { get } = world.cluster;
      const other = world.add('customer-b', 'blog', [mine, host]);
      world.cluster.get = (kind, namespace, one) =>
        kind === 'ConfigMap' ? undefined : get.call(world.cluster, kind, namespace, one);
      assert.match((await world.look(other)) ?? '', /^HostTaken/);
      assert.deepEqual(world.held, { [host]: 'site-uid' });
      assert.deepEqual(world.reserved, {});
    });

    it('are kept where it had them before', async () => {
      const other = world.add('customer-b', 'blog', [mine]);
      await world.look(other);
      world.cluster.edit('HostedSite', 'customer-b', 'blog', (site) => {
        (site as HostedSite).spec.hosts = [mine, 'more.example.org', host];
      });
      assert.match((await world.look(other)) ?? '', /^HostTaken/);
      assert.deepEqual(world.held, { [host]: 'site-uid', [mine]: 'customer-b-blog' });
    });
  });

  describe('of one namespace', () => {
    const limited = (limits: Partial<HostSettings>): void => {
      world.settings = { ...world.settings, hosts: { ...defaultHosts, ...limits } };
    };

    it('do not keep a site out that is made anew under its name', async () => {
      limited({ sitesPerNamespace: 1 });
      world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
        metadata.uid = 'another';
      });
      assert.equal(await world.look(shop), undefined);
      assert.deepEqual(world.held, { [host]: 'another' });
    });

    it('are bounded, and those that it gave back count', async () => {
      limited({ hostsPerNamespace: 2 });
      const blog = world.add('customer-a', 'blog', ['a.example.org', 'b.example.org']);
      assert.match((await world.look(blog)) ?? '', /^LimitReached: This namespace may have 2 hosts/);
      assert.deepEqual(world.held, { [host]: 'site-uid' });
      world.change({ hosts: ['new.example.org'] });
      await world.settle();
      assert.match(
        (await world.look(world.add('customer-a', 'wiki', ['c.example.org']))) ?? '',
        /^LimitReached/,
      );
      assert.equal(await world.look(world.add('customer-a', 'news', [host])), undefined, 'one it gave back');
      assert.equal(await world.look(world.add('customer-b', 'blog', ['d.example.org'])), undefined);
    });

    it('are of a bounded number of sites, and a site that has some keeps them', async () => {
      limited({ sitesPerNamespace: 1 });
      assert.match(
        (await world.look(world.add('customer-a', 'blog', ['a.example.org']))) ?? '',
        /^LimitReached: This namespace may have 1 sites/,
      );
      world.change({ hosts: [host, 'more.example.org'] });
      await world.settle();
      assert.equal(world.held['more.example.org'], 'site-uid');
      assert.equal(await world.look(world.add('customer-b', 'blog', ['b.example.org'])), undefined);
    });
  });
});
