import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

/** Seconds after which a page that was good for one second is no longer renewed behind a visitor's back. */
const shortGrace = 11.5;

/** Seconds: a renewal that hangs when the application is well again ends ten later, and is remembered for fifteen; and a little. */
const memory = 26;

/** How the application fails, and how long a visitor of an old page may wait for it at most, in ms. */
const failures: [string, (response: ServerResponse) => void, number][] = [
  ['answers with an error', (response) => response.writeHead(500).end('broken\n'), 2_000],
  ['closes the connection', (response) => response.destroy(), 2_000],
  ['hangs', () => undefined, 13_000],
];

for (const [name, fail, patience] of failures) {
  describe(`a stored page, while the application ${name}`, function () {
    this.timeout(90_000);
    let asked = 0;
    const well = (_: unknown, response: ServerResponse): void => {
      asked += 1;
      response.writeHead(200, {
        'Content-Type': 'text/html',
        'Cache-Control': 'max-age=1, stale-while-revalidate=31535400',
      });
      response.end(`page ${asked}\n`);
    };
    const front = edge({ preset: 'Generic' }, well);
    const visit = async (path: string): Promise<[string, number]> => {
      const started = Date.now();
      const { status, body } = await ask(front.port, { path, timeout: 30_000 });
      return [`${status} ${body.trim()}`, Date.now() - started];
    };

    before(async () => {
      for (const path of ['/well', '/once', '/crowd', '/next']) await visit(path);
      await setTimeout(shortGrace * 1000);
    });

    it('is fresh for who comes later than ten seconds after its time, if it can be', async () => {
      const crowd = await Promise.all(Array.from({ length: 60 }, () => visit('/well')));
      assert.deepEqual(
        crowd.map(([answer]) => answer),
        crowd.map(() => '200 page 5'),
        'one fetch for all of them',
      );
    });

    it('is the old one for all who come, and nobody but the first ones waits', async () => {
      front.application.handler = (_, response) => fail(response);
      const crowd = await Promise.all(Array.from({ length: 60 }, () => visit('/crowd')));
      for (const [answer, took] of crowd)
        assert.ok(answer === '200 page 3' && took < patience, `${answer} after ${took} ms`);
      for (const [path, page] of [
        ['/next', 4],
        ['/once', 2],
      ] as const) {
        const [answer, took] = await visit(path);
        assert.equal(answer, `200 page ${page}`);
        assert.ok(took < 1_000, `${took} ms`);
      }
    });

    it('is fresh again when the application is well', async () => {
      front.application.handler = well;
      await setTimeout(memory * 1000);
      assert.match((await visit('/next'))[0], /^200 page (?!4)/);
    });

    it('is asked for without a word of all this', () => {
      const names = front.application.received.flatMap(({ headers }) => Object.keys(headers));
      assert.ok(!names.includes('x-renewal'));
    });
  });
}

describe('a stored page that the application refuses one visitor, by his address', function () {
  this.timeout(60_000);
  let asked = 0;
  const blocked = '203.0.113.66';
  const front = edge({ preset: 'Generic' }, ({ headers }, response) => {
    if (headers['x-forwarded-for'] === blocked) return void response.writeHead(503).end('blocked\n');
    asked += 1;
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'max-age=1' });
    response.end(`page ${asked}\n`);
  });
  const visit = (from: string) => ask(front.port, { headers: [`X-Forwarded-For: ${from}`] });

  it('is renewed all the same, for him as for others', async () => {
    assert.equal((await visit('203.0.113.9')).body, 'page 1\n');
    await setTimeout(shortGrace * 1000);
    assert.deepEqual([(await visit(blocked)).status, (await visit('203.0.113.9')).body], [200, 'page 2\n']);
  });
});

describe('one page that fails, beside others', function () {
  this.timeout(60_000);
  let asked = 0;
  let isBroken = false;
  const front = edge({ preset: 'Generic' }, ({ url }, response) => {
    if (url === '/broken' && isBroken) return void response.writeHead(500).end('broken\n');
    asked += 1;
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'max-age=1' });
    response.end(`page ${asked}\n`);
  });

  it('keeps none of them from being renewed', async () => {
    await ask(front.port, { path: '/broken' });
    await ask(front.port, { path: '/well' });
    await setTimeout(shortGrace * 1000);
    isBroken = true;
    assert.equal((await ask(front.port, { path: '/broken' })).body, 'page 1\n');
    // The failure is remembered, so this one waits for nothing; it is renewed behind its visitor's back.
    assert.equal((await ask(front.port, { path: '/well' })).body, 'page 2\n');
    const before = Date.now();
    while ((await ask(front.port, { path: '/well' })).body !== 'page 3\n')
      assert.ok(Date.now() - before < 2_000, 'the other page is not renewed');
  });
});
