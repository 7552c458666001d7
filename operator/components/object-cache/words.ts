import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.objectCache': { engine: 'Valkey', memory: '256Mi' },
    'spec.objectCache.engine': 'Valkey',
    'spec.objectCache.memory': '256Mi',
  },
  neighbours: {
    'spec.objectCache': [
      ['type', 'engine'],
      ['size, maxmemory', 'memory'],
    ],
    'spec.objectCache.engine': [
      ['Redis, KeyDB, Dragonfly', 'Valkey'],
      ['memcache, memcached', 'Memcached'],
    ],
  },
};
