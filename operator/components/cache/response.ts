import type { Site } from '../component.ts';
import { bytes } from '../../api/quantity.ts';
import { location } from './redirects.ts';
import { robots, robotsAnswer } from './robots.ts';

/** What happens to an answer: whether it is stored and for how long, and what a visitor sees of it. */

/** Of the storage: one answer may not push out most of the others. */
const largestShare = 1 / 8;

/**
 * Varnish takes what is below 200 for the whole answer. The true one comes after it on the same connection, where the next
 * visitor's request would get it; an error closes the connection.
 */
export const informational = `    # The answer is still to come on this connection: nobody else may be given it.
    if (beresp.status < 200) {
        return (error(503, "Informational answer"));
    }`;

export function fetched({ cache }: Site): string {
  const largest = Math.floor(bytes(cache.memory) * largestShare);
  return `sub vcl_backend_response {
${informational}
    # A page that could not be renewed behind a visitor's back stays as it is.
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
    if (!bereq.uncacheable) {
        call hostedsite_shown;
        call hostedsite_store;
    }
}

sub hostedsite_store {
    # Not stored, and for a while not waited for either: the next visitors ask the application side by side.
    if (beresp.ttl <= 0s || beresp.status >= 500 || beresp.http.Set-Cookie || beresp.http.Vary ~ "[*]" ||
        beresp.http.Cache-Control ~ "(?i)private|no-store|no-cache" ||
        beresp.http.Surrogate-Control ~ "(?i)no-store" ||
        (beresp.http.Cache-Control !~ "(?i)max-?age" && beresp.http.Expires &&
         std.time(beresp.http.Expires, now) <= now) ||
        std.integer(beresp.http.Content-Length, 0) > ${largest} ||
        (beresp.status == 200 && !beresp.http.Content-Length &&
         beresp.http.Content-Type !~ "(?i)^(?:text/|application/(?:[a-z.-]+[+])?(?:json|xml|javascript))")) {
        set beresp.uncacheable = true;
        set beresp.ttl = 30s;
        return (deliver);
    }
    if (beresp.http.Cache-Control !~ "(?i)max-?age" && !beresp.http.Expires) {
        set beresp.ttl = ${cache.ttlSeconds}s;
    }
    if (beresp.http.Cache-Control ~ "(?i)(?:must|proxy)-revalidate") {
        set beresp.grace = 0s;
    } elseif (beresp.http.Cache-Control !~ "(?i)stale-while-revalidate") {
        set beresp.grace = ${cache.graceSeconds}s;
    }
    # What is missing now may be there in a moment.
    if (beresp.status >= 400) {
        set beresp.grace = 0s;
        if (beresp.ttl > 10s) {
            set beresp.ttl = 10s;
        }
    }
}`;
}

export const failed = `sub vcl_backend_error {
    if (bereq.is_bgfetch) {
        return (abandon);
    }
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.uncacheable = true;
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Content-Type = "text/html; charset=utf-8";
    set beresp.http.Retry-After = "5";
    set beresp.body = {"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Back in a moment</title>
<h1>Back in a moment</h1>
<p>This site does not answer right now. Please try again shortly.</p>
</html>
"};
    return (deliver);
}`;

export function delivered(site: Site): string {
  return `sub vcl_deliver {
    if (obj.uncacheable) {
        set resp.http.X-Cache = "PASS";
    } elseif (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
    unset resp.http.Via;
    unset resp.http.X-Varnish;
    # See hostedsite_shown.
    if (resp.http.X-HostedSite-Vary) {
        set resp.http.Vary = resp.http.X-HostedSite-Vary;
        unset resp.http.X-HostedSite-Vary;
    }${robots(site)}
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    unset resp.http.X-Varnish;${robots(site)}
${location(site)}${robotsAnswer(site)}    if (resp.status == 200) {
        set resp.body = "";
    } else {
        set resp.body = "" + resp.status + " " + resp.reason + {"
"};
    }
    return (deliver);
}`;
}
