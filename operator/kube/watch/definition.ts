import type { Cache } from './cache.ts';
import { definitionOf } from '../resources.ts';
import type { Resource } from '../resources.ts';
import type { Right } from '../right.ts';

/** Names only: which optional kinds the cluster knows. */
export const definitionRights: readonly Right[] = [
  { kind: 'CustomResourceDefinition', verbs: ['list', 'watch'], scope: 'cluster' },
];

/** What the cluster knows of a kind. */
export interface Definition {
  exists(): boolean;
  /** Resolves at its next change, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
}

/** Of an optional kind: whether it is defined, by the cache of definitions. */
export function definition(resource: Resource, cache: Cache): { definition?: Definition } {
  if (resource.optional !== true || !cache.covers('CustomResourceDefinition')) return {};
  const name = definitionOf(resource);
  let wake = (): void => undefined;
  cache.onChange(({ kind, object }) => {
    if (kind === 'CustomResourceDefinition' && object.metadata.name === name) wake();
  });
  return {
    definition: {
      exists: () => cache.get('CustomResourceDefinition', undefined, name) !== undefined,
      changed: (signal) =>
        new Promise((resolve) => {
          wake = (): void => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake);
          if (signal.aborted) wake();
        }),
    },
  };
}
