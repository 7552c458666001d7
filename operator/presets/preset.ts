/** What a kind of application means, as data: one file per preset beside this one. */
export interface Preset {
  readonly name: PresetName;
  /** The port that the application listens on. */
  readonly port: number;
  /** Answered with 2xx or 3xx as soon as the application serves; asks no database. */
  readonly healthPath: string;
  /** Paths below which the application may write; each becomes scratch space that ends with the pod. */
  readonly writablePaths: readonly string[];
  readonly readOnlyRootFilesystem: boolean;
  /** Where uploads live inside the application's container; absent when the preset keeps none on disk. */
  readonly filesPath?: string;
  /** Requests with one of these cookies are a person's own and are never served from the cache (regular expressions on cookie names). */
  readonly passCookies: readonly string[];
  /** Paths that are never cached (regular expressions on the path, anchored at its start). */
  readonly passPaths: readonly string[];
  /** Parameters of the query that make a request one of those, at any path. */
  readonly passParameters?: readonly string[];
  /** Paths that visitors are refused with 403 (regular expressions on the path, anchored at its start). */
  readonly deniedPaths: readonly string[];
  /** Whether the application speaks WebSocket. Such a connection passes the cache unread, so it is open only where it is used. */
  readonly webSockets?: boolean;
  /** Environment variables of the application for the database's coordinates: our key → the application's name. */
  readonly databaseEnv: Readonly<Record<'host' | 'port' | 'name' | 'user' | 'password', string>>;
  /** Environment variables of the application for its object cache, by engine; an engine that it cannot use is absent. */
  readonly objectCacheEnv: Readonly<Partial<Record<'Memcached' | 'Valkey', ObjectCacheEnv>>>;
  /** Whether the preset cannot run without a database. */
  readonly needsDatabase: boolean;
  /** Fixed environment of the application. */
  readonly env: Readonly<Record<string, string>>;
  /** The application's name for the site's environment, and its word for each. */
  readonly environmentEnv: {
    readonly name: string;
    readonly values: Readonly<Record<'Production' | 'Staging' | 'Development', string>>;
  };
  /** Secrets of the application that every pod shares: environment variable → random bytes. */
  readonly generatedEnv: Readonly<Record<string, number>>;
  /** Commands that the application needs to run by a schedule; see `spec.cron`. */
  readonly cron?: readonly {
    readonly name: string;
    readonly schedule: string;
    readonly command: readonly string[];
  }[];
  /** The first installation, run once by a Job with the site's image; absent when there is none. */
  readonly install?: { readonly command: readonly string[]; readonly adminUser: string };
}

/** Memcached has no password. */
export type ObjectCacheEnv = Readonly<Record<'host' | 'port', string> & Partial<Record<'password', string>>>;

export type PresetName = 'Generic' | 'WordPress';
