import type { Site } from '../component.ts';

export function names({ name }: Pick<Site, 'name'>) {
  return { secrets: `${name}-application`, administrator: `${name}-admin`, job: `${name}-install` };
}
