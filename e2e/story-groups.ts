/**
 * How `make test` runs the stories of one node: file names in `e2e/`, without `.e2e.ts`. Each is in one of the two lists, else a
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
  'release-command',
  'bad-change',
  'route',
  'site',
  'edge',
  'site-task',
  'switched-off',
  'site-health',
  'shipped-examples',
  'data',
  'examples',
  'made-again',
  'probes',
  'refused-pods',
] as const;

/** Those that change or measure what all share, or ask for an answer to every one of many requests: one after the other. */
export const alone = [
  // The node and the whole cluster.
  'cluster',
  'cluster-lifecycle',
  'power-loss',
  // The operator's installation and processes, and what it measures of itself.
  'operator',
  'uninstalled',
  'upgrade',
  'bad-input',
  'rollback',
  'wordpress-lifetime',
  // The one registry.
  'registry',
  'moving-tag',
  // A silence of a second and a half is an answer.
  'network-policies',
  'tenancy',
  // Steady visitors, of whom none may fail or wait.
  'availability',
  'neighbours',
  'scale',
  'object-cache',
  'renaming',
  // Build an image by the commands of a page.
  'own-image',
  'how-do-i',
] as const;
