import { condition as cacheCondition } from '../components/cache/condition.ts';
import { condition as databaseCondition } from '../components/database/condition.ts';
import { condition as filesCondition } from '../components/files/condition.ts';
import { condition as routeCondition } from '../components/route/condition.ts';
import { condition as webCondition } from '../components/web/condition.ts';
import type { Component, Manifest, Observed, Owned, Report, Site } from '../components/component.ts';
import { managed } from '../components/rights.ts';
import { contentHash } from '../objects/hash.ts';
import { componentLabels, componentOf } from '../objects/labels.ts';
import { isRolledOut } from '../releases/rollout.ts';

/**
 * A small list of components for specs of a pass: each rule of the flow meets one of them, and none of the real
 * ones' details get in between. `operatorVersion` is what a new version of the operator would render differently.
 */
export function fakeComponents(operatorVersion = '1'): readonly Component[] {
  return [files, database, cache(operatorVersion), web(operatorVersion), route];
}

const files: Component = {
  name: 'files',
  condition: filesCondition,
  reasons: {},
  rights: managed('PersistentVolumeClaim'),
  enabled: (site) => site.files !== undefined,
  bindings: (site) => ({
    volumes: [{ name: 'files', persistentVolumeClaim: { claimName: `${site.name}-files` } }],
  }),
  manifests: (site) => [claim(`${site.name}-files`, site.files?.size ?? '')],
  report: () => ready('Bound'),
};

const database: Component = {
  name: 'database',
  condition: databaseCondition,
  reasons: {},
  rights: managed('Secret', 'PersistentVolumeClaim', 'StatefulSet'),
  enabled: (site) => site.database !== undefined,
  bindings: (site) => ({
    env: [
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: `${site.name}-database`, key: 'password' } } },
    ],
  }),
  refusals: (site, seen) => {
    const isLost =
      find(seen, 'StatefulSet') !== undefined &&
      find(seen, 'PersistentVolumeClaim', 'database') === undefined;
    return isLost
      ? [{ reason: 'VolumeLost', message: `The claim data-${site.name}-database-0 is gone. Restore it.` }]
      : [];
  },
  manifests: (site) => [
    secret(`${site.name}-database`, { username: 'site' }, { password: { bytes: 24 } }),
    claim(`data-${site.name}-database-0`, site.database?.storage.size ?? ''),
    statefulSet(site),
  ],
  report: (_site, seen) => {
    const status = find(seen, 'StatefulSet')?.['status'] as { readyReplicas?: number } | undefined;
    return status?.readyReplicas === 1 ? ready('Serving') : unready('Starting', 'The database starts.');
  },
};

function cache(version: string): Component {
  const name = (site: Site) =>
    `${site.name}-cache-${contentHash([version, site.cache.passPaths]).slice(0, 10)}`;
  return {
    name: 'cache',
    condition: cacheCondition,
    reasons: {},
    rights: managed('ConfigMap'),
    enabled: () => true,
    sidecar: (site) => ({
      initContainers: [{ name: 'varnish', image: site.cache.image, restartPolicy: 'Always' }],
      volumes: [{ name: 'vcl', configMap: { name: name(site) } }],
      servingPort: 'http',
    }),
    manifests: (site) => [
      {
        object: object('v1', 'ConfigMap', name(site), { immutable: true, data: { version } }),
        lifetime: 'site',
        write: 'apply',
      },
    ],
    report: () => ready('Serving'),
  };
}

function web(version: string): Component {
  return {
    name: 'web',
    condition: webCondition,
    reasons: {},
    rights: managed('Deployment', 'Service', 'ControllerRevision', 'Pod'),
    enabled: () => true,
    runsImage: true,
    podTemplate: (site, _seen, { bindings, sidecars }) => ({
      metadata: {},
      spec: {
        initContainers: sidecars.initContainers,
        containers: [
          {
            name: 'application',
            image: site.image,
            env: [...bindings.env, ...site.web.env, { name: 'OPERATOR_VERSION', value: version }],
            resources: site.web.resources,
          },
        ],
        volumes: [...bindings.volumes, ...sidecars.volumes],
        terminationGracePeriodSeconds: site.rollout.terminationGracePeriodSeconds,
        imagePullSecrets: site.imagePullSecrets,
      },
    }),
    manifests: (site, _seen, { revision, servingPort }) => [
      {
        object: object('apps/v1', 'Deployment', `${site.name}-web`, {
          spec: {
            replicas: site.replicas,
            selector: { matchLabels: componentLabels(site, 'web') },
            template: revision.template,
          },
        }),
        lifetime: 'site',
        write: 'apply',
      },
      {
        object: object('v1', 'Service', `${site.name}-web`, {
          spec: { ports: [{ name: 'http', port: 80, targetPort: servingPort }] },
        }),
        lifetime: 'site',
        write: 'apply',
      },
    ],
    report: (_site, seen, { revision }) => {
      const isFailing = seen.pods
        .filter((pod) => pod.metadata.labels?.['hostedsite.dev/revision'] === revision.name)
        .some((pod) => JSON.stringify(pod['status'] ?? null).includes('ImagePullBackOff'));
      if (isFailing) return { ...unready('ImagePullFailed', 'The image cannot be pulled.'), stalled: true };
      return isRolledOut(seen, revision) ? ready('Serving') : unready('RollingOut', 'New pods take over.');
    },
  };
}

const route: Component = {
  name: 'route',
  condition: routeCondition,
  reasons: {},
  rights: managed('Ingress'),
  enabled: () => true,
  manifests: (site) => [
    {
      object: object('networking.k8s.io/v1', 'Ingress', site.name, {
        spec: { rules: site.hosts.map((host) => ({ host })) },
      }),
      lifetime: 'site',
      write: 'apply',
    },
  ],
  report: (site) => ({
    ...ready('Published'),
    status: { urls: site.hosts.map((host) => `http://${host}/`) },
  }),
};

function statefulSet(site: Site): Owned {
  const name = `${site.name}-database`;
  return {
    object: object('apps/v1', 'StatefulSet', name, {
      spec: {
        replicas: 1,
        selector: { matchLabels: componentLabels(site, 'database') },
        serviceName: `${name}-pods`,
        template: { spec: { containers: [{ name: 'mariadb', image: site.database?.image }] } },
      },
    }),
    lifetime: 'site',
    write: 'apply',
  };
}

function claim(name: string, size: string): Owned {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } };
  return { object: object('v1', 'PersistentVolumeClaim', name, { spec }), lifetime: 'kept', write: 'apply' };
}

function secret(name: string, stringData: Record<string, string>, generate: Owned['generate']): Owned {
  return {
    object: object('v1', 'Secret', name, { type: 'Opaque', stringData }),
    lifetime: 'kept',
    write: 'createOnce',
    ...(generate === undefined ? {} : { generate }),
  };
}

function object(apiVersion: string, kind: string, name: string, rest: Record<string, unknown>): Manifest {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

function find({ owned }: Observed, kind: string, component?: string): Manifest | undefined {
  return owned.find(
    (one) => one.kind === kind && (component === undefined || componentOf(one) === component),
  );
}

function ready(reason: string): Report {
  return { ready: { status: 'True', reason, message: 'It is there.' } };
}

function unready(reason: string, message: string): Report {
  return { ready: { status: 'False', reason, message } };
}
