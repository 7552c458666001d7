import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expectGolden } from '../../../../tools/golden.ts';
import { testSite } from '../../../testing/site.ts';
import type { TestOverrides } from '../../../testing/site.ts';
import { vcl } from './vcl.ts';

const of = (overrides: TestOverrides = {}) => vcl(testSite(overrides));
const section = (name: string, text: string) =>
  new RegExp(`^sub ${name} {\\n[^]*?^}`, 'm').exec(text)?.[0] ?? '';

describe('vcl', () => {
  const goldens: [string, TestOverrides][] = [
    ['wordpress', {}],
    [
      'generic',
      {
        preset: 'Generic',
        environment: 'Staging',
        cache: {
          keepCookies: ['shop_session'],
          ignoreCookies: ['shop_*', 'theme'],
          passPaths: ['/cart', '/a.b/'],
        },
      },
    ],
    ['pass', { preset: 'Generic', cache: { mode: 'Pass' } }],
  ];
  for (const [name, overrides] of goldens) {
    it(`is the golden file ${name}.vcl`, () => {
      expectGolden(new URL(`golden/${name}.vcl`, import.meta.url), of(overrides));
    });
  }

  it('is the same outside of its strings, whatever names and paths a user writes', () => {
    const skeleton = (text: string) =>
      text
        .replaceAll(/(?<!\{)"[^"\n]*"/g, '""')
        // One line for each character that a rule names.
        .replaceAll(/(?:regsuball\()+req\.http\.X-HostedSite-Path,\n(?: +"", ""\)[,;]\n)+/g, 'regsuball;\n');
    const plain = {
      keepCookies: ['a'],
      ignoreCookies: ['a'],
      ignoreQueryParameters: ['a'],
      passPaths: ['/a'],
    };
    const expected = skeleton(of({ cache: plain }));
    const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, texts, (keepCookies, ignoreQueryParameters, passPaths) => {
        const ignoreCookies = keepCookies;
        const text = of({ cache: { keepCookies, ignoreCookies, ignoreQueryParameters, passPaths } });
        assert.equal(skeleton(text), expected);
      }),
    );
  });

  it('asks the application in its own pod, on its port', () => {
    assert.match(of({ web: { port: 9000 } }), /\.host = "127\.0\.0\.1";\n {4}\.port = "9000";/);
  });

  it('sends what changes something on connections that nothing was sent on before', () => {
    const text = of({ web: { port: 9000 } });
    assert.match(text, /backend application_once \{\n {4}\.host = "127\.0\.0\.2";\n {4}\.port = "9000";/);
    const fetch = section('vcl_backend_fetch', text);
    assert.match(fetch, /method != "GET" \|\|[^;{]+\{\n\s+set bereq\.backend = application_once;/);
    assert.match(fetch, /set bereq\.http\.Connection = "close";/);
    assert.match(fetch, /bereq\.http\.Content-Length \|\| bereq\.http\.X-HostedSite-Chunked\) \{/);
    const reported = /unset req\.http\.X-HostedSite-Chunked;\s+if \(req\.http\.Transfer-Encoding\) \{/;
    for (const mode of ['Enabled', 'Pass'] as const) assert.match(of({ cache: { mode } }), reported);
  });

  it('closes the connection that an answer below 200 came on, before it looks at anything else of the answer', () => {
    for (const mode of ['Enabled', 'Pass'] as const) {
      const response = section('vcl_backend_response', of({ cache: { mode } }));
      assert.ok(response.indexOf('beresp.status < 200') > 0);
      assert.ok(response.indexOf('beresp.status < 200') < response.indexOf('hostedsite_store'));
    }
  });

  it('lets the application be silent in the middle of an answer for as long as the site says', () => {
    const text = of({ web: { idleTimeoutSeconds: 90 } });
    assert.equal(text.match(/between_bytes_timeout = 90s;/g)?.length, 4);
    assert.equal(text.match(/between_bytes_timeout/g)?.length, 4);
  });

  it('has places at the application for what is looked up, what is passed, what changes something and what is upgraded', () => {
    const text = of({ preset: 'Generic' });
    const places = [...text.matchAll(/^backend (\w+) {[^}]*max_connections = (\d+);/gm)];
    assert.deepEqual(
      places.map(([, name, most]) => [name, Number(most)]),
      [
        ['application', 100],
        ['application_renewed', 100],
        ['application_passed', 300],
        ['application_once', 100],
        ['application_upgraded', 300],
      ],
    );
    assert.match(
      section('vcl_backend_fetch', text),
      /} elseif \(bereq\.uncacheable \|\| bereq\.http\.X-HostedSite-Marked\) {\s+set bereq\.backend = application_passed;/,
    );
    assert.match(text, /sub vcl_pipe {[^}]*set bereq\.backend = application_upgraded;/);
    assert.doesNotMatch(of({ preset: 'WordPress' }), /application_upgraded/);
  });

  describe('vcl_recv', () => {
    const recv = (overrides: TestOverrides = {}) => section('vcl_recv', of(overrides));
    const before = (first: string, second: string, text = recv()) => {
      assert.ok(text.includes(first), first);
      assert.ok(text.indexOf(first) < text.indexOf(second), `${first} before ${second}`);
    };

    it('answers the probes before it looks at anything else', () => {
      before('/.hostedsite/varnish-health', 'req.http.host');
    });

    it('refuses before it passes', () => {
      before('synth(403)', 'return (pass)');
      before('synth(405)', 'return (pass)');
    });

    it('goes on in the built-in VCL at its end', () => {
      assert.doesNotMatch(recv(), /return \([a-z]+\);\n}$/);
    });

    it('pipes WebSockets only, and only where the preset speaks them', () => {
      assert.doesNotMatch(of(), /return \(pipe\)|vcl_pipe/);
      assert.equal(recv({ preset: 'Generic' }).match(/return \(pipe\)/g)?.length, 1);
    });

    it('passes everything in mode Pass, but refuses as before', () => {
      const text = recv({ cache: { mode: 'Pass' } });
      assert.match(text, /return \(pass\);\n}$/);
      assert.match(text, /synth\(403\)/);
      assert.doesNotMatch(text, /Cookie|utm/);
    });

    it('looks at all cookies, those of a second header too', () => {
      before('std.collect(req.http.Cookie', 'if (req.http.Cookie)');
    });

    it('passes who names himself, before it drops cookies', () => {
      before('req.http.Authorization', 'unset req.http.Cookie');
    });

    it('splits what would be too long for one expression', () => {
      const passPaths = Array.from(
        { length: 64 },
        (_, at) => `/${String(at).padStart(2, '0')}${'.'.repeat(500)}`,
      );
      const text = recv({ cache: { passPaths } });
      const strings = [...text.matchAll(/"([^"\n]*)"/g)].map(([, content = '']) => content);
      assert.ok(strings.every(({ length }) => length < 17_000));
      for (const path of passPaths) assert.ok(text.includes(path.replaceAll('.', '\\.')));
    });

    it('holds no rule for an empty list', () => {
      const cache = { ignoreQueryParameters: [], passPaths: [], keepCookies: [] };
      const text = recv({ preset: 'Generic', cache });
      assert.doesNotMatch(text, /X-HostedSite-Path|regsub\(regsuball\(req\.url/);
      assert.doesNotMatch(text, /\(\?:\)/);
    });
  });

  describe('the answer', () => {
    const stored = (overrides: TestOverrides = {}) => section('hostedsite_store', of(overrides));

    it('lives as long as the site says', () => {
      assert.match(stored({ cache: { ttlSeconds: 7 } }), /beresp\.ttl = 7s/);
      assert.match(stored({ cache: { graceSeconds: 8 } }), /beresp\.grace = 8s/);
    });

    it('lives no longer than the site says, whatever the application says', () => {
      const text = stored({ cache: { ttlSeconds: 7, maxTTLSeconds: 99 } });
      assert.match(text, /ttl = 7s;\n {4}} elseif \(beresp\.ttl > 99s\) {\n {8}set beresp\.ttl = 99s;/);
    });

    it('is not stored when it is somebody’s own', () => {
      for (const mark of [
        'Set-Cookie',
        'private|no-store|no-cache',
        'Vary ~ "[*]"',
        'Pragma ~ "(?i)no-cache"',
      ]) {
        const at = stored().indexOf(mark);
        assert.ok(at > 0 && at < stored().indexOf('uncacheable'), mark);
      }
    });

    it('is a part of a file that is not stored, where a part was asked for, unless it is the first one', () => {
      const [first = '', rest = ''] = of().split('sub vcl_backend_response');
      assert.match(first, /Range !~ "\^bytes=0-" && !req\.http\.X-Renewal\) {\s+return \(pass\);/);
      assert.match(
        rest,
        /Content-Length, 0\) > 8388608 \|\|[^]*?return \(pass\(300s\)\);\s+}\s+return \(pass\(10s\)\)/,
      );
    });

    it('leaves no more than a mark for a while where it is not stored, whatever the application says of stale ones', () => {
      const [mark = ''] = /uncacheable = true;[^]*?return \(deliver\);/.exec(stored()) ?? [];
      assert.match(mark, /grace = 0s;\s+set beresp\.keep = 0s;/);
      assert.match(mark, /time - bereq\.time > 1s\) {\s+set beresp\.ttl = 300s;/);
      assert.match(mark, /else {\s+set beresp\.ttl = 10s;/);
    });

    it('takes an eighth of the storage at most', () => {
      assert.match(stored({ cache: { memory: '16Mi' } }), /> 2097152/);
    });

    it('is passed on to each his own when it may have no end, before anything says that it may be stored', () => {
      const [condition = ''] = /^ {4}if \([^]*?\n {8}return \(pass\(10s\)\);/m.exec(stored()) ?? [];
      for (const part of ['text/event-stream', '> 8388608', '!beresp.http.Content-Length']) {
        assert.ok(condition.includes(part), part);
      }
      assert.ok(stored().indexOf(condition) < stored().indexOf('beresp.ttl'));
    });

    it('does not replace a page that is good by an error', () => {
      assert.match(
        section('vcl_backend_response', of()),
        /status >= 500 && var\.get_string\("renewal"\) == "yes"/,
      );
      assert.match(
        section('vcl_backend_error', of()),
        /"renewal"\) == "yes"\) {\n.*"renewal_failed", now\);\n.*"renewal_failed_of".*\n {8}return \(abandon\)/,
      );
    });

    it('outlives its time by ten seconds, and by the site’s grace when renewals fail', () => {
      assert.match(section('vcl_hit', of()), /obj\.ttl < -10s && [^]*"wanted";\s+return \(restart\)/);
      for (const name of ['vcl_miss', 'vcl_synth']) {
        assert.match(section(name, of()), /X-Renewal == "wanted"[^]*"failed";\s+return \(restart\)/);
      }
      const again = section('vcl_recv', of({ cache: { graceSeconds: 77 } }));
      assert.match(again, /"wanted"\) {\s+set req\.grace = 10s;\s+} else {\s+set req\.grace = 77s;/);
      assert.doesNotMatch(of({ cache: { mode: 'Pass' } }), /X-Renewal|import var/);
    });

    it('is not asked for again for three seconds after a renewal has failed, nor waited for for fifteen', () => {
      const fetch = section('vcl_backend_fetch', of());
      assert.match(
        fetch,
        /is_bgfetch && std\.time\(.*> now - 3s &&\s+var\.global_get\("renewal_failed_of"\) == bereq\.http\.host \+ bereq\.url\) {\s+return \(abandon\);/,
      );
      assert.match(section('vcl_miss', of()), /> now - 15s/);
    });

    it('is not served old for longer than the site says, whatever the application says', () => {
      assert.match(
        stored(),
        /stale-while-revalidate" \|\| beresp\.grace > 3600s\) {\s+set beresp\.grace = 3600s/,
      );
    });

    it('believes no visitor who says that he asks again', () => {
      assert.match(section('vcl_recv', of()), /unset req\.http\.X-Renewal/);
      assert.match(section('vcl_backend_fetch', of()), /unset bereq\.http\.X-Renewal/);
    });

    it('says whether it was stored, and nothing of Varnish', () => {
      const text = section('vcl_deliver', of());
      for (const word of ['HIT', 'MISS', 'PASS']) assert.match(text, new RegExp(`X-Cache = "${word}"`));
      assert.match(text, /unset resp\.http\.Via/);
    });

    it('keeps copies of a site out of search engines, errors too', () => {
      assert.doesNotMatch(of(), /X-Robots-Tag/);
      assert.equal(of({ environment: 'Development' }).match(/X-Robots-Tag/g)?.length, 2);
    });
  });

  it('goes past as many trusted proxies as may stand one behind the other', () => {
    const text = of({ route: { trustedProxies: ['198.51.100.0/24'] } });
    assert.match(text, /acl trusted_proxies \{\n {4}"198\.51\.100\.0"\/24;/);
    const calls = section('hostedsite_visitor', text).match(/call hostedsite_trusted_hop;/g);
    assert.equal(calls?.length, 8);
  });

  it('keeps http and https apart', () => {
    assert.match(section('vcl_hash', of()), /hash_data\(req\.http\.X-Forwarded-Proto\)/);
  });
});
