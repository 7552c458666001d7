import type { ApiClient } from '../client/api-client.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Resource } from '../resources.ts';
import type { Cache } from './cache.ts';
import type { Cause } from './causes.ts';
import type { Definition } from './definition.ts';

export interface ReflectorOptions {
  resource: Resource;
  /** Of this one namespace only. */
  namespace?: string;
  client: Pick<ApiClient, 'request' | 'stream'>;
  cache: Pick<Cache, 'replace' | 'take' | 'advance' | 'absent'>;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Of an optional kind. */
  definition?: Definition;
  home?: string | undefined;
  /** Called when a session has ended. */
  restarted?: (kind: string, cause: Cause) => void;
  /** Called with each piece of a watch's body. */
  received?: (kind: string, bytes: number) => void;
}
