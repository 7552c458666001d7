import { components } from '../../components/index.ts';
import { shown } from '../../api/shown.ts';
import { hostedSiteSpec } from './hosted-site.ts';

/**
 * Of the site as a whole what has no default, and the deletionPolicy: what counts of that is in the status already, and may be
 * another one than the spec asks for.
 */
const ofSite = ['image', 'imagePullSecrets', 'hosts', 'deletionPolicy', 'ttl'];

/** What `status.effective` does not show of the spec. */
export const hidden: ReadonlySet<string> = new Set([
  ...ofSite,
  ...components.flatMap((component) => component.hidden ?? []),
]);

export const effectiveSpec = shown(hostedSiteSpec, hidden).meta({
  description:
    'What the spec asks for after preset, size and defaults, in the words of the spec, as this version of the operator reads it. What runs may be of an earlier release: see the condition RenderingCurrent. ' +
    `Left out is what may hold credentials and what has no default: ${[...hidden].map((field) => `\`${field}\``).join(', ')}; and a list of others that is written. ` +
    'Absent where the operator could not resolve the spec.',
  // It has one writer: that the API server keeps no account of each field makes a write of the status a tenth cheaper.
  'x-kubernetes-map-type': 'atomic',
});
