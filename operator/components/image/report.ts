import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Released, Report, Revision, Site } from '../component.ts';
import { podTrouble, troubleReport } from '../pod/pod-trouble.ts';
import { hasFailed, madeAt, podOf, spentAt } from './pod.ts';

export function report(site: Site, seen: Observed, { revision, state }: Released): Report {
  if (state.is !== 'resolving') return known(revision);
  const found = podOf(site, seen, state.desired);
  const meanwhile = revision.name === state.desired.name ? '' : '; what ran before runs on';
  if (found === undefined) return resolving(meanwhile);
  const reported = hasFailed(found) ? again(found, meanwhile) : underWay(found, seen, meanwhile);
  return withDeadline(reported, found, { site, seen });
}

function known({ image, resolvedImage }: Revision): Report {
  const message =
    resolvedImage === undefined
      ? `The release runs ${image}, whatever its registry gives under this name.`
      : `The release runs ${resolvedImage}.`;
  return { ready: { status: 'True', reason: 'Resolved', message } };
}

function underWay(found: Manifest, seen: Observed, meanwhile: string): Report {
  const trouble = podTrouble([found], seen);
  return trouble === undefined ? resolving(meanwhile) : troubleReport(trouble);
}

/** Why Kubernetes ended it is one word, such as Evicted. */
function again(found: Manifest, meanwhile: string): Report {
  const { reason = 'without a reason' } = (found as Manifest & Pod).status ?? {};
  const report = resolving(meanwhile, ` The pod that pulls it ended (${reason}); another one is made.`);
  return { ...report, recheckAt: spentAt(found) };
}

/** `meanwhile`: a first release has none before it. */
function resolving(meanwhile: string, more = ''): Report {
  const message = `The image is pulled, to know which content its tag has${meanwhile}.${more}`;
  return { ready: { status: 'Unknown', reason: 'Resolving', message } };
}

/** The time that the image takes is the release's: one that cannot be had ends as one that does not come up. */
function withDeadline(
  reported: Report,
  found: Manifest,
  { site, seen }: { site: Site; seen: Observed },
): Report {
  const seconds = site.rollout.progressDeadlineSeconds;
  const deadline = madeAt(found) + seconds * 1000;
  if (seen.now.getTime() >= deadline) {
    const failure = `${site.image} was not ready within ${seconds} seconds. ${reported.ready.message}`;
    return { ...reported, failure };
  }
  return { ...reported, recheckAt: new Date(Math.min(deadline, reported.recheckAt?.getTime() ?? deadline)) };
}
