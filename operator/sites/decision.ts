import type {
  Component,
  Kind,
  PodTemplate,
  Refusal,
  Released,
  Revision,
  Site,
} from '../components/component.ts';
import { commandReport } from '../releases/command/told.ts';
import { withFilesOf } from '../releases/config-files.ts';
import { desired, gathered, isIdle, isUnbegun, rendered, startsServing } from './desired.ts';
import type { Desired } from './desired.ts';
import type { ComponentReport } from '../releases/judgement.ts';
import type { Observed } from '../releases/observed.ts';
import { plan } from './plan.ts';
import type { Application, Plan } from './plan.ts';
import { isOfOlderRendering } from '../releases/rendering.ts';
import { release } from '../releases/release.ts';
import type { Release } from '../releases/release.ts';
import { verdict } from '../releases/rollback.ts';
import type { Verdict } from '../releases/rollback.ts';
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
  told: Released;
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
  const trial = (revision: Revision): Verdict =>
    verdict(reports(components, written, seen, { ...sum, ...asked(revision) }), written, seen);
  const template = rendered(components, written, seen, sum);
  const chosen = release(written, seen, template, trial);
  const site = chosen.command?.showsPage === true ? inMaintenance(written) : written;
  const command = commanded(chosen, site, seen);
  const released = { ...withFilesOf(chosen.revision, sum), ...runs(chosen), ...command };
  const objects = desired(components, site, seen, released);
  const spared = servesOn(released) ? { spares: isSpared } : {};
  const wanted = servesOn(released) ? withWaysToSpared(objects, seen) : objects;
  const kinds = prunedKinds(released, all);
  const toWrite = plan({ site, seen, desired: wanted, retained: chosen.retained, kinds, ...spared });
  const refusals = components.flatMap((component) => component.refusals?.(site, seen) ?? []);
  const wish = { ...sum, ...asked(chosen.wanted), ...command };
  const isBehind = chosen.command?.blocks === true;
  return {
    site,
    resolved: written,
    components,
    release: chosen,
    isOlderRendering: isOlder(chosen, template, site),
    told: isBehind || isRemembered(chosen, seen) ? released : wish,
    toldThen: isBehind || chosen.wanted.outcome === 'Failed' ? released : wish,
    desired: wanted,
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
  const { revision, blocks, holdsCron, stopsWorkers, begins: job } = command;
  const report = commandReport(site, seen, command);
  const parts = { ...(job === undefined ? {} : { job }), ...(report === undefined ? {} : { report }) };
  return { command: { revision, blocks, holdsCron, stopsWorkers, ...parts } };
}

/** What ran before does until the command has succeeded. */
function servesOn({ command, revision }: Released): boolean {
  return command?.blocks === true && !isUnbegun(command, revision);
}

/** Before anything runs there is nothing to take back but what asks for images. */
function prunedKinds(released: Released, all: readonly Component[]): ReadonlySet<Kind> {
  if (isIdle(released)) return new Set<Kind>(['Pod']);
  const kinds = madeKinds(all);
  if (!isUnbegun(released.command, released.revision)) return kinds;
  return new Set([...kinds].filter((kind) => !startsServing.has(kind)));
}

/** The same decision with nothing left of it to carry out. */
export function allDone(decided: Decision): Decision {
  const { plan: planned, toldThen: told } = decided;
  return { ...decided, told, plan: { ...planned, create: [], apply: [], remove: [] } };
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
function isOlder({ wanted, revision }: Release, rendering: PodTemplate, site: Site): boolean {
  const comparable = new Map([wanted, revision].map((one) => [one.name, one] as const));
  return [...comparable.values()]
    .filter(({ inputs }) => inputs === wanted.inputs)
    .some((one) => isOfOlderRendering(one, rendering, site));
}

type Chosen = Pick<Released, 'revision' | 'failed' | 'pending'>;

function runs({ wanted, revision, command }: Release): Chosen {
  if (command?.blocks === true) return { revision };
  if (wanted.name !== revision.name && wanted.outcome === 'Failed') return { revision, failed: wanted };
  const { pending } = asked(wanted);
  return { revision, ...(pending === undefined ? {} : { pending }) };
}

/** What there is to say of the revision that the spec asks for, whatever runs. */
function asked(revision: Revision): Pick<Released, 'revision' | 'pending'> {
  return revision.unresolved === true ? { revision, pending: revision } : { revision };
}

function isRemembered({ wanted }: Release, { revisions }: Observed): boolean {
  return revisions.some(({ name, outcome }) => name === wanted.name && outcome === 'Failed');
}

/**
 * Whether every object is as it should be. What is applied and changes nothing is so, as far as it can be. Secrets,
 * which cannot be seen, do not count.
 */
export function isAsDesired(
  { apply, create, remove, leaving, orphaned }: Plan,
  unchanged: readonly Application[] = [],
): boolean {
  const toCreate = create.filter(({ wanted }) => wanted.object.kind !== 'Secret');
  return (
    apply.length === unchanged.length &&
    [toCreate, remove, leaving, orphaned].every((list) => list.length === 0)
  );
}
