vcl 4.1;

# Generated from the HostedSite.
import std;

backend application {
    .host = "127.0.0.1";
    .port = "3000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 100;
}

# Places of its own for what is passed.
backend application_passed {
    .host = "127.0.0.1";
    .port = "3000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 300;
}

# The same application under another address, so that no connection is shared with the one above.
backend application_once {
    .host = "127.0.0.2";
    .port = "3000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 100;
}

sub vcl_backend_fetch {
    # A kept connection may have been closed by the application a moment ago. A GET is then asked again; what changes
    # something is never sent twice, so it goes on a new connection. So does HEAD: an application that answers it with a
    # body would leave that to the next request on the connection.
    if (bereq.method != "GET") {
        set bereq.backend = application_once;
        set bereq.http.Connection = "close";
    } elseif (bereq.uncacheable) {
        set bereq.backend = application_passed;
    }
}

sub vcl_recv {
    # The probes of the pod. It says that the cache answers, and nothing of the application.
    if (req.url == "/.hostedsite/varnish-health") {
        return (synth(200));
    }

    # A target that is no path would be read by the application in another way than here.
    if (req.url !~ "^/") {
        return (synth(400));
    }
    if (req.method ~ "^(?:CONNECT|TRACE|PRI|PURGE|BAN)$") {
        return (synth(405));
    }

    # Host is part of what a page is found by: one host is written in one way.
    if (req.http.host) {
        set req.http.host = regsub(req.http.host.lower(), "\.?(?::[0-9]*)?$", "");
        if (req.http.host !~ "^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])$") {
            return (synth(400));
        }
    }

    # Nobody finds a page by these, so they may not change it. Proxy would become HTTP_PROXY in a CGI.
    unset req.http.Proxy;
    unset req.http.Forwarded;
    unset req.http.X-Forwarded-Port;
    unset req.http.X-Forwarded-Prefix;
    unset req.http.X-Forwarded-Scheme;
    unset req.http.X-Forwarded-Server;
    unset req.http.X-Forwarded-Ssl;
    unset req.http.X-Host;
    unset req.http.X-Original-Host;
    unset req.http.X-Original-URL;
    unset req.http.X-Rewrite-URL;
    unset req.http.X-Url-Scheme;
    std.collect(req.http.X-Forwarded-Host);
    if (req.http.X-Forwarded-Host != req.http.host) {
        unset req.http.X-Forwarded-Host;
    }
    # Part of what a page is found by, see vcl_hash: it has two values.
    if (req.http.X-Forwarded-Proto ~ "(?i)^https") {
        set req.http.X-Forwarded-Proto = "https";
    } else {
        set req.http.X-Forwarded-Proto = "http";
    }

    if (req.method == "GET" && req.http.Upgrade ~ "(?i)^websocket$") {
        return (pipe);
    }

    # Never piped, as the built-in VCL would do with methods that it does not know.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    unset req.http.X-HTTP-Method;
    unset req.http.X-HTTP-Method-Override;
    unset req.http.X-Method-Override;

    return (pass);
}

sub vcl_hash {
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_pipe {
    set bereq.http.Upgrade = req.http.Upgrade;
    set bereq.http.Connection = "Upgrade";
}

sub vcl_pipe {
    set bereq.backend = application_passed;
}

sub vcl_backend_response {
    # The answer is still to come on this connection: nobody else may be given it.
    if (beresp.status < 200) {
        return (error(503, "Informational answer"));
    }
    if (!bereq.uncacheable) {
        call hostedsite_store;
    }
}

sub hostedsite_store {
    # Passed on as it comes, to each his own: what may have no end, and what is too large to store. For a while the next
    # visitors do not wait for one another, but ask the application side by side.
    if (beresp.http.Content-Type ~ "(?i)^(?:text/event-stream|multipart/|application/(?:grpc|(?:[a-z0-9.-]+[+])?(?:json-seq|jsonl)|(?:x-)?(?:ndjson|jsonlines|ldjson)|x-json-stream|stream[+]json|(?:[a-z0-9.-]+[+])?ndjson))" ||
        std.integer(beresp.http.Content-Length, 0) > 8388608 ||
        ((beresp.status == 200 || beresp.status == 203) && !beresp.http.Content-Length &&
         beresp.http.Content-Type !~ "(?i)^(?:text/(?:calendar|css|csv|html|javascript|markdown|vcard|vtt|xml)|image/svg[+]xml|application/(?:(?:x-)?javascript|(?:[a-z0-9.-]+[+])?(?:json|xml)))\s*(?:;|$)" &&
         !(beresp.http.Content-Type ~ "(?i)^text/plain\s*(?:;|$)" &&
           (beresp.http.Cache-Control ~ "(?i)max-?age" || beresp.http.Expires)))) {
        if (beresp.time - bereq.time > 1s) {
            return (pass(300s));
        }
        return (pass(10s));
    }
    # Not stored, and not waited for either for a while, as above.
    if (beresp.ttl <= 0s || beresp.status >= 500 || beresp.http.Set-Cookie || beresp.http.Vary ~ "[*]" ||
        beresp.http.Cache-Control ~ "(?i)private|no-store|no-cache" ||
        beresp.http.Surrogate-Control ~ "(?i)no-store" ||
        (beresp.http.Cache-Control !~ "(?i)max-?age" && beresp.http.Expires &&
         std.time(beresp.http.Expires, now) <= now)) {
        set beresp.uncacheable = true;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        if (beresp.time - bereq.time > 1s) {
            set beresp.ttl = 300s;
        } else {
            set beresp.ttl = 10s;
        }
        return (deliver);
    }
    if (beresp.http.Cache-Control !~ "(?i)max-?age" && !beresp.http.Expires) {
        set beresp.ttl = 120s;
    } elseif (beresp.ttl > 86400s) {
        set beresp.ttl = 86400s;
    }
    if (beresp.http.Cache-Control ~ "(?i)(?:must|proxy)-revalidate") {
        set beresp.grace = 0s;
    } elseif (beresp.http.Cache-Control !~ "(?i)stale-while-revalidate" || beresp.grace > 3600s) {
        set beresp.grace = 3600s;
    }
    # What is missing now may be there in a moment.
    if (beresp.status >= 400) {
        set beresp.grace = 0s;
        if (beresp.ttl > 10s) {
            set beresp.ttl = 10s;
        }
    }
}

sub vcl_backend_error {
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.uncacheable = true;
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Content-Type = "text/html; charset=utf-8";
    if (beresp.reason == "Informational answer") {
        set beresp.body = {"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>This page does not arrive</title>
<h1>This page does not arrive</h1>
<p>The application sends an answer below 200 before this page, such as 103 Early Hints. The cache cannot read on after one.</p>
</html>
"};
        return (deliver);
    }
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
}

sub vcl_deliver {
    if (obj.uncacheable) {
        set resp.http.X-Cache = "PASS";
    } elseif (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    unset resp.http.X-Varnish;
    if (resp.status == 200) {
        set resp.body = "";
    } else {
        set resp.body = "" + resp.status + " " + resp.reason + {"
"};
    }
    return (deliver);
}
