import { reasons as application } from '../../components/application/condition.ts';
import { reasons as cron } from '../../components/cron/condition.ts';
import { reasons as files } from '../../components/files/condition.ts';
import { reasons as image } from '../../components/image/condition.ts';
import { reasons as network } from '../../components/network/condition.ts';
import { reasons as route } from '../../components/route/condition.ts';
import { reasons as web } from '../../components/web/condition.ts';
import { sharedReasons } from '../../components/reasons.ts';

/** Of the site as a whole. */
export const siteReasons = {
  Pending:
    'No operator has seen the object yet: if that lasts, see that one runs and looks after its namespace.',
  UpToDate: 'The pods are what this operator renders.',
  Boosted: 'The site has at least the replicas of spec.boost until its endTime.',
  ValidMetricFound: 'The autoscaler measures the pods and decides how many there are.',
  Deleting: 'The site and, if its deletionPolicy is Delete, its data are being deleted.',
  OlderRendering:
    'Another version or configuration of the operator rendered the pods: give the annotation hostedsite.dev/restartedAt another value to have them replaced, or wait for the next release.',
  BoostOver: 'spec.boost.endTime is in the past: write a later one for another boost, or remove spec.boost.',
  HostTaken:
    'A host belongs to another site, or did lately and stays with the namespace of that one for a time: take it out of spec.hosts, or first out of the other site.',
  LimitReached:
    'The namespace has as many sites or hosts as the administrator gives to one: delete some, or ask for more.',
  TooManySecrets:
    'A hundred Secrets are kept for the site, also of names that spec.web.generatedEnv no longer has: use one of these again, or a Secret of your own in spec.web.env.',
  NameTaken: 'An object of that name belongs to somebody else and stays untouched: rename one of the two.',
  ForeignAutoscaler:
    "A HorizontalPodAutoscaler that is not the site's has its Deployment as the target, and pods come and go without end: delete it and write spec.autoscaling, or let it scale the HostedSite.",
  Rejected: 'The cluster refused an object of the site: the message says which and why.',
} as const;

/** Every reason of a condition: name → what it means and, where a person must act, what to do. */
export const reasons = {
  ...siteReasons,
  ...sharedReasons,
  ...application,
  ...cron,
  ...files,
  ...image,
  ...network,
  ...route,
  ...web,
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
  'CommandRunning',
]);

/** Whether a part that is not ready only takes its time. */
export function isOnItsWay(reason: string): boolean {
  return underWay.has(reason);
}
