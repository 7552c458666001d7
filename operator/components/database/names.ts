import type { Site } from '../component.ts';

/** Names of the database's objects. The user and the database inside are called the same for every site. */
export function names({ name }: Pick<Site, 'name'>) {
  return {
    server: `${name}-database`,
    pods: `${name}-database-pods`,
    /** What the application logs in with. */
    credentials: `${name}-database`,
    rootCredentials: `${name}-database-root`,
    claim: `data-${name}-database-0`,
    primary: `${name}-database-0`,
  };
}

export const databasePort = 3306;
