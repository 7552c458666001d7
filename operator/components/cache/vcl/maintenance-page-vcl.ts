import type { Site } from '../../component.ts';
import { maintenancePageCause } from '../../maintenance-page.ts';
import type { Cause } from '../../maintenance-page.ts';
import { quoted } from './patterns.ts';
import { piped, webSockets } from './fetch.ts';
import { target } from './paths.ts';
import { health, host, knownMethods, readableRange } from './request.ts';
import { failed, informational } from './response.ts';
import { robots } from './robots.ts';
import { acl, visitor } from './visitor.ts';

/** Seconds: when search engines and browsers may ask again. */
const retryAfter = 300;

const pages: Record<Cause, { title: string; text: string }> = {
  Maintenance: {
    title: 'Maintenance',
    text: 'This site is being worked on and will be back soon. Please try again later.',
  },
  ScaledToZero: {
    title: 'Switched off',
    text: 'This site is switched off at the moment. Please try again later.',
  },
};

/**
 * What the maintenance page of a site runs. `address` is that of the site's own Service; without one, or when nobody
 * is let through, there is nothing behind it.
 */
export function maintenancePageVcl(site: Site, address: string | undefined): string {
  const { allowFrom = [] } = site.route.maintenance ?? {};
  const isOpen = allowFrom.length > 0 && address !== undefined;
  const parts = [
    `vcl 4.1;\n\n# Generated from the HostedSite.\n${isOpen ? 'import header;\n' : ''}import std;`,
    isOpen ? backend(site, address) : 'backend default none;',
    ...(isOpen ? [acl('let_through', allowFrom), visitor(site, 'req')] : []),
    receive(site, isOpen),
    ...(isOpen ? [piped(site), fetched, failed()] : []),
    delivered(site),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const fetched = `sub vcl_backend_fetch {
    # The built-in VCL would drop the body of a GET.
    return (fetch);
}

sub vcl_backend_response {
${informational}
}`;

function backend({ web }: Site, address: string): string {
  return `backend site {
    .host = ${quoted(address)};
    .port = "80";
    .connect_timeout = 1s;
    .first_byte_timeout = 300s;
    .between_bytes_timeout = ${web.idleTimeoutSeconds}s;
}`;
}

function receive(site: Site, isOpen: boolean): string {
  const sections = [
    health,
    target,
    knownMethods,
    host,
    ...(isOpen ? [readableRange] : []),
    ...(isOpen ? [letThrough(site)] : []),
    '    return (synth(503));',
  ];
  return `sub vcl_recv {\n${sections.join('\n\n')}\n}`;
}

function letThrough(site: Site): string {
  const sockets = webSockets(site).replaceAll(/^/gm, '    ');
  return `    call hostedsite_visitor;
    if (std.ip(req.http.X-Forwarded-For, "0.0.0.0", resolve = false) ~ let_through) {
${sockets === '' ? '' : `${sockets}\n`}        return (pass);
    }`;
}

function delivered(site: Site): string {
  const { title, text } = pages[maintenancePageCause(site) ?? 'Maintenance'];
  return `sub vcl_deliver {
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    unset resp.http.X-Varnish;${robots(site)}
    if (resp.status == 503) {
        set resp.http.Content-Type = "text/html; charset=utf-8";
        set resp.http.Retry-After = "${retryAfter}";
        set resp.body = {"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
"};
    } else {
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        set resp.body = "" + resp.status + {"
"};
    }
    return (deliver);
}`;
}
