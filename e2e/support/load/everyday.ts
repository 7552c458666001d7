import type { Visit } from './visit.ts';

/** What visitors ask of the image `node-example`: stored pages, pages that are not, orders, and now and then a long answer. */

const page = /^<!doctype html><title>Example (.+)<\/title><p>Version \1, answered by \S+<\/p>\n$/;
const version = /^\S.*\n$/;
/** What `/download` sends, over two seconds. */
const download = 'the quick brown fox\n'.repeat(8 * 1024);

const cached = { class: 'cached', path: '/', isWhole: (body: string) => page.test(body) };
const uncached = { class: 'uncached', path: '/version', isWhole: (body: string) => version.test(body) };
export const order = {
  class: 'post',
  path: '/orders',
  method: 'POST' as const,
  isWhole: (body: string, number: string) => body.endsWith(` ${number}\n`),
};
const slow = { class: 'slow', path: '/slow', isWhole: uncached.isWhole };
const large = { class: 'download', path: '/download', isWhole: (body: string) => body === download };

const short = [cached, uncached, order].flatMap((visit): Visit[] => [
  { ...visit, connection: 'kept' },
  { ...visit, connection: 'new' },
]);

/** One turn: of twenty requests two are long. */
export const everyday: readonly Visit[] = [
  ...short,
  { ...slow, connection: 'kept' },
  ...short,
  { ...large, connection: 'kept' },
  ...short,
];
