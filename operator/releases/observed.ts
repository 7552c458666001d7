import type { End } from '../commands/ending.ts';
import type { Observed as ObservedByComponents } from '../components/component.ts';
import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';

/** What a pass knows: of the HostedSite everything, where components see what is theirs. */
export interface Observed extends ObservedByComponents {
  site: HostedSite;
  /** How commands ended that this very pass has written down, by the name of their revision: a record says less. */
  ended?: ReadonlyMap<string, End>;
}
