import type { Neighbours } from '../../api/field-words.ts';

/** The words that people bring along from other products, and what is meant here. */
export const neighbours: Readonly<Record<string, Neighbours>> = {
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
  'spec.autoscaling': [
    ['min, minimum', 'minReplicas'],
    ['max, maximum', 'maxReplicas'],
    ['targetCPU, averageUtilization', 'targetCPUUtilizationPercentage'],
  ],
  'spec.web': [
    ['containerPort, ports', 'port'],
    ['readinessProbe, livenessProbe, healthcheck', 'healthPath'],
    ['startupProbe', 'startupSeconds'],
    ['environment, environmentVariables', 'env'],
    ['secrets', 'envFrom'],
    ['entrypoint', 'command'],
  ],
  'spec.web.command': ['It is a list of words: a line such as `node server.js` is refused.'],
  'spec.web.args': ["A number or true is a text here, in quotes: '4'."],
  'spec.web.env': ['It is a list, and no map: {GREETING: hello} is refused.'],
  'spec.web.env[].value': ["A number, true or on is a text here, in quotes: '1', 'true', 'on'."],
  'spec.release': [
    ['hook, migrate, migration, preDeploy, releaseCommand', 'command'],
    ['when, phase', 'order'],
    ['timeout, activeDeadlineSeconds', 'deadlineSeconds'],
  ],
  'spec.release.command': ['It is a list of words: a line such as `php migrate.php` is refused.'],
  'spec.release.order': [
    ['PreSync, pre, preDeploy', 'Before'],
    ['PostSync, post, postDeploy', 'After'],
    ['Offline, maintenance', 'Maintenance'],
  ],
  'spec.cache': [
    ['enabled', 'mode'],
    ['maxAge, expire, lifetime', 'ttl'],
    ['stale, staleIfError', 'grace'],
    ['size', 'memory'],
    ['exclude, bypass, skip', 'passPaths'],
  ],
  'spec.cache.mode': [
    ['On, true, Enable', 'Enabled'],
    ['Off, false, None, Disabled, Bypass', 'Pass'],
  ],
  'spec.objectCache': [
    ['type', 'engine'],
    ['size, maxmemory', 'memory'],
  ],
  'spec.objectCache.engine': [
    ['Redis, KeyDB, Dragonfly', 'Valkey'],
    ['memcache, memcached', 'Memcached'],
  ],
  'spec.database': [
    ['type', 'engine'],
    ['size, persistence, volume', 'storage.size'],
    'There is no version: the server of the operator is what runs.',
  ],
  'spec.database.engine': [
    ['MySQL, mysql, mariadb, Percona', 'MariaDB'],
    'PostgreSQL, SQLite and MongoDB are not built in: leave `database` out, and give the application the address of yours in web.env.',
  ],
  'spec.files': [
    ['accessModes', 'accessMode'],
    ['storageClass', 'storageClassName'],
    ['storage', 'size'],
  ],
  'spec.files.accessMode': [
    ['RWO', 'ReadWriteOnce'],
    ['RWX, shared', 'ReadWriteMany'],
  ],
  'spec.route': [
    ['className, ingressClass', 'ingressClassName'],
    ['forceSSL, sslRedirect, httpsOnly', 'redirectToHTTPS'],
    ['gateways', 'parentRefs'],
  ],
  'spec.route.tls': [
    ['secret', 'secretName'],
    ['issuer, clusterIssuer', 'issuerRef'],
    'It is no switch: `tls: true` is refused.',
  ],
  'spec.route.maintenance': ['It is no switch: write `maintenance: {enabled: true}`.'],
  'spec.egress.mode': [
    ['Allow, Open, Public', 'Internet'],
    ['Deny, Closed, None', 'Restricted'],
  ],
  'spec.egress.to[].ports[].protocol': [
    ['tcp, HTTP, HTTPS', 'TCP'],
    ['udp, QUIC', 'UDP'],
  ],
  'spec.cron[].command': ['It is a list of words: a line such as `php report.php` is refused.'],
};
