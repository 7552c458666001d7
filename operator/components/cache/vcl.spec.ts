import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expectGolden } from '../../../tools/golden.ts';
import { testSite } from '../test-site.ts';
import type { TestOverrides } from '../test-site.ts';
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
        .replaceAll(/( +set (req\.http\.X-HostedSite-Path) = regsuball\(\2, "", ""\);\n)+/g, '$1');
    const plain = {
      keepCookies: ['a'],
      ignoreCookies: ['a'],
      ignoreQueryParameters: ['a'],
      passPaths: ['/a'],
    };
    const wanted = skeleton(of({ cache: plain }));
    const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, texts, (keepCookies, ignoreQueryParameters, passPaths) => {
        const ignoreCookies = keepCookies;
        const text = of({ cache: { keepCookies, ignoreCookies, ignoreQueryParameters, passPaths } });
        assert.equal(skeleton(text), wanted);
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
  });

  it('closes the connection that an answer below 200 came on, before it looks at anything else of the answer', () => {
    for (const mode of ['Enabled', 'Pass'] as const) {
      const response = section('vcl_backend_response', of({ cache: { mode } }));
      assert.ok(response.indexOf('beresp.status < 200') > 0);
      assert.ok(response.indexOf('beresp.status < 200') < response.indexOf('beresp.status >= 500'));
    }
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

    it('is not stored when it is somebody’s own', () => {
      for (const mark of ['Set-Cookie', 'private|no-store|no-cache', 'Vary ~ "[*]"']) {
        assert.ok(stored().indexOf(mark) < stored().indexOf('uncacheable'), mark);
      }
    });

    it('takes an eighth of the storage at most', () => {
      assert.match(stored({ cache: { memory: '16Mi' } }), /> 2097152/);
    });

    it('does not replace a page that is good by an error', () => {
      assert.match(section('vcl_backend_response', of()), /status >= 500 && bereq\.is_bgfetch/);
      assert.match(section('vcl_backend_error', of()), /is_bgfetch\) {\n {8}return \(abandon\)/);
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
