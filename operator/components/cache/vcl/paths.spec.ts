import assert from 'node:assert/strict';
import { testSite } from '../../../testing/site.ts';
import { below, parameter, passed, rulePath } from './paths.ts';

/** PCRE says at its beginning that case does not matter; bytes are characters here. */
const matches = (pattern: string, text: string) => new RegExp(pattern, 'i').test(text);

describe('below', () => {
  const isBelow = (path: string, asked: string) => matches(`^${below(path)}`, asked);

  it('is the path and everything below it, and no other path that begins like it', () => {
    assert.deepEqual(
      ['/cart', '/cart/', '/cart/items', '/cart;a=1', '/cartoons', '/car'].map((asked) =>
        isBelow('/cart', asked),
      ),
      [true, true, true, true, false, false],
    );
  });

  it('is what is below a path that ends with a slash', () => {
    assert.deepEqual(
      [isBelow('/a/', '/a/b'), isBelow('/a/', '/a'), isBelow('/', '/any')],
      [true, false, true],
    );
  });
});

describe('the path that rules look at', () => {
  /** The lines of the VCL, as JavaScript. */
  function normalised(rules: readonly string[], path: string): string {
    const lines = [...rulePath(rules).matchAll(/^ +"([^"]+)", "([^"]+)"\)/gm)];
    return lines.reduce(
      (text, [, pattern = '', character = '']) =>
        text.replaceAll(new RegExp(pattern.replace('(?i)', ''), 'gi'), character),
      path,
    );
  }

  const rows: [string, string][] = [
    ['/cart', '/cart'],
    ['/%63art', '/cart'],
    ['/%43%41RT', '/caRT'],
    ['//cart%2f%2Fa', '/cart/a'],
    ['/%2563art', '/%2563art'],
    ['/%25%36%33art', '/%2563art'],
    ['/%e3%81%93', '/%e3%81%93'],
  ];
  for (const [path, expected] of rows) {
    it(`is ${expected} for ${path}`, () => {
      assert.equal(normalised(['/cart/0-9'], path), expected);
    });
  }

  it('is not made where there is no rule', () => {
    assert.equal(rulePath([]), '');
    assert.deepEqual(passed(testSite({ cache: { mode: 'Pass', passPaths: ['/cart'] } })), []);
  });

  it('matches a rule however the user wrote it', () => {
    for (const written of ['/cart', '/%63art', '//%43art'])
      assert.ok(matches(`^${below(written)}`, normalised([below(written)], '/ca%72t/x')), written);
    assert.ok(matches(`^${below('/caf%C3%A9')}`, '/caf%c3%a9/x'));
    assert.ok(matches(`^${below('/caf%C3%A9')}`, '/caf\u00c3\u00a9'));
  });
});

describe('parameter', () => {
  const rows: [string, boolean][] = [
    ['/?rest_route=/x', true],
    ['/a?b&rest_route', true],
    ['/?rest%5Froute=1', true],
    ['/?%72est.route[]=1', true],
    ['/?+rest%20route%3d', true],
    ['/?my_rest_route=1', false],
    ['/?rest_routes=1', false],
    ['/?a=rest_route', false],
    ['/rest_route', false],
  ];
  for (const [url, expected] of rows) {
    it(`is ${expected ? '' : 'not '}in ${url}`, () => {
      assert.equal(matches(parameter('rest_route'), url), expected);
    });
  }
});
