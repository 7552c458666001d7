vcl 4.1;

# Generated from the HostedSite.
import header;
import std;

backend site {
    .host = "10.96.0.7";
    .port = "80";
    .connect_timeout = 1s;
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
}

acl let_through {
    "203.0.113.0"/24;
    "2001:db8::"/32;
}

sub hostedsite_visitor {
    std.collect(req.http.X-Forwarded-For);
    # Some proxies write ports and brackets.
    if (req.http.X-Forwarded-For ~ "\[|[.][0-9]+:") {
        set req.http.X-Forwarded-For = regsuball(regsuball(req.http.X-Forwarded-For, "\[([^],]*)\](?::[0-9]+)?", "\1"), "([.][0-9]+):[0-9]+", "\1");
    }
    set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "\s*,[^,]*$", "");
    set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "^.*[,\s]", "");
    # What is no address was written by nobody who is trusted; without a host std.ip would take it for loopback.
    if (req.http.X-Forwarded-For !~ "^(?:[0-9]+[.][0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)$" ||
        std.ip(req.http.X-Forwarded-For, "0.0.0.0", resolve = false) == std.ip("0.0.0.0")) {
        set req.http.X-Forwarded-For = "0.0.0.0";
    }
    set req.http.X-Real-IP = req.http.X-Forwarded-For;
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
    # Nor does anybody mean these but to get past a rule: /../, backslashes, control characters, fragments.
    if (req.url ~ "[%#\x5c\x01-\x20\x7f]|/[.]") {
        if (req.url ~ "(?i)[#\x01-\x20\x7f]|^[^?]*(?:\x5c|%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|7f|5c)|%c[01]%[89ab][0-9a-f]|(?:/|%2f)(?:[.]|%2e){1,2}(?:/|%2f|;|%3b|[?]|$))") {
            return (synth(400));
        }
    }

    if (req.method != "GET" && req.method != "HEAD" && req.method !~ "^(?:ACL|BASELINE-CONTROL|BIND|CHECKIN|CHECKOUT|COPY|DELETE|LABEL|LINK|LOCK|MERGE|MKACTIVITY|MKCALENDAR|MKCOL|MKREDIRECTREF|MKWORKSPACE|MOVE|OPTIONS|ORDERPATCH|PATCH|POST|PROPFIND|PROPPATCH|PUT|QUERY|REBIND|REPORT|SEARCH|UNBIND|UNCHECKOUT|UNLINK|UNLOCK|UPDATE|UPDATEREDIRECTREF|VERSION-CONTROL)$") {
        if (req.method ~ "^(?:CONNECT|TRACE|PRI|PURGE|BAN)$") {
            return (synth(405));
        }
        return (synth(501));
    }

    # Host is part of what a page is found by: one host is written in one way.
    set req.http.host = regsub(req.http.host.lower(), "[.]?(?::[0-9]*)?$", "");
    if (req.http.host !~ "^(?:(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:[.][a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])$") {
        return (synth(400));
    }

    # One part of a file is asked for as such; more than one, and what nobody can read, as the whole.
    if (req.http.Range && req.http.Range !~ "^bytes=(?:[0-9]+-[0-9]*|-[0-9]+)$") {
        unset req.http.Range;
    }

    call hostedsite_visitor;
    if (std.ip(req.http.X-Forwarded-For, "0.0.0.0", resolve = false) ~ let_through) {
    
        return (pass);
    }

    return (synth(503));
}

sub vcl_backend_fetch {
    # The built-in VCL would drop the body of a GET.
    return (fetch);
}

sub vcl_backend_response {
    # The answer is still to come on this connection: nobody else may be given it.
    if (beresp.status < 200) {
        return (error(503, "Informational answer"));
    }
}

sub vcl_backend_error {
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
}

sub vcl_deliver {
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    unset resp.http.X-Varnish;
    if (resp.status == 503) {
        set resp.http.Content-Type = "text/html; charset=utf-8";
        set resp.http.Retry-After = "300";
        set resp.body = {"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Maintenance</title>
<h1>Maintenance</h1>
<p>This site is being worked on and will be back soon. Please try again later.</p>
</html>
"};
    } else {
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        set resp.body = "" + resp.status + {"
"};
    }
    return (deliver);
}
