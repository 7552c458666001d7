import type { Preset } from './preset.ts';

/** An application that nothing is known about: whatever may be a person's own page is never cached. */
export const generic: Preset = {
  name: 'Generic',
  port: 3000,
  healthPath: '/',
  writablePaths: [],
  readOnlyRootFilesystem: false,
  // Of an unknown application each cookie may be a session.
  passCookies: ['.+'],
  passPaths: [],
  deniedPaths: [],
  webSockets: true,
  databaseEnv: {
    host: 'DATABASE_HOST',
    port: 'DATABASE_PORT',
    name: 'DATABASE_NAME',
    user: 'DATABASE_USER',
    password: 'DATABASE_PASSWORD',
  },
  // What frameworks and clients read; Valkey speaks the protocol of Redis, and goes by its names.
  objectCacheEnv: {
    Memcached: { host: 'MEMCACHED_HOST', port: 'MEMCACHED_PORT' },
    Valkey: { host: 'REDIS_HOST', port: 'REDIS_PORT', password: 'REDIS_PASSWORD' },
  },
  needsDatabase: false,
  env: {},
  environmentEnv: {
    name: 'SITE_ENVIRONMENT',
    values: { Production: 'production', Staging: 'staging', Development: 'development' },
  },
  generatedEnv: {},
};
