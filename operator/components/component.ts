import type * as z from 'zod';
import type { Manifest } from '../kube/manifest.ts';
import type { Declaration, PartWords } from './declaration.ts';
import type { Flow, KnownFlow } from './flow.ts';
import type { ComponentName } from './index.ts';
import type { ReleaseState } from './release-state.ts';
import type { ComponentRight } from './rights.ts';
import type { EnvironmentVariable, Site } from './site.ts';
import type { Sources } from './sources.ts';

export type { Manifest, ObjectMeta, OwnerReference } from '../kube/manifest.ts';
export type { PartWords } from './declaration.ts';
export type { ReleaseState } from './release-state.ts';
export type { ComponentName } from './index.ts';
export type {
  ConfigFiles,
  CronEntry,
  EnvironmentVariable,
  IssuerRef,
  ParentRef,
  Resources,
  Site,
} from './site.ts';
export type { Sources } from './sources.ts';
import type { ConfigMapContent, Look, Remark, Rival, SiteObject, StorageClassFacts } from './facts.ts';

export type {
  ConfigMapContent,
  Finding,
  Look,
  Remark,
  Rival,
  RouteTarget,
  SiteObject,
  StorageClassFacts,
} from './facts.ts';

/**
 * The contract between a site and the parts that it is made of, and its words.
 * A component is pure: it takes the resolved site and what was observed, and returns objects and reports.
 */
export interface Component<Declared extends Declaration = Declaration> {
  /** Its folder, and its value of the label `app.kubernetes.io/component`. */
  readonly name: ComponentName;
  readonly condition: Declared['condition'];
  readonly reasons: Declared['reasons'];
  readonly sizes?: Declared['sizes'];
  readonly images?: Declared['images'];
  /** For each kind of its objects what is done with it. RBAC rules and what may be pruned are derived from this. */
  readonly rights: readonly ComponentRight[];
  /** Its fields of the spec, by name. */
  readonly fields?: Readonly<Record<string, z.ZodType>>;
  readonly words?: PartWords;
  /** Its part of `Site`, from its own fields of the spec and what counts where they are left out. */
  resolve?(spec: object, from: Sources): Partial<Site>;
  /** What of its fields reaches the pod template: a change of it makes a release. Absent: nothing. */
  inputs?(spec: object, site: Pick<Site, 'database' | 'files'>): object;
  /** What it has of `status.effective`: its fields of the spec, as they are resolved. */
  effective?(site: Site, spec: object, seen: Observed): object;
  /**
   * The fields, by their paths in the spec, that are not there: what may hold credentials, and what without a value means nothing,
   * so that it would only be said again.
   */
  readonly hidden?: readonly string[];
  enabled(site: Site): boolean;
  /** For every pod of the site's image: serving pods, first installation, later cron and tasks. */
  bindings?(site: Site, seen: Observed): Bindings;
  /** For the serving pod only. */
  sidecar?(site: Site, seen: Observed): PodPart;
  /** Its pods run the site's image: they have the bindings, and connect where a flow comes from `site-image`. */
  readonly runsImage?: true;
  /** The connections that its pods need, or that others need to them; all others are refused. */
  flows?(site: Site, seen: Observed): Flow[];
  /** The pod template that a new release would run; exactly one component (web) has this. */
  podTemplate?(site: Site, seen: Observed, all: Gathered): PodTemplate;
  /** What a schema cannot see and a person must change: they make the site `Stalled`. */
  refusals?(site: Site, seen: Observed): Refusal[];
  /** The objects that should exist, in the order in which they are written. Absent means not returned. */
  manifests(site: Site, seen: Observed, all: Released): Owned[];
  /** From observed objects only. */
  report(site: Site, seen: Observed, all: Released): Report;
}

export type Kind =
  | 'Certificate'
  | 'ConfigMap'
  | 'ControllerRevision'
  | 'CronJob'
  | 'Deployment'
  | 'HorizontalPodAutoscaler'
  | 'HTTPRoute'
  | 'Ingress'
  | 'Job'
  | 'NetworkPolicy'
  | 'PersistentVolumeClaim'
  | 'Pod'
  | 'PodDisruptionBudget'
  | 'Secret'
  | 'Service'
  | 'ServiceAccount'
  | 'StatefulSet';

/** One object that a component wants. Namespace, labels and owner reference are stamped by `sites/desired.ts` only. */
export interface Owned {
  object: Manifest;
  /** `kept` objects survive the site; with deletionPolicy Delete they are owned by it, and go with it. */
  lifetime: 'site' | 'kept';
  /** `createOnce`: written by POST when it is missing, never changed afterwards. */
  write: 'apply' | 'createOnce';
  /** For Secrets: keys of `stringData` that carry-out fills with random text of so many random bytes (base64url). */
  generate?: Record<string, { bytes: number }>;
  /**
   * For Secrets: the name follows a word of the user, so it is noted where it is found again when the word is gone, and that the
   * rest of its component is there says nothing of whose it is.
   */
  named?: true;
  /**
   * Fields that the object no longer says because somebody else decides them from now on, as they are now. A field that nobody
   * owns would go back to its default: it is handed over just before the object is applied without it.
   */
  handOver?: Record<string, unknown>;
}

export interface VolumeMount {
  name: string;
  mountPath: string;
  subPath?: string;
  readOnly?: boolean;
}

/** A volume of a pod, as Kubernetes writes it. */
export type Volume = { name: string } & Record<string, unknown>;
/** A container of a pod, as Kubernetes writes it. */
export type Container = { name: string; image: string } & Record<string, unknown>;

export interface Bindings {
  env?: EnvironmentVariable[];
  volumes?: Volume[];
  mounts?: VolumeMount[];
}

/** What a component adds to the serving pod: native sidecars (init containers that restart always) and their volumes. */
export interface PodPart {
  initContainers?: Container[];
  volumes?: Volume[];
  /** The named container port that the Service and the route send visitors to, when this part is the edge. */
  servingPort?: string;
}

export interface PodTemplate {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

/** The sum of what the enabled components add, in the order of the list. */
export interface Gathered {
  bindings: Required<Bindings>;
  sidecars: Required<Omit<PodPart, 'servingPort'>>;
  flows: readonly KnownFlow[];
  /** `http` of the application's own container unless a sidecar is the edge. */
  servingPort: string;
}

/** What is gathered, and where the release is (see `releases/release.ts`). */
export interface Released extends Gathered {
  state: ReleaseState;
  /** For manifests what this pass runs, for reports what they are about (`release-state.ts`). */
  revision: Revision;
  command?: Commanded;
}

/** The command of a release, as far as components have to do with it (`releases/command/decide.ts`). */
export interface Commanded {
  /** Its Job, which is to be made. */
  job?: Manifest;
  /** What there is to say of it; absent where there is nothing. */
  report?: Report;
}

/** An immutable release: a ControllerRevision's content. */
export interface Revision {
  /** Name of its ControllerRevision; also the value of the pods' label `hostedsite.dev/revision`. */
  name: string;
  /** Counts up by one with each new release of the site. */
  number: number;
  /** Hash of the user's inputs that the template was rendered from. */
  inputs: string;
  /** The user's image of this release. */
  image: string;
  /** The same by its digest, as it was when the release began: what its pods run. Absent where nobody resolved it. */
  resolvedImage?: string;
  /** Nobody knows yet which content its image has: it runs nowhere. Stored only of one that was given up. */
  unresolved?: true;
  /** The site's hosts and address as its pods know them; absent where an operator rendered it that told them none. */
  hosts?: readonly string[];
  url?: string;
  /** It was made when the hosts changed, and those before it may not know theirs. */
  renames?: true;
  /** Hash of what the annotation `hostedsite.dev/restartedAt` said when it was rendered: what was asked for once is not asked for again. */
  restart?: string;
  template: PodTemplate;
  /** What is written on it of how it was last tried; that it succeeded may be remembered elsewhere (`releases/succeeded.ts`). */
  outcome?: 'Succeeded' | 'Failed';
  /** Names of others that had succeeded when it was begun, and say nothing of it themselves. */
  succeededBefore?: readonly string[];
  /** Why it failed, as it was seen then: a sentence or two, and the last lines of its container. */
  failure?: string;
}

export interface Refusal {
  /** One of the component's reasons, or of `reasons.ts`. */
  reason: string;
  /** One sentence that says what is wrong, and one that says what to write or do instead. */
  message: string;
}

export type ConditionStatus = 'True' | 'False' | 'Unknown';

export interface ComponentCondition {
  status: ConditionStatus;
  reason: string;
  /** Holds no times, counters or generated names. */
  message: string;
}

export interface Report {
  ready: ComponentCondition;
  /** True when a person must act: the same words then appear in `Stalled`. */
  stalled?: boolean;
  /** For `Stalled` and `Ready`, where they say it in other words. */
  stall?: Refusal;
  /** The release did not come up within its deadline, and nothing but the release itself is known to be the cause: why. */
  failure?: string;
  /** This component's part of `status`, merged into the site's status. */
  status?: Record<string, unknown>;
  /** When to look again although nothing changes. */
  recheckAt?: Date;
}

/** Everything that one pass knows: read once by `sites/observe.ts`. */
export interface Observed {
  /** The only clock of the pure rooms. */
  now: Date;
  site: SiteObject;
  /** Every object of the site that the caches hold, kept ones included. Secrets are never among them: nobody reads them. */
  owned: readonly Manifest[];
  /** The site's pods of every component. */
  pods: readonly Manifest[];
  /** Its ControllerRevisions, oldest first. */
  revisions: readonly Revision[];
  /** Names of the cluster's StorageClasses, and whether one is the default; absent where nobody may look at them. */
  storageClasses?: ReadonlyMap<string, StorageClassFacts>;
  /** Names of the cluster's IngressClasses, and which one is the default; absent where nobody may look at them. */
  ingressClasses?: ReadonlyMap<string, { isDefault: boolean }>;
  /** Kinds of others' making that the cluster does not have now. */
  missingKinds: ReadonlySet<Kind>;
  /** What the cluster's own controllers said of objects that do not come up, by UID; asked for where nothing else tells. */
  remarks: ReadonlyMap<string, readonly Remark[]>;
  rival?: Rival;
  /** Absent where there is nothing to look at, or nobody looks. */
  look?: Look;
  /**
   * The ConfigMaps of `web.configFiles` as they are now, by name; one that is not there is absent. Read only for a release that
   * is being made: where this is undefined, nobody has asked.
   */
  configMaps?: ReadonlyMap<string, ConfigMapContent>;
  /** What becomes of the site's data if it is deleted now; absent before a pass has seen to it. */
  deletionPolicy?: 'Retain' | 'Delete';
}
