import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { SharedReason } from './reasons.ts';
import type { Manifest, Observed, Site } from './component.ts';
import { live } from './live.ts';
import { podsOf } from './pod/pod-trouble.ts';
import { selector } from './selector.ts';

/** Milliseconds. New pods are measured up to a minute after they serve, and a metrics-server may be replaced meanwhile. */
const patience = 120_000;

/** What keeps the autoscaler from its work. */
export interface AutoscalerTrouble {
  reason: SharedReason;
  message: string;
  /** Before that it may pass by itself. */
  patientUntil: Date;
}

/** What Kubernetes' autoscaler says of itself; `unknown` before it has said it, and while no pod serves that it could measure. */
export function autoscaler(site: Site, seen: Observed): 'works' | 'unknown' | AutoscalerTrouble {
  const { conditions = [] } = live(seen, 'HorizontalPodAutoscaler', `${site.name}-web`)?.status ?? {};
  const [able, active] = ['AbleToScale', 'ScalingActive'].map((type) =>
    conditions.find((one) => one.type === type),
  );
  const failing = [able, active].find((one) => one?.status === 'False');
  const servesSince = served(site, seen);
  if (failing === undefined) return active?.status === 'True' ? 'works' : 'unknown';
  if (servesSince === undefined) return 'unknown';
  const since = Math.max(servesSince, time(failing));
  return { ...reported(failing.reason, site), patientUntil: new Date(since + patience) };
}

/** When a trouble that may pass by itself has lasted too long: the site has to be looked at then. */
export function patienceEnds(site: Site, seen: Observed): Date | undefined {
  const found = autoscaler(site, seen);
  return typeof found === 'object' && found.patientUntil > seen.now ? found.patientUntil : undefined;
}

/** Since when there is a pod that serves and can be measured, in milliseconds since the epoch; undefined while there is none. */
function served(site: Site, seen: Observed): number | undefined {
  const times = podsOf(seen, selector(site, 'web')).flatMap((pod) => {
    const { conditions = [] } = (pod as Manifest & Pod).status ?? {};
    const ready = conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
    return ready === undefined || pod.metadata.deletionTimestamp !== undefined ? [] : [time(ready)];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Kubernetes leaves it out of no condition of these kinds. */
function time({ lastTransitionTime = '1970-01-01T00:00:00Z' }: { lastTransitionTime?: string }): number {
  return Date.parse(lastTransitionTime);
}

/** Kubernetes' own messages hold numbers and the names of pods. */
function reported(
  reason = 'Unknown',
  { name, namespace }: Site,
): Pick<AutoscalerTrouble, 'reason' | 'message'> {
  const look = `kubectl describe hpa ${name}-web -n ${namespace} says why.`;
  if (reason === 'FailedGetResourceMetric') {
    const message = `The autoscaler gets no measurements of the pods and leaves their number as it is: most often the cluster has no metrics API (metrics-server). ${look}`;
    return { reason, message };
  }
  if (reason === 'AmbiguousSelector') {
    const message =
      'Another HorizontalPodAutoscaler is there for the same pods, and neither scales them: delete it, or take spec.autoscaling out.';
    return { reason, message };
  }
  return { reason: 'ScalingFailed', message: `The autoscaler cannot scale, for ${reason}: ${look}` };
}
