import type { Site } from '../../component.ts';

/**
 * How a page whose time is over becomes a fresh one. While the application is well it is renewed behind a visitor's back for a
 * few seconds only; later the next visitor waits for the fresh page. While the application fails, the old page is served for
 * as long as `cache.grace` says. That it fails is what the last renewals say, so nothing has to probe it.
 */

/** Seconds: so much older than its time is a page that is served while the application is well. */
const shortGrace = 10;
/** Seconds that a renewal may take to its first byte: a visitor may wait for it, who could have the old page. */
const patience = 10;
/** Seconds for which a renewal that failed counts, longer than the next one takes to fail: nobody else waits for that. */
const memory = 15;
/** Seconds without another renewal: those who have waited for the one that failed would have to wait for it in turn. */
const pause = 3;

const hasFailed = (seconds: number) =>
  `std.time(var.global_get("renewal_failed"), now - 60s) > now - ${seconds}s`;
const fails = hasFailed(memory);

export function stores({ cache }: Site): boolean {
  return cache.mode !== 'Pass';
}

/** First in `vcl_recv`. */
export function askedAgain({ cache }: Site): string {
  return `    # Asked again by vcl_hit, vcl_miss or vcl_synth: all that follows here has been done.
    if (req.restarts > 0) {
        if (req.http.X-Renewal == "wanted") {
            set req.grace = ${shortGrace}s;
        } else {
            set req.grace = ${cache.graceSeconds}s;
        }
        return (hash);
    }
    unset req.http.X-Renewal;`;
}

export const renewed = `sub vcl_hit {
    # Too old for a visitor of an application that is well: he waits for the fresh page.
    if (obj.ttl < -${shortGrace}s && !req.http.X-Renewal && !(${fails})) {
        set req.http.X-Renewal = "wanted";
        return (restart);
    }
}

sub vcl_miss {
    if (req.is_hitmiss) {
        # Its answer is not stored: it takes none of the places of pages.
        set req.http.X-HostedSite-Marked = "1";
    }
    # The renewal that this visitor has waited for has failed: he does not wait for another one.
    if (req.http.X-Renewal == "wanted" && ${fails}) {
        set req.http.X-Renewal = "failed";
        return (restart);
    }
}`;

/** In `vcl_backend_fetch`. */
export const renewing = `    # Who waits for the renewal of this page, which has just failed, shall not wait for this one.
    if (bereq.is_bgfetch && ${hasFailed(pause)} &&
        var.global_get("renewal_failed_of") == bereq.http.host + bereq.url) {
        return (abandon);
    }
    if (!bereq.uncacheable && (bereq.is_bgfetch || bereq.http.X-Renewal == "wanted")) {
        var.set_string("renewal", "yes");
        set bereq.first_byte_timeout = ${patience}s;
        # On a new connection: on a kept one it would be asked twice, and take twice as long.
        set bereq.backend = application_renewed;
        set bereq.http.Connection = "close";
    }
    unset bereq.http.X-Renewal;`;

/** Later there: whom the application refuses by his address is no reason to think that it fails, nor to replace a page. */
export const renewedForAll = `    if (var.get_string("renewal") == "yes") {
        set bereq.http.X-Forwarded-For = "0.0.0.0";
        set bereq.http.X-Real-IP = "0.0.0.0";
    }`;

/** In `vcl_backend_response` and `vcl_backend_error`: the old page stays as it is. */
export function renewalFailed(condition?: string): string {
  const conditions = [...(condition === undefined ? [] : [condition]), 'var.get_string("renewal") == "yes"'];
  return `    if (${conditions.join(' && ')}) {
        var.global_set("renewal_failed", now);
        var.global_set("renewal_failed_of", bereq.http.host + bereq.url);
        return (abandon);
    }`;
}

/** First in `vcl_synth`: what has waited for a renewal that failed gets the old page. */
export const oldPage = `    if (resp.status == 503 && req.http.X-Renewal == "wanted") {
        set req.http.X-Renewal = "failed";
        return (restart);
    }`;
