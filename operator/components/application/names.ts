import type { Site } from '../component.ts';

interface Names {
  /** Values that all pods share: keys for sessions and tokens. */
  secrets: string;
  /** The first administrator's name and password. */
  administrator: string;
  job: string;
}

export function names({ name }: Pick<Site, 'name'>): Names {
  return { secrets: `${name}-application`, administrator: `${name}-admin`, job: `${name}-install` };
}
