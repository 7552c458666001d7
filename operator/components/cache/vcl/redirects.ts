import type { Site } from '../../component.ts';
import { quoted } from './patterns.ts';

/**
 * Redirects of whole hosts. One after the other, first to https: a browser that is to know that a host is always asked
 * over https (HSTS) must have met that host over https.
 */

/** Who proves to a certificate authority that the host is his is asked over http, and by its own name. */
const proof = 'req.url !~ "^/[.]well-known/acme-challenge/"';

/**
 * As the ingress controller says; before `forwarded` in request.ts makes one of two values of it. Who comes from inside
 * of the cluster comes without a controller, and is sent nowhere.
 */
export function toHTTPS({ route }: Site): string {
  if (!route.redirectToHTTPS) return '';
  return `    if (req.http.host && req.http.X-Forwarded-Proto ~ "(?i)^http$" && ${proof}) {
        set req.http.X-HostedSite-Location = "https://" + req.http.host + req.url;
        call hostedsite_redirect;
    }`;
}

/** Only the hosts of the site: who asks by an address, or by the name of a Service, means this very pod. */
export function toCanonicalHost(site: Site): string {
  const [canonical = '', ...others] = site.hosts;
  if (!redirectsHosts(site)) return '';
  const isOther = others.map((host) => `req.http.host == ${quoted(host)}`).join(' ||\n         ');
  return `    if ((${isOther}) &&
        ${proof}) {
        set req.http.X-HostedSite-Location = req.http.X-Forwarded-Proto + ${quoted(`://${canonical}`)} + req.url;
        call hostedsite_redirect;
    }`;
}

function redirectsHosts({ route, hosts }: Site): boolean {
  return route.redirectToCanonicalHost && hosts.length > 1;
}

function redirects(site: Site): boolean {
  return site.route.redirectToHTTPS || redirectsHosts(site);
}

export function redirect(site: Site): string {
  if (!redirects(site)) return '';
  return `sub hostedsite_redirect {
    if (req.method == "GET" || req.method == "HEAD") {
        return (synth(301));
    }
    # With 301, browsers would ask by GET and leave out what was sent.
    return (synth(308, "Permanent Redirect"));
}`;
}

/** Search engines take it for permanent; browsers do not keep it (no-store), so it can be taken back. */
export function location(site: Site): string {
  if (!redirects(site)) return '';
  return `    if (resp.status == 301 || resp.status == 308) {
        set resp.http.Location = req.http.X-HostedSite-Location;
    }
`;
}
