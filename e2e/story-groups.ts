/**
 * How `make test` runs the stories of one node: file names in `e2e/`, without `.e2e.ts`. Each is in one of the lists, else a
 * spec fails.
 */

/**
 * Those that mostly wait, three at a time on one cluster. They keep to namespaces, hosts and classes of their own, and leave
 * the operator, the node and the ingress controller alone. The longest come first.
 */
export const sideBySide = [
  'wordpress',
  'cron',
  'configuration',
  'workers',
  'release-command',
  'command-ends',
  'bad-change',
  'route',
  'site',
  'edge',
  'site-task',
  'expiry',
  'switched-off',
  'site-health',
  'shipped-examples',
  'gated-jobs',
  'data',
  'in-sync',
  'examples',
  'made-again',
  'probes',
  'refused-pods',
] as const;

/**
 * Those that change or measure what all of a cluster share, or ask for an answer to every one of many requests: one after the
 * other, in two lists of about the same length, which run at once, each on a cluster of its own. The first list comes after
 * `sideBySide`, the second after the stories of three nodes.
 */
export const first = [
  // The operator's installation and processes, and what it measures of itself.
  'wordpress-lifetime',
  'operator',
  'uninstalled',
  'rollback',
  'limited',
  // The node and the whole cluster.
  'cluster',
  'power-loss',
  // The one registry.
  'registry',
  'moving-tag',
  // Steady visitors, of whom none may fail.
  'object-cache',
  'renaming',
  // A silence of a second and a half is an answer.
  'tenancy',
] as const;

export const second = [
  // Follow a page; most build an image by its commands, in the storage that buildah has by default.
  'own-image',
  'how-do-i',
  'helm-site',
  // Follows a page too, and has the registry of its cluster.
  'gitlab',
  // The operator's installation and processes, and what it measures of itself.
  'bad-input',
  'upgrade',
  // Steady visitors, of whom none may fail.
  'availability',
  'scale',
  // A silence of a second and a half is an answer.
  'network-policies',
  // A cluster of another checkout beside it.
  'cluster-lifecycle',
] as const;

/** Those that compare times, and have the processors for themselves as far as they can: nothing else runs on the machine. */
export const alone = ['neighbours'] as const;
