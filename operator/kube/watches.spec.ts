import assert from 'node:assert/strict';
import { silentLog } from '../observability/logger.ts';
import { ApiClient } from './api-client.ts';
import { Cache } from './cache.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedServer } from './scripted-server.ts';
import { Watches } from './watches.ts';

describe('Watches', () => {
  it('fill a cache, and say when it holds everything and how old the news is', async () => {
    const server = await ScriptedServer.start();
    const clock = new FakeClock();
    const random = (): number => 0;
    const access = { server: server.url, tls: {} };
    const client = new ApiClient({ access: () => Promise.resolve(access), clock, random, userAgent: 'spec' });
    const cache = new Cache(['Pod', 'StorageClass']);
    const stop = new AbortController();
    const watches = new Watches({ client, cache, clock, random, log: silentLog });
    const run = watches.run(stop.signal);
    let told = false;
    const waiting = watches.whenInSync().then(() => (told = true));

    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const changed = new Promise<void>((resolve) => cache.onChange(() => resolve()));
    const open = [await server.next(), await server.next()];
    const pods = open.find(({ path }) => path === '/api/v1/pods');
    const classes = open.find(({ path }) => path === '/apis/storage.k8s.io/v1/storageclasses');
    assert.ok(pods && classes);
    const labels = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };
    pods
      .watch()
      .frame('ADDED', { metadata: { name: 'p', namespace: 'ns', uid: 'u', resourceVersion: '3', labels } });
    pods.frame('BOOKMARK', { metadata: { resourceVersion: '5', annotations } });
    await changed;
    assert.equal(cache.bySite('ns/shop').length, 1);
    assert.equal(watches.inSync, false);
    assert.equal(told, false);
    classes.watch().frame('BOOKMARK', { metadata: { resourceVersion: '5', annotations } });
    await waiting;
    assert.equal(watches.inSync, true);
    await clock.advance(30_000);
    assert.deepEqual(watches.staleness(), [
      { kind: 'Pod', milliseconds: 30_000 },
      { kind: 'StorageClass', milliseconds: 30_000 },
    ]);
    stop.abort(new Error('stopped'));
    await run;
    await client.close();
    await server.close();
    assert.deepEqual(clock.pending(), []);
  });
});
