import assert from 'node:assert/strict';
import { request } from 'undici';
import { cacheProblems, httpServer } from './http.ts';
import type { HttpServer } from './http.ts';
import { resourceOf } from '../kinds/resources.ts';

describe('httpServer', () => {
  let server: HttpServer;
  let problems: string[];
  let fail: boolean;
  let scraped: () => Promise<string>;

  beforeEach(async () => {
    problems = [];
    fail = false;
    scraped = () => (fail ? Promise.reject(new Error('no')) : Promise.resolve('up 1\n'));
    const registry = {
      contentType: 'text/plain; version=0.0.4; charset=utf-8' as const,
      metrics: () => scraped(),
    };
    server = await httpServer({ host: '127.0.0.1', port: 0, registry, problems: () => problems });
  });
  afterEach(() => server.close());

  async function asked(path: string, method: 'GET' | 'POST' | 'HEAD' = 'GET'): Promise<[number, string]> {
    const { statusCode, body } = await request(`http://127.0.0.1:${server.port}${path}`, {
      method,
      reset: true,
    });
    return [statusCode, await body.text()];
  }

  it('is healthy as long as it answers', async () => {
    problems = ['caches are not in sync yet'];
    assert.deepEqual(await asked('/healthz'), [200, 'ok\n']);
    assert.deepEqual(await asked('/healthz', 'HEAD'), [200, '']);
  });

  it('is ready without problems, and says which there are', async () => {
    assert.deepEqual(await asked('/readyz?verbose'), [200, 'ok\n']);
    problems = ['one', 'two'];
    assert.deepEqual(await asked('/readyz'), [503, 'one\ntwo\n']);
  });

  it('serves metrics, and survives when they fail', async () => {
    assert.deepEqual(await asked('/metrics'), [200, 'up 1\n']);
    fail = true;
    assert.deepEqual(await asked('/metrics'), [500, 'internal error\n']);
    assert.deepEqual(await asked('/healthz'), [200, 'ok\n']);
  });

  it('says that it is healthy while 30 who ask for metrics wait for them', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let [asking, all] = [0, (): void => undefined];
    const everybody = new Promise<void>((done) => (all = done));
    scraped = () => {
      if ((asking += 1) === 30) all();
      return promise;
    };
    const answers = Array.from({ length: 30 }, () => asked('/metrics'));
    await everybody;
    assert.deepEqual(await asked('/healthz'), [200, 'ok\n']);
    assert.deepEqual(await asked('/readyz'), [200, 'ok\n']);
    resolve('up 1\n');
    for (const answer of await Promise.all(answers)) assert.deepEqual(answer, [200, 'up 1\n']);
  });

  it('knows nothing else', async () => {
    assert.equal((await asked('/'))[0], 404);
    assert.equal((await asked('/healthz', 'POST'))[0], 405);
  });

  it('says when its port is taken', async () => {
    const registry = {
      contentType: 'text/plain; version=0.0.4; charset=utf-8' as const,
      metrics: () => Promise.resolve(''),
    };
    const options = { host: '127.0.0.1', port: server.port, registry, problems: () => [] };
    await assert.rejects(httpServer(options), /EADDRINUSE/);
  });
});

describe('cacheProblems', () => {
  const staleness = (milliseconds: number) => () => [
    { kind: 'Pod' as const, milliseconds },
    { kind: 'Service' as const, milliseconds: 0 },
  ];

  it('are there until the caches are in sync', () => {
    assert.deepEqual(cacheProblems({ inSync: false, staleness: staleness(0), notInstalled: () => [] }), [
      'caches are not in sync yet',
    ]);
  });

  it('are there when news stay away for more than two minutes', () => {
    assert.deepEqual(
      cacheProblems({ inSync: true, staleness: staleness(120_000), notInstalled: () => [] }),
      [],
    );
    assert.deepEqual(cacheProblems({ inSync: true, staleness: staleness(120_001), notInstalled: () => [] }), [
      'no news of Pod for 120 s',
    ]);
  });

  it('are a definition that is missing, and how to install it', () => {
    assert.deepEqual(
      cacheProblems({
        inSync: false,
        staleness: staleness(0),
        notInstalled: () => [resourceOf('HostedSite')],
      }),
      [
        'The CustomResourceDefinition hostedsites.hostedsite.dev is not installed: kubectl apply --server-side ' +
          '-f crds/hostedsites.yaml, or upgrade the chart with crds.install: true',
      ],
    );
  });
});
