vcl 4.1;

# Generated from the HostedSite.
import std;

backend default none;

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

    return (synth(503));
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
