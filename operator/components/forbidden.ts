import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Manifest, Observed } from './component.ts';
import { isOwnedBy, lacksPods } from './pod/silence.ts';
import type { Trouble } from './trouble.ts';

/** Whose pods the cluster refuses, and what a person can change about that. */
export interface Refused {
  /** `the database` */
  whose: string;
  /** Fields of the spec that say what its containers ask for: `database.resources`. */
  fields: string;
  /** The kind of the object that kubectl describes the refusal of. */
  kind: 'replicaset' | 'statefulset' | 'job';
  /** A pod of the release before runs beside the refused one. */
  isRoll?: boolean;
}

/** In words without the name of a pod or an amount in use: both change by themselves. */
export function forbidden(message: string, refused: Refused): string {
  return (
    overQuota(message, refused) ??
    unlimited(message, refused) ??
    standard(message) ??
    outOfRange(message, refused) ??
    denied(message) ??
    `kubectl describe ${refused.kind} says why`
  );
}

function overQuota(message: string, { fields, isRoll }: Refused): string | undefined {
  const found = /exceeded quota: ([^,]+), requested: (.*?), used: .*?, limited: (.*)/.exec(message);
  if (found === null) return undefined;
  const [, quota, requested = '', limited] = found;
  const isOfPods = /^(count\/)?pods=[0-9]+$/.test(requested);
  const ways = [
    ...(isRoll === true
      ? ['write rollout: {maxSurge: 0, maxUnavailable: 1}, with which a pod ends before another starts']
      : []),
    ...(isOfPods ? [] : [`lower ${fields} or spec.size`]),
    'raise the quota',
  ];
  return `the quota ${quota} of the namespace has no room for ${requested} more, of ${limited} in all; ${ways.join(', or ')}`;
}

function unlimited(message: string, { fields }: Refused): string | undefined {
  const found = /failed quota: ([^:]+): must specify ([^ ]+)/.exec(message);
  return found === null
    ? undefined
    : `the quota ${found[1]} of the namespace asks for ${found[2]}; write it in ${fields}`;
}

function standard(message: string): string | undefined {
  return /violates PodSecurity "[^"]+": .*/s.exec(message)?.[0].trim().replace(/\.$/, '');
}

/** At most so many are told: the rest may be gone with them. */
const mostRanges = 3;

/** Of a LimitRange: what is out of its range, with its own numbers and those that are asked for. */
function outOfRange(message: string, { fields }: Refused): string | undefined {
  const ranges = [
    ...[...message.matchAll(bounds)].map(([, side, resource, per, bound, asked]) => {
      const what = asked === undefined ? '' : `, and ${asked} is written`;
      return `${side === 'maximum' ? 'at most' : 'at least'} ${bound} of ${resource} per ${per}${what}`;
    }),
    ...[...message.matchAll(ratios)].map(
      ([, resource, per, bound, asked]) =>
        `a limit of ${resource} per ${per} of at most ${bound} times the request${asked === undefined ? '' : `, and it is ${Number(asked)} times`}`,
    ),
  ];
  if (ranges.length === 0) return undefined;
  const reported = [...new Set(ranges)].slice(0, mostRanges).join('; ');
  return `a LimitRange of the namespace allows ${reported}; write other requests and limits in ${fields}`;
}

const bounds =
  /(maximum|minimum) (\S+) usage per (Container|Pod) is ([0-9.]+[a-zA-Z]*?)(?:, but (?:limit|request) is ([0-9.]+[a-zA-Z]*)|\.(?!\d))/g;
const ratios =
  /(\S+) max limit to request ratio per (Container|Pod) is ([0-9.]+[a-zA-Z]*?), but (?:provided ratio is ([0-9]+(?:[.][0-9]+)?)|no )/g;

function denied(message: string): string | undefined {
  const webhook = /admission webhook "([^"]+)" denied the request/.exec(message)?.[1];
  return webhook === undefined
    ? undefined
    : `the admission webhook ${webhook} denies them; ask whoever runs it`;
}

/** That the cluster refuses the pods, which is known; `message` has its words. */
export function refusal(message: string, refused: Refused): Trouble {
  const why = forbidden(message, refused);
  return {
    reason: 'PodsForbidden',
    message: `The cluster refuses the pods of ${refused.whose}: ${why}.`,
    stalled: true,
  };
}

/** What the cluster says of pods of a Deployment that it does not let in; it takes it back when it does. */
export function replicaFailure({ status }: Deployment): string | undefined {
  const found = status?.conditions?.find((one) => one.type === 'ReplicaFailure' && one.status === 'True');
  return found && (found.message ?? '');
}

/** Of a workload that has no condition for it: no pod is there, and the last word about one is that it could not be made. */
export function refusedPods(
  owner: Manifest | undefined,
  seen: Pick<Observed, 'pods' | 'remarks'>,
  refused: Refused,
): Trouble | undefined {
  if (owner === undefined || !lacksPods(owner) || seen.pods.some((pod) => isOwnedBy(pod, owner)))
    return undefined;
  const said = seen.remarks.get(owner.metadata.uid ?? '') ?? [];
  const of = (reason: string) => said.filter((one) => one.reason === reason).sort((a, b) => b.at - a.at)[0];
  const [failed, made] = [of('FailedCreate'), of('SuccessfulCreate')];
  if (failed === undefined || (made?.at ?? 0) >= failed.at) return undefined;
  return refusal(failed.message, refused);
}
