import { components } from '../components/index.ts';
import type { Observed, Site } from '../components/component.ts';
import { specDefaults } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';

/**
 * What a spec asks for after preset, size and defaults, in its own words. It follows from the spec and the operator's tables alone,
 * but for a number of pods that nobody has written.
 */
export function effective(site: Site, seen: Observed & { site: HostedSite }): Record<string, unknown> {
  const { spec } = seen.site;
  const { preset, environment, size, suspend } = { ...specDefaults, ...spec };
  const parts = components.map((component) => component.effective?.(site, spec, seen) ?? {});
  return Object.assign({ preset, environment, size, suspend }, ...parts) as Record<string, unknown>;
}
