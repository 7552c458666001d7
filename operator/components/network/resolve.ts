import type { Site, Sources } from '../component.ts';
import { egressDefaults } from './spec.ts';
import type { EgressSpec } from './spec.ts';

export function resolve(
  { egress }: { egress?: EgressSpec },
  { network }: Sources,
): Pick<Site, 'egress' | 'network'> {
  return { egress: { ...egressDefaults, ...egress }, ...(network.enabled ? { network } : {}) };
}
