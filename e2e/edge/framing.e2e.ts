import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ask, exchange } from './exchange.ts';
import { edge } from './varnish.ts';

describe('requests that two servers could read in two ways', () => {
  const front = edge({ preset: 'Generic' }, ({ url, headers }, response) => {
    response.setHeader('Cache-Control', 'max-age=60');
    response.end(`at ${url} of ${headers.host}`);
  });
  const next = 'GET /smuggled HTTP/1.1\r\nHost: www.example.org\r\n\r\n';
  const posted = (...lines: string[]) =>
    ['POST /form HTTP/1.1', 'Host: www.example.org', ...lines, '', ''].join('\r\n');

  const refused: [string, string][] = [
    [
      'a length beside chunks',
      posted('Content-Length: 4', 'Transfer-Encoding: chunked') + `0\r\n\r\n${next}`,
    ],
    ['two lengths', posted('Content-Length: 0', `Content-Length: ${next.length}`) + next],
    ['a length with a sign', posted(`Content-Length: +${next.length}`) + next],
    ['an odd encoding', posted('Transfer-Encoding: xchunked') + next],
    [
      'chunks and an odd encoding',
      posted('Transfer-Encoding: chunked', 'Transfer-Encoding: identity') + next,
    ],
    ['a name with a space', posted('Transfer-Encoding : chunked', 'Content-Length: 0') + next],
    ['a target that is a word', `GET evil HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n`],
    ['the target of OPTIONS', `OPTIONS * HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n`],
  ];
  for (const [name, text] of refused) {
    it(`${name}: refused`, async () => {
      const before = front.application.received.length;
      assert.match(await exchange(front.port, text), /^HTTP\/1\.1 (?:4|50[13])/);
      const urls = front.application.received.slice(before).map(({ url }) => url);
      assert.deepEqual(
        urls.filter((url) => /smuggled|evil|x$/.test(url)),
        [],
      );
    });
  }

  /** Beginning with a body in chunks that is not as it should be: after it comes what is to be taken for the next request. */
  const chunked = (body: string) => posted('Transfer-Encoding: chunked') + body + next;
  const badly: [string, string][] = [
    ['a size that is no number', chunked('zz\r\nhello\r\n0\r\n\r\n')],
    ['a size with 0x', chunked('0x5\r\nhello\r\n0\r\n\r\n')],
    ['a size with a sign', chunked('+5\r\nhello\r\n0\r\n\r\n')],
    ['a size below nothing', chunked('-1\r\nhello\r\n0\r\n\r\n')],
    ['a size beyond all bounds', chunked('10000000000000005\r\nhello\r\n0\r\n\r\n')],
    ['no size', chunked('\r\nhello\r\n0\r\n\r\n')],
    ['more than its size', chunked('5\r\nhello!\r\n0\r\n\r\n')],
    ['an extension', chunked('5;a=b\r\nhello\r\n0\r\n\r\n')],
    ['an extension of the last one', chunked('5\r\nhello\r\n0;a=b\r\n\r\n')],
    ['trailers', chunked('5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n')],
  ];
  for (const [name, text] of badly) {
    it(`a chunk with ${name}: an error, and nothing of it is another request`, async () => {
      const before = front.application.received.length;
      assert.match(await exchange(front.port, text), /^HTTP\/1\.1 (?:400|503) /);
      for (let visitor = 0; visitor < 3; visitor += 1) {
        const path = `/${encodeURIComponent(name)}/${visitor}`;
        assert.equal((await ask(front.port, { path })).body, `at ${path} of www.example.org`);
      }
      const urls = front.application.received.slice(before).map(({ url }) => url);
      assert.ok(!urls.includes('/smuggled'));
    });
  }

  const unreadable: [string, string][] = [
    ['NUL in a value', 'X-Name: a\0b'],
    ['NUL in a name', 'X-Na\0me: a'],
    ['a bare CR in a value', 'X-Name: a\rb'],
    ['a bare CR before another header', 'X-Name: a\rHost: evil.example'],
    ['a line without a colon', 'X-Name'],
    ['a line without a name', ': a'],
  ];
  for (const [name, line] of unreadable) {
    it(`${name}: refused`, async () => {
      const before = front.application.received.length;
      for (const headers of [[line], [line, 'Cookie: session=1']])
        assert.equal((await ask(front.port, { path: '/unreadable', headers })).status, 400);
      assert.equal(front.application.received.length, before);
    });
  }

  it('a line that is folded is one line to both', async () => {
    const headers = ['X-Name: a\r\n Content-Length: 5', 'Cookie: session=1'];
    assert.equal((await ask(front.port, { path: '/folded', headers })).status, 200);
    const got = front.application.received.at(-1)?.headers ?? {};
    assert.match(String(got['x-name']), /^a +Content-Length: 5$/);
    assert.equal(got['content-length'], undefined);
  });

  it('an address of another host is that host’s, and nothing is stored for it', async () => {
    for (let time = 0; time < 2; time += 1) {
      const text =
        'GET http://evil.example/other HTTP/1.1\r\nHost: www.example.org\r\nConnection: close\r\n\r\n';
      const answer = await exchange(front.port, text);
      assert.match(answer, /X-Cache: PASS/);
      assert.match(answer, /at \/other of evil\.example/);
    }
  });

  it('an address of the site itself is its path', async () => {
    const text =
      'GET http://www.example.org/whole HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    assert.match(await exchange(front.port, text), /at \/whole of www\.example\.org/);
  });

  it('a person’s own page is not stored because its address looks like a file', async () => {
    for (const path of ['/account/x.css', '/account;x.js', '/account%2fx.css']) {
      await ask(front.port, { path, headers: ['Cookie: session=1'] });
      assert.deepEqual((await ask(front.port, { path })).headers['x-cache'], ['MISS'], path);
    }
  });
});

describe('requests in an unusual spelling', () => {
  const front = edge({ preset: 'Generic' }, ({ method, url, body }, response) => {
    const answer = `${method} ${url} ${body}`;
    response.writeHead(200, {
      ...{ 'Content-Type': 'text/plain', 'Content-Length': answer.length },
      'Cache-Control': 'max-age=60',
    });
    response.end(answer);
  });

  it('Expect: 100-continue: the body is asked for, and arrives', async () => {
    const socket = connect(front.port, '127.0.0.1').setEncoding('latin1');
    const lines = ['Host: www.example.org', 'Connection: close', 'Expect: 100-continue', 'Content-Length: 3'];
    socket.write(['POST /form HTTP/1.1', ...lines, '', ''].join('\r\n'));
    const [asked] = (await once(socket, 'data')) as [string];
    assert.match(asked, /^HTTP\/1\.1 100 /);
    socket.write('a=1');
    let text = '';
    for await (const data of socket) text += String(data);
    assert.match(text, /^HTTP\/1\.1 200 [^]*\r\n\r\nPOST \/form a=1$/);
  });

  it('HTTP/1.0 with a host: answered, and closed', async () => {
    const text = await exchange(front.port, 'GET /old HTTP/1.0\r\nHost: www.example.org\r\n\r\n');
    assert.match(text, /^HTTP\/1\.[01] 200 [^]*\r\n\r\nGET \/old $/);
  });

  it('an address of 8.3 kB: stored as any other', async () => {
    const path = `/?q=${'a'.repeat(8_300)}`;
    const [first, second] = [await ask(front.port, { path }), await ask(front.port, { path })];
    assert.deepEqual([first.status, second.headers['x-cache'], second.body], [200, ['HIT'], `GET ${path} `]);
  });

  it('a header in Latin-1: arrives as it was written', async () => {
    const { status } = await ask(front.port, { path: '/latin', headers: ['X-Name: caf\xe9'] });
    assert.equal(status, 200);
    assert.equal(front.application.received.at(-1)?.headers['x-name'], 'caf\xe9');
  });

  it('a host that is not ASCII: refused', async () => {
    const before = front.application.received.length;
    const host = Buffer.from('m\u00fcnchen.example').toString('latin1');
    assert.equal((await ask(front.port, { host })).status, 400);
    assert.equal(front.application.received.length, before);
  });

  for (const method of ['MOVE', 'COPY', 'LOCK', 'UNLOCK', 'PROPPATCH', 'MKCALENDAR']) {
    it(`${method} of WebDAV: passes with its body and its headers`, async () => {
      const headers = ['Destination: http://www.example.org/b', 'Depth: infinity', 'Overwrite: F'];
      const body = '<?xml version="1.0"?><a/>';
      const answer = await ask(front.port, { method, path: '/a', headers, body });
      assert.deepEqual([answer.status, answer.body], [200, `${method} /a ${body}`]);
      const got = front.application.received.at(-1)?.headers ?? {};
      assert.deepEqual(
        [got['destination'], got['depth'], got['overwrite']],
        ['http://www.example.org/b', 'infinity', 'F'],
      );
    });
  }
});
