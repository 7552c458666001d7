import type { Site, Sources } from '../component.ts';
import { merged } from '../pod/resources.ts';
import type { DatabaseSpec } from './spec.ts';

export function resolve(
  { database }: { database?: DatabaseSpec },
  { size, images }: Sources,
): Pick<Site, 'database'> {
  if (database === undefined) return {};
  return {
    database: {
      engine: database.engine,
      image: images.mariadb,
      storage: { size: size.database.storage, ...database.storage },
      resources: merged(size.database.resources, database.resources),
    },
  };
}
