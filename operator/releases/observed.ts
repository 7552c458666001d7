import type { Observed as ObservedByComponents } from '../components/component.ts';
import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';

/** What a pass knows: of the HostedSite everything, where components see what is theirs. */
export interface Observed extends ObservedByComponents {
  site: HostedSite;
}
