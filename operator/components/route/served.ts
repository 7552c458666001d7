import type { reasons } from './condition.ts';
import type { ComponentCondition, Finding, Observed, Site } from '../component.ts';
import { routeTarget } from '../route-target.ts';
import { asksForCertificate } from './certificate.ts';

/** Milliseconds that what was told stays while nobody answers. */
const memory = 15 * 60_000;
/** Milliseconds that something must be wrong before it is told: a controller takes a moment to load a Secret or a rule. */
const patience = 10_000;

/**
 * Whether visitors of the first host are served a certificate that is for it and valid now; undefined when they are, and when the
 * operator cannot see it. What was told stays until another look has an answer, also when the operator has just begun; that nobody
 * answers is none, for a while.
 */
export function unserved(site: Site, seen: Observed): ComponentCondition | undefined {
  const { look, now } = seen;
  if (look === undefined) return undefined;
  const { finding, since } = look;
  const lasts = now.getTime() - since.getTime();
  const before = toldBefore(seen);
  if (finding === undefined) return before === 'nothing' ? looking : troubleOf(before);
  if (finding === 'unreachable' && lasts < memory) return troubleOf(before);
  if (!isWrong(finding)) return undefined;
  if (lasts >= patience || troubleOf(before) !== undefined) return wrong(finding, site, seen);
  return before === 'nothing' ? looking : undefined;
}

const reason: keyof typeof reasons = 'CertificateNotServed';

type Before = 'nothing' | 'published' | ComponentCondition;

/** That it is published counts of this very spec only; what is wrong is wrong. */
function toldBefore({ site: { metadata, status } }: Observed): Before {
  const said = status?.conditions?.find(({ type }) => type === 'RouteReady');
  if (said?.reason === reason) return { status: 'False', reason, message: said.message };
  const isPublished = said?.status === 'True' && said.observedGeneration === metadata.generation;
  return isPublished ? 'published' : 'nothing';
}

function troubleOf(before: Before): ComponentCondition | undefined {
  return typeof before === 'string' ? undefined : before;
}

type Wrong = Exclude<Finding, 'valid' | 'unreachable'>;

function isWrong(finding: Finding): finding is Wrong {
  return finding !== 'valid' && finding !== 'unreachable';
}

const looking: ComponentCondition = {
  status: 'Unknown',
  reason: 'Progressing',
  message: 'The certificate that visitors of the hosts are served is being looked at.',
};

function wrong(finding: Wrong, site: Site, seen: Observed): ComponentCondition {
  const { host, secretName } = routeTarget(seen, site.name) ?? { host: site.hosts[0] ?? '', secretName: '' };
  const cause =
    finding === 'out-of-date' ? '' : `The Secret ${secretName} is missing, or has none for this host. `;
  const message = `${whatIsServed[finding](host)} ${cause}${wayOut(site, secretName)}`;
  return { status: 'False', reason, message };
}

const whatIsServed: Record<Wrong, (host: string) => string> = {
  none: (host) => `The ingress controller refuses visitors of https://${host}/: it has no certificate.`,
  'controllers-own': (host) =>
    `Visitors of https://${host}/ get a certificate of the ingress controller's own, which no browser trusts.`,
  'other-host': (host) => `Visitors of https://${host}/ get a certificate that is for other hosts.`,
  'out-of-date': (host) =>
    `Visitors of https://${host}/ get a certificate that is over, or is not valid yet.`,
};

function wayOut(site: Site, secretName: string): string {
  const { namespace } = site;
  if (asksForCertificate(site))
    return `kubectl describe certificate ${secretName} -n ${namespace} says what became of it.`;
  return `kubectl create secret tls ${secretName} -n ${namespace} --cert=<file> --key=<file> makes it; delete a wrong one before.`;
}
