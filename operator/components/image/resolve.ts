import type { Site, Sources } from '../component.ts';
import { isMovable } from './reference.ts';

export function resolve({ image }: { image: string }, { images }: Sources): Pick<Site, 'resolvesTag'> {
  return images.resolveTags === true && isMovable(image) ? { resolvesTag: true } : {};
}
