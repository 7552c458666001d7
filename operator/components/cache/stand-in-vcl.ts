import type { Site } from '../component.ts';
import { standInCause } from '../stand-in.ts';
import type { Cause } from '../stand-in.ts';
import { quoted } from './patterns.ts';
import { health, host, piped, target, webSockets } from './request.ts';
import { failed, informational } from './response.ts';
import { robots } from './robots.ts';

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
 * What the stand-in of a site runs. `address` is that of the site's own Service; without one, or when nobody
 * is let through, there is nothing behind it.
 */
export function standInVcl(site: Site, address: string | undefined): string {
  const { allowFrom = [] } = site.route.maintenance ?? {};
  const isOpen = allowFrom.length > 0 && address !== undefined;
  const parts = [
    'vcl 4.1;\n\n# Generated from the HostedSite.\nimport std;',
    isOpen ? backend(site, address) : 'backend default none;',
    ...(isOpen ? [acl(allowFrom)] : []),
    receive(site, isOpen),
    ...(isOpen ? [piped(site), fetched, failed()] : []),
    delivered(site),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const fetched = `sub vcl_backend_response {
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

function acl(allowFrom: readonly string[]): string {
  return `acl let_through {\n${allowFrom.map((range) => `    ${entry(range)};`).join('\n')}\n}`;
}

/** The schema has refused what is no range; VCL would look a name up. */
function entry(range: string): string {
  const [, address = '', length = ''] = /^([0-9a-fA-F:.]+)\/([0-9]{1,3})$/.exec(range) ?? [];
  if (address === '') throw new Error(`${range} is no range of addresses`);
  return `${quoted(address)}/${length}`;
}

function receive(site: Site, isOpen: boolean): string {
  const sections = [health, target, host, ...(isOpen ? [letThrough(site)] : []), '    return (synth(503));'];
  return `sub vcl_recv {\n${sections.join('\n\n')}\n}`;
}

/**
 * The last entry of X-Forwarded-For is the one that this Varnish has added itself: the ingress controller's address.
 * The one before is what the controller has added: the visitor's. What stands before that, the visitor may have written.
 */
function letThrough(site: Site): string {
  const sockets = webSockets(site).replaceAll(/^/gm, '    ');
  return `    std.collect(req.http.X-Forwarded-For);
    set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "\\s*,[^,]*$", "");
    if (std.ip(regsub(req.http.X-Forwarded-For, "^.*[,\\s]", ""), "0.0.0.0", resolve = false) ~ let_through) {
${sockets === '' ? '' : `${sockets}\n`}        return (pass);
    }`;
}

function delivered(site: Site): string {
  const { title, text } = pages[standInCause(site) ?? 'Maintenance'];
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
