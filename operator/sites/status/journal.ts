import { events } from '../../kinds/hosted-site/events.ts';
import type { Manifest, Site } from '../../components/component.ts';
import type { Written } from '../carry-out.ts';
import type { Decision } from '../decision.ts';
import type { Milestone } from './milestones.ts';
import type { Observed } from '../../releases/observed.ts';
import type { Application } from '../plan.ts';
import type { SiteContext } from '../context.ts';

/** Milestones become Events of the site, for the people who own it. */
export function tell(
  happened: readonly Milestone[],
  { site }: Pick<Observed, 'site'>,
  { cluster }: SiteContext,
): void {
  for (const { reason, note } of happened) {
    const { type } = events[reason];
    cluster.emit({ regarding: site, type, reason, action: 'Reconcile', note });
  }
}

/** Every write and its reason goes to the log, for the people who run the operator. A Secret is named, never shown. */
export function note(
  { applied, unchanged, created, removed, refusals }: Written,
  { site: { namespace, name }, release: { because } }: Pick<Decision, 'site' | 'release'>,
  { log }: SiteContext,
): void {
  const site = `${namespace}/${name}`;
  if (unchanged.length > 0) log.debug('applied without effect', { site, applied: unchanged.map(explained) });
  if (applied.length + created.length + removed.length > 0) {
    const ensured = created.map(({ object }) => named(object));
    const objects = { ensured, applied: applied.map(explained), removed: removed.map(named) };
    log.info('site written', { site, release: because, ...objects });
  }
  for (const { reason, message } of refusals) log.warn('write refused', { site, reason, detail: message });
}

/** What the site finds again. */
export function noteAdopted(
  adopted: readonly Manifest[],
  { namespace, name }: Pick<Site, 'namespace' | 'name'>,
  { log }: SiteContext,
): void {
  log.info('taken over', { site: `${namespace}/${name}`, objects: adopted.map(named) });
}

/** Why a pass has written nothing, not even a status. */
export function noteOutdated(
  behind: Manifest,
  { site: { namespace, name } }: Pick<Decision, 'site'>,
  { log }: SiteContext,
): undefined {
  log.info('the caches are behind', { site: `${namespace}/${name}`, object: named(behind) });
}

function explained({ desired, because }: Application): string {
  return `${named(desired.object)}: ${because}`;
}

function named({ kind, metadata: { name } }: Manifest): string {
  return `${kind}/${name}`;
}
