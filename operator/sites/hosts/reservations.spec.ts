import assert from 'node:assert/strict';
import type { HostedSite } from '../../kinds/hosted-site/hosted-site.ts';
import { byHolder, reservationChange, reservationName, sitesToWake, hostReservation } from './reservation.ts';
import { Neighbours, host, week } from '../../testing/neighbours.ts';
import { operatorNamespace, shop } from '../../testing/world.ts';

const name = reservationName(host);

describe('reservations of hosts', () => {
  let world: Neighbours;
  beforeEach(async () => {
    world = new Neighbours();
    await world.bringUp();
  });

  it('are immutable, carry their site, and their name is that of the host alone', () => {
    const [reservation] = world.cluster.list('ConfigMap', operatorNamespace);
    assert.equal(reservation?.metadata.name, name);
    assert.equal(reservation['immutable'], true);
    assert.deepEqual(reservation['data'], { host, namespace: 'customer-a', name: 'shop', uid: 'site-uid' });
    const other = { namespace: 'b', name: 'other', uid: 'u' };
    assert.equal(hostReservation(host, other, operatorNamespace).metadata.name, name);
    assert.equal(hostReservation(host, other, operatorNamespace).metadata.ownerReferences, undefined);
  });

  it('are found by who has them now, in the namespace of the operator only', () => {
    const { of } = byHolder(operatorNamespace);
    const maker = { namespace: 'a', name: 'maker', uid: 'u' };
    const reservation = hostReservation(host, maker, operatorNamespace);
    assert.equal(of(reservation), 'a/maker');
    const { annotations = {} } = reservationChange(reservation, {
      namespace: 'a',
      name: 'heir',
      uid: 'v',
    }).metadata;
    assert.equal(of({ ...reservation, metadata: { ...reservation.metadata, annotations } }), 'a/heir');
    assert.equal(of(hostReservation(host, maker, 'a')), undefined);
    assert.equal(of({ ...reservation, metadata: { ...reservation.metadata, labels: {} } }), undefined);
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

  it('name a way out that is there when the other site has dropped the host, and its pods have not', async () => {
    world.change({ hosts: ['new.example.org'] });
    const said = await world.look(world.add('customer-a', 'blog'));
    assert.match(
      said ?? '',
      /^HostTaken: The site shop no longer names the host www\.example\.org, and its pods /,
    );
    assert.match(said ?? '', /wait for a release of that site that succeeds\.$/);
    const elsewhere = await world.look(world.add('customer-b', 'blog'));
    assert.doesNotMatch(elsewhere ?? 'shop', /customer-a|shop|no longer/);
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

  it('are not made by a new site that is suspended: it asks as everybody when it is no longer', async () => {
    const other = world.add('customer-b', 'blog', ['blog.example.org']);
    const suspend = (value: boolean): void =>
      world.cluster.edit('HostedSite', 'customer-b', 'blog', (site) => {
        (site as HostedSite).spec.suspend = value;
      });
    suspend(true);
    await world.look(other);
    assert.deepEqual(world.held, { [host]: 'site-uid' });
    assert.equal(await world.look(world.add('customer-c', 'wiki', ['blog.example.org'])), undefined);
    suspend(false);
    assert.match((await world.look(other)) ?? '', /^HostTaken/);
    assert.deepEqual(world.held, { [host]: 'site-uid', 'blog.example.org': 'customer-c-wiki' });
  });

  it("are kept by a site that is deleted as long as somebody's finalizer holds it", async () => {
    world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
      metadata.deletionTimestamp = world.now.toISOString();
      metadata.finalizers = ['example.org/backup'];
    });
    await world.pass();
    world.later(2 * week);
    const other = world.add('customer-b', 'blog');
    assert.match((await world.look(other)) ?? '', /^HostTaken/);
    await world.pass();
    assert.deepEqual(world.held, { [host]: 'site-uid' });
    assert.deepEqual(world.routes('customer-a'), ['shop']);
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.look(shop);
    assert.deepEqual(world.reserved, { [host]: 'customer-a' }, 'its time begins when it is gone');
  });

  it('go to exactly one of many that come at once, whoever had the host before', async () => {
    world.cluster.remove('HostedSite', 'customer-a', 'shop');
    await world.look(shop);
    world.later(week);
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
    const reservation = hostReservation(
      host,
      { namespace: 'customer-a', name: 'shop', uid: 'u' },
      operatorNamespace,
    );
    const woken = (
      type: 'added' | 'updated' | 'deleted',
      more: { own?: boolean; object?: typeof reservation } = {},
    ) =>
      sitesToWake(
        { kind: 'ConfigMap', type, object: reservation, ...more },
        world.cluster,
        operatorNamespace,
      );

    it('their site, also after it is gone; not for its own making', () => {
      assert.deepEqual(woken('added'), ['customer-a/shop']);
      assert.deepEqual(woken('added', { own: true }), []);
    });

    it('whoever names a host that was given back', () => {
      world.add('customer-b', 'blog');
      world.add('customer-b', 'other', ['other.example.org']);
      assert.deepEqual(woken('deleted', { own: true }), ['customer-a/shop', 'customer-b/blog']);
    });

    it('whoever of its namespace names a host that was marked', () => {
      world.add('customer-a', 'beside');
      world.add('customer-b', 'blog');
      const holder = { namespace: 'customer-a', name: 'old', uid: 'u' };
      const { labels, annotations } = reservationChange(reservation, holder, world.now).metadata;
      const marked = {
        ...reservation,
        metadata: {
          ...reservation.metadata,
          labels: { ...reservation.metadata.labels, ...labels },
          ...{ annotations },
        },
      } as typeof reservation;
      const own = woken('updated', { own: true, object: marked });
      assert.deepEqual(own, ['customer-a/beside', 'customer-a/shop']);
      const seen = woken('updated', { object: marked });
      assert.deepEqual(seen, ['customer-a/beside', 'customer-a/shop', 'customer-a/old']);
    });

    it('nobody from a namespace of tenants', () => {
      const object = { ...reservation, metadata: { ...reservation.metadata, namespace: 'customer-b' } };
      assert.equal(woken('deleted', { object }), undefined);
    });
  });
});
