import type { ComponentCondition, Manifest, Observed, Owned, ParentRef, Site } from '../component.ts';
import { conditionState } from './others-condition.ts';
import type { Condition } from './others-condition.ts';

type HTTPRoute = Manifest & { status?: { parents?: readonly Parent[] } };

interface Parent {
  parentRef: ParentRef;
  conditions?: readonly Condition[];
}

/** `stalled` when a person must act. */
type Answer = ComponentCondition & { stalled?: boolean };

/** What the Gateways say of the routes: every one of them has to take every route. */
export function taken(site: Site, seen: Observed, routes: readonly Owned[]): Answer {
  const { parentRefs = [] } = site.route;
  const answers = routes.flatMap(({ object }) => {
    const live = seen.owned.find(
      ({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === object.metadata.name,
    ) as HTTPRoute | undefined;
    return parentRefs.map((parent) => answer(parent, live, site));
  });
  const rank = (one: ComponentCondition): number => ['False', 'Unknown', 'True'].indexOf(one.status);
  const [worst] = answers.sort((a, b) => rank(a) - rank(b));
  return worst ?? published;
}

/** When the last Gateway has taken the last route; undefined while one has not. */
export function takenAt(site: Site, seen: Observed, routes: readonly Owned[]): Date | undefined {
  if (taken(site, seen, routes).status !== 'True') return undefined;
  const names = new Set(routes.map(({ object }) => object.metadata.name));
  const times = (seen.owned as readonly HTTPRoute[])
    .filter(({ kind, metadata }) => kind === 'HTTPRoute' && names.has(metadata.name))
    .flatMap(({ status }) => status?.parents ?? [])
    .flatMap(({ conditions = [] }) =>
      conditions.map(({ lastTransitionTime = '' }) => Date.parse(lastTransitionTime)),
    );
  return new Date(Math.max(0, ...times.filter((time) => !Number.isNaN(time))));
}

const published: ComponentCondition = {
  status: 'True',
  reason: 'Published',
  message: 'The Gateways have taken the route.',
};

function answer(desired: ParentRef, route: HTTPRoute | undefined, site: Site): Answer {
  const said = route?.status?.parents?.find(({ parentRef }) => isSame(parentRef, desired, site));
  const of = (type: string) => conditionState(said?.conditions, type, route?.metadata.generation);
  return judged(of('Accepted'), of('ResolvedRefs'), nameOf(desired, site));
}

function judged(accepted: Condition | undefined, resolved: Condition | undefined, gateway: string): Answer {
  if (accepted === undefined || accepted.reason === 'Pending') {
    const message = `No controller has taken the route for ${gateway} yet; it does when the Gateway is there and has a class that one serves.`;
    return { status: 'Unknown', reason: 'Progressing', message };
  }
  if (accepted.status !== 'True') return { ...rejected(accepted, gateway), stalled: true };
  if (resolved?.status === 'True') return published;
  // A Service that the controller has not seen yet passes.
  return rejected(resolved, gateway);
}

function rejected({ message, reason }: Partial<Condition> = {}, gateway: string): ComponentCondition {
  const words = [message, reason].find((one) => one !== undefined && one !== '') ?? 'it says no more';
  return {
    status: 'False',
    reason: 'RouteRejected',
    message: `${gateway} does not take the route: ${words}`,
  };
}

function isSame(reported: ParentRef, desired: ParentRef, { namespace }: Site): boolean {
  return (
    reported.name === desired.name &&
    (reported.namespace ?? namespace) === (desired.namespace ?? namespace) &&
    reported.sectionName === desired.sectionName
  );
}

function nameOf({ namespace, name, sectionName }: ParentRef, site: Site): string {
  const listener = sectionName === undefined ? '' : `, listener ${sectionName}`;
  return `Gateway ${namespace ?? site.namespace}/${name}${listener}`;
}
