import type { Neighbours } from '../../api/field-words.ts';
import { words } from './words-of-components.ts';

const ofSite: Readonly<Record<string, Neighbours>> = {
  spec: [
    ['host, domain, domains, url', 'hosts'],
    ['replica, instances, scale', 'replicas'],
    ['hpa', 'autoscaling'],
    ['db, mysql, mariadb', 'database'],
    ['redis, valkey, memcached', 'objectCache'],
    ['varnish, cdn', 'cache'],
    ['volumes, persistence, storage, uploads', 'files'],
    ['ingress, gateway, networking', 'route'],
    ['tls, certificate, https', 'route.tls'],
    ['cronJobs, jobs', 'cron'],
    ['networkPolicy', 'egress'],
    ['pullSecrets', 'imagePullSecrets'],
    ['expires, lifetime, ttlSeconds, ttlSecondsAfterFinished', 'ttl'],
    ['port, env, command, resources', 'web'],
  ],
  'spec.preset': [
    ['wordpress, WP', 'WordPress'],
    ['PHP, Node, Drupal, Joomla, Laravel, Django, Rails', 'Generic'],
  ],
  'spec.environment': [
    ['prod, production, live', 'Production'],
    ['stage, staging, test, review', 'Staging'],
    ['dev, development, local', 'Development'],
  ],
  'spec.size': [
    ['S, small', 'Small'],
    ['M, medium', 'Medium'],
    ['L, XL, large', 'Large'],
  ],
  'spec.deletionPolicy': [
    ['Keep, Orphan, Snapshot', 'Retain'],
    ['Remove, Wipe', 'Delete'],
  ],
};

/** The words that people bring along from other products, and what is meant here. */
export const neighbours = [ofSite, ...words.map((one) => one.neighbours ?? {})].reduce(together);

/** Of one field several parts may say something. */
function together(
  left: Readonly<Record<string, Neighbours>>,
  right: Readonly<Record<string, Neighbours>>,
): Readonly<Record<string, Neighbours>> {
  const both = Object.entries(right).map(
    ([field, more]) => [field, [...(left[field] ?? []), ...more]] as const,
  );
  return { ...left, ...Object.fromEntries(both) };
}
