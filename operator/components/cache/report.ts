import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Released, Report, Site } from '../component.ts';
import { podTrouble, podsOf, troubleReport } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';

/** Of the pods that run the wanted release: whether the cache in each of them answers. */
export function report(site: Site, seen: Observed, { revision }: Released): Report {
  const labels = { ...selector(site, 'web'), 'hostedsite.dev/revision': revision.name };
  const pods = podsOf(seen, labels)
    .map((pod) => pod as Manifest & Pod)
    .filter(isAlive);
  const trouble = podTrouble(pods, seen, 'varnish');
  if (trouble !== undefined && trouble.reason !== 'Unschedulable') return troubleReport(trouble);
  if (site.replicas === 0) {
    const message = 'The site has no replicas, as its spec wants, and so no cache.';
    return { ready: { status: 'True', reason: 'ScaledToZero', message } };
  }
  if (pods.length > 0 && pods.every(answers)) {
    return { ready: { status: 'True', reason: 'Serving', message: words(site) } };
  }
  return { ready: { status: 'Unknown', reason: 'Starting', message: 'The cache starts with its pods.' } };
}

function isAlive({ metadata, status }: Manifest & Pod): boolean {
  const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return metadata.deletionTimestamp === undefined && !hasEnded;
}

function answers({ status }: Manifest & Pod): boolean {
  return status?.initContainerStatuses?.some(({ name, ready }) => name === 'varnish' && ready) ?? false;
}

function words({ cache: { mode } }: Site): string {
  if (mode === 'Pass')
    return 'The cache in every pod answers, and passes every request on to the application.';
  return 'The cache in every pod answers.';
}
