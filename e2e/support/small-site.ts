import { hostedSite } from './site.ts';

/** Sites for stories that need many at once: they ask for so little that all fit on one node, and end at once. */

const resources = { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: '1', memory: '256Mi' } };

/** A Generic site at `NAME.example`; what is given replaces whole fields. */
export function smallSite(name: string, image: string, spec: Record<string, unknown> = {}): object {
  const rollout = { terminationGracePeriodSeconds: 3 };
  return hostedSite(name, {
    image,
    hosts: [`${name}.example`],
    web: { resources },
    rollout,
    cache: { memory: '16Mi' },
    ...spec,
  });
}

/** Its database, for one that asks for a little too. */
export const smallDatabase = {
  engine: 'MariaDB',
  storage: { size: '300Mi' },
  resources: { requests: { cpu: '10m', memory: '128Mi' } },
};
