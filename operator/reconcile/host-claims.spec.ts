import assert from 'node:assert/strict';
import type { HostedSite } from '../api/hosted-site.ts';
import { Conflict } from '../kube/errors.ts';
import { siteKey } from '../kube/cluster.ts';
import type { SiteKey } from '../kube/cluster.ts';
import { claimName, claimOf, concerned, hostClaim } from './host-claim.ts';
import { reconcileSite } from './reconcile-site.ts';
import { World, hostedSite, operatorNamespace, shop } from './test-world.ts';

const host = 'www.example.org';
const name = claimName(host);

/** Sites beside the shop, and what becomes of them. */
class Neighbours extends World {
  add(namespace: string, siteName: string, hosts = [host]): SiteKey {
    const metadata = { name: siteName, namespace, uid: `${namespace}-${siteName}`, generation: 1 };
    this.cluster.seed(hostedSite({ hosts }, { metadata }));
    return siteKey(namespace, siteName);
  }

  async look(key: SiteKey): Promise<string | undefined> {
    await reconcileSite(key, this.workshop).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
    return this.sentence(key);
  }

  sentence(key: SiteKey): string | undefined {
    const [namespace, siteName] = key.split('/') as [string, string];
    const found = this.cluster.get('HostedSite', namespace, siteName) as HostedSite | undefined;
    const stalled = found?.status?.conditions?.find(({ type }) => type === 'Stalled');
    return stalled && `${stalled.reason}: ${stalled.message}`;
  }

  /** Host → UID of the site that has it. */
  get held(): Record<string, string> {
    const claims = this.cluster.list('ConfigMap', operatorNamespace).flatMap((one) => claimOf(one) ?? []);
    return Object.fromEntries(claims.map((one) => [one.host, one.uid]));
  }

  routes(namespace: string): string[] {
    return this.cluster.list('Ingress', namespace).map(({ metadata }) => metadata.name);
  }
}

describe('claims of hosts', () => {
  let world: Neighbours;
  beforeEach(async () => {
    world = new Neighbours();
    await world.bringUp();
  });

  it('are immutable, carry their site, and their name is that of the host alone', () => {
    const [claim] = world.cluster.list('ConfigMap', operatorNamespace);
    assert.equal(claim?.metadata.name, name);
    assert.equal(claim['immutable'], true);
    assert.deepEqual(claim['data'], { host, namespace: 'customer-a', name: 'shop', uid: 'site-uid' });
    const other = { namespace: 'b', name: 'other', uid: 'u' };
    assert.equal(hostClaim(host, other, operatorNamespace).metadata.name, name);
    assert.equal(hostClaim(host, other, operatorNamespace).metadata.ownerReferences, undefined);
  });

  it('refuse a second site of another namespace without saying whose the host is, and it writes nothing', async () => {
    const other = world.add('customer-b', 'blog');
    world.cluster.forgetRecords();
    const said = await world.look(other);
    assert.match(said ?? '', /^HostTaken: The host www\.example\.org belongs to another site\. Take it out/);
    assert.doesNotMatch(said ?? '', /customer-a|shop/);
    assert.deepEqual(
      world.cluster.writes.map(({ verb }) => verb),
      // What nobody had said of it is taken over before it goes.
      ['status', 'status'],
    );
    assert.deepEqual(world.held, { [host]: 'site-uid' });
  });

  it('name the other site to its own namespace', async () => {
    const said = await world.look(world.add('customer-a', 'blog'));
    assert.match(said ?? '', /^HostTaken: The host www\.example\.org belongs to the site shop\./);
  });

  it('let what runs run on when a site adds the host of another', async () => {
    const other = world.add('customer-b', 'blog', ['blog.example.org']);
    await world.look(other);
    world.cluster.edit('HostedSite', 'customer-b', 'blog', (site) => {
      (site as HostedSite).spec.hosts = ['blog.example.org', host];
    });
    world.cluster.forgetRecords();
    assert.match((await world.look(other)) ?? '', /^HostTaken/);
    assert.deepEqual([...world.cluster.applied, ...world.cluster.deleted], []);
    assert.deepEqual(world.routes('customer-b'), ['blog']);
    assert.equal(world.held['blog.example.org'], 'customer-b-blog');
  });

  it('cost nothing once they are had', async () => {
    world.cluster.fail({ verb: 'read', kind: 'ConfigMap', answer: new Error('asked') });
    world.cluster.fail({ verb: 'metadata', kind: 'HostedSite', answer: new Error('asked') });
    world.cluster.forgetRecords();
    await world.pass();
    assert.deepEqual(world.cluster.writes, []);
  });

  it('come back when somebody deletes them', async () => {
    world.cluster.remove('ConfigMap', operatorNamespace, name);
    await world.pass();
    assert.deepEqual(world.held, { [host]: 'site-uid' });
  });

  it('are kept by a site that is suspended, though it no longer names the host', async () => {
    world.change({ suspend: true, hosts: ['other.example.org'] });
    await world.settle();
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
      assert.equal(await world.look(world.add('customer-b', 'blog')), undefined);
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
    });

    it('not when only the cache lags behind a site that is there', async () => {
      const { get } = world.cluster;
      world.cluster.get = (kind, namespace, one) =>
        kind === 'HostedSite' ? undefined : get.call(world.cluster, kind, namespace, one);
      await reconcileSite(shop, world.workshop);
      world.cluster.get = get;
      assert.deepEqual(world.held, { [host]: 'site-uid' });
    });

    it('by whom the site before had the same name', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      world.add('customer-a', 'shop', ['new.example.org']);
      await world.look(shop);
      await world.look(shop);
      assert.deepEqual(world.held, { 'new.example.org': 'customer-a-shop' });
    });
  });

  describe('are taken over', () => {
    it('from a site that is gone', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      assert.equal(await world.look(world.add('customer-b', 'blog')), undefined);
      assert.deepEqual(world.held, { [host]: 'customer-b-blog' });
    });

    it('from a site that was made anew under its name', async () => {
      world.cluster.remove('HostedSite', 'customer-a', 'shop');
      world.add('customer-a', 'shop');
      assert.equal(await world.look(shop), undefined);
      assert.deepEqual(world.held, { [host]: 'customer-a-shop' });
    });

    it('not from a site that is there and that the cache has not seen', async () => {
      const { get } = world.cluster;
      const other = world.add('customer-b', 'blog');
      world.cluster.get = (kind, namespace, one) =>
        namespace === 'customer-a' ? undefined : get.call(world.cluster, kind, namespace, one);
      assert.match((await world.look(other)) ?? '', /^HostTaken/);
      assert.deepEqual(world.held, { [host]: 'site-uid' });
    });

    it('not from an object that is no claim', async () => {
      world.cluster.remove('ConfigMap', operatorNamespace, name);
      const metadata = { name, namespace: operatorNamespace };
      world.cluster.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} });
      assert.match((await world.look(world.add('customer-b', 'blog'))) ?? '', /^HostTaken.*another site/);
    });
  });

  it('go to exactly one of many that come at once, whoever had the host before', async () => {
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    const keys = Array.from({ length: 8 }, (_, at) => world.add(`customer-${at}`, 'blog'));
    await Promise.all(keys.map((key) => world.look(key)));
    for (const key of keys) await world.look(key);
    const winners = keys.filter((key) => world.sentence(key) === undefined);
    assert.equal(winners.length, 1);
    assert.equal(world.held[host], winners[0]?.replace('/', '-'));
    const published = keys.filter((key) => world.routes(key.split('/')[0] ?? '').length > 0);
    assert.deepEqual(published, winners, 'no two sites publish the host');
  });

  describe('wake', () => {
    const claim = hostClaim(host, { namespace: 'customer-a', name: 'shop', uid: 'u' }, operatorNamespace);
    const woken = (
      type: 'added' | 'updated' | 'deleted',
      more: { own?: boolean; object?: typeof claim } = {},
    ) => concerned({ kind: 'ConfigMap', type, object: claim, ...more }, world.cluster, operatorNamespace);

    it('their site, also after it is gone; not for its own making', () => {
      assert.deepEqual(woken('added'), ['customer-a/shop']);
      assert.deepEqual(woken('added', { own: true }), []);
    });

    it('whoever names a host that was given back', () => {
      world.add('customer-b', 'blog');
      world.add('customer-b', 'other', ['other.example.org']);
      assert.deepEqual(woken('deleted', { own: true }), ['customer-a/shop', 'customer-b/blog']);
    });

    it('nobody from a namespace of tenants', () => {
      const object = { ...claim, metadata: { ...claim.metadata, namespace: 'customer-b' } };
      assert.equal(woken('deleted', { object }), undefined);
    });
  });
});
