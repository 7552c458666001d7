import type { Preset } from '../presets/preset.ts';
import type { ClusterNetwork, Egress } from './flow.ts';
import type { Hold } from './holds.ts';
import type { WrittenResources } from './pod/resources.ts';

/** What the user wrote + preset + size + defaults. Components never ask again where a value came from. */
export interface Site {
  name: string;
  namespace: string;
  uid: string;
  generation: number;
  environment: 'Production' | 'Staging' | 'Development';
  deletionPolicy: 'Retain' | 'Delete';
  holds: readonly Hold[];
  preset: Preset;
  image: string;
  /** A new release finds out first which content the tag of its image has. Absent where there is no tag, or nobody could say. */
  resolvesTag?: true;
  imagePullSecrets: readonly { name: string }[];
  /** First host is the canonical one. */
  hosts: readonly string[];
  /** Serving pods without what an autoscaler or a boost makes of them; 0 switches the site off, whatever these say. */
  replicas: number;
  /** Nobody has written `replicas`. */
  areReplicasBySize: boolean;
  /** Absent while the site is switched off. */
  autoscaling?: { minReplicas: number; maxReplicas: number; targetCPUUtilizationPercentage: number };
  /** As it is written, over or not. */
  boost?: { replicas: number; endTime: Date };
  web: {
    port: number;
    command?: readonly string[];
    args?: readonly string[];
    env: readonly EnvironmentVariable[];
    envFrom: readonly Record<string, unknown>[];
    /** Variables whose values are made once and kept. */
    generatedEnv: readonly string[];
    configFiles: readonly ConfigFiles[];
    healthPath: string;
    /** How long it may take to answer after its start. */
    startupSeconds: number;
    /** Of a connection that stays open and is silent. */
    idleTimeoutSeconds: number;
    resources: Resources;
    /** The limit of the node's disk is the user's, whatever the scratch volume may hold. */
    isDiskWritten?: true;
    /** Size of the writable scratch volume. */
    scratchSize: string;
  };
  rollout: {
    maxSurge: number | string;
    maxUnavailable: number | string;
    progressDeadlineSeconds: number;
    terminationGracePeriodSeconds: number;
  };
  /** What runs once for each release; absent when nothing does. */
  release?: {
    command: readonly string[];
    order: 'Before' | 'After' | 'Maintenance';
    deadlineSeconds: number;
  };
  cache: {
    image: string;
    mode: 'Enabled' | 'Pass';
    /** Memory for stored pages, as a quantity; the container's limit is derived from it. */
    memory: string;
    /** What is written of each Varnish, in place of what is derived. */
    resources?: WrittenResources;
    ttlSeconds: number;
    graceSeconds: number;
    /** Of what the application says. */
    maxTTLSeconds: number;
    keepCookies: readonly string[];
    ignoreCookies: readonly string[];
    ignoreQueryParameters: readonly string[];
    passPaths: readonly string[];
  };
  /** Absent when the site has no database. */
  database?: {
    engine: 'MariaDB';
    image: string;
    storage: { size: string; storageClassName?: string };
    resources: Resources;
  };
  /** Absent when the site has no object cache. */
  objectCache?: {
    engine: 'Memcached' | 'Valkey';
    image: string;
    /** Memory for stored values, as a quantity; the container's limit is derived from it. */
    memory: string;
    /** What is written of its server, in place of what is derived. */
    resources?: WrittenResources;
  };
  /** Absent when the site keeps no uploads on disk. */
  files?: {
    size: string;
    storageClassName?: string;
    accessMode: 'ReadWriteOnce' | 'ReadWriteMany';
    /** Of the whole volume. */
    mountPath: string;
    /** Folders of it at places of their own. */
    paths?: readonly { subPath: string; mountPath: string }[];
  };
  route: {
    ingressClassName?: string;
    /** Gateways that publish the hosts, instead of an Ingress. */
    parentRefs?: readonly ParentRef[];
    tls?: { secretName: string } | { issuerRef: IssuerRef };
    redirectToHTTPS: boolean;
    redirectToCanonicalHost: boolean;
    /** Ranges in CIDR notation. */
    trustedProxies?: readonly string[];
    /** Absent unless it is enabled. Ranges in CIDR notation. */
    maintenance?: { allowFrom: readonly string[] };
  };
  egress: Egress;
  /** Absent when the operator's configuration switches network policies off. */
  network?: ClusterNetwork;
  /** The preset's and the user's; of one name there is one. */
  cron: readonly CronEntry[];
  /** Absent when there are none. */
  workers?: readonly Worker[];
}

/** Keys of a ConfigMap as files. */
export interface ConfigFiles {
  configMap: {
    name: string;
    /** All keys where nothing is written. */
    items?: readonly { key: string; path: string }[];
  };
  mountPath: string;
  /** The one file that is mounted, at `mountPath` itself. */
  subPath?: string;
}

export interface CronEntry {
  name: string;
  /** Five fields, in which `H` may stand. */
  schedule: string;
  command: readonly string[];
  activeDeadlineSeconds: number;
  timeZone: string;
  /** What is written, in place of what the serving pods have. */
  resources?: WrittenResources;
}

export interface Worker {
  name: string;
  command: readonly string[];
  replicas: number;
  terminationGracePeriodSeconds: number;
  /** What is written, in place of what the serving pods have. */
  resources?: WrittenResources;
}

export interface Resources {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

export interface EnvironmentVariable {
  name: string;
  value?: string;
  valueFrom?:
    | { secretKeyRef?: { name: string; key: string }; configMapKeyRef?: { name: string; key: string } }
    | { fieldRef: { fieldPath: string } };
}

export interface ParentRef {
  name: string;
  namespace?: string;
  sectionName?: string;
}

export interface IssuerRef {
  name: string;
  kind: string;
  group: string;
}
