import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WatchedList } from './watched-list.ts';

describe('a watched list', () => {
  let server: Server;
  let lists: object[][] = [];
  let watches: ServerResponse[] = [];
  let asked: string[] = [];
  let changes: string[][] = [];
  let wake: () => void = () => undefined;
  let stop = new AbortController();
  let following: Promise<void> | undefined;
  const object = (name: string, value = ''): object => ({ metadata: { name }, value });

  beforeEach(async () => {
    [lists, watches, asked, changes, stop] = [[], [], [], [], new AbortController()];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.includes('watch=true') === true) {
        response.flushHeaders();
        watches.push(response);
        wake();
      } else {
        const items = lists.shift();
        response.statusCode = items === undefined ? 500 : 200;
        response.end(JSON.stringify({ items, metadata: { resourceVersion: String(asked.length) } }));
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    stop.abort();
    await following;
    server.closeAllConnections();
    server.close();
  });

  /** Follows, and returns when the list has changed, or a watch was asked for, so many times. */
  function follow(): WatchedList {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const list: WatchedList = new WatchedList({ url }, '/things', () => {
      changes.push([...list.objects.values()].map((item) => name(item)));
      wake();
    });
    following = list.follow(stop.signal);
    return list;
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((woken) => (wake = woken));
  }

  const tell = (position: number, ...events: object[]): void => {
    watches[position]?.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  };

  it('has what was listed, and then what is told', async () => {
    lists = [[object('a'), object('b')]];
    follow();
    await until(() => watches.length === 1);
    assert.deepEqual(
      [changes, asked[1]],
      [[['a', 'b']], '/things?watch=true&resourceVersion=1&timeoutSeconds=300'],
    );
    tell(0, { type: 'ADDED', object: object('c') }, { type: 'DELETED', object: object('a') });
    await until(() => changes.length === 2);
    assert.deepEqual(changes[1], ['b', 'c']);
  });

  it('puts events together that come in pieces', async () => {
    lists = [[]];
    follow();
    await until(() => watches.length === 1);
    const line = `${JSON.stringify({ type: 'ADDED', object: object('ä') })}\n`;
    const bytes = Buffer.from(line);
    const middle = bytes.indexOf(0xc3) + 1;
    watches[0]?.write(bytes.subarray(0, middle));
    await until(() => changes.length === 2);
    watches[0]?.write(bytes.subarray(middle));
    await until(() => changes.length === 3);
    assert.deepEqual(changes.slice(1), [[], ['ä']]);
  });

  for (const { end, how } of [
    { how: 'ends', end: (): void => void watches[0]?.end() },
    { how: 'breaks', end: (): void => void watches[0]?.destroy() },
    { how: 'is too old', end: (): void => tell(0, { type: 'ERROR', object: { metadata: {}, code: 410 } }) },
  ]) {
    it(`lists again when the watch ${how}`, async () => {
      lists = [[object('a')], [object('b')]];
      follow();
      await until(() => watches.length === 1);
      end();
      await until(() => watches.length === 2);
      assert.deepEqual(changes.at(-1), ['b']);
    });
  }

  for (const { what, there, isBehind } of [
    { what: 'of something that was made since', there: [['b', '4']], isBehind: true },
    { what: 'of something that was changed since', there: [['a', '4']], isBehind: true },
    { what: 'of nothing when it has all', there: [['a', '3']], isBehind: false },
    { what: 'of nothing when it has heard more meanwhile', there: [['a', '2']], isBehind: false },
    { what: 'of nothing where there is nothing', there: [], isBehind: false },
  ] as { what: string; there: [string, string][]; isBehind: boolean }[]) {
    it(`is asked whether it is behind: ${what}`, async () => {
      const versioned = (name: string, resourceVersion: string): object => ({
        metadata: { namespace: 'shop', name, resourceVersion },
      });
      lists = [[versioned('a', '3')], there.map(([name, version]) => versioned(name, version))];
      const list = follow();
      await until(() => watches.length === 1);
      assert.equal(await list.isBehind('shop'), isBehind);
      assert.equal(asked.at(-1), '/things?fieldSelector=metadata.namespace%3Dshop');
    });
  }

  it('does not guess whether it is behind', async () => {
    lists = [[]];
    const list = follow();
    await until(() => watches.length === 1);
    await assert.rejects(list.isBehind('shop'), /list answered 500/);
  });

  function name(item: unknown): string {
    return (item as { metadata: { name: string } }).metadata.name;
  }
});
