import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import { cacheSpec } from '../components/cache/spec.ts';
import { cronSpec } from '../components/cron/spec.ts';
import { webSpec } from '../components/web/spec.ts';
import {
  bytes,
  duration,
  fixed,
  generatedName,
  host,
  imageReference,
  mountPath,
  objectName,
  onlyGrows,
  subPath,
  urlPath,
  written,
} from './fields.ts';
import type { Rule } from './fields.ts';

/**
 * The patterns of the words, tried as JavaScript's. Whole rules are tried by a real API server: see `examples.ts`.
 */
const words: Record<string, z.ZodType> = {
  host: host('A host.'),
  imageReference: imageReference('An image.'),
  bytes: bytes('An amount.'),
  duration: duration('A time.'),
  objectName: objectName('A name.'),
  urlPath: urlPath('A path.'),
  mountPath: mountPath('A place.'),
  subPath: subPath('A folder.'),
  generatedName: generatedName('A name.'),
  cookie: cacheSpec.shape.keepCookies.unwrap().element,
  parameter: cacheSpec.shape.ignoreQueryParameters.unwrap().element,
  passPath: cacheSpec.shape.passPaths.unwrap().element,
  healthPath: webSpec.shape.healthPath.unwrap(),
  variable: webSpec.shape.env.unwrap().element.shape.name,
  timeZone: cronSpec.element.shape.timeZone.unwrap(),
};

/** The pattern that the whole text must match. */
function pattern(word: z.ZodType): RegExp {
  const rules = (word.meta()?.['x-kubernetes-validations'] ?? []) as Rule[];
  const patterns = rules.flatMap(
    ({ rule }) => /(?:^|\|\| )self\.matches\(r'(\^.*\$)'\)$/.exec(rule)?.[1] ?? [],
  );
  assert.equal(patterns.length, 1);
  return new RegExp(patterns[0] ?? '', 'u');
}

const accepted: Record<string, readonly string[]> = {
  host: [
    'www.example.org',
    'localhost',
    'a.b',
    '1.example',
    'xn--bcher-kva.example',
    `${'a'.repeat(63)}.org`,
  ],
  imageReference: [
    'shop',
    'shop:1.4.2',
    'localhost/hostedsite/varnish:dev',
    'localhost:5000/a/b__c/d-e.f:v_1.2-3',
    `registry.example.org/shop:1@sha256:${'0a'.repeat(32)}`,
  ],
  bytes: ['1Gi', '512Mi', '1.5Gi', '10G', '900k'],
  duration: ['0s', '90s', '10m', '72h'],
  objectName: ['a', 'registry-1', 'fast.local'],
  urlPath: ['/', '/a/b-c_d.html', '/%C3%BC', '/@user'],
  mountPath: ['/data', '/var/www/html/conf.d/.env', '/a_b-c/1..2'],
  subPath: ['themes', '.cache/a_b-c', 'a..b'],
  generatedName: ['SECRET_KEY', '_a', 'security__key2'],
  cookie: ['session_id', 'SESS*', 'wp-settings-1'],
  parameter: ['utm_*', 'fbclid', 'a.b~c'],
  passPath: ['/cart', '/api/v1/'],
  healthPath: ['/healthz'],
  variable: ['A', '_B', 'my.key-1'],
  timeZone: ['Europe/Berlin', 'Etc/GMT+3', 'America/Argentina/Buenos_Aires', 'UTC'],
};

const refused: Record<string, readonly string[]> = {
  host: ['', '.', 'a.', '.a', 'a..b', '-a', 'a-', 'A', 'a_b', 'a b', 'a\n', `${'a'.repeat(64)}.org`, 'é.org'],
  imageReference: [
    '',
    'A',
    'a:',
    'a@',
    'a b',
    'a/',
    '/a',
    'a//b',
    'a:b:c/d',
    'a@sha256:0a',
    'a:-x',
    '$(x)',
    'a;b',
    '--flag',
    '-v',
    '--privileged/shop',
  ],
  bytes: ['', '1', '512', '512m', 'Gi', '-1Gi', '1.Gi', '1 Gi', '1gi', '1GiB', '1e3'],
  duration: ['', '10', 'm', '-1s', '1h30m', '1.5h', '100000s', '10 m', '10M'],
  objectName: ['', 'A', 'a_b', 'a/b', '../a', '-a', 'a-'],
  urlPath: [
    '',
    'a',
    '/a b',
    '/a?b',
    '/a#b',
    '/a"b',
    "/a'b",
    '/a{b',
    '/a}b',
    '/a\\b',
    '/a;b',
    '/a\n',
    '/a*',
    '/a(b)',
  ],
  mountPath: [
    '',
    '/',
    'data',
    '//',
    '/data/',
    '/a//b',
    '/..',
    '/a/../b',
    '/.',
    '/a/./b',
    '/..data',
    '/a:b',
    '/%2e',
  ],
  subPath: ['', '/', '/a', 'a/', '.', '..', '../a', 'a/..', 'a/../b', 'a//b', '..data', 'a:b'],
  generatedName: ['', '1A', 'A=B', 'A-B', 'A.B', 'A B'],
  cookie: ['', '*', 'a*b', 'a=b', 'a;b', 'a b', 'a**'],
  parameter: ['', '*', '*a', 'a&b', 'a=b', 'a|b', 'a[0]'],
  passPath: ['', 'cart', '/a*', '/(a)', '/a|b'],
  healthPath: ['', 'healthz', '/a b'],
  variable: ['', '1A', 'A=B', 'A B', 'A$'],
  timeZone: [
    '',
    '../../etc/passwd',
    '/etc/passwd',
    'Europe/../../etc/passwd',
    'Europe/',
    'Europe//Berlin',
    '+02:00',
    'europe/berlin',
    'Europe/Berlin\n',
  ],
};

describe('the words of the schema', () => {
  for (const [name, word] of Object.entries(words)) {
    it(`${name}: accepts what is meant`, () => {
      for (const text of accepted[name] ?? []) assert.match(text, pattern(word));
    });
    it(`${name}: refuses the rest`, () => {
      for (const text of refused[name] ?? []) assert.doesNotMatch(text, pattern(word));
    });
    it(`${name}: lets nothing through that could leave a string of VCL, a shell or a header`, () => {
      const dangerous = fc.constantFrom(...'"\'{}\\\n\r\t\0;`$()<>| ', '\u2028', '\u0085');
      const around = fc.string({ unit: fc.constantFrom(...'/aA0.-_*%', ...(accepted[name] ?? [])) });
      fc.assert(
        fc.property(
          around,
          dangerous,
          around,
          (before, bad, after) => !pattern(word).test(before + bad + after),
        ),
      );
    });
    it(`${name}: has an upper bound`, () => {
      const { maxLength } = z.toJSONSchema(word);
      assert.ok(maxLength !== undefined && maxLength <= 512);
    });
  }
});

describe('rules about updates', () => {
  it('a field is written when everything above it is', () => {
    assert.equal(written('self', 'a'), 'has(self.a)');
    assert.equal(written('oldSelf', 'a.b.c'), 'has(oldSelf.a) && has(oldSelf.a.b) && has(oldSelf.a.b.c)');
  });

  it('a volume that was written stays written and grows', () => {
    const { rule, fieldPath } = onlyGrows('size');
    assert.match(rule, /^!\(has\(oldSelf\.size\)\) \|\| \(has\(self\.size\) && /);
    assert.equal(fieldPath, '.size');
    assert.match(onlyGrows('size', 'has(self.x)').rule, /^!\(has\(self\.x\) && has\(oldSelf\.size\)\) \|\| /);
  });

  it('a choice that is left out counts as its default', () => {
    assert.deepEqual(fixed('mode', 'no', { leftOut: 'A' }), {
      rule: "(has(self.mode) ? self.mode : 'A') == (has(oldSelf.mode) ? oldSelf.mode : 'A')",
      message: 'no',
      fieldPath: '.mode',
    });
    assert.match(fixed('mode', 'no', { where: 'has(self.x)' }).rule, /^!\(has\(self\.x\)\) \|\| \(has/);
  });
});
