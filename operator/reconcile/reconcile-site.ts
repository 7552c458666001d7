import type { HostedSiteStatus } from '../api/hosted-site.ts';
import type { Manifest, Observed } from '../components/component.ts';
import { siteKey } from '../kube/cluster.ts';
import type { SiteKey } from '../kube/cluster.ts';
import { carryOut, isTold, writeStatus } from './carry-out.ts';
import type { Written } from './carry-out.ts';
import { asksForConfigMaps, withConfigMaps } from './config-maps.ts';
import { decision, everyKeptSecret, isAsDesired, reports } from './decision.ts';
import type { Decision } from './decision.ts';
import { failureOf } from './failure.ts';
import { finalize } from './finalize.ts';
import { onlyHolding } from './holding.ts';
import { claimHosts, releaseHosts, releaseHostsOfGone } from './host-claims.ts';
import { note, noteOutdated, tell } from './journal.ts';
import type { Judgement } from './judgement.ts';
import { growth, milestone, milestones } from './milestones.ts';
import type { Milestone } from './milestones.ts';
import { observe } from './observe.ts';
import { earliest, outcomeOf, settled, waiting } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { outdated } from './outdated.ts';
import { mayWaitUntil } from './progress.ts';
import { asksAt, informed } from './remarks.ts';
import { resolve } from './resolve.ts';
import { withLook } from './served.ts';
import { siteStatus } from './status.ts';
import { withRival } from './rival.ts';
import type { Workshop } from './workshop.ts';

/** The watch of sites tells what has changed; this is the net below that, in milliseconds. */
const untilTold = 5_000;

/** One pass over one site: observe, decide, write, judge. A throw means: again, later. */
export async function reconcileSite(key: SiteKey, workshop: Workshop): Promise<Outcome> {
  const seen = observe(workshop.cluster, key, workshop.now());
  if (seen === undefined) {
    workshop.untold.delete(key);
    workshop.answers.delete(key);
    workshop.searches.delete(key);
    workshop.looks?.forget(key);
    await releaseHostsOfGone(key, workshop);
    return settled();
  }
  if (seen.site.metadata.deletionTimestamp !== undefined) return endOf(seen, workshop);
  const passed = await pass(await gathered(seen, workshop), workshop);
  if (passed === undefined) return waiting('Outdated', new Date(workshop.now().getTime() + untilTold));
  const { judgement, grown, error } = passed;
  const status = siteStatus(judgement);
  const until = heldUntil(key, status, seen, workshop.untold);
  const isNew = until === undefined && (await writeStatus(status, seen, workshop.cluster));
  tell([...grown, ...(isNew ? milestones(seen.site.status, status) : [])], seen, workshop);
  if (error !== undefined) throw error;
  return outcomeOf(judgement, status, until);
}

/** What is seen, and what it took a question to know. */
async function gathered(seen: Observed, workshop: Workshop): Promise<Observed> {
  return withLook(await withRival(await informed(seen, workshop), workshop), workshop);
}

/** Until when this status is not written; undefined when it is to be written now, or is told already. */
function heldUntil(
  key: SiteKey,
  status: HostedSiteStatus,
  seen: Observed,
  untold: Workshop['untold'],
): Date | undefined {
  const { now, site } = seen;
  const since = untold.get(key) ?? now;
  const until = isTold(status, seen) ? undefined : mayWaitUntil(site.status, status, { since, now });
  if (until === undefined) untold.delete(key);
  else untold.set(key, since);
  return until;
}

interface Pass {
  judgement: Judgement;
  grown: readonly Milestone[];
  /** What cut the pass off; the status is written all the same. */
  error?: Error;
}

/** Undefined when what was seen is no longer what is there. */
async function pass(before: Observed, workshop: Workshop): Promise<Pass | undefined> {
  let judgement: Judgement = { seen: before, reports: [], refusals: [], asDesired: false };
  try {
    const { decided, seen } = await decide(before, workshop);
    judgement = judged(decided, seen);
    if (decided.site.suspend) return await held(decided, judgement, workshop);
    if (decided.refusals.length > 0) return { judgement, grown: [] };
    const behind = await outdated(decided.plan, seen, workshop.cluster);
    if (behind !== undefined) {
      noteOutdated(behind, decided, workshop);
      return;
    }
    const taken = await claimHosts(decided.site, workshop);
    if (taken.length > 0) return { judgement: { ...judgement, refusals: taken }, grown: [] };
    const written = await carryOut(decided.plan, decided.site, workshop);
    note(written, decided, workshop);
    if (written.refusals.length === 0) await releaseHosts(decided.site, routesOf(decided, seen), workshop);
    return { judgement: judgedAfter(written, decided, judgement, workshop), grown: growth(written) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { judgement: { ...judgement, failure: failureOf(error) }, grown: [], error };
  }
}

/** Where a release is made with files of configuration, they are read first. */
async function decide(
  seen: Observed,
  { components, settings, cluster }: Workshop,
): Promise<{ decided: Decision; seen: Observed }> {
  const decided = decision(components, settings, seen);
  if (!asksForConfigMaps(decided, seen)) return { decided, seen };
  const informed = await withConfigMaps(decided.site, seen, cluster);
  return { decided: decision(components, settings, informed), seen: informed };
}

function routesOf({ desired }: Decision, { owned }: Observed): Manifest[] {
  return [...owned, ...desired.map(({ object }) => object)];
}

/** What the next pass would find and tell, by a write of its own. */
function judgedAfter(
  { unchanged, refusals }: Written,
  decided: Decision,
  before: Judgement,
  workshop: Workshop,
): Judgement {
  if (isAsDesired(decided.plan, unchanged)) return { ...before, refusals, asDesired: true };
  const after = withWritten(before.seen, workshop);
  if (refusals.length > 0) return { ...judged(decided, after), refusals };
  const again = decision(workshop.components, workshop.settings, after);
  return { ...judged(again, after), asDesired: isAsDesired(again.plan, unchanged) };
}

/** The spec that was seen, with what was just made. */
function withWritten(seen: Observed, workshop: Workshop): Observed {
  const { namespace, name } = seen.site.metadata;
  const after = observe(workshop.cluster, siteKey(namespace, name), workshop.now());
  const { site, remarks, rival, configMaps } = seen;
  const again = {
    ...{ ...(after ?? seen), site, remarks },
    ...(rival === undefined ? {} : { rival }),
    ...(configMaps === undefined ? {} : { configMaps }),
  };
  return withLook(again, workshop);
}

/** A suspended site is left as it is, but for its cron jobs: no run begins any more, whatever else is wrong with the spec. */
async function held(decided: Decision, judgement: Judgement, workshop: Workshop): Promise<Pass> {
  const written = await carryOut(onlyHolding(decided.plan), decided.site, workshop);
  note(written, decided, workshop);
  return { judgement: { ...judgement, refusals: [...judgement.refusals, ...written.refusals] }, grown: [] };
}

function judged(decided: Decision, seen: Observed): Judgement {
  const { site, components, told, release, refusals, plan, isOlderRendering } = decided;
  const { revision, failed } = told;
  const recheckAt = earliest([release.recheckAt, asksAt(seen), seen.rival?.lookAgainAt]);
  return {
    seen,
    site,
    revision,
    ...(failed === undefined ? {} : { failed }),
    isOlderRendering,
    reports: reports(components, site, seen, told),
    refusals,
    asDesired: isAsDesired(plan),
    ...(recheckAt === undefined ? {} : { recheckAt }),
  };
}

/** A deletion that fails is told in the status, because the site may stay for as long as it does. */
async function endOf(seen: Observed, workshop: Workshop): Promise<Outcome> {
  try {
    const { components, settings } = workshop;
    const secrets = everyKeptSecret(components, settings, seen);
    if (await finalize(resolve(seen.site, settings), seen, secrets, workshop))
      tell([milestone('DataDeleted')], seen, workshop);
    return settled();
  } catch (error) {
    const judgement = { seen, reports: [], refusals: [], asDesired: false, failure: failureOf(error) };
    await writeStatus(siteStatus(judgement), seen, workshop.cluster);
    throw error;
  }
}
