// What a pass comes to know beside the site's own objects.

/** Of the HostedSite itself what `Site` does not say: whether a value is written, and what was said of the site before. */
export interface SiteObject {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    generation: number;
    annotations?: Record<string, string>;
  };
  spec: {
    files?: { size?: string };
    database?: { storage?: { size?: string } };
  };
  status?: {
    conditions?: readonly ToldCondition[];
    urls?: readonly string[];
  };
}

/** A condition as it was told. */
export interface ToldCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
}

/** Where visitors of a host come for its certificate. */
export interface RouteTarget {
  /** IP address or name, as an ingress controller wrote it. */
  address: string;
  host: string;
  /** The Secret that the certificate is to be from. */
  secretName: string;
}

/** What a TLS handshake came to; `unreachable` says nothing about what visitors get. */
export type Finding = 'valid' | 'none' | 'controllers-own' | 'other-host' | 'out-of-date' | 'unreachable';

/** The last look at what visitors are served. */
export interface Look {
  /** Absent until the first one is over. */
  finding?: Finding;
  /** Since when what is found is wrong, in whatever way, or is not. */
  since: Date;
  lookAgainAt: Date;
}

/** An autoscaler that is not the site's and sets the number of its pods. */
export interface Rival {
  name: string;
  lookAgainAt: Date;
}

/** What a ConfigMap holds, by key. */
export interface ConfigMapContent {
  data: Readonly<Record<string, string>>;
  /** In base64. */
  binaryData: Readonly<Record<string, string>>;
}

/** An Event of somebody else. Anybody may have written it: it gives words to what is known without it. */
export interface Remark {
  reason: string;
  message: string;
  /** Of a pod: the part of it, such as `spec.containers{application}`. */
  field: string;
  /** Milliseconds since 1970; of repeated ones the last time. */
  at: number;
}

export interface StorageClassFacts {
  isDefault: boolean;
  allowVolumeExpansion: boolean;
}
