import type {
  Component,
  ComponentName,
  Gathered,
  Manifest,
  ObjectMeta,
  Owned,
  PodTemplate,
  Released,
  ReleaseState,
  Revision,
  Site,
} from '../components/component.ts';
import type { CommandPods } from '../components/selector.ts';
import { flowsOf } from '../components/flow.ts';
import { isBehindCommand } from '../components/release-state.ts';
import { isRecord } from '../objects/difference.ts';
import { contentHash } from '../objects/hash.ts';
import { appliedHashAnnotation, componentLabels, keptAnnotations, revisionLabel } from '../objects/labels.ts';
import type { Observed } from '../releases/observed.ts';
import { ownerOfChild, ownerOfData } from './data/ownership.ts';
import { controllerRevision, mountedConfigMaps } from '../releases/revision.ts';

/** An object of a component with its namespace, labels and owner on it. */
export interface Desired extends Owned {
  component: ComponentName | CommandPods;
}

/** The port of the application's own container: visitors reach it directly when no sidecar is the edge. */
const applicationPort = 'application';

/** What the enabled components add to the pods of the site's image, in the order of the list. */
export function gathered(components: readonly Component[], site: Site, seen: Observed): Gathered {
  const bindings = components.map((component) => component.bindings?.(site, seen) ?? {});
  const sidecars = components.map((component) => component.sidecar?.(site, seen) ?? {});
  return {
    bindings: {
      env: bindings.flatMap(({ env = [] }) => env),
      volumes: bindings.flatMap(({ volumes = [] }) => volumes),
      mounts: bindings.flatMap(({ mounts = [] }) => mounts),
    },
    sidecars: {
      initContainers: sidecars.flatMap(({ initContainers = [] }) => initContainers),
      volumes: sidecars.flatMap(({ volumes = [] }) => volumes),
    },
    flows: flowsOf(components, site, seen),
    servingPort: sidecars.map(({ servingPort }) => servingPort).findLast(isDefined) ?? applicationPort,
  };
}

/** The template that a new release would run. */
export function rendered(
  components: readonly Component[],
  site: Site,
  seen: Observed,
  all: Gathered,
): PodTemplate {
  const templates = components.flatMap((component) => component.podTemplate?.(site, seen, all) ?? []);
  const [template] = templates;
  if (template === undefined || templates.length > 1) {
    throw new Error(`exactly one component must have a pod template, ${templates.length} have`);
  }
  return template;
}

/** Every object that should exist, in the order in which they are written. */
export function desiredObjects(
  components: readonly Component[],
  site: Site,
  seen: Observed,
  all: Released,
): Desired[] {
  const { state, command } = all;
  const { stored: revisions, used } = revisionsOf(state);
  const mounted = new Set(used.flatMap(({ template }) => mountedConfigMaps(template)));
  const written = components.filter(({ runsImage }) => runsImage !== true || used.length > 0);
  const built = written.flatMap((component) => {
    const stored = component.podTemplate ? revisions.map(ownedRevision) : [];
    return [...stored, ...component.manifests(site, seen, all)].map((owned) => ({
      ...owned,
      component: component.name,
    }));
  });
  return [...built, ...commandJobs(command?.job)]
    .filter(({ object }) => !isOfAnotherRelease(object, mounted))
    .filter((one) => !isUnbegun(state) || !startsPods(one, seen))
    .map((one) => ({ ...one, object: stamped(one, site, seen) }));
}

/**
 * Those to store, in this order, and those whose pods are to be there, that of the command too: none before anything may run. That one
 * failed, and which one the spec asks for, is remembered before what runs is written.
 */
function revisionsOf(state: ReleaseState): Record<'stored' | 'used', Revision[]> {
  switch (state.is) {
    case 'resolving': {
      const current = [state.current].filter(isDefined);
      return { stored: current, used: current };
    }
    case 'commanding':
    case 'commandFailed': {
      const all = [state.desired, state.current].filter(isDefined);
      return { stored: all, used: all };
    }
    case 'first':
    case 'rolling':
    case 'running':
      return { stored: [state.desired], used: [state.desired] };
    case 'rolledBack':
      return { stored: [state.desired, state.current], used: [state.current] };
  }
}

/** Made once, after everything that its pod needs. */
function commandJobs(job: Manifest | undefined): Desired[] {
  return job === undefined
    ? []
    : [{ object: job, lifetime: 'site', write: 'createOnce', component: 'command' }];
}

/** Nothing runs, nor may it before its command has succeeded. */
function isUnbegun(state: ReleaseState): boolean {
  return isBehindCommand(state) && state.current === undefined;
}

/** What starts pods that serve, and others of their image. A CronJob that is there is held. */
function startsPods({ object: { kind, metadata }, component }: Desired, { owned }: Observed): boolean {
  if (component === 'web') return startsServing.has(kind);
  return kind === 'CronJob' && !owned.some((one) => one.kind === kind && one.metadata.name === metadata.name);
}

export const startsServing: ReadonlySet<string> = new Set(['Deployment', 'HorizontalPodAutoscaler']);

function ownedRevision(revision: Revision): Owned {
  return { object: controllerRevision(revision), lifetime: 'site', write: 'apply' };
}

/** An immutable ConfigMap belongs to the templates that mount it; the running one may be older than what is rendered now. */
function isOfAnotherRelease(object: Manifest, mounted: ReadonlySet<string>): boolean {
  return object.kind === 'ConfigMap' && object['immutable'] === true && !mounted.has(object.metadata.name);
}

function stamped(
  { object, lifetime, write, component }: Desired,
  site: Site,
  seen: Pick<Observed, 'deletionPolicy' | 'site'>,
): Manifest {
  const labels = componentLabels(site, component);
  const whole: Manifest = {
    ...withTemplateLabels(object, labels),
    metadata: {
      ...object.metadata,
      namespace: site.namespace,
      labels: { ...object.metadata.labels, ...labels },
      ...(lifetime === 'kept' ? kept(object, site, seen) : { ownerReferences: [ownerOfChild(site)] }),
    },
  };
  return write === 'createOnce' ? whole : withHash(whole);
}

export function withHash(object: Manifest): Manifest {
  const annotations = { ...object.metadata.annotations, [appliedHashAnnotation]: contentHash(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function withTemplateLabels(object: Manifest, labels: Record<string, string>): Manifest {
  const { spec } = object;
  return isRecord(spec) ? { ...object, spec: specWithLabels(spec, labels) } : object;
}

/** What a CronJob makes is found by the same labels as what the operator makes. */
function specWithLabels(
  spec: Record<string, unknown>,
  labels: Record<string, string>,
): Record<string, unknown> {
  const { template, jobTemplate } = spec;
  if (isRecord(jobTemplate)) {
    const inner = specWithLabels(asRecord(jobTemplate['spec']), labels);
    return { ...spec, jobTemplate: { ...labelled(jobTemplate, labels), spec: inner } };
  }
  return isRecord(template) ? { ...spec, template: labelled(template, labels) } : spec;
}

/** A release's template has its labels since it was rendered: a label that is new with the operator restarts nobody. */
function labelled(
  { metadata, ...rest }: Record<string, unknown>,
  labels: Record<string, string>,
): Record<string, unknown> {
  const own = asRecord(metadata);
  const ownLabels = asRecord(own['labels']);
  const isOfRelease = ownLabels[revisionLabel] !== undefined;
  return { ...rest, metadata: isOfRelease ? own : { ...own, labels: { ...ownLabels, ...labels } } };
}

/** Not before it is told. */
function mayOwn({ deletionPolicy, site }: Pick<Observed, 'deletionPolicy' | 'site'>): boolean {
  return deletionPolicy === 'Delete' && site.status?.deletionPolicy === 'Delete';
}

/** The owner of a claim is not among what is applied: it comes and goes with the policy (`data-policy.ts`). */
function kept(
  { kind, metadata }: Manifest,
  site: Site,
  seen: Pick<Observed, 'deletionPolicy' | 'site'>,
): Partial<ObjectMeta> {
  const isOwned = kind === 'Secret' && mayOwn(seen);
  return {
    annotations: { ...metadata.annotations, ...keptAnnotations },
    ...(isOwned ? { ownerReferences: [ownerOfData(site)] } : {}),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
