import type { Site } from '../../component.ts';
import { allowed, named, overrides, unknownVary, unsettledVary, untrusted } from './headers.ts';
import { quoted } from './patterns.ts';
import { renewedForAll, renewing, stores } from './renewal.ts';
import { visitor } from './visitor.ts';

/** What the application is asked, and what it learns of the visitor. What is removed is removed here: a stored page is spared it. */

export function asked(site: Site): string {
  return `${visitor(site, 'bereq')}

sub hostedsite_told {
    call hostedsite_visitor;
    std.collect(bereq.http.X-Forwarded-Host);
    if (bereq.http.X-Forwarded-Host != bereq.http.host) {
        unset bereq.http.X-Forwarded-Host;
    }
}

sub vcl_backend_fetch {
${stores(site) ? `${renewing}\n\n` : ''}    # A kept connection may have been closed by the application a moment ago. A GET is then asked again; what changes
    # something is never sent twice, so it goes on a new connection. So does HEAD: an application that answers it with a
    # body would leave that to the next request on the connection. Varnish shows how a body is framed only while it receives.
    if (bereq.method != "GET" || bereq.http.Content-Length || bereq.http.X-HostedSite-Chunked) {
        set bereq.backend = application_once;
        set bereq.http.Connection = "close";
    } elseif (bereq.uncacheable || bereq.http.X-HostedSite-Marked) {
        set bereq.backend = application_passed;
    }
    header.regsub(bereq, "(?i)^X-HostedSite-Unknown: ", "");
${without(untrustedLine, 'bereq')}
    call hostedsite_told;
${stores(site) ? `${renewedForAll}\n` : ''}    if (bereq.method == "GET" || bereq.method == "HEAD") {
${without(`^${named(overrides)}`, 'bereq', 8)}
    }
    # Made from what it is found by, and from nothing else.
    if (!bereq.uncacheable) {
${without(`^(?!${named(allowed)})`, 'bereq', 8)}
    }
    # The built-in VCL would drop the body of a GET.
    return (fetch);
}

sub hostedsite_shown {
    # Made from what the application was not shown: who comes next is passed on to it with what else he says.
    if (beresp.http.Vary ~ ${quoted(unsettledVary)}) {
        # The mark for it must be found by everybody, whatever the answer depends on.
        set beresp.http.X-HostedSite-Vary = beresp.http.Vary;
        unset beresp.http.Vary;
        return (pass(120s));
    }
    # Headers that nobody knows: the application was shown none, so all of them have made this one page.
    if (beresp.http.Vary ~ ${quoted(unknownVary)}) {
        set beresp.http.X-HostedSite-Vary = beresp.http.Vary;
        set beresp.http.Vary = regsub(regsuball(beresp.http.Vary, ${quoted(unknownVary)}, ""), "^,", "");
        if (beresp.http.Vary == "") {
            unset beresp.http.Vary;
        }
    }
}`;
}

/** To a CGI, X_Forwarded_For is the same variable as X-Forwarded-For: names with underscores lie. */
const untrustedLine = `^(?:[^:]*_[^:]*:|X-HostedSite-[^:]*:|${named(untrusted)})`;

/** Takes out each line of the header that begins like this. */
function without(beginning: string, request: 'req' | 'bereq', indent = 4): string {
  return `    header.regsub(${request}, ${quoted(`(?i)${beginning}.*$`)}, "X-HostedSite-No: 1");
    unset ${request}.http.X-HostedSite-No;`.replaceAll(/^ {4}/gm, ' '.repeat(indent));
}

/** Without a body, and only what a WebSocket begins with. What is no upgrade to the application ends with its answer: see `piped`. */
export function webSockets({ preset }: Site): string {
  if (preset.webSockets !== true) return '';
  return `    if (req.http.Upgrade ~ "(?i)^websocket$" && req.method == "GET" && req.http.Sec-WebSocket-Key &&
        req.http.Sec-WebSocket-Version && !req.http.Content-Length && !req.http.Transfer-Encoding) {
${without(untrustedLine, 'req', 8)}
${without(`^${named(overrides)}`, 'req', 8)}
        return (pipe);
    }`;
}

/**
 * A pipe is bytes that nobody looks at. An application that does not upgrade must close after its answer, or the next request
 * would reach it as the visitor wrote it.
 */
export function piped({ preset }: Site, reported = ''): string {
  if (preset.webSockets !== true) return '';
  return `sub vcl_pipe {
${reported}    set bereq.http.Upgrade = req.http.Upgrade;
    set bereq.http.Connection = "Upgrade, close";
}`;
}
