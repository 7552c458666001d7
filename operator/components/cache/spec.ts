import type * as z from 'zod';
import type { Rule } from '../../api/fields.ts';
import {
  atLeast,
  atMost,
  bytes,
  duration,
  group,
  matches,
  oneOf,
  resources,
  setOf,
  text,
  urlPath,
} from '../../api/fields.ts';

/** What `cache` means when nothing is written; `resolve.ts` applies it. Memory goes by size. */
export const cacheDefaults = {
  mode: 'Enabled',
  ttl: '2m',
  grace: '1h',
  /** Nobody takes a page back that says that it is good for a year. */
  maxTTL: '24h',
  keepCookies: [],
  ignoreCookies: [],
  /** Marks of campaigns and click counters: they never change a page. */
  ignoreQueryParameters: ['utm_*', 'fbclid', 'gclid', 'msclkid', 'mc_cid', 'mc_eid'],
  passPaths: [],
} as const;

const cookieName = text('Name of a cookie.', {
  max: 128,
  rules: [
    matches(
      '[-._a-zA-Z0-9]+[*]?',
      "write a cookie's name: letters, digits, '-', '_' and '.', and at most one '*' at the end",
    ),
  ],
});

const queryParameter = text('Name of a query parameter.', {
  max: 128,
  rules: [
    matches(
      '[-._~a-zA-Z0-9]+[*]?',
      "write a parameter's name: letters, digits, '-', '_', '.' and '~', and at most one '*' at the end",
    ),
  ],
});

export const cacheSpec = group(
  `The cache in front of the application: a Varnish in each of its pods. Default: mode ${cacheDefaults.mode}, with the values below.`,
  {
    mode: oneOf(
      ['Enabled', 'Pass'],
      `Enabled: pages are cached. Pass: every request goes to the application. Default: ${cacheDefaults.mode}.`,
    ).exactOptional(),
    memory: bytes(
      'Memory for cached pages in each pod. Bytes with a unit, from 16Mi to 64Gi. Default: by size.',
      [atLeast('16Mi'), atMost('64Gi')],
    ).exactOptional(),
    resources: resources(
      'each Varnish, in the pods and in the maintenance page: its memory is to be 1.3 times `memory` and 128Mi, its limit 2.7 times `memory` and 344Mi',
    ).exactOptional(),
    ttl: duration(
      `How long a page is fresh when the application does not say so itself. A number and s, m or h. Default: ${cacheDefaults.ttl}.`,
    ).exactOptional(),
    grace: duration(
      'How long after that a page may still be served while the application fails. While it is well, this is 10s at most. ' +
        `A number and s, m or h. Default: ${cacheDefaults.grace}.`,
    ).exactOptional(),
    maxTTL: duration(
      'How long a page is fresh at most when the application says itself how long. ' +
        `A number and s, m or h. Default: ${cacheDefaults.maxTTL}.`,
    ).exactOptional(),
    keepCookies: setOf(
      cookieName,
      "Cookies that the application needs, besides the preset's: a request with one of them is answered by the application and never from the cache. " +
        'With preset Generic every cookie is such a one, but those of ignoreCookies: there the list takes names out of that one. ' +
        'A star at the end of a name stands for any rest. Default: none.',
      { max: 32 },
    ).exactOptional(),
    ignoreCookies: setOf(
      cookieName,
      'Cookies that make no difference to a page, with preset Generic: they are removed before it is looked up. ' +
        'Those of well-known consent, analytics and advertising scripts, bot filters and load balancers are ignored anyway, such as _ga, OptanonConsent, __cf_bm and AWSALB. ' +
        'Preset WordPress ignores all but its own and keepCookies. A star at the end of a name stands for any rest. Default: none.',
      { max: 32 },
    ).exactOptional(),
    ignoreQueryParameters: setOf(
      queryParameter,
      'Query parameters that make no difference to a page: they are removed before it is looked up. Written out, the list replaces the default; `[]` ignores none. A star at the end of a name stands for any rest. ' +
        `Default: ${cacheDefaults.ignoreQueryParameters.join(', ')}.`,
      { max: 64 },
    ).exactOptional(),
    passPaths: setOf(
      urlPath('A path.'),
      "Paths that are never cached, and everything below them, besides the preset's: /cart is also /cart/items, not /cartoons. Default: none.",
      { max: 64 },
    ).exactOptional(),
  },
  [
    {
      rule: '!has(self.keepCookies) || !has(self.ignoreCookies) || self.keepCookies.all(name, !(name in self.ignoreCookies))',
      message:
        'write each cookie in one list only: keepCookies, or ignoreCookies when it makes no difference',
      fieldPath: '.ignoreCookies',
    },
  ],
);

/** A list that would change nothing is refused, with the preset that makes it so. `preset` is CEL: the one in force. */
export function cookieRules(preset: string): Rule[] {
  return [
    {
      rule:
        `${preset} == 'WordPress' || size(self.?cache.keepCookies.orValue([])) == 0 || ` +
        'size(self.?cache.ignoreCookies.orValue([])) > 0',
      message:
        'leave out keepCookies: with preset Generic every cookie reaches the application; name those that make no difference in ignoreCookies',
      fieldPath: '.cache.keepCookies',
    },
    {
      rule: `${preset} != 'WordPress' || size(self.?cache.ignoreCookies.orValue([])) == 0`,
      message:
        'leave out ignoreCookies: preset WordPress ignores every cookie but its own and those of keepCookies',
      fieldPath: '.cache.ignoreCookies',
    },
  ];
}

export type CacheSpec = z.input<typeof cacheSpec>;
