import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

/** Seconds after which a page that was good for one second is no longer renewed behind a visitor's back. */
const shortGrace = 11.5;

/** Seconds for which a renewal that failed is remembered, and a little. */
const memory = 16;

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
