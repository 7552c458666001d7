import assert from 'node:assert/strict';
import { endless, page, text } from './bodies.ts';

/** As Varnish looks for it: PCRE says at its beginning that case does not matter. */
const matches = (pattern: string, type: string) =>
  new RegExp(pattern.replace(/^\(\?i\)/, ''), 'i').test(type);

describe('bodies', () => {
  for (const type of [
    'text/event-stream',
    'Text/Event-Stream; charset=utf-8',
    'multipart/x-mixed-replace; boundary=frame',
    'application/x-ndjson',
    'application/ndjson',
    'application/jsonl',
    'application/x-jsonlines',
    'application/json-seq',
    'application/geo+json-seq',
    'application/stream+json',
    'application/grpc-web+proto',
  ]) {
    it(`may have no end: ${type}`, () => {
      assert.ok(matches(endless, type));
    });
  }

  for (const type of [
    'text/html',
    'text/html; charset=utf-8',
    'TEXT/HTML ;charset=utf-8',
    'text/css',
    'text/javascript',
    'text/xml',
    'application/javascript',
    'application/json',
    'application/ld+json; profile=x',
    'application/manifest+json',
    'application/rss+xml',
    'application/xhtml+xml',
    'image/svg+xml',
  ]) {
    it(`is what a site is made of: ${type}`, () => {
      assert.deepEqual([matches(page, type), matches(endless, type)], [true, false]);
    });
  }

  for (const type of [
    '',
    'text/event-stream',
    'text/plain',
    'text/x-log',
    'text/html-stream',
    'application/json-seq',
    'application/jsonl',
    'application/octet-stream',
    'application/pdf',
    'audio/mpeg',
    'image/png',
    'video/mp2t',
  ]) {
    it(`is no page: ${type === '' ? 'what says nothing of itself' : type}`, () => {
      assert.ok(!matches(page, type));
    });
  }

  it('asks for more where a text may be a page or a log that is followed', () => {
    assert.ok(matches(text, 'text/plain; charset=utf-8'));
    assert.ok(!matches(text, 'text/plain-log') && !matches(text, 'text/html'));
  });
});
