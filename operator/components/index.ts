import { application } from './application/index.ts';
import { cache } from './cache/index.ts';
import type { Component } from './component.ts';
import { cron } from './cron/index.ts';
import { database } from './database/index.ts';
import { files } from './files/index.ts';
import { image } from './image/index.ts';
import { network } from './network/index.ts';
import { objectCache } from './object-cache/index.ts';
import { route } from './route/index.ts';
import { web } from './web/index.ts';
import { workers } from './workers/index.ts';

/**
 * What a site is made of, in the order in which it is written: first what guards its pods, then what others mount and
 * read, last what shows it. Names, conditions, reasons, rights and what is resolved are taken from this list.
 */
export const byName = {
  network,
  files,
  database,
  'object-cache': objectCache,
  image,
  application,
  cache,
  web,
  route,
  cron,
  workers,
};

export type ComponentName = keyof typeof byName;

export const components: readonly Component[] = Object.values(byName);
