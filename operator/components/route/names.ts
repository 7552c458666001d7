import type { Site } from '../component.ts';

/** The Certificate, and the Secret that it is stored in. */
export function certificateName({ name }: Pick<Site, 'name'>): string {
  return `${name}-tls`;
}
