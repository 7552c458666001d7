/**
 * For each field of the spec the value that the last line of its description shows: a reader pastes that line,
 * so the API server must take it where it stands. Fields that several parts have are found by the end of their path.
 */
export const fieldExamples: Readonly<Record<string, unknown>> = {
  spec: { image: 'registry.example.org/shop:1', hosts: ['example.org'] },
  'spec.image': 'registry.example.org/shop:1.4.2',
  'spec.imagePullSecrets': [{ name: 'registry' }],
  'spec.imagePullSecrets[].name': 'registry',
  'spec.preset': 'WordPress',
  'spec.hosts': ['www.example.org', 'example.org'],
  'spec.environment': 'Staging',
  'spec.size': 'Medium',
  'spec.replicas': 3,
  'spec.suspend': true,
  'spec.deletionPolicy': 'Retain',

  'spec.autoscaling': { minReplicas: 2, maxReplicas: 6 },
  'spec.autoscaling.minReplicas': 2,
  'spec.autoscaling.maxReplicas': 6,
  'spec.autoscaling.targetCPUUtilizationPercentage': 60,

  'spec.boost': { replicas: 8, endTime: '2030-12-01T18:00:00Z' },
  'spec.boost.replicas': 8,
  'spec.boost.endTime': '2030-12-01T18:00:00Z',

  'spec.web': { port: 3000, healthPath: '/healthz' },
  'spec.web.port': 3000,
  'spec.web.command': ['node', 'server.js'],
  'spec.web.args': ['--workers', '4'],
  'spec.web.env': [{ name: 'GREETING', value: 'hello' }],
  'spec.web.env[].name': 'GREETING',
  'spec.web.env[].value': '1',
  'spec.web.env[].valueFrom': { secretKeyRef: { name: 'tokens', key: 'api-token' } },
  'spec.web.env[].valueFrom.secretKeyRef': { name: 'tokens', key: 'api-token' },
  'spec.web.env[].valueFrom.secretKeyRef.name': 'tokens',
  'spec.web.env[].valueFrom.secretKeyRef.key': 'api-token',
  'spec.web.env[].valueFrom.configMapKeyRef': { name: 'settings', key: 'mode' },
  'spec.web.env[].valueFrom.configMapKeyRef.name': 'settings',
  'spec.web.env[].valueFrom.configMapKeyRef.key': 'mode',
  'spec.web.envFrom': [{ secretRef: { name: 'tokens' } }],
  'spec.web.envFrom[].secretRef': { name: 'tokens' },
  'spec.web.envFrom[].secretRef.name': 'tokens',
  'spec.web.envFrom[].configMapRef': { name: 'settings' },
  'spec.web.envFrom[].configMapRef.name': 'settings',
  'spec.web.healthPath': '/healthz',
  'spec.web.startupSeconds': 240,
  'spec.web.idleTimeout': '2h',
  'spec.web.scratchSize': '2Gi',

  'spec.rollout': { maxSurge: 1, maxUnavailable: 0 },
  'spec.rollout.maxSurge': '25%',
  'spec.rollout.maxUnavailable': 1,
  'spec.rollout.progressDeadlineSeconds': 900,
  'spec.rollout.terminationGracePeriodSeconds': 60,

  'spec.cache': { ttl: '10m', passPaths: ['/cart'] },
  'spec.cache.mode': 'Enabled',
  'spec.cache.memory': '256Mi',
  'spec.cache.ttl': '10m',
  'spec.cache.grace': '24h',
  'spec.cache.maxTTL': '1h',
  'spec.cache.keepCookies': ['session_id'],
  'spec.cache.ignoreCookies': ['theme', 'seen_*'],
  'spec.cache.ignoreQueryParameters': ['utm_*', 'ref'],
  'spec.cache.passPaths': ['/cart', '/api'],

  'spec.objectCache': { engine: 'Valkey', memory: '256Mi' },
  'spec.objectCache.engine': 'Valkey',
  'spec.objectCache.memory': '256Mi',

  'spec.database': { engine: 'MariaDB' },
  'spec.database.engine': 'MariaDB',
  'spec.database.replicas': 1,
  'spec.database.storage': { size: '20Gi' },
  'spec.database.storage.size': '20Gi',

  'spec.files': { size: '20Gi', accessMode: 'ReadWriteMany' },
  'spec.files.size': '20Gi',
  'spec.files.accessMode': 'ReadWriteMany',

  'spec.route': { tls: { secretName: 'shop-tls' }, redirectToHTTPS: true },
  'spec.route.ingressClassName': 'traefik',
  'spec.route.parentRefs': [{ name: 'public', namespace: 'gateways' }],
  'spec.route.parentRefs[].name': 'public',
  'spec.route.parentRefs[].namespace': 'gateways',
  'spec.route.parentRefs[].sectionName': 'https',
  'spec.route.tls': { secretName: 'shop-tls' },
  'spec.route.tls.secretName': 'shop-tls',
  'spec.route.tls.issuerRef': { name: 'letsencrypt', kind: 'ClusterIssuer' },
  'spec.route.tls.issuerRef.name': 'letsencrypt',
  'spec.route.tls.issuerRef.kind': 'ClusterIssuer',
  'spec.route.tls.issuerRef.group': 'cert-manager.io',
  'spec.route.redirectToHTTPS': true,
  'spec.route.redirectToCanonicalHost': true,
  'spec.route.trustedProxies': ['203.0.113.0/24', '2001:db8:1::/48'],
  'spec.route.maintenance': { enabled: true, allowFrom: ['203.0.113.7/32'] },
  'spec.route.maintenance.enabled': true,
  'spec.route.maintenance.allowFrom': ['203.0.113.7/32'],

  'spec.egress': { mode: 'Restricted', to: [{ cidr: '10.20.0.0/16' }] },
  'spec.egress.mode': 'Restricted',
  'spec.egress.to': [{ cidr: '10.20.0.0/16', ports: [{ port: 5432 }] }],
  'spec.egress.to[].cidr': '10.20.0.0/16',
  'spec.egress.to[].podSelector': { matchLabels: { app: 'search' } },
  'spec.egress.to[].podSelector.matchLabels': { app: 'search' },
  'spec.egress.to[].ports': [{ port: 5432 }],
  'spec.egress.to[].ports[].port': 5432,
  'spec.egress.to[].ports[].protocol': 'UDP',

  'spec.cron': [{ name: 'report', schedule: 'H 3 * * *', command: ['./report'] }],
  'spec.cron[].name': 'report',
  'spec.cron[].schedule': 'H 3 * * *',
  'spec.cron[].command': ['./report'],
  'spec.cron[].activeDeadlineSeconds': 600,
  'spec.cron[].timeZone': 'Europe/Berlin',

  resources: { requests: { cpu: '250m' }, limits: { memory: '1Gi' } },
  'resources.requests': { cpu: '250m', memory: '512Mi' },
  'resources.requests.cpu': '250m',
  'resources.requests.memory': '512Mi',
  'resources.requests.ephemeral-storage': '64Mi',
  'resources.limits': { cpu: 2, memory: '1Gi' },
  'resources.limits.cpu': 2,
  'resources.limits.memory': '1Gi',
  'resources.limits.ephemeral-storage': '4Gi',
  storageClassName: 'fast',
};

/** What else the spec must hold, with what that needs itself, where a field is refused without it; the line says so in a comment. */
export const besideExamples: Readonly<Record<string, Record<string, unknown>>> = {
  'spec.preset': { database: { engine: 'MariaDB' } },
  'spec.cache.keepCookies': { preset: 'WordPress' },
};

/** The value of a field; undefined when nobody has written one. */
export function exampleOf(field: string): unknown {
  const steps = field.split('.');
  const ends = steps.map((_, at) => steps.slice(at).join('.'));
  const known = ends.find((end) => Object.hasOwn(fieldExamples, end));
  return known === undefined ? undefined : fieldExamples[known];
}
