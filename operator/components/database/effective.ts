import type { Site } from '../component.ts';
import { databaseDefaults } from './spec.ts';
import type { DatabaseSpec } from './spec.ts';

export function effective({ database }: Site): { database?: DatabaseSpec } {
  if (database === undefined) return {};
  const { engine, storage, resources } = database;
  return { database: { engine, ...databaseDefaults, storage, resources } };
}
