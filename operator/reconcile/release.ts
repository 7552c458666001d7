import type { HostedSiteSpec } from '../api/hosted-site.ts';
import type { Manifest, Observed, PodTemplate, Revision, Site } from '../components/component.ts';
import { isRecord } from './difference.ts';
import { contentHash } from './hash.ts';
import { componentLabels, componentOf, revisionLabel } from './labels.ts';
import { mountedConfigMaps } from './revision.ts';

/**
 * Which pod template a site runs now, and why.
 *
 * A revision is rendered once, when the user's inputs are new, and then never again: a new operator version, a new
 * size table or a new preset restarts nobody. Inputs that were run before, and are still kept, run as they ran then:
 * the same ControllerRevision gets the highest number, as the StatefulSet controller does it. Its content cannot
 * change, its number can, so the way back is the very template that is known to work, and history stays in order.
 *
 * A stored template that mounts a ConfigMap that is gone cannot start a pod any more: it is rendered anew.
 */
export interface Release {
  revision: Revision;
  because:
    'first release' | 'same inputs' | 'new inputs' | 'inputs of an earlier release' | 'its ConfigMap is gone';
  /** The running revision and those that stay: the last ones, and each that a pod still runs. */
  retained: readonly Revision[];
}

/** The running one included; so many steps back are possible. */
const kept = 5;

export function release(site: Site, seen: Observed, rendered: PodTemplate): Release {
  const inputs = contentHash(releaseInputs(seen.site.spec, site));
  const newestFirst = [...seen.revisions].sort((a, b) => b.number - a.number);
  const [newest] = newestFirst;
  const number = (newest?.number ?? 0) + 1;
  const stored = newestFirst.find((revision) => revision.inputs === inputs);
  if (stored === undefined) {
    const because = newest === undefined ? 'first release' : 'new inputs';
    return chosen(newRevision(site, inputs, number, rendered), because, seen);
  }
  if (!canStart(stored, seen, rendered)) {
    return chosen(newRevision(site, inputs, number, rendered), 'its ConfigMap is gone', seen);
  }
  if (stored === newest) return chosen(stored, 'same inputs', seen);
  return chosen({ ...stored, number }, 'inputs of an earlier release', seen);
}

function chosen(revision: Revision, because: Release['because'], seen: Observed): Release {
  return { revision, because, retained: retained(revision, seen) };
}

/**
 * What the user writes that reaches the pod template; as it is written, so that a default that changes with the
 * operator changes nothing here. Of the database and the files it counts that they are there at all.
 * `release-inputs.spec.ts` holds this list against what the components render: a field that changes the template and is
 * missing here would never take effect.
 */
export function releaseInputs(
  spec: HostedSiteSpec,
  { database, files }: Pick<Site, 'database' | 'files'>,
): unknown {
  const { image, imagePullSecrets, preset, environment, size, web, cache, rollout } = spec;
  return filled({
    image,
    imagePullSecrets,
    preset,
    environment,
    size,
    web,
    cache,
    database: database && { engine: database.engine },
    files: files && { accessMode: files.accessMode },
    rollout: rollout && { terminationGracePeriodSeconds: rollout.terminationGracePeriodSeconds },
  });
}

/** The name follows the content, so that a pass that was cut off and repeated makes the same revision. */
function newRevision(site: Site, inputs: string, number: number, rendered: PodTemplate): Revision {
  const name = `${site.name}-web-${contentHash({ inputs, rendered }).slice(0, 10)}`;
  const { annotations, labels } = rendered.metadata;
  const metadata = {
    labels: { ...labels, ...componentLabels(site, 'web'), [revisionLabel]: name },
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { name, number, inputs, image: site.image, template: { metadata, spec: rendered.spec } };
}

function canStart(stored: Revision, seen: Observed, rendered: PodTemplate): boolean {
  const there = new Set(mountedConfigMaps(rendered));
  for (const object of seen.owned) if (object.kind === 'ConfigMap') there.add(object.metadata.name);
  return mountedConfigMaps(stored.template).every((name) => there.has(name));
}

function retained(running: Revision, seen: Observed): Revision[] {
  const others = seen.revisions
    .filter(({ name }) => name !== running.name)
    .sort((a, b) => b.number - a.number);
  const inUse = new Set(seen.pods.filter((pod) => componentOf(pod) === 'web').map(revisionOf));
  return [running, ...others.filter(({ name }, index) => index < kept - 1 || inUse.has(name))];
}

export function revisionOf(pod: Manifest): string | undefined {
  return pod.metadata.labels?.[revisionLabel];
}

/** Without empty blocks: `web: {}` asks for the same as no `web`. Empty lists stay, they may mean "none". */
function filled(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([field, part]) => [field, filled(part)] as const);
  return Object.fromEntries(
    fields.filter(([, part]) => part !== undefined && !(isRecord(part) && Object.keys(part).length === 0)),
  );
}
