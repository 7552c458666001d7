import assert from 'node:assert/strict';
import { ApiClient } from '../client/api-client.ts';
import { Cache } from './cache.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import { silentLog } from '../log.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import type { RawObject } from './store.ts';
import { byInstance } from '../../testing/kube/index-by-label.ts';
import { Watches } from './watches.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

describe('Watches', () => {
  it('fill a cache, and say when it holds everything and how old the news is', async () => {
    const server = await ScriptedServer.start();
    const clock = new FakeClock();
    const random = (): number => 0;
    const access = { server: server.url, tls: {} };
    const client = new ApiClient({ access: () => Promise.resolve(access), clock, random, userAgent: 'spec' });
    const cache = new Cache(['Pod', 'StorageClass'].map(sample), {}, [byInstance]);
    const stop = new AbortController();
    const watches = new Watches({ client, cache, clock, random, log: silentLog });
    const run = watches.run(stop.signal);
    let reported = false;
    const waiting = watches.whenInSync().then(() => (reported = true));

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
    assert.equal(cache.find(byInstance, 'ns/shop').length, 1);
    assert.equal(watches.inSync, false);
    assert.equal(reported, false);
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

  it('catch up with what a watch that lags has not told, and ignore it when it is told at last', async () => {
    const server = await ScriptedServer.start();
    const clock = new FakeClock();
    const random = (): number => 0;
    const access = { server: server.url, tls: {} };
    const client = new ApiClient({ access: () => Promise.resolve(access), clock, random, userAgent: 'spec' });
    const cache = new Cache(['HostedSite'].map(sample));
    const stop = new AbortController();
    const watches = new Watches({ client, cache, clock, random, log: silentLog });
    const run = watches.run(stop.signal);
    const site = (name: string, version: number): RawObject => {
      return { metadata: { name, namespace: 'ns', uid: name, resourceVersion: String(version) } };
    };
    const versions = (): (string | undefined)[] =>
      cache.list('HostedSite').map(({ metadata }) => `${metadata.name}#${metadata.resourceVersion}`);

    const watch = (await server.next()).watch();
    watch.frame('ADDED', site('shop', 3)).frame('ADDED', site('gone', 4));
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    watch.frame('BOOKMARK', { metadata: { resourceVersion: '5', annotations } });
    await watches.whenInSync();
    const caughtUp = watches.catchUp('HostedSite', stop.signal);
    (await server.next()).fail(403, 'Forbidden');
    await clock.timer((delay) => delay === 500);
    await clock.advance(500);
    const list = await server.next();
    assert.equal(list.query['resourceVersion'], undefined, 'what is there now, not what some cache holds');
    list.json(200, { metadata: { resourceVersion: '20' }, items: [site('shop', 12)] });
    await caughtUp;
    assert.deepEqual(versions(), ['shop#12']);
    const changes: string[] = [];
    const reported = new Promise<void>((resolve) =>
      cache.onChange(({ type, object: { metadata } }) => {
        changes.push(`${type} ${metadata.name}#${metadata.resourceVersion}`);
        if (metadata.resourceVersion === '21') resolve();
      }),
    );
    watch
      .frame('MODIFIED', site('gone', 7))
      .frame('MODIFIED', site('shop', 8))
      .frame('DELETED', site('gone', 9));
    watch.frame('MODIFIED', site('shop', 21));
    await reported;
    assert.deepEqual(changes, ['updated shop#21']);

    const again = watches.catchUp('HostedSite', stop.signal);
    const slow = await server.next();
    const newest = new Promise<void>((resolve) => cache.onChange(() => resolve()));
    watch.frame('ADDED', site('blog', 23));
    await newest;
    slow.json(200, { metadata: { resourceVersion: '22' }, items: [site('shop', 21)] });
    await again;
    assert.deepEqual(versions(), ['shop#21', 'blog#23'], 'a list that is older by now takes nothing away');
    stop.abort(new Error('stopped'));
    await run;
    await client.close();
    await server.close();
    assert.deepEqual(clock.pending(), []);
  });
});
