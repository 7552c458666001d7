import { events } from '../api/events.ts';
import type { Manifest, Observed } from '../components/component.ts';
import type { SiteKey } from '../kube/cluster.ts';
import { carryOut, writeStatus } from './carry-out.ts';
import type { Written } from './carry-out.ts';
import { decision, isAsDesired } from './decision.ts';
import type { Decision } from './decision.ts';
import { failureOf } from './failure.ts';
import { finalize } from './finalize.ts';
import type { Judgement } from './judgement.ts';
import { growth, milestone, milestones } from './milestones.ts';
import type { Milestone } from './milestones.ts';
import { observe } from './observe.ts';
import { outcomeOf, settled } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { siteStatus } from './status.ts';
import type { Workshop } from './workshop.ts';

/** One pass over one site: observe, decide, write, judge. A throw means: again, later. */
export async function reconcileSite(key: SiteKey, workshop: Workshop): Promise<Outcome> {
  const seen = observe(workshop.cluster, key, workshop.now());
  if (seen === undefined) return settled();
  if (seen.site.metadata.deletionTimestamp !== undefined) return endOf(seen, workshop);
  const { judgement, grown, error } = await pass(seen, workshop);
  const status = siteStatus(judgement);
  const isNew = await writeStatus(status, seen, workshop.cluster);
  tell([...grown, ...(isNew ? milestones(seen.site.status, status) : [])], seen, workshop);
  if (error !== undefined) throw error;
  return outcomeOf(judgement, status);
}

interface Pass {
  judgement: Judgement;
  grown: readonly Milestone[];
  /** What cut the pass off; the status is written all the same. */
  error?: unknown;
}

async function pass(seen: Observed, workshop: Workshop): Promise<Pass> {
  let judgement: Judgement = { seen, reports: [], refusals: [], asDesired: false };
  try {
    const decided = decision(workshop.components, workshop.settings, seen);
    judgement = judged(decided, seen);
    if (decided.site.suspend || decided.refusals.length > 0) return { judgement, grown: [] };
    const written = await carryOut(decided.plan, decided.site, workshop);
    log(written, decided, workshop);
    return { judgement: { ...judgement, refusals: written.refusals }, grown: growth(written) };
  } catch (error) {
    return { judgement: { ...judgement, failure: failureOf(error) }, grown: [], error };
  }
}

function judged({ site, components, released, refusals, plan }: Decision, seen: Observed): Judgement {
  const reports = components.map(({ name, report }) => ({
    component: name,
    report: report(site, seen, released),
  }));
  return { seen, site, revision: released.revision, reports, refusals, asDesired: isAsDesired(plan) };
}

/** A deletion that fails is told in the status, because the site may stay for as long as it does. */
async function endOf(seen: Observed, workshop: Workshop): Promise<Outcome> {
  try {
    const { site, desired } = decision(workshop.components, workshop.settings, seen);
    if (await finalize(site, seen, desired, workshop)) tell([milestone('DataDeleted')], seen, workshop);
    return settled();
  } catch (error) {
    const judgement = { seen, reports: [], refusals: [], asDesired: false, failure: failureOf(error) };
    await writeStatus(siteStatus(judgement), seen, workshop.cluster);
    throw error;
  }
}

function tell(happened: readonly Milestone[], { site }: Observed, { cluster }: Workshop): void {
  for (const { reason, note } of happened) {
    const { type } = events[reason];
    cluster.emit({ regarding: site as Manifest, type, reason, action: 'Reconcile', note });
  }
}

function log({ applied, created, removed, refusals }: Written, { site }: Decision, workshop: Workshop): void {
  if ([applied, created, removed, refusals].every((list) => list.length === 0)) return;
  workshop.log.info('site written', {
    site: `${site.namespace}/${site.name}`,
    applied: applied.map(({ wanted, because }) => `${named(wanted.object)}: ${because}`),
    created: created.map(({ object }) => named(object)),
    removed: removed.map(named),
    refused: refusals.map(({ reason }) => reason),
  });
}

function named({ kind, metadata: { name } }: Manifest): string {
  return `${kind}/${name}`;
}
