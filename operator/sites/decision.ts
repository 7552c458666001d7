import type {
  Component,
  Kind,
  PodTemplate,
  Refusal,
  Released,
  ReleaseState,
  Revision,
  Site,
} from '../components/component.ts';
import { holds } from '../components/holds.ts';
import { isBehindCommand, reportedRevision, runningRevision } from '../components/release-state.ts';
import { commandReport } from '../releases/command/report.ts';
import { withFilesOf } from '../releases/config-files.ts';
import { desiredObjects, gathered, rendered, startsServing } from './desired.ts';
import type { Desired } from './desired.ts';
import type { ComponentReport } from '../releases/judgement.ts';
import type { Observed } from '../releases/observed.ts';
import { plan } from './plan.ts';
import type { Application, Plan } from './plan.ts';
import { isOfOlderRendering } from '../releases/rendering.ts';
import { release } from '../releases/release.ts';
import type { Release } from '../releases/release.ts';
import { evaluate } from '../releases/rollback.ts';
import type { Evaluation } from '../releases/rollback.ts';
import { resolve } from './resolve.ts';
import { isSpared, withWaysToSpared } from './spared.ts';
import type { Settings } from './resolve.ts';

/** What a pass decides from what was observed; nothing is written yet. */
export interface Decision {
  site: Site;
  /** As the spec asks for it; `site` shows the page of a release besides. */
  resolved: Site;
  /** Those that are enabled for the site, in order. */
  components: readonly Component[];
  release: Release;
  /** What the spec asks for, or what runs in its place, would be rendered otherwise now. */
  isOlderRendering: boolean;
  /** What the reports are about: that a release was taken back is told when it is remembered. */
  reported: Released;
  /** The same when everything is carried out. */
  toldThen: Released;
  desired: readonly Desired[];
  plan: Plan;
  /** What a person must change before anything is written: a spec that is refused changes nothing. */
  refusals: readonly Refusal[];
}

export function decision(all: readonly Component[], settings: Settings, seen: Observed): Decision {
  const written = resolve(seen.site, settings);
  const components = all.filter((component) => component.enabled(written));
  const sum = gathered(components, written, seen);
  const trial = (revision: Revision): Evaluation =>
    evaluate(
      reports(components, written, seen, { ...sum, state: onItsWay(revision), revision }),
      written,
      seen,
    );
  const template = rendered(components, written, seen, sum);
  const chosen = release(written, seen, template, trial);
  const isShown = chosen.command?.showsPage === true;
  const site = {
    ...(isShown ? inMaintenance(written) : written),
    holds: holds(seen.site.spec, chosen.command),
  };
  const command = commanded(chosen, site, seen);
  const { state } = chosen;
  const revision = runningRevision(state);
  const released = { ...withFilesOf(revision, sum), state, revision, ...command };
  const objects = desiredObjects(components, site, seen, released);
  const spared = servesOn(state) ? { spares: isSpared } : {};
  const kept = servesOn(state) ? withWaysToSpared(objects, seen) : objects;
  const kinds = prunedKinds(state, all);
  const toWrite = plan({ site, seen, objects: kept, retained: chosen.retained, kinds, ...spared });
  const refusals = components.flatMap((component) => component.refusals?.(site, seen) ?? []);
  const about = (one: ReleaseState) => ({ ...sum, state: one, revision: reportedRevision(one), ...command });
  return {
    site,
    resolved: written,
    components,
    release: chosen,
    isOlderRendering: isOlder(state, template, site),
    reported: about(isToBeRemembered(state, seen) ? onItsWay(state.desired, runningRevision(state)) : state),
    toldThen: about(state),
    desired: kept,
    plan: toWrite,
    refusals: [...refusals, ...toWrite.refusals],
  };
}

/** As if the user had written it: the page comes first, and the route follows. */
function inMaintenance(site: Site): Site {
  const { maintenance = { allowFrom: [] } } = site.route;
  return { ...site, route: { ...site.route, maintenance } };
}

function commanded({ command }: Release, site: Site, seen: Observed): Pick<Released, 'command'> {
  if (command === undefined) return {};
  const { begins: job } = command;
  const report = commandReport(site, seen, command);
  return { command: { ...(job === undefined ? {} : { job }), ...(report === undefined ? {} : { report }) } };
}

/** What ran before does until the command has succeeded. */
function servesOn(state: ReleaseState): boolean {
  return isBehindCommand(state) && state.current !== undefined;
}

/** Before anything runs there is nothing to take back but what asks for images. */
function prunedKinds(state: ReleaseState, all: readonly Component[]): ReadonlySet<Kind> {
  const kinds = madeKinds(all);
  switch (state.is) {
    case 'resolving':
      return state.current === undefined ? new Set<Kind>(['Pod']) : kinds;
    case 'commanding':
    case 'commandFailed':
      return state.current === undefined
        ? new Set([...kinds].filter((kind) => !startsServing.has(kind)))
        : kinds;
    case 'first':
    case 'rolling':
    case 'running':
    case 'rolledBack':
      return kinds;
  }
}

/** The same decision with nothing left of it to carry out. */
export function allDone(decided: Decision): Decision {
  const { plan: planned, toldThen: reported } = decided;
  return { ...decided, reported, plan: { ...planned, create: [], apply: [], remove: [] } };
}

/** Every kind that the operator makes of a site. */
export function madeKinds(all: readonly Component[]): ReadonlySet<Kind> {
  return new Set<Kind>([
    'ControllerRevision',
    ...all.flatMap(({ rights }) => rights.map(({ kind }) => kind)),
  ]);
}

/** What the components say of a site that runs this release. */
export function reports(
  components: readonly Component[],
  site: Site,
  seen: Observed,
  released: Released,
): ComponentReport[] {
  return components.map((component) => ({
    component: component.name,
    condition: component.condition,
    report: component.report(site, seen, released),
  }));
}

/** Of what runs for other inputs than those that are wanted nobody knows what it would be now. */
function isOlder(state: ReleaseState, rendering: PodTemplate, site: Site): boolean {
  const { desired: latest } = state;
  const comparable = new Map([latest, runningRevision(state)].map((one) => [one.name, one] as const));
  return [...comparable.values()]
    .filter(({ inputs }) => inputs === latest.inputs)
    .some((one) => isOfOlderRendering(one, rendering, site));
}

/** What there is to say of a revision while it may still come up. */
function onItsWay(desired: Revision, from?: Revision): ReleaseState {
  if (desired.unresolved === true) return { is: 'resolving', desired };
  return from === undefined ? { is: 'first', desired } : { is: 'rolling', desired, from };
}

/** Nothing remembers yet that it was taken back. */
function isToBeRemembered({ is, desired: { name } }: ReleaseState, { revisions }: Observed): boolean {
  return is === 'rolledBack' && !revisions.some((one) => one.name === name && one.outcome === 'Failed');
}

/**
 * Whether every object is as it should be. What is applied and changes nothing is so, as far as it can be. Secrets,
 * which cannot be seen, do not count.
 */
export function isAsDesired(
  { apply, create, remove, leaving, orphaned }: Plan,
  unchanged: readonly Application[] = [],
): boolean {
  const toCreate = create.filter(({ desired }) => desired.object.kind !== 'Secret');
  return (
    apply.length === unchanged.length &&
    [toCreate, remove, leaving, orphaned].every((list) => list.length === 0)
  );
}
