import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Kind, Manifest } from '../components/component.ts';
import { isHeld } from '../components/holds.ts';
import { Conflict, NotFound } from '../kube/errors.ts';
import { gone, settled, waiting } from '../kube/outcome.ts';
import type { Outcome } from '../kube/outcome.ts';
import { adopt, canAdopt, hasOrphans } from './data/adoption.ts';
import { carryOut, writeStatus } from './carry-out.ts';
import type { Written } from './carry-out.ts';
import { stepped, writeRecords } from './command-steps.ts';
import { asksForConfigMaps, readConfigMaps } from './config-maps.ts';
import { ownSecrets } from './data/credentials.ts';
import { followPolicy } from './data/data-policy.ts';
import { allDone, decision, isAsDesired, madeKinds } from './decision.ts';
import type { Decision } from './decision.ts';
import { expire } from './expiry/expire.ts';
import { failureOf } from './status/failure.ts';
import { onlyHolding } from './holding.ts';
import { reserveHosts, inheritHosts, giveBackHosts, giveBackHostsOfGone } from './hosts/reservations.ts';
import { note, noteAdopted, noteOutdated, tell } from './status/journal.ts';
import type { Judgement } from '../releases/judgement.ts';
import { growth, milestones } from './status/milestones.ts';
import type { Milestone } from './status/milestones.ts';
import { carriedOver, observe } from './observe.ts';
import type { Observed } from '../releases/observed.ts';
import { orphanTaken } from './data/ownership.ts';
import { earliest, outcomeOf } from './status/outcome.ts';
import { collectCredentials } from './data/orphaned-copies.ts';
import { outdated } from './outdated.ts';
import { heldUntil } from './status/held-status.ts';
import { lastReading, remembered } from './readings.ts';
import { judged } from './status/judged.ts';
import { informed } from './status/remarks.ts';
import { isRolledOut } from '../releases/rollout.ts';
import { withLook } from './served.ts';
import { bySite, siteKey, splitKey } from './site-key.ts';
import type { SiteKey } from './site-key.ts';
import { siteStatus } from './status/status.ts';
import { withRival } from './hosts/rival.ts';
import { forget } from './context.ts';
import type { SiteContext } from './context.ts';

/** The watch of sites tells what has changed; this is the net below that, in milliseconds. */
const untilCurrent = 5_000;

/** One pass over one site: observe, decide, write, judge. A throw means: again, later. */
export async function reconcileSite(key: SiteKey, context: SiteContext): Promise<Outcome> {
  if (!context.cluster.covers('HostedSite', splitKey(key).namespace)) return gone();
  const seen = observe(context.cluster, key, context.now());
  if (seen === undefined) {
    forget(key, context);
    await giveBackHostsOfGone(key, context);
    if (await isCollected(key, context)) context.marked.delete(key);
    return gone();
  }
  if (seen.site.metadata.deletionTimestamp !== undefined) return handleDeletion(seen, context);
  const passed = await policed(await gathered(seen, context), context);
  if (passed === undefined) return waiting('Outdated', new Date(context.now().getTime() + untilCurrent));
  const { judgement, expansions, error, goesOn } = passed;
  const status = siteStatus(judgement);
  const until = heldUntil(key, status, seen, context.heldSince);
  tell(expansions, seen, context);
  if (until === undefined) await report(status, seen, context).catch(after(error));
  const expires = await expire(seen, status, context).catch(after(error));
  if (expires === 'deleted') return gone();
  if (error !== undefined) throw error;
  const readsAt = remembered(judgement, context.readings);
  return outcomeOf(
    judgement,
    status,
    earliest([until, givesNext(status, seen), readsAt, expires, goesOn && seen.now]),
  );
}

async function report(status: HostedSiteStatus, seen: Observed, context: SiteContext): Promise<void> {
  const isNew = await writeStatus(status, seen, context.cluster);
  if (isNew) tell(milestones(seen.site.status, status), seen, context);
}

/** What has cut the pass off says more than a status that came too late. */
function after(error: Error | undefined): (late: Error) => never {
  return (late) => {
    throw error ?? late;
  };
}

/** Also when another process has marked them: the last of what Kubernetes takes away brings a pass. */
async function isCollected(key: SiteKey, context: SiteContext): Promise<boolean> {
  const isDue = context.marked.has(key) || context.cluster.find(bySite, key).length === 0;
  if (!isDue) return false;
  try {
    return await collectCredentials(key, context);
  } catch (error) {
    // The kind of sites is not known: nobody can say that one is gone.
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/** That data goes with the site is told first, and made so by the next pass. */
function givesNext({ deletionPolicy }: HostedSiteStatus, { site, now }: Observed): Date | undefined {
  return deletionPolicy === 'Delete' && site.status?.deletionPolicy !== deletionPolicy ? now : undefined;
}

/** What is seen, and what it took a question to know. */
async function gathered(seen: Observed, context: SiteContext): Promise<Observed> {
  return withLook(await withRival(await informed(seen, context), context), context);
}

interface Pass {
  judgement: Judgement;
  expansions: readonly Milestone[];
  /** What cut the pass off; the status is written all the same. */
  error?: Error;
  /** It has gone one step of several: the next one follows from what is there now. */
  goesOn?: true;
}

/** What becomes of the data is seen to first, whatever else is wrong with the site; when that fails, the rest goes on. */
async function policed(before: Observed, context: SiteContext): Promise<Pass | undefined> {
  // What fails here is told nobody: the site is as new as before, and looks again.
  const seen = (await foundByNew(before, context)) ?? before;
  let failed: Error | undefined;
  const fail = (thrown: unknown): undefined => {
    failed = thrown instanceof Error ? thrown : new Error(String(thrown));
  };
  const deletionPolicy = await followPolicy(seen, context).catch(fail);
  const known = deletionPolicy === undefined ? seen : { ...seen, deletionPolicy };
  // Of a new site Delete is told before anything is made: then all of it belongs to the site from the beginning.
  if (seen.site.status === undefined && deletionPolicy === 'Delete')
    return { judgement: { seen: known, reports: [], refusals: [], asDesired: false }, expansions: [] };
  const passed = await pass(known, context);
  if (passed === undefined || failed === undefined) return passed;
  const { judgement, error = failed } = passed;
  return { ...passed, judgement: { ...judgement, failure: judgement.failure ?? failureOf(failed) }, error };
}

/** Undefined when what was seen is no longer what is there. */
async function pass(before: Observed, context: SiteContext): Promise<Pass | undefined> {
  let judgement: Judgement = { seen: before, reports: [], refusals: [], asDesired: false };
  try {
    const { decided, seen } = await decide(before, context);
    judgement = judged(decided, seen);
    const ended = await writeRecords(decided.release.command?.records ?? [], seen, context);
    if (ended !== undefined)
      return await pass(
        withWritten({ ...seen, ended: new Map([...(seen.ended ?? []), ...ended]) }, context),
        context,
      );
    if (isHeld(decided.site, 'Changes')) return await held(decided, judgement, context);
    if (decided.refusals.length > 0) return { judgement, expansions: [] };
    return await carriedOut(decided, judgement, context);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { judgement: { ...judgement, failure: failureOf(error) }, expansions: [], error };
  }
}

/**
 * Where a release is made with files of configuration, they are read first, unless it is known what comes of it. Its content, and so its
 * name, is known only then: only such a pass decides twice.
 */
async function decide(
  seen: Observed,
  { components, settings, cluster, readings }: SiteContext,
): Promise<{ decided: Decision; seen: Observed }> {
  const decided = decision(components, settings, seen);
  if (decided.refusals.length > 0 || !asksForConfigMaps(decided, seen)) return { decided, seen };
  const known = lastReading(seen, readings);
  if (known !== undefined) return { decided: { ...decided, refusals: known.refusals }, seen };
  const { configMaps, refusal } = await readConfigMaps(decided.site, cluster);
  const informed = { ...seen, configMaps };
  return {
    decided:
      refusal === undefined ? decision(components, settings, informed) : { ...decided, refusals: [refusal] },
    seen: informed,
  };
}

/** Nothing is written where something is not the site's, or the caches are behind. */
async function carriedOut(
  decided: Decision,
  judgement: Judgement,
  context: SiteContext,
): Promise<Pass | undefined> {
  const { seen } = judgement;
  if (decided.plan.orphaned.length > 0)
    return withOrphans(decided.plan.orphaned, decided, judgement, context);
  const behind = await outdated(decided.plan, seen, context.cluster);
  if (behind !== undefined) {
    noteOutdated(behind, decided, context);
    return undefined;
  }
  const taken = await reserveHosts(decided.site, context);
  if (taken.length > 0) return { judgement: { ...judgement, refusals: taken }, expansions: [] };
  const written = await carryOut(decided.plan, decided.site, context);
  note(written, decided, context);
  if (written.orphaned.length > 0) return withOrphans(written.orphaned, decided, judgement, context);
  if (written.refusals.length === 0) await giveBackHosts(decided.site, routesOf(decided, seen), context);
  const after = { judgement: judgedAfter(written, decided, judgement, context), expansions: growth(written) };
  return { ...after, ...(await stepped(decided, written, seen, context)) };
}

/** Takes the site's own again and begins anew; a person must say of the others whose they are. */
async function withOrphans(
  orphaned: readonly Manifest[],
  { site }: Decision,
  judgement: Judgement,
  context: SiteContext,
): Promise<Pass | undefined> {
  const met = new Set(orphaned.map(({ kind }) => kind as Kind));
  const isOurs = await canAdopt(site, judgement.seen.site, met, context);
  const found = isOurs ? await foundAgain(judgement.seen, context) : undefined;
  if (found !== undefined) return pass(found, context);
  const refusals = orphaned.map(({ kind, metadata }) => orphanTaken(kind, metadata.name, site.name));
  return { judgement: { ...judgement, refusals }, expansions: [] };
}

/** A new site looks before anything is refused or held: what was orphaned runs on, cron jobs too. */
async function foundByNew(seen: Observed, context: SiteContext): Promise<Observed | undefined> {
  const { status, metadata } = seen.site;
  const isNew = status === undefined;
  return isNew && (await hasOrphans(metadata, context)) ? foundAgain(seen, context) : undefined;
}

/** What is seen with what the site has found again; undefined when that is nothing. */
async function foundAgain(seen: Observed, context: SiteContext): Promise<Observed | undefined> {
  const { metadata } = seen.site;
  const adopted = await adopt(metadata, seen.site, madeKinds(context.components), context);
  if (adopted.length === 0) return undefined;
  noteAdopted(adopted, metadata, context);
  // What the predecessor had told of its hosts and credentials is the site's now.
  await inheritHosts(metadata, context);
  if (seen.site.spec.deletionPolicy !== 'Delete') await ownSecrets(metadata, 'Retain', context);
  const again = observe(context.cluster, siteKey(metadata.namespace, metadata.name), context.now());
  return { ...(again ?? seen), site: seen.site, ...carriedOver(seen) };
}

function routesOf({ desired }: Decision, { owned }: Observed): Manifest[] {
  return [...owned, ...desired.map(({ object }) => object)];
}

/** What the next pass would find and tell, by a write of its own. */
function judgedAfter(
  { unchanged, refusals }: Written,
  decided: Decision,
  before: Judgement,
  context: SiteContext,
): Judgement {
  if (isAsDesired(decided.plan, unchanged)) return { ...before, refusals, asDesired: true };
  const after = withWritten(before.seen, context);
  if (refusals.length > 0) return { ...judged(decided, after), refusals };
  const done = allDone(decided);
  // Nothing is Ready before it serves everywhere: what more there is to write, the pass sees that these writes bring. What serves may be
  // Ready by these writes: that, and what is still to do, is decided from what is there now.
  if (done.reported.state.is !== 'resolving' && !isRolledOut(after, done.reported.revision))
    return judged(done, after);
  const again = decision(context.components, context.settings, after);
  return { ...judged(again, after), asDesired: isAsDesired(again.plan, unchanged) };
}

/** The spec that was seen, with what was just made. */
function withWritten(seen: Observed, context: SiteContext): Observed {
  const { namespace, name } = seen.site.metadata;
  const after = observe(context.cluster, siteKey(namespace, name), context.now());
  return withLook({ ...(after ?? seen), site: seen.site, ...carriedOver(seen) }, context);
}

/** A site whose changes are held is left as it is, but for its cron jobs: no run begins any more, whatever else is wrong with the spec. */
async function held(decided: Decision, judgement: Judgement, context: SiteContext): Promise<Pass> {
  const written = await carryOut(onlyHolding(decided.plan), decided.site, context);
  note(written, decided, context);
  const refusals = [...judgement.refusals, ...written.refusals];
  const goesOn = await stepped(decided, written, judgement.seen, context);
  return { judgement: { ...judgement, refusals }, expansions: [], ...goesOn };
}

/**
 * What Kubernetes is to leave behind it must find without an owner; the rest it does by itself. A failure is told in the status,
 * because the site may stay for as long as it does.
 */
async function handleDeletion(seen: Observed, context: SiteContext): Promise<Outcome> {
  try {
    const deletionPolicy = await followPolicy(seen, context);
    const { status } = seen.site;
    // Who changes it now waits for it: nothing else of the status is judged any more.
    if (status?.deletionPolicy !== undefined)
      await writeStatus({ ...status, deletionPolicy }, seen, context.cluster);
    return settled();
  } catch (error) {
    if (error instanceof Conflict) throw error;
    const judgement = { seen, reports: [], refusals: [], asDesired: false, failure: failureOf(error) };
    await writeStatus(siteStatus(judgement), seen, context.cluster).catch(() => undefined);
    throw error;
  }
}
