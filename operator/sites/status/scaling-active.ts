import type { Reason } from '../../kinds/hosted-site/reasons.ts';
import { autoscaler } from '../../components/autoscaler.ts';
import type { AutoscalerTrouble } from '../../components/autoscaler.ts';
import { isHeld } from '../../components/holds.ts';
import type { ComponentCondition, Rival, Site } from '../../components/component.ts';
import { boostInForce } from '../../components/pod/replicas.ts';
import type { Judgement } from '../../releases/judgement.ts';
import type { Observed } from '../../releases/observed.ts';

type Statement = ComponentCondition & { reason: Reason };

/**
 * Whether the autoscaler can do its work. A trouble is told when it has lasted, and then until it is over: what comes and goes,
 * as measurements do with new pods or another metrics-server, changes nothing.
 */
export function scalingActive({ site, seen }: Judgement): Statement | undefined {
  if (site === undefined) return undefined;
  if (site.autoscaling === undefined) return seen.rival && contested(site, seen.rival);
  const found = autoscaler(site, seen);
  if (found === 'works') return works;
  if (isHeld(site, 'Changes')) return suspended;
  if (found === 'unknown') return notYetKnown;
  return boostInForce(site, seen) === undefined ? troubled(found, seen) : boosted;
}

function troubled({ reason, message, patientUntil }: AutoscalerTrouble, { now, site }: Observed): Statement {
  const before = site.status?.conditions?.find(({ type }) => type === 'ScalingActive')?.status;
  if (before === 'False' || now >= patientUntil) return { status: 'False', reason, message };
  return before === 'True' ? works : notYetKnown;
}

function contested({ name, namespace }: Site, rival: Rival): Statement {
  const message =
    `The HorizontalPodAutoscaler ${rival.name}, which is not the site's, sets the number of pods of the Deployment ${name}-web, ` +
    'and the operator sets it back, without end. ' +
    `kubectl delete hpa ${rival.name} -n ${namespace}, and write spec.autoscaling; or let its scaleTargetRef name the HostedSite.`;
  return { status: 'False', reason: 'ForeignAutoscaler', message };
}

const works: Statement = {
  status: 'True',
  reason: 'ValidMetricFound',
  message: 'The autoscaler decides how many pods there are.',
};

const suspended: Statement = {
  status: 'Unknown',
  reason: 'Suspended',
  message: 'spec.suspend is true: whether the autoscaler can scale is told when it is false again.',
};

const boosted: Statement = {
  status: 'Unknown',
  reason: 'Boosted',
  message: 'Until spec.boost.endTime the boost says how many pods there are at least.',
};

const notYetKnown: Statement = {
  status: 'Unknown',
  reason: 'Progressing',
  message: 'The autoscaler has not measured pods that serve yet.',
};
