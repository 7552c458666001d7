vcl 4.1;

# Generated from the HostedSite.
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

    std.collect(req.http.X-Forwarded-For);
    set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "\s*,[^,]*$", "");
    if (std.ip(regsub(req.http.X-Forwarded-For, "^.*[,\s]", ""), "0.0.0.0", resolve = false) ~ let_through) {
    
        return (pass);
    }

    return (synth(503));
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
