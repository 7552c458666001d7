import type { Site } from '../component.ts';
import { toCanonicalHost, toHTTPS } from './redirects.ts';
import { askedAgain, stores } from './renewal.ts';
import { robotsRequest } from './robots.ts';
import { below, cookieName, cookies, oneOf, parameters, quoted, wholeCookies } from './patterns.ts';

/** What happens to a request: `vcl_recv`, section by section, and what depends on it. Varnish's built-in VCL comes after. */

export const healthPath = '/.hostedsite/varnish-health';

export function receive(site: Site): string {
  const sections = [
    ...(stores(site) ? [askedAgain(site)] : []),
    health,
    target,
    host,
    robotsRequest(site),
    toHTTPS(site),
    forwarded,
    toCanonicalHost(site),
    denied(site),
    webSockets(site),
    methods,
    ...(site.cache.mode === 'Pass' ? ['    return (pass);'] : lookedUp(site)),
  ];
  return `sub vcl_recv {\n${sections.filter((section) => section !== '').join('\n\n')}\n}`;
}

function lookedUp(site: Site): string[] {
  return [credentials, passPaths(site), cookieRule(site), ignoredParameters(site)];
}

export const health = `    # The probes of the pod. It says that the cache answers, and nothing of the application.
    if (req.url == ${quoted(healthPath)}) {
        return (synth(200));
    }`;

export const target = `    # A target that is no path would be read by the application in another way than here.
    if (req.url !~ "^/") {
        return (synth(400));
    }
    if (req.method ~ "^(?:CONNECT|TRACE|PRI|PURGE|BAN)$") {
        return (synth(405));
    }`;

export const host = `    # Host is part of what a page is found by: one host is written in one way.
    if (req.http.host) {
        set req.http.host = regsub(req.http.host.lower(), "\\.?(?::[0-9]*)?$", "");
        if (req.http.host !~ "^(?:[a-z0-9_.-]+|\\[[0-9a-f:.]+\\])$") {
            return (synth(400));
        }
    }`;

/** Headers that frameworks make addresses of. Nobody finds a page by them, so they would poison what is stored. */
const untrusted = [
  'Forwarded',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Scheme',
  'X-Forwarded-Server',
  'X-Forwarded-Ssl',
  'X-Host',
  'X-Original-Host',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Url-Scheme',
];

const forwarded = `    # Nobody finds a page by these, so they may not change it. Proxy would become HTTP_PROXY in a CGI.
    unset req.http.Proxy;
${untrusted.map((name) => `    unset req.http.${name};`).join('\n')}
    std.collect(req.http.X-Forwarded-Host);
    if (req.http.X-Forwarded-Host != req.http.host) {
        unset req.http.X-Forwarded-Host;
    }
    # Part of what a page is found by, see vcl_hash: it has two values.
    if (req.http.X-Forwarded-Proto ~ "(?i)^https") {
        set req.http.X-Forwarded-Proto = "https";
    } else {
        set req.http.X-Forwarded-Proto = "http";
    }`;

/** The path alone, with repeated slashes as one, which is how a file is found. */
const path = 'regsub(regsuball(req.url, "//+", "/"), "[?].*", "")';

/** Nobody writes letters, digits or dots as %XX, or /../, but to get past the rule that follows. */
const disguised = '"(?i)^[^?]*(?:%(?:2e|3[0-9]|[46][1-9a-f]|[57][0-9a])|/[.]{1,2}(?:/|[?]|$))"';

function denied({ preset: { deniedPaths } }: Site): string {
  if (deniedPaths.length === 0) return '';
  return `    if (req.url ~ ${disguised}) {
        return (synth(400));
    }
    if (${path} ~ ${quoted(`^${oneOf(deniedPaths)}`)}) {
        return (synth(403));
    }`;
}

export function webSockets({ preset }: Site): string {
  if (preset.webSockets !== true) return '';
  return `    if (req.method == "GET" && req.http.Upgrade ~ "(?i)^websocket$") {
        return (pipe);
    }`;
}

const methods = `    # Never piped, as the built-in VCL would do with methods that it does not know.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    unset req.http.X-HTTP-Method;
    unset req.http.X-HTTP-Method-Override;
    unset req.http.X-Method-Override;`;

/** Who asks, in words that applications and the gateways before them use. Their answers are for that person alone. */
const identities = [
  'Authorization',
  'X-Access-Token',
  'X-Api-Key',
  'X-Auth-Request-User',
  'X-Auth-Token',
  'X-CSRF-Token',
  'X-Forwarded-Client-Cert',
  'X-Forwarded-Tls-Client-Cert',
  'X-Forwarded-Tls-Client-Cert-Info',
  'X-Forwarded-User',
  'X-Remote-User',
  'X-WP-Nonce',
];

const credentials = `    if (${identities.map((name) => `req.http.${name}`).join(' ||\n        ')}) {
        return (pass);
    }`;

function passPaths({ preset, cache }: Site): string {
  const patterns = [...preset.passPaths, ...cache.passPaths.map(below)];
  if (patterns.length === 0) return '';
  const conditions = portions(patterns).map((some) => `${path} ~ ${quoted(`(?i)^${oneOf(some)}`)}`);
  return `    if (${conditions.join(' ||\n        ')}) {
        return (pass);
    }`;
}

/** PCRE compiles 64 KiB at most, and as many long paths as a site may have are more. */
const longest = 16_384;

function portions(patterns: readonly string[]): string[][] {
  return patterns.reduce<string[][]>((all, pattern) => {
    const last = all.at(-1) ?? [];
    if (last.length === 0 || last.join('|').length + pattern.length < longest) {
      return [...all.slice(0, -1), [...last, pattern]];
    }
    return [...all, [pattern]];
  }, []);
}

/**
 * Cookies that scripts in the browser set for themselves, and no application reads. Exact, because frameworks name sessions
 * after the application: `_gallery_session` is none of these.
 */
const analytics = [
  '_ga(?:_[A-Z0-9]+)?',
  '_gid',
  '_gat(?:_(?:gtag_)?UA[-_0-9]+)?',
  '_gcl_(?:au|aw|dc|gs)',
  '__utm[abctvxz]{1,2}',
  '_fb[cp]',
  '_hj(?:id|[A-Z][A-Za-z]*(?:_[0-9]+)?)',
  '_pk_(?:id|ses|ref|cvar|hsr)[.][.0-9a-f]+',
  '_cl[cs]k',
  '_uet[sv]id(?:_exp)?',
];

function cookieRule({ preset, cache }: Site): string {
  const kept = [...preset.passCookies, ...cache.keepCookies.map(cookieName)];
  const rest = `regsuball(";" + req.http.Cookie, ${quoted(wholeCookies(analytics))}, "")`;
  const pass = `        if (${rest} ~ ${quoted(cookies(kept))}) {
            return (pass);
        }
`;
  return `    # Several headers as one: a session may stand in the second.
    std.collect(req.http.Cookie, "; ");
    if (req.http.Cookie) {
${kept.length === 0 ? '' : pass}        unset req.http.Cookie;
    }`;
}

function ignoredParameters({ cache: { ignoreQueryParameters } }: Site): string {
  if (ignoreQueryParameters.length === 0) return '';
  const pattern = quoted(parameters(ignoreQueryParameters));
  return `    if (req.url ~ ${pattern}) {
        set req.url = regsub(regsuball(req.url, ${pattern}, "\\1"), "[?&]$", "");
    }`;
}

/** A site may answer differently over https: with other links, or without the redirect to it. */
export const found = `sub vcl_hash {
    hash_data(req.http.X-Forwarded-Proto);
}`;

export function piped({ preset }: Site): string {
  if (preset.webSockets !== true) return '';
  return `sub vcl_pipe {
    set bereq.http.Upgrade = req.http.Upgrade;
    set bereq.http.Connection = "Upgrade";
}`;
}
