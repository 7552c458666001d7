/** Every condition of a HostedSite: type → what True means. */
export const conditions = {
  Ready: 'The spec of observedGeneration is in force and serves.',
  Available: 'Visitors are served; stays True while a release rolls out.',
  Reconciling: 'The operator works on the site. Present only when True.',
  Stalled: 'A person must change something; what ran keeps running. Present only when True.',
  WebReady: 'Every replica of the application runs the wanted release and is available.',
  CacheReady: 'The cache in every pod answers.',
  DatabaseReady: 'The database takes connections.',
  ObjectCacheReady: 'The object cache takes connections; visitors are served without it too.',
  FilesReady: 'The volume of uploaded files is there.',
  ImageResolved:
    'It is known which content the image of the release has. Present where the image has a tag that is resolved.',
  ApplicationReady: "The application's first installation is done.",
  RouteReady:
    'The hosts are published, and as far as the operator can see, visitors get the certificate that is asked for.',
  NetworkReady: 'The policies that keep the site and its neighbours apart are written.',
  RenderingCurrent:
    'The pods are what this operator, as it is configured, renders for the spec. False after an upgrade that renders them otherwise, until the next release serves; Ready does not depend on it.',
  Boosted:
    'spec.boost is in force: more replicas for a while. Present only when it is written; Ready does not depend on it.',
  ScalingActive:
    'The autoscaler of spec.autoscaling can do its work. Present only when that is written and the site is not switched off, or when an autoscaler of somebody else sets its pods; Ready does not depend on it.',
  CronReady: 'Cron jobs run by their schedules, and the last run of each succeeded.',
} as const;

export type ConditionType = keyof typeof conditions;

/** What Ready sums up; of components that a site does not have, nothing is asked. */
export const summary = [
  'WebReady',
  'CacheReady',
  'DatabaseReady',
  'ObjectCacheReady',
  'FilesReady',
  'ImageResolved',
  'ApplicationReady',
  'RouteReady',
  'NetworkReady',
] as const satisfies readonly ConditionType[];

/** Told beside Ready, which does not wait for it: whether a cron job fails is no question of serving. */
export const besideReady = ['CronReady'] as const satisfies readonly ConditionType[];

/** Every reason of a condition: name → what it means and, where a person must act, what to do. */
export const reasons = {
  // It is as it should be.
  Serving: 'It runs as written and serves.',
  Bound: 'The volume is there.',
  Installed: 'The first installation is done.',
  Resolved: 'The release has its image.',
  UpToDate: 'The pods are what this operator renders.',
  Published: 'The rules for the hosts are written.',
  PoliciesWritten: "The network policies are written; the cluster's network enforces them if it knows them.",
  Boosted: 'The site has at least the replicas of spec.boost until its endTime.',
  Scheduled: 'Cron jobs run by their schedules.',
  ValidMetricFound: 'The autoscaler measures the pods and decides how many there are.',
  ScaledToZero: 'The site has no replicas, as its spec wants; visitors get a page that says so.',
  Maintenance: 'Visitors get the maintenance page, as spec.route.maintenance wants.',

  // It is on its way.
  Pending:
    'No operator has seen the object yet: if that lasts, see that one runs and looks after its namespace.',
  Progressing: 'The operator brings the spec into force.',
  Starting: 'Its pods start.',
  RollingOut: 'New pods take over from old ones.',
  Provisioning: 'Its volume is being made.',
  Resolving: 'The image of the release is pulled, to know which content its tag has.',
  Resizing: 'Its volume grows.',
  WaitingForDatabase: 'It begins when the database takes connections.',
  CertificatePending:
    'cert-manager has not issued the certificate for the hosts yet; the message has its words.',
  Installing: 'The first installation runs.',
  Deleting: 'The site and, if its deletionPolicy is Delete, its data are being deleted.',
  Suspended:
    'spec.suspend is true: the operator changes nothing, and holds cron jobs, until it is false again.',
  Unavailable: 'No pod serves; Kubernetes restarts them.',

  // It serves as it is, and could be newer.
  OlderRendering:
    'Another version or configuration of the operator rendered the pods: give the annotation hostedsite.dev/restartedAt another value to have them replaced, or wait for the next release.',

  // What is written changes nothing.
  BoostOver: 'spec.boost.endTime is in the past: write a later one for another boost, or remove spec.boost.',

  // A person must act.
  ImagePullFailed:
    'The image cannot be pulled: correct spec.image, or name its credentials in spec.imagePullSecrets.',
  ContainerCrashing:
    'A container ends again and again, by itself or because it does not answer its startup probe: the message says which; its log says why (kubectl logs --previous).',
  ConfigurationRejected:
    'A container cannot be made as configured, for example because its image runs as root or a Secret is missing: correct the image or the reference.',
  ProgressDeadlineExceeded:
    'The release made no progress within spec.rollout.progressDeadlineSeconds: correct it, or go back to the last good image.',
  RolledBack:
    'The release was not ready within spec.rollout.progressDeadlineSeconds, and the last good one runs again: correct the spec; the message says why it failed.',
  PodsForbidden:
    'The cluster refuses the pods, for example for a quota, a LimitRange or the Pod Security Standard of the namespace: the message says what to write; or ask the administrator.',
  Unschedulable: 'No node has room for a pod: lower spec.size or resources, or add nodes.',
  StorageClassNotFound: 'The StorageClass does not exist: name one that kubectl get storageclass lists.',
  VolumeRejected:
    'The volume cannot be made or grown as written, for example because its StorageClass allows no growth: ask the administrator to allow it, or make the site anew with the old size; with deletionPolicy Retain it finds its data again.',
  AccessModeConflict:
    'Two or more replicas cannot share a ReadWriteOnce volume: write replicas 1 (autoscaling.maxReplicas 1, no boost), or make a site with files.accessMode ReadWriteMany.',
  VolumeLost:
    'A volume that held data is missing, and nothing is begun anew in its place: restore the claim under its name, or delete the StatefulSet to begin empty.',
  IngressClassNotFound: 'The IngressClass does not exist: name one that kubectl get ingressclass lists.',
  EgressForbidden:
    "The operator's configuration opens a range of spec.egress.to to no site: take it out, or ask the administrator.",
  PoliciesDisabled:
    "spec.egress restricts the site, and the operator's configuration switches network policies off: write mode Internet, or ask the administrator.",
  CertManagerNotFound:
    'spec.route.tls.issuerRef is written and the cluster has no cert-manager: install it, or write secretName instead.',
  CertificateNotServed:
    'Visitors of the first host get no certificate that is for it and valid now: make or correct the Secret that spec.route.tls names; the message says how.',
  GatewayAPINotFound:
    'spec.route.parentRefs is written and the cluster has no Gateway API: install it, or leave parentRefs out for an Ingress.',
  RouteRejected:
    'A Gateway does not take the route, for example because it allows no routes from this namespace: correct spec.route.parentRefs, spec.hosts or the Gateway.',
  HostTaken:
    'A host belongs to another site, or did lately and stays with the namespace of that one for a time: take it out of spec.hosts, or first out of the other site.',
  LimitReached:
    'The namespace has as many sites or hosts as the administrator gives to one: delete some, or ask for more.',
  MountPathTaken:
    "A mountPath of spec.files or spec.web.configFiles is somebody else's place, or would hide the application: write another one, as the message says.",
  VariableTaken: 'A name of spec.web.generatedEnv has a value already: take it out, or write another one.',
  TooManySecrets:
    'A hundred Secrets are kept for the site, also of names that spec.web.generatedEnv no longer has: use one of these again, or a Secret of your own in spec.web.env.',
  ConfigMapNotFound:
    'A ConfigMap of spec.web.configFiles, or a key of it, is not there: create it, or correct the reference. It is looked for after ten seconds, then less and less often, at last every five minutes; at once when the site is changed.',
  ConfigMapTooLarge:
    'The files of spec.web.configFiles are more than 1 MiB, or their ConfigMaps more than 2 MiB: name the keys that are wanted, or put large files elsewhere.',
  NameTaken: 'An object of that name belongs to somebody else and stays untouched: rename one of the two.',
  InstallFailed: 'The first installation failed: the log of its Job says why; delete the Job to try again.',
  ScheduleRejected:
    'The schedule of a cron job cannot be read, never falls due, or names no time zone: correct it.',
  ResourcesRejected:
    'What a cron job asks for of processor, memory or disk cannot be read, or its limit is below its request: correct it as the message says.',
  JobFailed: 'The last run of a cron job failed: its log says why; the next one is tried in its turn.',
  Missed: 'A cron job has had no success for two periods or more: its CronJob and its Jobs say why.',
  FailedGetResourceMetric:
    'The autoscaler has had no measurements of the pods for two minutes, and leaves their number as it is: install metrics-server, or see what keeps it from measuring (kubectl describe hpa).',
  AmbiguousSelector:
    'Another HorizontalPodAutoscaler is there for the same pods, and neither scales them: delete it, or take spec.autoscaling out.',
  ForeignAutoscaler:
    "A HorizontalPodAutoscaler that is not the site's has its Deployment as the target, and pods come and go without end: delete it and write spec.autoscaling, or let it scale the HostedSite.",
  ScalingFailed:
    'The autoscaler has been unable to scale for two minutes: the message has the reason that Kubernetes gives, and kubectl describe hpa more.',
  Rejected: 'The cluster refused an object of the site: the message says which and why.',
} as const;

export type Reason = keyof typeof reasons;

const underWay: ReadonlySet<string> = new Set<Reason>([
  'Progressing',
  'Starting',
  'RollingOut',
  'Provisioning',
  'Resolving',
  'Resizing',
  'WaitingForDatabase',
  'CertificatePending',
  'Installing',
]);

/** Whether a part that is not ready only takes its time. */
export function isOnItsWay(reason: string): boolean {
  return underWay.has(reason);
}
