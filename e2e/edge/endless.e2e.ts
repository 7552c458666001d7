import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

const endless = [
  'text/event-stream',
  'multipart/x-mixed-replace; boundary=frame',
  'application/x-ndjson',
  'application/jsonl',
  'application/json-seq',
  'application/stream+json',
  'text/plain',
  'application/octet-stream',
];

describe('an answer that has no end', function () {
  this.timeout(60_000);
  /** `/stream?<type>` says at once whose it is, and goes on for a while; what it was asked for stands in the request. */
  const front = edge({ preset: 'Generic' }, async ({ url, headers }, response) => {
    response.setHeader('Content-Type', decodeURIComponent(url.split('?')[1] ?? ''));
    response.write(`began for ${String(headers['x-who'])}\n`);
    await setTimeout(300);
    response.end('goes on\n');
  });
  const visit = (type: string, who: string) =>
    ask(front.port, { path: `/stream?${encodeURIComponent(type)}`, headers: [`X-Who: ${who}`] });

  for (const type of endless) {
    it(`is each visitor’s own, during another’s and after it: ${type}`, async () => {
      const [alice, bob] = await Promise.all([visit(type, 'alice'), visit(type, 'bob')]);
      const carol = await visit(type, 'carol');
      assert.deepEqual(
        [alice, bob, carol].map(({ body, headers }) => [body, headers['x-cache']]),
        ['alice', 'bob', 'carol'].map((who) => [`began for ${who}\ngoes on\n`, ['PASS']]),
      );
    });
  }

  it('is not what a page is that comes without its length', async () => {
    for (const type of ['text/html; charset=utf-8', 'application/json', 'image/svg+xml', 'text/css']) {
      const answers = [await visit(type, 'alice'), await visit(type, 'bob')];
      assert.deepEqual(
        answers.map(({ body, headers }) => [body, headers['x-cache']]),
        [
          ['began for alice\ngoes on\n', ['MISS']],
          ['began for alice\ngoes on\n', ['HIT']],
        ],
        type,
      );
    }
  });
});

describe('an answer that is silent for longer than the site says', function () {
  this.timeout(60_000);
  const front = edge({ preset: 'Generic', web: { idleTimeoutSeconds: 2 } }, async ({ url }, response) => {
    response.setHeader('Content-Type', 'text/event-stream');
    for (const pause of url.slice(1).split('/')) {
      response.write(`after ${pause}\n`);
      await setTimeout(Number(pause));
    }
    response.end('end\n');
  });

  it('is closed, and not before', async () => {
    const [live, silent] = await Promise.all(
      ['/1200/1200/1200', '/1200/4000'].map((path) => ask(front.port, { path })),
    );
    assert.equal(live?.body, 'after 1200\nafter 1200\nafter 1200\nend\n');
    assert.equal(silent?.body, 'after 1200\nafter 4000\n');
  });
});
