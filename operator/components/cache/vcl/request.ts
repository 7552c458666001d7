import type { Site } from '../../component.ts';
import { cookieRule } from './cookies.ts';
import { webSockets } from './fetch.ts';
import { identities, insignificant, named } from './headers.ts';
import { denied, matchesPath, parameter, passed, rulePath, target } from './paths.ts';
import { literal, oneOf, parameters, quoted } from './patterns.ts';
import { toCanonicalHost, toHTTPS } from './redirects.ts';
import { askedAgain, stores } from './renewal.ts';
import { robotsRequest } from './robots.ts';

/** What happens to a request: `vcl_recv`, section by section, and what depends on it. Varnish's built-in VCL comes after. */

export const healthPath = '/.hostedsite/varnish-health';

export function receive(site: Site): string {
  const sections = [
    ...(stores(site) ? [askedAgain(site)] : []),
    health,
    target,
    knownMethods,
    host,
    readableRange,
    robotsRequest(site),
    toHTTPS(site),
    forwarded,
    toCanonicalHost(site),
    rulePath([...denied(site), ...passed(site)]),
    deniedPaths(site),
    webSockets(site),
    ...(site.cache.mode === 'Pass' ? ['    return (pass);'] : lookedUp(site)),
  ];
  return `sub vcl_recv {\n${sections.filter((section) => section !== '').join('\n\n')}\n}`;
}

function lookedUp(site: Site): string[] {
  return [
    methods,
    foreignHosts(site),
    credentials,
    passPaths(site),
    cookieRule(site),
    representation,
    unknownHeaders,
    ignoredParameters(site),
    settled,
  ];
}

export const health = `    # The probes of the pod. It says that the cache answers, and nothing of the application.
    if (req.url == ${quoted(healthPath)}) {
        return (synth(200));
    }`;

/** Of the registries of HTTP and WebDAV, but for those that are for proxies, for caches or for nobody. */
const registered =
  'ACL|BASELINE-CONTROL|BIND|CHECKIN|CHECKOUT|COPY|DELETE|LABEL|LINK|LOCK|MERGE|MKACTIVITY|MKCALENDAR|MKCOL|MKREDIRECTREF|' +
  'MKWORKSPACE|MOVE|OPTIONS|ORDERPATCH|PATCH|POST|PROPFIND|PROPPATCH|PUT|QUERY|REBIND|REPORT|SEARCH|UNBIND|UNCHECKOUT|UNLINK|' +
  'UNLOCK|UPDATE|UPDATEREDIRECTREF|VERSION-CONTROL';

export const knownMethods = `    if (req.method != "GET" && req.method != "HEAD" && req.method !~ "^(?:${registered})$") {
        if (req.method ~ "^(?:CONNECT|TRACE|PRI|PURGE|BAN)$") {
            return (synth(405));
        }
        return (synth(501));
    }`;

/** Several parts, and what is no part: a server may answer with the whole, and Varnish answers with an error. */
export const readableRange = `    # One part of a file is asked for as such; more than one, and what nobody can read, as the whole.
    if (req.http.Range && req.http.Range !~ "^bytes=(?:[0-9]+-[0-9]*|-[0-9]+)$") {
        unset req.http.Range;
    }`;

/** Letters, digits and hyphens between dots, 253 characters at most; or an address of version 6. */
const hostName =
  '^(?:(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:[.][a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\\[[0-9a-f:.]+\\])$';

export const host = `    # Host is part of what a page is found by: one host is written in one way.
    set req.http.host = regsub(req.http.host.lower(), "[.]?(?::[0-9]*)?$", "");
    if (req.http.host !~ ${quoted(hostName)}) {
        return (synth(400));
    }`;

/** Until the last pod of the release before has gone, a site that is renamed is asked for by the name that this VCL does not know. */
function foreignHosts({ hosts }: Site): string {
  return `    # Pages are stored for the hosts of the site alone.
    if (req.http.host !~ ${quoted(`^${oneOf(hosts.map(literal))}$`)}) {
        return (pass);
    }`;
}

const forwarded = `    # Part of what a page is found by, see vcl_hash: it has two values.
    if (req.http.X-Forwarded-Proto ~ "(?i)^https") {
        set req.http.X-Forwarded-Proto = "https";
    } else {
        set req.http.X-Forwarded-Proto = "http";
    }
    # Headers of our own, see below; nobody else's.
    unset req.http.X-HostedSite-Unknown;
    unset req.http.X-HostedSite-Marked;
    unset req.http.X-HostedSite-Chunked;
    if (req.http.Transfer-Encoding) {
        set req.http.X-HostedSite-Chunked = "1";
    }`;

function deniedPaths(site: Site): string {
  const patterns = denied(site);
  if (patterns.length === 0) return '';
  return `    if (${matchesPath(patterns)}) {
        return (synth(403));
    }`;
}

const methods = `    # Never piped, as the built-in VCL would do with methods that it does not know. The answer to a body is for who sent it.
    if ((req.method != "GET" && req.method != "HEAD") || req.http.Content-Length ~ "[1-9]" || req.http.Transfer-Encoding) {
        return (pass);
    }`;

const credentials = `    if (${identities.map((name) => `req.http.${name}`).join(' ||\n        ')}) {
        return (pass);
    }`;

function passPaths(site: Site): string {
  const patterns = passed(site);
  const parameterNames = site.preset.passParameters ?? [];
  const conditions = [
    ...(patterns.length === 0 ? [] : [matchesPath(patterns)]),
    ...(parameterNames.length === 0
      ? []
      : [`req.url ~ ${quoted(`(?i)${oneOf(parameterNames.map(parameter))}`)}`]),
  ];
  if (conditions.length === 0) return '';
  return `    if (${conditions.join(' ||\n        ')}) {
        return (pass);
    }`;
}

/** What browsers ask for when they load a page or a part of it, and programs that take what there is. */
const usual =
  '(?i)^(?:\\s*(?:[*]/[*]|(?:audio|font|image|video)/[a-z0-9.*+-]+|text/(?:[*]|css|html|javascript|xml)|' +
  'application/(?:(?:atom|rdf|rss|xhtml)[+]xml|javascript|signed-exchange|xml))\\s*(?:;[^,]*)?(?:,|$))+$';

const representation = `    # Who asks for data, a stream or a part of a page is not to be given the page, nor others what he is given.
    if (req.http.Accept && req.http.Accept !~ ${quoted(usual)}) {
        return (pass);
    }
    if (req.http.Origin && req.http.Origin != req.http.X-Forwarded-Proto + "://" + req.http.host) {
        return (pass);
    }`;

/** Where a browser says that it loads one of these by itself, no script can have added a header. */
const loaded = 'audio|document|font|frame|iframe|image|manifest|script|style|track|video';

const unknownHeaders = `    # A header that nobody knows may ask for another page. Until the application is asked, it bears another name.
    if (req.http.Sec-Fetch-Dest !~ "^(?:${loaded})$") {
        header.regsub(req, ${quoted(`(?i)^(?!${named(insignificant)})`)}, "X-HostedSite-Unknown: ");
        if (req.http.X-HostedSite-Unknown) {
            return (pass);
        }
    } else {
        # An application's own browser on a telephone adds this one to each page.
        unset req.http.X-Requested-With;
    }
    # As the application is told it: a Vary that names it is about this.
    std.collect(req.http.X-Forwarded-Host);
    if (req.http.X-Forwarded-Host != req.http.host) {
        unset req.http.X-Forwarded-Host;
    }`;

function ignoredParameters({ cache: { ignoreQueryParameters } }: Site): string {
  if (ignoreQueryParameters.length === 0) return '';
  const pattern = quoted(parameters(ignoreQueryParameters));
  return `    # In the query alone: a path has no parameters, and what rules have looked at stays as it is.
    if (req.url ~ ${pattern} && req.url ~ "[?]") {
        set req.url = regsub(req.url, "[?].*", "") +
            regsub(regsuball(regsub(req.url, "^[^?]*", ""), ${pattern}, "\\1"), "[?&]$", "");
    }`;
}

/** A region makes another language of these two only; of all others it would only multiply pages. */
const language = '^\\s*((?:pt|zh)-[a-z]{2,4}|[a-z]{2,3})?.*$';

const settled = `    # What the application may make a page of has few values, and a page is stored for each: see vcl_hash.
    if (req.http.Accept ~ "(?i)text/html") {
        set req.http.Accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    } else {
        set req.http.Accept = "*/*";
    }
    if (req.http.Accept-Language) {
        set req.http.Accept-Language = regsub(req.http.Accept-Language.lower(), ${quoted(language)}, "\\1");
        if (req.http.Accept-Language == "") {
            unset req.http.Accept-Language;
        }
    }
    # One for all: a page would be stored for each browser's version.
    set req.http.User-Agent = "Mozilla/5.0";
    unset req.http.Origin;`;

/** A site may answer differently over https: with other links, or without the redirect to it. */
export const found = `sub vcl_hash {
    hash_data(req.http.X-Forwarded-Proto);
    hash_data(req.http.Accept);
    hash_data(req.http.Accept-Language);
}`;
