import assert from 'node:assert/strict';
import { maintenancePageVcl } from '../../operator/components/cache/vcl/maintenance-page-vcl.ts';
import type { TestOverrides } from '../../operator/testing/site.ts';
import { ask } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

/** As many of each as a site may have, each as long as it may be. */
const names = (count: number, length: number, end = '') =>
  Array.from({ length: count }, (_, at) => `${`n${at}-`.padEnd(length - end.length, 'x')}${end}`);
const hosts = names(64, 61).map((label) => [label, ...names(3, 63)].join('.'));
const ranges = Array.from({ length: 64 }, (_, at) => `2001:db8:aaaa:bbbb:cccc:dddd:eeee:${at}/128`);
const passPaths = names(64, 511).map((name) => `/${name.replaceAll('xx', '.~')}`);
const lists = {
  hosts,
  route: {
    redirectToHTTPS: true,
    redirectToCanonicalHost: true,
    trustedProxies: ranges,
    maintenance: { allowFrom: ranges },
  },
  cache: { passPaths, keepCookies: names(32, 128, '*'), ignoreQueryParameters: names(64, 128, '*') },
} satisfies TestOverrides;
const ignoreCookies = names(32, 128, '*').map((name) => `i${name.slice(1)}`);

const fronts: [string, TestOverrides, ((port: number) => string)?][] = [
  ['of WordPress', lists],
  ['of Generic', { ...lists, preset: 'Generic', cache: { ...lists.cache, ignoreCookies } }],
  [
    'of the maintenance page',
    lists,
    (port) => maintenancePageVcl(siteAt(lists, port), '127.0.0.1').replace('"80"', `"${port}"`),
  ],
];

describe('the longest lists that a site may have', () => {
  for (const [name, overrides, text] of fronts) {
    describe(name, () => {
      const front = edge(
        overrides,
        (_, response) => {
          response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Type': 'text/html' });
          response.end('page');
        },
        text,
      );
      const [host = ''] = hosts;
      const visit = async (path: string, headers: string[] = []) => {
        const visitor = ['X-Forwarded-For: 2001:db8:aaaa:bbbb:cccc:dddd:eeee:63', 'X-Forwarded-Proto: https'];
        return ask(front.port, { host, path, headers: [...visitor, ...headers] });
      };

      it('are what the Varnish starts with, and serves', async () => {
        assert.equal((await visit('/')).body, 'page');
        const other = await ask(front.port, { host: hosts[63]!, headers: ['X-Forwarded-Proto: https'] });
        if (text !== undefined) return;
        assert.deepEqual([other.status, other.headers['location']], [301, [`https://${host}/`]]);
      });

      if (text !== undefined) return;
      it('hold to their last one', async () => {
        const parameter = `${lists.cache.ignoreQueryParameters[63]?.slice(0, -1)}y`;
        const cookie = `${lists.cache.keepCookies[31]?.slice(0, -1)}y`;
        await visit('/page');
        const fates = [
          await visit(`/page?${parameter}=1`),
          await visit(`${passPaths[63]}/a`),
          await visit('/page', [`Cookie: ${cookie}=1`]),
        ].map(({ headers }) => headers['x-cache']?.[0]);
        assert.deepEqual(fates, ['HIT', 'PASS', 'PASS']);
      });
    });
  }
});
