import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.cache': { ttl: '10m', passPaths: ['/cart'] },
    'spec.cache.mode': 'Enabled',
    'spec.cache.memory': '256Mi',
    'spec.cache.ttl': '10m',
    'spec.cache.grace': '24h',
    'spec.cache.maxTTL': '1h',
    'spec.cache.keepCookies': ['session_id'],
    'spec.cache.ignoreCookies': ['theme', 'seen_*'],
    'spec.cache.ignoreQueryParameters': ['utm_*', 'ref'],
    'spec.cache.passPaths': ['/cart', '/api'],
  },
  besideExamples: { 'spec.cache.keepCookies': { preset: 'WordPress' } },
  neighbours: {
    'spec.cache': [
      ['enabled', 'mode'],
      ['maxAge, expire, lifetime', 'ttl'],
      ['stale, staleIfError', 'grace'],
      ['size', 'memory'],
      ['exclude, bypass, skip', 'passPaths'],
    ],
    'spec.cache.mode': [
      ['On, true, Enable', 'Enabled'],
      ['Off, false, None, Disabled, Bypass', 'Pass'],
    ],
  },
};
