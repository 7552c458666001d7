import type { Site } from '../../component.ts';
import { bytes } from '../../../api/quantity.ts';
import { endless, page, text } from './bodies.ts';
import { quoted } from './patterns.ts';
import { oldPage, renewalFailed, stores } from './renewal.ts';
import { location } from './redirects.ts';
import { robots, robotsAnswer } from './robots.ts';

/** What happens to an answer: whether it is stored and for how long, and what a visitor sees of it. */

/** Of the storage: one answer may not push out most of the others. */
const largestShare = 1 / 8;

/** Seconds to the headers of an answer from which on it is slow. */
const slow = 1;
/**
 * Seconds for which it is remembered of a URL that its answers are not stored. That spares visitors the queue, and takes memory for
 * each URL: not for long, unless the queue would be, as that of a long poll.
 */
const mark = { usual: 10, slow: 300 };

/**
 * Varnish takes what is below 200 for the whole answer. The true one comes after it on the same connection, where the next
 * visitor's request would get it; an error closes the connection.
 */
export const informational = `    # The answer is still to come on this connection: nobody else may be given it.
    if (beresp.status < 200) {
        return (error(503, "Informational answer"));
    }`;

/** Whose time is over, errors, and what says that it is somebody's own. Pragma is how that was said before Cache-Control. */
const notStored = `beresp.ttl <= 0s || beresp.status >= 500 || beresp.http.Set-Cookie || beresp.http.Vary ~ "[*]" ||
        beresp.http.Cache-Control ~ "(?i)private|no-store|no-cache" ||
        beresp.http.Surrogate-Control ~ "(?i)no-store" ||
        (!beresp.http.Cache-Control && beresp.http.Pragma ~ "(?i)no-cache") ||
        (beresp.http.Cache-Control !~ "(?i)max-?age" && beresp.http.Expires &&
         std.time(beresp.http.Expires, now) <= now)`;

export function fetched(site: Site): string {
  const { cache } = site;
  const largest = Math.floor(bytes(cache.memory) * largestShare);
  return `sub vcl_backend_response {
${informational}
${stores(site) ? `${renewalFailed('beresp.status >= 500')}\n` : ''}    if (!bereq.uncacheable) {
        call hostedsite_shown;
        call hostedsite_store;
    }
}

sub hostedsite_store {
    # Passed on as it comes, to each his own: what may have no end, and what is too large to store. For a while the next
    # visitors do not wait for one another, but ask the application side by side.
    if (beresp.http.Content-Type ~ ${quoted(endless)} ||
        std.integer(beresp.http.Content-Length, 0) > ${largest} ||
        ((beresp.status == 200 || beresp.status == 203) && !beresp.http.Content-Length &&
         beresp.http.Content-Type !~ ${quoted(page)} &&
         !(beresp.http.Content-Type ~ ${quoted(text)} &&
           (beresp.http.Cache-Control ~ "(?i)max-?age" || beresp.http.Expires)))) {
        if (beresp.time - bereq.time > ${slow}s) {
            return (pass(${mark.slow}s));
        }
        return (pass(${mark.usual}s));
    }
    # Not stored, and not waited for either for a while, as above.
    std.collect(beresp.http.Pragma);
    if (${notStored}) {
        set beresp.uncacheable = true;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        if (beresp.time - bereq.time > ${slow}s) {
            set beresp.ttl = ${mark.slow}s;
        } else {
            set beresp.ttl = ${mark.usual}s;
        }
        return (deliver);
    }
    if (beresp.http.Cache-Control !~ "(?i)max-?age" && !beresp.http.Expires) {
        set beresp.ttl = ${cache.ttlSeconds}s;
    } elseif (beresp.ttl > ${cache.maxTTLSeconds}s) {
        set beresp.ttl = ${cache.maxTTLSeconds}s;
    }
    if (beresp.http.Cache-Control ~ "(?i)(?:must|proxy)-revalidate") {
        set beresp.grace = 0s;
    } elseif (beresp.http.Cache-Control !~ "(?i)stale-while-revalidate" || beresp.grace > ${cache.graceSeconds}s) {
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

/** The first part of a file brings the file, or a mark that it is too large; a later one alone would bring all that is before it. */
export const ranges = `sub vcl_miss {
    # A part of what is not stored comes from the application as that part, unless the file begins with it.
    if (req.http.Range && req.http.Range !~ "^bytes=0-" && !req.http.X-Renewal) {
        return (pass);
    }
}`;

export function failed(...first: string[]): string {
  return `sub vcl_backend_error {
${first.map((part) => `${part}\n`).join('')}    set beresp.ttl = 0s;
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
}

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

sub vcl_synth {${stores(site) ? `\n${oldPage}` : ''}
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
