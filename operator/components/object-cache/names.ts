import type { Site } from '../component.ts';

type Engine = NonNullable<Site['objectCache']>['engine'];

/** Of the Deployment, of the Service that the application connects to, and of the Secret with its password. */
export function objectCacheName({ name }: Pick<Site, 'name'>): string {
  return `${name}-object-cache`;
}

export const passwordKey = 'password';

/** Those that clients assume when they are told none. */
export const ports: Readonly<Record<Engine, number>> = { Memcached: 11211, Valkey: 6379 };
