import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Site } from '../component.ts';

/** What every pod of a site pulls its images with, as a part of its spec; nothing where the site names none. */
export function pullSecrets({
  imagePullSecrets: secrets,
}: Pick<Site, 'imagePullSecrets'>): Pick<PodSpec, 'imagePullSecrets'> {
  return secrets.length === 0 ? {} : { imagePullSecrets: secrets.map(({ name }) => ({ name })) };
}
