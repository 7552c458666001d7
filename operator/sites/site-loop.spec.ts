import assert from 'node:assert/strict';
import type { KindChange } from '../kube/watch/cache.ts';
import type { Lookup } from '../kube/loop/loop.ts';
import { hostReservation } from './hosts/reservation.ts';
import { siteLoop } from './site-loop.ts';
import { World, hostedSite, operatorNamespace, shop } from '../testing/world.ts';

describe('the loop of sites', () => {
  const world = new World();
  const loop = siteLoop(world.context);
  const later: Lookup = { cluster: world.cluster, initial: false };
  const reservation = (namespace: string) =>
    hostReservation('www.example.org', { namespace: 'customer-a', name: 'shop', uid: 'u' }, namespace);
  const woken = (change: KindChange, lookup = later): string[] =>
    loop.wakes(change, lookup).map(({ key, priority }) => `${key} ${priority}`);

  it('wakes a site by what a person writes', () => {
    assert.deepEqual(woken({ kind: 'HostedSite', type: 'added', object: hostedSite() }), [`${shop} user`]);
  });

  it('wakes the site whose claim changes, and nothing of what looks like one elsewhere', () => {
    const change = (namespace: string): KindChange => {
      return { kind: 'ConfigMap', type: 'added', object: reservation(namespace) };
    };
    assert.deepEqual(woken(change(operatorNamespace)), [`${shop} drift`]);
    assert.deepEqual(woken(change('customer-b')), []);
  });

  it('wakes every site when a kind comes or goes, and none while the caches are filling', () => {
    assert.deepEqual(loop.wakesOfKind('HTTPRoute', later), [
      { key: shop, priority: 'resync', canWait: false },
    ]);
    assert.deepEqual(loop.wakesOfKind('HTTPRoute', { ...later, initial: true }), []);
  });

  it('makes a pass over the site', async () => {
    const { signal } = new AbortController();
    assert.equal((await loop.reconcile(shop, signal)).kind, 'waiting');
    assert.deepEqual(await loop.reconcile('customer-a/other', signal), { kind: 'gone' });
  });
});
