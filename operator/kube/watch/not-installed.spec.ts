import assert from 'node:assert/strict';
import { ApiClient } from '../client/api-client.ts';
import { NotFound } from '../errors.ts';
import { FakeClock } from '../../testing/kube/fake-clock.ts';
import { World, initialEnd, pod } from '../../testing/kube/reflector-world.ts';
import { ScriptedServer } from '../../testing/kube/scripted-server.ts';
import { noteEnd } from './session.ts';
import { sample } from '../../testing/kube/sample-resources.ts';

describe('a definition that is missing', () => {
  let world: World;
  const start = async (kind: string = 'HostedSite'): Promise<World> => {
    world = new World(await ScriptedServer.start(), kind, () => 0);
    return world;
  };
  afterEach(() => world.close());

  it('is not taken for an empty kind, and is asked for again until it is installed', async () => {
    const { server, reported, ended, reflector } = await start();
    (await server.next()).text(404, '404 page not found\n');
    assert.equal(await ended.next(), 'not-installed');
    assert.deepEqual([reflector.synced, reflector.isInstalled, reported.rest], [false, false, []]);
    await world.pause();
    (await server.next()).watch().frame('ADDED', pod('a', 5)).frame('BOOKMARK', initialEnd(10));
    assert.equal(await reported.next(), 'replace a#5 @10');
    assert.deepEqual([reflector.synced, reflector.isInstalled], [true, true]);
  });

  it('that was there is read whole when it comes back, and nothing is forgotten meanwhile', async () => {
    const { server, reported, ended, reflector } = await start();
    (await world.synced()).end();
    assert.equal(await ended.next(), 'expired');
    await world.pause();
    (await server.next()).fail(404, 'NotFound');
    assert.equal(await ended.next(), 'not-installed');
    assert.deepEqual([reflector.isInstalled, reported.rest], [false, []]);
    await world.pause();
    const again = await server.next();
    assert.equal(again.query['resourceVersion'], undefined);
    again.watch().frame('BOOKMARK', initialEnd(20));
    assert.equal(await reported.next(), 'replace  @20');
    assert.equal(reflector.isInstalled, true);
  });

  it('is not missing because the server fails', async () => {
    const { server, ended, reflector } = await start();
    (await server.next()).fail(503, 'ServiceUnavailable');
    assert.equal(await ended.next(), 'refused');
    assert.equal(reflector.isInstalled, true);
  });
});

describe('what is said of a definition that is missing', () => {
  it('is how to install it, as an error of the log', () => {
    const reported: unknown[] = [];
    const refuse = (): never => assert.fail('another level');
    const log = {
      error: (...words: unknown[]) => reported.push(words),
      warn: refuse,
      info: refuse,
      debug: refuse,
    };
    noteEnd({ cause: 'not-installed', retryAfter: 0 }, 500, { log, resource: sample('HostedSite') });
    const detail =
      'The CustomResourceDefinition hostedsites.hostedsite.dev is not installed: kubectl apply -f crds';
    assert.deepEqual(reported, [
      ['a CustomResourceDefinition is missing', { detail, waitMilliseconds: 500 }],
    ]);
  });

  it('is its name alone where only some sites need it', () => {
    const reported: unknown[] = [];
    const refuse = (): never => assert.fail('another level');
    const log = {
      info: (...words: unknown[]) => reported.push(words),
      warn: refuse,
      error: refuse,
      debug: refuse,
    };
    noteEnd({ cause: 'absent', retryAfter: 0 }, 500, { log, resource: sample('HTTPRoute') });
    const data = { definition: 'httproutes.gateway.networking.k8s.io', waitMilliseconds: 500 };
    assert.deepEqual(reported, [['an optional CustomResourceDefinition is not installed', data]]);
  });

  it('is not that somebody else has answered', async () => {
    const server = await ScriptedServer.start();
    const access = () => Promise.resolve({ server: server.url, tls: {} });
    const client = new ApiClient({ access, clock: new FakeClock(), random: () => 0, userAgent: 'spec' });
    const path = '/apis/hostedsite.dev/v1alpha1/hostedsites';
    const asked = async (answer: string): Promise<unknown> => {
      const request = client
        .request({ method: 'GET', path, idempotent: false })
        .catch((error: unknown) => error);
      (await server.next()).text(404, answer);
      return request;
    };
    const missing = await asked('404 page not found\n');
    assert.ok(missing instanceof NotFound);
    assert.equal(
      missing.message,
      `GET ${path}: 404 NotFound: the cluster has no such kind: its CustomResourceDefinition is not installed`,
    );
    const strange = await asked('<html>Not here</html>');
    assert.match(String(strange), /the answer is not from an API server/);
    await client.close();
    await server.close();
  });
});
