import assert from 'node:assert/strict';
import { unknownVary, unsettledVary } from './headers.ts';

const insensitive = (pattern: string, flags = ''): RegExp =>
  new RegExp(pattern.replace(/^\(\?i\)/, ''), `i${flags}`);

describe('a Vary', () => {
  const rows: [string, string][] = [
    ['Accept-Encoding', 'Accept-Encoding'],
    ['accept-encoding,  X-FORWARDED-PROTO ', 'accept-encoding,  X-FORWARDED-PROTO '],
    ['X-New', ''],
    ['X-New, Accept', ' Accept'],
    ['Accept, X-New', 'Accept'],
    ['Accept , X-New ,Accept-Language,X-Newer', 'Accept ,Accept-Language'],
    ['Accept-New', ''],
    ['X-Accept', ''],
    ['HX-Request', ''],
    ['Accept,,X-New', 'Accept'],
    ['*', '*'],
    ['X-New, *', ' *'],
  ];
  for (const [written, counts] of rows)
    it(`${written}: a page is stored for each of "${counts}"`, () =>
      assert.equal(written.replaceAll(insensitive(unknownVary, 'g'), '').replace(/^,/, ''), counts));

  for (const [written, isUnsettled] of [
    ['Referer', true],
    ['X-New, Save-Data', true],
    ['X-Forwarded-For', true],
    ['X-Forwarded-Host', false],
    ['X-New', false],
    ['Accept, Cookie', false],
  ] as const)
    it(`${written}: ${isUnsettled ? 'is passed on, for the application was not shown it' : 'is stored'}`, () =>
      assert.equal(insensitive(unsettledVary).test(written), isUnsettled));
});
