import assert from 'node:assert/strict';
import { ask } from './exchange.ts';
import { edge } from './varnish.ts';

/** What visitors, their tools and proxies on the way may write. No page that is stored may show anything of it. */
const headers = [
  'X_Forwarded_Host: evil',
  'X-Forwarded-Host: evil',
  'X-Forwarded-Path: /evil',
  'X-Forwarded-Prefix: /evil',
  'X-Forwarded-Port: 666',
  'X-Forwarded-Proto-Version: evil',
  'X-HTTP-Host-Override: evil',
  'X-Original-URL: /evil',
  'X-Original-Uri: /evil',
  'X-Envoy-Original-Path: /evil',
  'X-Rewrite-URL: /evil',
  'X-Script-Name: /evil',
  'X-Arr-Ssl: evil',
  'Forwarded: host=evil',
  'Proxy: evil',
  'Client-IP: evil',
  'X-Client-IP: evil',
  'True-Client-IP: evil',
  'Front-End-Https: evil',
  'CF-Visitor: {"scheme":"evil"}',
  'CF-IPCountry: evil',
  'X-HTTP-Method-Override: EVIL',
  'X-Middleware-Subrequest: evil',
  'x-invoke-path: /evil',
  'X-Requested-With: XMLHttpRequest evil',
  'HX-Request: true evil',
  'RSC: evil',
  'Next-Router-Prefetch: evil',
  'Next-Router-State-Tree: evil',
  'X-Inertia: evil',
  'X-PJAX: evil',
  'Turbo-Frame: evil',
  'X-Tenant: evil',
  'Authorization: Basic evil',
  'X-Api-Key: evil',
  'X-WP-Nonce: evil',
  'Cookie: session=evil',
  'Accept: application/json;evil',
  'Accept: application/json, text/html;evil',
  'Accept: text/event-stream;evil',
  'Accept: text/html;evil',
  'Accept: text/vnd.turbo-stream.html, text/html;evil',
  'Accept-Language: xx-evil',
  'Accept-Encoding: evil',
  'Prefer: evil',
  'Origin: http://evil.example',
  'Referer: http://evil.example',
  'User-Agent: evil',
  'Sec-Fetch-Mode: evil',
  'Sec-CH-UA: evil',
  'Save-Data: evil',
  'Purpose: evil',
  'Priority: evil',
  'Upgrade-Insecure-Requests: evil',
  'Pragma: evil',
  'X-Varnish: evil',
  'X-HostedSite-Path: /evil',
  'X-HostedSite-Unknown: X-Evil: evil',
  'X-HostedSite-No: evil',
  'Range: bytes=evil',
  'If-None-Match: evil',
  'Via: evil',
  'From: evil',
  'X-Amzn-Trace-Id: evil',
  'traceparent: evil',
];

/** These pass: the application learns all of them, and its answer is the visitor's alone. */
const passing =
  /^(?:X-(?:Requested-With|Inertia|PJAX|Tenant|Api-Key|WP-Nonce|Middleware-Subrequest)|HX-|RSC|Next-|Turbo-|x-invoke|Authorization|Cookie|Prefer|Origin|Accept: (?:application|text\/event|text\/vnd))/;

describe('a page that is stored', () => {
  const front = edge({ preset: 'Generic' }, ({ rawHeaders }, response) => {
    response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Type': 'text/html' });
    response.end(JSON.stringify(rawHeaders));
  });

  for (const [at, header] of headers.entries()) {
    for (const dest of ['', 'Sec-Fetch-Dest: document']) {
      it(`shows nothing of ${header}${dest && ', as of a page that a browser loads'}`, async () => {
        const path = `/${at}${dest.length}`;
        const first = await ask(front.port, { path, headers: [header, ...(dest ? [dest] : [])] });
        const others = [await ask(front.port, { path }), await ask(front.port, { path })];
        for (const { status, body } of others) {
          assert.equal(status, 200);
          assert.doesNotMatch(body, /evil/i);
        }
        assert.deepEqual(others[1]?.headers['x-cache'], ['HIT']);
        if (dest !== '') return;
        const passes = passing.test(header);
        assert.equal(first.headers['x-cache']?.[0] === 'PASS', passes);
        if (passes) assert.ok(first.body.includes(header.split(': ')[1] ?? '?'), first.body);
      });
    }
  }

  it('is found with what browsers and proxies add to every request', async () => {
    const usual = [
      'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
      'Accept-Language: de-AT,de;q=0.9,en;q=0.8',
      'Accept-Encoding: gzip, deflate, br, zstd',
      'Sec-CH-UA: "Chromium";v="140"',
      'Sec-CH-UA-Mobile: ?0',
      'Sec-Fetch-Site: none',
      'Upgrade-Insecure-Requests: 1',
      'Priority: u=0, i',
      'DNT: 1',
      'X-Request-ID: 1',
      'X-Forwarded-Server: traefik',
      'X-Forwarded-Port: 80',
      'X-Real-Ip: 203.0.113.9',
      'X-Amzn-Trace-Id: Root=1',
      'CF-Ray: 1',
      'CDN-Loop: cloudflare',
      'traceparent: 00-1',
      'X-B3-TraceId: 1',
      'X-Kong-Request-Id: 1',
      'CloudFront-Viewer-Country: AT',
      'Service-Worker: script',
      'X-Envoy-Attempt-Count: 1',
    ];
    const browsers = ['Firefox/140', 'Chrome/140'].map((agent) => [...usual, `User-Agent: ${agent}`]);
    const seen = [];
    for (const lines of browsers) seen.push(await ask(front.port, { path: '/usual', headers: lines }));
    assert.deepEqual(
      seen.map(({ headers: got }) => got['x-cache']?.[0]),
      ['MISS', 'HIT'],
    );
  });
});

describe('a page that depends on who asks', () => {
  const front = edge({ preset: 'Generic' }, ({ url, headers: got }, response) => {
    const [, names = ''] = url.split('/');
    const [name = ''] = names.split(',');
    response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Type': 'text/html', Vary: names });
    response.end(String(got[name.toLowerCase()]));
  });
  const answers = async (path: string, values: string[], more: string[] = []) => {
    const [, names = ''] = path.split('/');
    const [name = ''] = names.split(',');
    const seen = [];
    for (const value of values) {
      const { body, headers: got } = await ask(front.port, { path, headers: [`${name}: ${value}`, ...more] });
      assert.deepEqual(got['vary'], [names]);
      seen.push(`${body} ${got['x-cache']?.[0]}`);
    }
    return seen;
  };

  it('is stored for each language, and not for each way of asking for it', async () => {
    const values = ['de-AT,de;q=0.9', 'en-GB', 'de', 'en-US,en;q=0.5', 'zh-TW,zh', 'zh-CN', '*', 'xx<'];
    assert.deepEqual(await answers('/Accept-Language/1', values), [
      'de MISS',
      'en MISS',
      'de HIT',
      'en HIT',
      'zh-tw MISS',
      'zh-cn MISS',
      'undefined MISS',
      'xx MISS',
    ]);
  });

  it('is one for all browsers', async () => {
    const values = ['Firefox', 'Chrome', 'iPhone Mobile Safari'];
    assert.deepEqual(await answers('/User-Agent/1', values), [
      'Mozilla/5.0 MISS',
      'Mozilla/5.0 HIT',
      'Mozilla/5.0 HIT',
    ]);
  });

  it('is stored for pages and for everything else', async () => {
    const values = ['text/html,*/*;q=0.8', 'image/webp,*/*', 'text/html;q=0.9', '*/*'];
    const [page, all] = ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*'];
    assert.deepEqual(await answers('/Accept/1', values), [
      `${page} MISS`,
      `${all} MISS`,
      `${page} HIT`,
      `${all} HIT`,
    ]);
  });

  it('is passed when the application says that it depends on what it was not shown', async () => {
    for (const name of ['Referer', 'Save-Data', 'Sec-CH-UA-Mobile', 'CF-IPCountry', 'X-Forwarded-For']) {
      const [first, ...next] = await answers(`/${name}/1`, ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
      assert.match(first ?? '', name === 'X-Forwarded-For' ? /^192\.0\.2\.1 / : /^undefined /, name);
      assert.deepEqual(next, ['192.0.2.2 PASS', '192.0.2.3 PASS'], name);
    }
  });

  it('is the visitor’s alone when he says what only a script can say', async () => {
    assert.deepEqual(await answers('/X-Tenant/1', ['5', '6']), ['5 PASS', '6 PASS']);
  });

  it('is one, whatever stands in a header that nobody knows, where no script can have written it', async () => {
    const loaded = ['Sec-Fetch-Dest: document'];
    for (const names of ['X-New', 'X-New,Accept-Language', 'X-New,Accept,X-Newer', 'X-New,,']) {
      const seen = await answers(`/${names}/1`, ['1', '2', '3'], loaded);
      assert.deepEqual(seen, ['undefined MISS', 'undefined HIT', 'undefined HIT'], names);
    }
  });

  it('still has what else it depends on, and is not stored where that is everything', async () => {
    const headers = (language: string) => ['Sec-Fetch-Dest: document', `Accept-Language: ${language}`];
    const seen = [];
    for (const language of ['de', 'en', 'de'])
      seen.push(await answers('/X-New,Accept-Language/2', ['1'], headers(language)));
    assert.deepEqual(seen.flat(), ['undefined MISS', 'undefined MISS', 'undefined HIT']);
    assert.deepEqual(await answers('/X-New,*/1', ['1', '2'], headers('de')), [
      'undefined PASS',
      'undefined PASS',
    ]);
  });

  it('is one, asked by its own origin, and passed for others', async () => {
    const values = ['http://www.example.org', 'http://www.example.org', 'https://other.example'];
    assert.deepEqual(await answers('/Origin/1', values), [
      'undefined MISS',
      'undefined HIT',
      'https://other.example PASS',
    ]);
  });
});
