import type { ComponentCondition, Manifest, Observed, Owned, ParentRef, Site } from '../component.ts';
import { verdict } from './conditions.ts';
import type { Condition } from './conditions.ts';

type HTTPRoute = Manifest & { status?: { parents?: readonly Parent[] } };

interface Parent {
  parentRef: ParentRef;
  conditions?: readonly Condition[];
}

/** What the Gateways say of the routes: every one of them has to take every route. */
export function taken(
  site: Site,
  seen: Observed,
  routes: readonly Owned[],
): ComponentCondition & { stalled?: boolean } {
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

function answer(
  wanted: ParentRef,
  route: HTTPRoute | undefined,
  site: Site,
): ComponentCondition & { stalled?: boolean } {
  const said = route?.status?.parents?.find(({ parentRef }) => isSame(parentRef, wanted, site));
  const of = (type: string) => verdict(said?.conditions, type, route?.metadata.generation);
  const [accepted, resolved] = [of('Accepted'), of('ResolvedRefs')];
  const gateway = nameOf(wanted, site);
  if (accepted?.status === 'True' && resolved?.status === 'True') return published;
  if (accepted === undefined || accepted.reason === 'Pending') {
    const message = `No controller has taken the route for ${gateway} yet; it does when the Gateway is there and has a class that one serves.`;
    return { status: 'Unknown', reason: 'Progressing', message };
  }
  const refused = accepted.status === 'True' ? resolved : accepted;
  const words = refused?.message ?? '';
  const message = `${gateway} does not take the route: ${words === '' ? (refused?.reason ?? 'it says no more') : words}`;
  // A Service that the controller has not seen yet passes; that a route is not admitted does not.
  return { status: 'False', reason: 'RouteRejected', message, stalled: refused === accepted };
}

function isSame(told: ParentRef, wanted: ParentRef, { namespace }: Site): boolean {
  return (
    told.name === wanted.name &&
    (told.namespace ?? namespace) === (wanted.namespace ?? namespace) &&
    told.sectionName === wanted.sectionName
  );
}

function nameOf({ namespace, name, sectionName }: ParentRef, site: Site): string {
  const listener = sectionName === undefined ? '' : `, listener ${sectionName}`;
  return `Gateway ${namespace ?? site.namespace}/${name}${listener}`;
}
