import type { Site } from '../component.ts';

interface Names {
  /** Of the StatefulSet, of the Service that the application connects to, and of the server's identity. */
  server: string;
  /** The headless Service. */
  pods: string;
  /** What the application logs in with. */
  credentials: string;
  rootCredentials: string;
  claim: string;
  /** The pod that takes writes. */
  primary: string;
}

export function names({ name }: Pick<Site, 'name'>): Names {
  return {
    server: `${name}-database`,
    pods: `${name}-database-pods`,
    credentials: `${name}-database`,
    rootCredentials: `${name}-database-root`,
    claim: `data-${name}-database-0`,
    primary: `${name}-database-0`,
  };
}

export const databasePort = 3306;
