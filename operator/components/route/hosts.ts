import type { Manifest, Observed, Released, Site } from '../component.ts';
import { toldHosts } from '../address.ts';
import { overAt } from '../pod/lost-node.ts';
import { podsOf } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';

type Running = Pick<Released, 'revision'>;

/**
 * The hosts to publish now. A new one waits until no pod is left that does not know it: that one would answer with another name,
 * for good. One that the spec drops stays as long as a pod knows it. So visitors meet a name only where it means the site. While
 * there is no pod, it is the names that the next ones will know: they are of the release that is to run.
 */
export function publishedHosts(site: Site, seen: Observed, { revision }: Running): string[] {
  const reported = toldHosts(seen);
  if (reported.length === 0) return [...site.hosts];
  const ofPods = hostsOfPods(site, seen);
  const known = ofPods.length === 0 ? [revision.hosts] : ofPods;
  const isKnown = (host: string) => known.every((hosts) => (hosts ?? reported).includes(host));
  const dropped = reported.filter((host) => !site.hosts.includes(host));
  return [
    ...site.hosts.filter((host) => reported.includes(host) || isKnown(host)),
    ...dropped.filter((host) => known.some((hosts) => (hosts ?? reported).includes(host))),
  ];
}

/** Of the spec's hosts those that wait. */
export function waitingHosts(site: Site, seen: Observed, running: Running): string[] {
  const published = new Set(publishedHosts(site, seen, running));
  return site.hosts.filter((host) => !published.has(host));
}

/** For each revision that a pod runs, one that ends too: the hosts it was told, or undefined when no one told it any. */
function hostsOfPods(site: Site, seen: Observed): (readonly string[] | undefined)[] {
  const pods = serving(site, seen);
  const names = new Set(pods.map(({ metadata }) => metadata.labels?.['hostedsite.dev/revision']));
  return [...names].map((name) => seen.revisions.find((one) => one.name === name)?.hosts);
}

/** When one of the pods that hosts wait for is over without anybody saying so: that of a lost node. */
export function hostsChangeAt(site: Site, seen: Observed): Date | undefined {
  const times = serving(site, seen).flatMap((pod) => overAt(pod)?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

function serving(site: Site, seen: Observed): Manifest[] {
  return podsOf(seen, selector(site, 'web')).filter((pod) => !hasEnded(pod) && !isOver(pod, seen));
}

function isOver(pod: Manifest, { now }: Observed): boolean {
  const end = overAt(pod);
  return end !== undefined && end <= now;
}

function hasEnded({ status }: Manifest): boolean {
  const { phase } = (status ?? {}) as { phase?: string };
  return phase === 'Succeeded' || phase === 'Failed';
}
