/** Reasons that several components give; those of one alone are in its folder. Name → what it means and what to do. */
export const sharedReasons = {
  Serving: 'It runs as written and serves.',
  Bound: 'The volume is there.',
  ScaledToZero: 'The site has no replicas, as its spec wants; visitors get a page that says so.',
  Maintenance: 'Visitors get the maintenance page, as spec.route.maintenance wants.',
  Progressing: 'The operator brings the spec into force.',
  Starting: 'Its pods start.',
  RollingOut: 'New pods take over from old ones.',
  Provisioning: 'Its volume is being made.',
  Resizing: 'Its volume grows.',
  WaitingForDatabase: 'It begins when the database takes connections.',
  Installing: 'The first installation runs.',
  CommandRunning: 'The command of the release, or of the one before, is to run or runs.',
  Suspended:
    'spec.suspend is true: the operator changes nothing, and holds cron jobs, until it is false again.',
  Unavailable: 'No pod serves; Kubernetes restarts them.',
  ImagePullFailed:
    'The image cannot be pulled: correct spec.image, or name its credentials in spec.imagePullSecrets.',
  ContainerCrashing:
    'A container ends again and again, by itself or because it does not answer its startup probe: the message says which; its log says why (kubectl logs --previous).',
  ConfigurationRejected:
    'A container cannot be made as configured, for example because its image runs as root or a Secret is missing: correct the image or the reference.',
  PodsForbidden:
    'The cluster refuses the pods, for example for a quota, a LimitRange or the Pod Security Standard of the namespace: the message says what to write; or ask the administrator.',
  Unschedulable: 'No node has room for a pod: lower spec.size or resources, or add nodes.',
  StorageClassNotFound: 'The StorageClass does not exist: name one that kubectl get storageclass lists.',
  VolumeRejected:
    'The volume cannot be made or grown as written, for example because its StorageClass allows no growth: ask the administrator to allow it, or make the site anew with the old size; with deletionPolicy Retain it finds its data again.',
  VolumeLost:
    'A volume that held data is missing, and nothing is begun anew in its place: restore the claim under its name, or delete the StatefulSet to begin empty.',
  FailedGetResourceMetric:
    'The autoscaler has had no measurements of the pods for two minutes, and leaves their number as it is: install metrics-server, or see what keeps it from measuring (kubectl describe hpa).',
  AmbiguousSelector:
    'Another HorizontalPodAutoscaler is there for the same pods, and neither scales them: delete it, or take spec.autoscaling out.',
  ScalingFailed:
    'The autoscaler has been unable to scale for two minutes: the message has the reason that Kubernetes gives, and kubectl describe hpa more.',
} as const;

export type SharedReason = keyof typeof sharedReasons;
