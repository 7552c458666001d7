import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.database': { engine: 'MariaDB' },
    'spec.database.engine': 'MariaDB',
    'spec.database.replicas': 1,
    'spec.database.storage': { size: '20Gi' },
    'spec.database.storage.size': '20Gi',
  },
  neighbours: {
    'spec.database': [
      ['type', 'engine'],
      ['size, persistence, volume', 'storage.size'],
      'There is no version: the server of the operator is what runs.',
    ],
    'spec.database.engine': [
      ['MySQL, mysql, mariadb, Percona', 'MariaDB'],
      'PostgreSQL, SQLite and MongoDB are not built in: leave `database` out, and give the application the address of yours in web.env.',
    ],
  },
};
