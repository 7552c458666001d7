import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cookieName, cookies, glob, literal, parameters, quoted } from './patterns.ts';

/** Varnish matches bytes: a text as one character for each of its bytes. */
const bytesOf = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
/** Without the flag `u`, as PCRE without UTF. */
const matches = (pattern: string, text: string) => new RegExp(pattern).test(bytesOf(text));

describe('quoted', () => {
  it('is a string of VCL', () => {
    assert.equal(quoted('^/wp-admin(?:/|$)'), '"^/wp-admin(?:/|$)"');
  });

  it('refuses what would end a string, or is not ASCII', () => {
    for (const text of ['"', 'a\nb', 'a\rb', '\0', 'é', '\t'])
      assert.throws(() => quoted(text), /VCL strings/);
  });
});

describe('literal', () => {
  it('leaves readable what it can', () => {
    assert.equal(literal('/shop/a.b-c_d'), '/shop/a\\.b-c_d');
  });

  it('can stand in a string of VCL and matches its text and nothing else, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, other) => {
        const pattern = `^${literal(text)}$`;
        quoted(pattern);
        assert.ok(matches(pattern, text));
        assert.equal(matches(pattern, other), bytesOf(other) === bytesOf(text));
      }),
    );
  });

  it('takes the sense from every character of regular expressions', () => {
    for (const text of ['.*', 'a|b', '(?i)a', '[a]', 'a{2}', '^a$', 'a\\', '"};', '#']) {
      assert.ok(matches(`^${literal(text)}$`, text), text);
    }
  });
});

describe('glob', () => {
  it('takes a star at the end as any rest, and elsewhere as a star', () => {
    assert.ok(matches(`^${glob('sess_*', '[^=;]*')}$`, 'sess_1'));
    assert.ok(!matches(`^${glob('sess_*', '[^=;]*')}$`, 'sess'));
    assert.ok(matches(`^${glob('a*b', '')}$`, 'a*b'));
  });
});

describe('cookies', () => {
  const header = (text: string) => matches(cookies(['wordpress_logged_in_.+', cookieName('cart_*')]), text);
  const rows: [string, boolean][] = [
    ['wordpress_logged_in_1=x', true],
    ['a=1; wordpress_logged_in_1=x; b=2', true],
    ['a=1;cart_=', true],
    ['cart_x', true],
    ['xwordpress_logged_in_1=x', false],
    ['a=cart_1', false],
    ['carts=1', false],
    ['', false],
  ];
  for (const [text, expected] of rows) {
    it(`${expected ? 'finds one' : 'finds none'} in ${text || 'nothing'}`, () => {
      assert.equal(header(text), expected);
    });
  }
});

describe('cookies, but for those that are ignored', () => {
  const pattern = cookies(['.+'], ['_ga', '_gid', cookieName('shop_*')], [cookieName('shop_session')]);
  const rows: [string, boolean][] = [
    ['_ga=GA1.2', false],
    ['_ga=1; _gid=2', false],
    ['  _ga = 1;_gid', false],
    ['_ga', false],
    ['_ga=1;', false],
    ['shop_seen=1; _ga=1', false],
    ['shop_sessions=1', false],
    ['_ga; a=1', true],
    ['a=1; _ga', true],
    ['a=_ga=1; _ga=2', true],
    ['_gallery=1', true],
    ['x_ga=1', true],
    ['_ga=1;  shop_session=1', true],
    ['shop_session', true],
  ];
  for (const [text, expected] of rows) {
    it(`finds ${expected ? 'one' : 'none'} in ${text}`, () => {
      assert.equal(matches(pattern, text), expected);
    });
  }
});

describe('parameters', () => {
  /** As the VCL does it. */
  const cleaned = (url: string) => {
    const pattern = new RegExp(parameters(['utm_*', 'fbclid']), 'g');
    return pattern.test(url) ? url.replace(pattern, '$1').replace(/[?&]$/, '') : url;
  };
  const rows: [string, string][] = [
    ['/a?utm_source=x', '/a'],
    ['/a?utm_source=x&utm_medium=y&fbclid=1', '/a'],
    ['/a?b=1&utm_source=x', '/a?b=1'],
    ['/a?utm_source=x&b=1', '/a?b=1'],
    ['/a?b=1&utm_source=x&fbclid&c=2', '/a?b=1&c=2'],
    ['/a?xutm_source=x', '/a?xutm_source=x'],
    ['/a?fbclids=1', '/a?fbclids=1'],
    ['/a?b=utm_source', '/a?b=utm_source'],
    ['/a?b=1&', '/a?b=1&'],
    ['/utm_source=x', '/utm_source=x'],
  ];
  for (const [url, expected] of rows) {
    it(`makes ${expected} of ${url}`, () => {
      assert.equal(cleaned(url), expected);
    });
  }
});
