import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { PodTemplate, ReleaseState, Revision, Site } from '../components/component.ts';
import { isRenamed, knowsAddress, siteUrl } from '../components/address.ts';
import { isHeld } from '../components/holds.ts';
import { resolvedImage } from '../components/image/pod.ts';
import { runningRevision } from '../components/release-state.ts';
import { components } from '../components/index.ts';
import { isRecord } from '../objects/difference.ts';
import { contentHash } from '../objects/hash.ts';
import { commandHash, countingRecord } from './command/attempt.ts';
import { command } from './command/decide.ts';
import type { Command } from './command/state.ts';
import { failureOf } from './command/report.ts';
import { retained } from './history.ts';
import type { Observed } from './observed.ts';
import { templateOf, withImage } from './rendering.ts';
import { isNewRestart, newestWanted, restartOf } from './restart.ts';
import { canStart, isUnwell, lastGood } from './rollback.ts';
import type { Evaluation } from './rollback.ts';
import { rollout, serves } from './rollout.ts';
import { hasSucceeded, isBroughtBack, remembering } from './succeeded.ts';

/**
 * Which pod template a site runs now, and why.
 *
 * A revision is rendered once, when the user's inputs are new, and then never again: a new operator version, a new
 * size table or a new preset restarts nobody. Inputs that were run before, and are still kept, run as they ran then:
 * the same ControllerRevision gets the highest number, as the StatefulSet controller does it. Its content cannot
 * change, its number can, so the way back is the very template that is known to work, and history stays in order.
 *
 * A stored template that mounts a ConfigMap that is gone cannot start a pod any more: it is rendered anew.
 *
 * A tag may move, so a new revision runs the content that its tag has when it begins, by its digest. Until that is known it is
 * pending, and what runs stays as it is: `components/image` finds it out.
 *
 * A revision that is given up is marked as failed in its ControllerRevision, by the pass that puts the last good one in its
 * place, and before it: whoever goes on from there finds the mark. It is not tried again as long as the spec asks for it.
 * A spec that asks for something else, and then for it again, asks anew.
 *
 * Of a release with a command what is begun is that: its revision is stored, and what runs stays until the command has succeeded
 * (`command/decide.ts`).
 */
export interface Release {
  state: ReleaseState;
  because: Because;
  /** The running revision and those that stay: the last ones, and each that a pod still runs. */
  retained: readonly Revision[];
  /** Absent where there is none, and was none. */
  command?: Command;
}

type Because =
  | 'first release'
  | 'same inputs'
  | 'new inputs'
  | 'inputs of an earlier release'
  | 'a restart is asked for'
  | 'its ConfigMap is gone'
  | 'its image is not known'
  | 'the wanted release failed'
  | 'its command is another one'
  | 'its command has not succeeded';

/** `trial` judges a release that is wanted and may be given up. */
export function release(
  site: Site,
  seen: Observed,
  rendered: PodTemplate,
  trial: (latest: Revision) => Evaluation,
): Release {
  const chosen = chosenRelease(site, seen, rendered, trial);
  const { is, desired } = chosen.state;
  const isFailed = countingRecord(desired, seen)?.is === 'failed';
  const decided = command(site, seen, desired, is === 'rolledBack' && !isFailed);
  if (decided === undefined) return chosen;
  return decided.blocks ? behind(decided, site, desired, seen) : { ...chosen, command: decided };
}

/** What runs stays; nothing is made where nothing runs. That its command failed is remembered as of each release that fails. */
function behind(decided: Command, site: Site, latest: Revision, seen: Observed): Release {
  const hasFailed = decided.state.is === 'failed';
  const desired = hasFailed ? failedByCommand(latest, site, seen) : latest;
  const current = running(seen);
  const is = hasFailed ? 'commandFailed' : 'commanding';
  const state = { is, desired, ...(current && { current }) } as const;
  const because = 'its command has not succeeded';
  const stays = retained(runningRevision(state), desired, seen);
  return { state, because, retained: stays, command: { ...decided, revision: desired } };
}

function failedByCommand(latest: Revision, site: Site, seen: Observed): Revision {
  if (latest.outcome === 'Failed' && latest.failure !== undefined) return latest;
  const failure = failureOf(site, latest, seen);
  return { ...latest, outcome: 'Failed', ...(failure === undefined ? {} : { failure }) };
}

function chosenRelease(
  site: Site,
  seen: Observed,
  rendered: PodTemplate,
  trial: (latest: Revision) => Evaluation,
): Release {
  const { revision: found, because } = asked(site, seen, rendered);
  if (hasSucceeded(found, seen) || serves(found, seen)) return staying(found, because, seen);
  const good = lastGood(found, seen, rendered);
  const latest = remembering(found, good, seen);
  if (good !== undefined && latest.outcome === 'Failed') return goneBack(latest, good, seen);
  const { failure, ...late } = mayGoBack(site, seen, good) ? trial(latest) : {};
  if (good !== undefined && failure !== undefined)
    return goneBack({ ...latest, outcome: 'Failed', failure }, good, seen);
  if (latest.unresolved === true) return pending(latest, good, late, seen);
  const state: ReleaseState =
    good === undefined
      ? { is: 'first', desired: latest }
      : { is: 'rolling', desired: latest, from: good, ...late };
  return { state, because, retained: retained(latest, good, seen) };
}

/** It is not given up any more. */
function staying(found: Revision, because: Because, seen: Observed): Release {
  const isMarked = found.outcome === 'Failed' || isBroughtBack(found, seen);
  const stays = isMarked ? succeeded(found) : found;
  const revision = because === 'same inputs' ? stays : remembering(stays, undefined, seen);
  return {
    state: { is: 'running', desired: revision },
    because,
    retained: retained(revision, undefined, seen),
  };
}

/** What ran before runs on, whether it was good or not; the last good one where nothing runs. */
function pending(
  desired: Revision,
  good: Revision | undefined,
  late: Pick<Evaluation, 'deadline'>,
  seen: Observed,
): Release {
  const current = running(seen) ?? good;
  const state = { is: 'resolving', desired, ...(current && { current }), ...late } as const;
  const because = 'its image is not known';
  return { state, because, retained: retained(runningRevision(state), good, seen) };
}

function running(seen: Observed): Revision | undefined {
  const written = rollout(seen)?.revision;
  return seen.revisions.find(({ name }) => name === written);
}

function mayGoBack(site: Site, seen: Observed, good: Revision | undefined): boolean {
  return good !== undefined && !isHeld(site, 'Changes') && !isUnwell(good, seen);
}

function goneBack(desired: Revision, current: Revision, seen: Observed): Release {
  const because = 'the wanted release failed';
  return {
    state: { is: 'rolledBack', desired, current },
    because,
    retained: retained(current, desired, seen),
  };
}

function succeeded({ failure: _, ...revision }: Revision): Revision {
  return { ...revision, outcome: 'Succeeded' };
}

type Asked = { revision: Revision } & Pick<Release, 'because'>;

/** The revision that the spec asks for. */
function asked(site: Site, seen: Observed, rendered: PodTemplate): Asked {
  const inputs = contentHash(releaseInputs(seen.site.spec, site));
  const newestFirst = [...seen.revisions].reverse();
  const [newest] = newestFirst;
  const number = nextNumber(newest);
  const restart = restartOf(seen);
  const candidates = newestFirst
    .filter((one) => one.inputs === inputs && knowsAddress(one, site, seen))
    .filter((one) => mayRun(one, newest, seen, rendered));
  const stored = newestWanted(candidates, restart);
  const fresh: Fresh = { site, inputs, number, rendered, restart, renames: isRenamed(site, seen) };
  if (stored === undefined) {
    const because = newest === undefined ? 'first release' : 'new inputs';
    return { revision: newRevision(fresh, seen), because };
  }
  if (isNewRestart(restart, seen))
    return { revision: restarted(stored, fresh, seen), because: 'a restart is asked for' };
  const isGivenUp = stored === newest && stored.outcome === 'Failed';
  if (!isGivenUp && !canStart(stored, seen, rendered)) {
    return { revision: renderedWith(stored.resolvedImage, fresh), because: 'its ConfigMap is gone' };
  }
  if (stored === newest && !asksAnew(stored, site, seen)) return { revision: stored, because: 'same inputs' };
  const because = stored === newest ? 'its command is another one' : 'inputs of an earlier release';
  return { revision: { ...askedAgain(stored, seen), number }, because };
}

function nextNumber(newest: Revision | undefined): number {
  return (newest?.number ?? 0) + 1;
}

/** Its command failed, and is another one now, or none. Of one that is not known any more nobody can say so. */
function asksAnew(stored: Revision, { release }: Site, seen: Observed): boolean {
  const record = countingRecord(stored, seen);
  if (record?.is !== 'failed' || record.hash === '') return false;
  return record.hash !== commandHash(release?.command);
}

/** One whose image was never known is kept for what is remembered of it, that it failed: asked for anew it begins anew. */
function mayRun(
  revision: Revision,
  newest: Revision | undefined,
  seen: Observed,
  rendered: PodTemplate,
): boolean {
  if (revision.unresolved !== true) return true;
  const isGivenUp = revision === newest && revision.outcome === 'Failed';
  return isGivenUp && lastGood(revision, seen, rendered) !== undefined;
}

/** What came of it before does not count, unless it runs: it may be what was gone back to. */
function askedAgain(stored: Revision, seen: Observed): Revision {
  const { outcome: _outcome, failure: _failure, ...revision } = stored;
  const runs = hasSucceeded(stored, seen) && rollout(seen)?.revision === stored.name;
  return runs ? { ...revision, outcome: 'Succeeded' } : revision;
}

/**
 * What the user writes that reaches the pod template; as it is written, so that a default that changes with the
 * operator changes nothing here. Each component says what of its own fields does.
 * `release-inputs.spec.ts` holds this against what the components render: a field that changes the template and is
 * missing here would never take effect. The hosts and the scheme reach it too; `components/address.ts` compares them, because
 * revisions of earlier versions know none.
 */
export function releaseInputs(spec: HostedSiteSpec, site: Pick<Site, 'database' | 'files'>): unknown {
  const { image, imagePullSecrets, preset, environment, size } = spec;
  const ofComponents = components.map((component) => component.inputs?.(spec, site) ?? {});
  return filled(Object.assign({ image, imagePullSecrets, preset, environment, size }, ...ofComponents));
}

interface Fresh {
  site: Site;
  inputs: string;
  number: number;
  rendered: PodTemplate;
  restart: string | undefined;
  renames: boolean;
}

/** The content of the image stays what it was: only what the operator makes around it is new. */
function restarted(stored: Revision, fresh: Fresh, seen: Observed): Revision {
  return stored.unresolved === true ? newRevision(fresh, seen) : renderedWith(stored.resolvedImage, fresh);
}

function newRevision(fresh: Fresh, seen: Observed): Revision {
  const { site, inputs } = fresh;
  if (site.resolvesTag !== true) return renderedWith(undefined, fresh);
  const image = resolvedImage(site, seen, { inputs });
  if (image === undefined) return renderedWith(undefined, fresh, true);
  return renderedWith(image === site.image ? undefined : image, fresh);
}

/** The name follows the content, so that a pass that was cut off and repeated makes the same revision. */
function renderedWith(image: string | undefined, fresh: Fresh, unresolved?: true): Revision {
  const { site, inputs, number, restart, renames } = fresh;
  const rendered = withImage(fresh.rendered, site.image, image);
  const address = { hosts: site.hosts, url: siteUrl(site) };
  const name = `${site.name}-web-${contentHash({ inputs, rendered, unresolved, restart, address }).slice(0, 10)}`;
  const resolved = image === undefined ? {} : { resolvedImage: image };
  return {
    name,
    number,
    inputs,
    image: site.image,
    ...resolved,
    ...(unresolved === undefined ? {} : { unresolved }),
    ...(restart === undefined ? {} : { restart }),
    ...address,
    ...(renames ? { renames } : {}),
    template: templateOf({ name, ...resolved }, fresh.rendered, site),
  };
}

/** Without empty blocks: `web: {}` asks for the same as no `web`. Empty lists stay, they may mean "none". */
function filled(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([field, part]) => [field, filled(part)] as const);
  return Object.fromEntries(
    fields.filter(([, part]) => part !== undefined && !(isRecord(part) && Object.keys(part).length === 0)),
  );
}
