import type { Component, ComponentCondition, Observed, Owned, Released, Report, Site } from '../component.ts';
import { live } from '../live.ts';
import { managed } from '../rights.ts';
import { leadsBackAt } from '../maintenance-page.ts';
import { certificate, pendingCertificate } from './certificate.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { taken } from './gateways.ts';
import { handover } from './handover.ts';
import { httpRoutes } from './http-route.ts';
import { hostsChangeAt, publishedHosts, waitingHosts } from './hosts.ts';
import { ingress, publishedTls, tlsSecret, ingressClass } from './ingress.ts';
import { unserved } from './served.ts';
import { refusals } from './refusals.ts';
import { maintenancePageReport } from './maintenance-page.ts';
import { resolve } from './resolve.ts';
import { routeSpec } from './spec.ts';
import type { RouteSpec } from './spec.ts';
import { words } from './words.ts';

const declared = { condition, reasons };

export const route: Component<typeof declared> = {
  name: 'route',
  ...declared,
  rights: managed('Ingress', 'HTTPRoute', 'Certificate'),
  fields: { route: routeSpec },
  words,
  resolve,
  effective,
  hidden,
  inputs,
  enabled: () => true,
  refusals,
  manifests,
  report,
};

function manifests(site: Site, seen: Observed, all: Released): Owned[] {
  const hosts = publishedHosts(site, seen, all);
  return [...desired(site, seen, all), ...handover(site, seen, hosts).kept];
}

function desired(site: Site, seen: Observed, all: Released): Owned[] {
  const hosts = publishedHosts(site, seen, all);
  if (site.route.parentRefs !== undefined) return httpRoutes(site, seen, hosts);
  // Those that wait need theirs when they are published; while a release is taken back, nobody knows whether they lead here.
  const certified = all.state.is !== 'rolledBack' ? [...new Set([...site.hosts, ...hosts])] : hosts;
  return [...[certificate(site, certified)].filter(isDefined), ingress(site, seen, hosts)];
}

function report(site: Site, seen: Observed, all: Released): Report {
  const hosts = publishedHosts(site, seen, all);
  const { stalled, ...ready } = judged(site, seen, all);
  const reported = ready.status === 'True' ? maintenancePageReport(site, seen) : undefined;
  const times = [
    reported?.recheckAt,
    handover(site, seen, hosts).until,
    leadsBackAt(site, seen),
    seen.look?.lookAgainAt,
    areSettled(site, hosts) ? undefined : hostsChangeAt(site, seen),
  ];
  const soonest = Math.min(...times.flatMap((at) => at?.getTime() ?? []));
  return {
    ...(reported ?? { ready, ...(stalled === undefined ? {} : { stalled }) }),
    ...(Number.isFinite(soonest) ? { recheckAt: new Date(soonest) } : {}),
    status: { urls: hosts.map((host) => `${schemeOf(site, seen)}://${host}/`) },
  };
}

/** Where TLS is the affair of a Gateway, or of a proxy before the controller, only who sends visitors to HTTPS says that it is there. */
function schemeOf(site: Site, seen: Observed): 'http' | 'https' {
  const { tls, redirectToHTTPS } = site.route;
  const isThere = tls === undefined ? redirectToHTTPS : publishedTls(site, seen) !== undefined;
  return isThere ? 'https' : 'http';
}

function areSettled(site: Site, hosts: readonly string[]): boolean {
  return hosts.length === site.hosts.length && hosts.every((host) => site.hosts.includes(host));
}

type Judgement = ComponentCondition & { stalled?: boolean };

function judged(site: Site, seen: Observed, all: Released): Judgement {
  const written = judgedAsWritten(site, seen, publishedHosts(site, seen, all));
  return written.status === 'True' && waitingHosts(site, seen, all).length > 0 ? waiting : written;
}

function judgedAsWritten(site: Site, seen: Observed, hosts: readonly string[]): Judgement {
  const { parentRefs } = site.route;
  if (parentRefs !== undefined) return taken(site, seen, httpRoutes(site, seen, hosts));
  if (!areRulesWritten(site, seen, hosts)) return progressing;
  const pending = pendingCertificate(site, seen);
  if (pending !== undefined) return pending;
  if (publishedTls(site, seen) !== tlsSecret(site, seen)) return progressing;
  return (
    unserved(site, seen) ?? (seen.ingressClasses === undefined ? publishedUnseen(site, seen) : published)
  );
}

const published: ComponentCondition = {
  status: 'True',
  reason: 'Published',
  message: 'The rules for the hosts are written.',
};

/** Whether somebody serves the Ingress shows nowhere else, so it is not said that nothing is wrong with the class. */
function publishedUnseen(site: Site, seen: Observed): ComponentCondition {
  const className = ingressClass(site, seen);
  const what =
    className === undefined
      ? 'The Ingress has no class, and whether the cluster has a default one'
      : `Whether the cluster has the IngressClass ${className}`;
  const unseen = `${what} cannot be seen: the operator is limited to namespaces.`;
  return { ...published, message: `${published.message} ${unseen}` };
}

const progressing: ComponentCondition = {
  status: 'Unknown',
  reason: 'Progressing',
  message: 'The rules for the hosts are being written.',
};

const waiting: ComponentCondition = {
  status: 'Unknown',
  reason: 'RollingOut',
  message: 'New hosts are published when every pod knows them.',
};

/** What an Ingress controller makes of the rules shows in no field that all of them write. */
function areRulesWritten(site: Site, seen: Observed, hosts: readonly string[]): boolean {
  const written = new Set(live(seen, 'Ingress', site.name)?.spec?.rules?.map(({ host }) => host));
  return hosts.every((host) => written.has(host));
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** What the edge and the application are told; the rest is the route's alone. */
function inputs({ route: written, hosts }: { route?: RouteSpec; hosts: readonly string[] }): object {
  return {
    route: written && {
      redirectToHTTPS: written.redirectToHTTPS,
      redirectToCanonicalHost: written.redirectToCanonicalHost,
      trustedProxies: written.trustedProxies,
    },
    hosts: written?.redirectToCanonicalHost === true ? hosts : undefined,
  };
}
