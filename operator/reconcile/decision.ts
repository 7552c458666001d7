import type { Component, Kind, Observed, Refusal, Released, Site } from '../components/component.ts';
import { desired, gathered, rendered } from './desired.ts';
import type { Desired } from './desired.ts';
import { plan } from './plan.ts';
import type { Plan } from './plan.ts';
import { release } from './release.ts';
import type { Release } from './release.ts';
import { resolve } from './resolve.ts';
import type { Settings } from './resolve.ts';

/** What a pass decides from what was observed; nothing is written yet. */
export interface Decision {
  site: Site;
  /** Those that are enabled for the site, in order. */
  components: readonly Component[];
  release: Release;
  released: Released;
  desired: readonly Desired[];
  plan: Plan;
  /** What a person must change before anything is written: a spec that is refused changes nothing. */
  refusals: readonly Refusal[];
}

export function decision(all: readonly Component[], settings: Settings, seen: Observed): Decision {
  const site = resolve(seen.site, settings);
  const components = all.filter((component) => component.enabled(site));
  const sum = gathered(components, site, seen);
  const chosen = release(site, seen, rendered(components, site, seen, sum));
  const released = { ...sum, revision: chosen.revision };
  const wanted = desired(components, site, seen, released);
  const kinds = new Set<Kind>(['ControllerRevision', ...all.flatMap((component) => component.kinds)]);
  const toWrite = plan({ site, seen, desired: wanted, retained: chosen.retained, kinds });
  const refusals = components.flatMap((component) => component.refusals?.(site, seen) ?? []);
  return {
    site,
    components,
    release: chosen,
    released,
    desired: wanted,
    plan: toWrite,
    refusals: [...refusals, ...toWrite.refusals],
  };
}

/** Whether every object is as it should be. Secrets, which cannot be seen, do not count. */
export function isAsDesired({ apply, create, remove, leaving }: Plan): boolean {
  const seenOnes = create.filter(({ wanted }) => wanted.object.kind !== 'Secret');
  return [apply, seenOnes, remove, leaving].every((list) => list.length === 0);
}
