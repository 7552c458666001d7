vcl 4.1;

# Generated from the HostedSite.
import header;
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

backend application_upgraded {
    .host = "127.0.0.1";
    .port = "3000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 300;
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

    # Part of what a page is found by, see vcl_hash: it has two values.
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
    }

    if (req.http.Upgrade ~ "(?i)^websocket$" && req.method == "GET" && req.http.Sec-WebSocket-Key &&
        req.http.Sec-WebSocket-Version && !req.http.Content-Length && !req.http.Transfer-Encoding) {
        header.regsub(req, "(?i)^(?:[^:]*_[^:]*:|X-HostedSite-[^:]*:|(?:CF-Connecting-IP(?:v6)?|CF-Visitor|(?:True-|Fastly-|X-|X-Cluster-|X-Azure-|X-Appengine-User-)?Client-?IP|Forwarded|Front-End-Https|Proxy|X-Arr-Ssl|X-Envoy-(?:External-Address|Original-(?:Host|Path))|X-Forwarded|X-Forwarded-(?:By|Path|Port|Prefix|Protocol|Scheme|Server|Ssl|Uri)|X-Host|X-HTTP-Host-Override|X-HTTP-(?:DestinationURL|Path|URI)|X-Original-(?:Forwarded-For|Host|Path|URI|URL)|X-ProxyUser-IP|X-Remote-(?:Addr|IP)|X-Rewrite-URL|X-Scheme|X-Script-Name|X-Url-Scheme):).*$", "X-HostedSite-No: 1");
        unset req.http.X-HostedSite-No;
        header.regsub(req, "(?i)^(?:X-HTTP-Method(?:-Override)?|X-Method-Override):.*$", "X-HostedSite-No: 1");
        unset req.http.X-HostedSite-No;
        return (pipe);
    }

    return (pass);
}

sub vcl_hash {
    hash_data(req.http.X-Forwarded-Proto);
    hash_data(req.http.Accept);
    hash_data(req.http.Accept-Language);
}

sub hostedsite_visitor {
    std.collect(bereq.http.X-Forwarded-For);
    # Some proxies write ports and brackets.
    if (bereq.http.X-Forwarded-For ~ "\[|[.][0-9]+:") {
        set bereq.http.X-Forwarded-For = regsuball(regsuball(bereq.http.X-Forwarded-For, "\[([^],]*)\](?::[0-9]+)?", "\1"), "([.][0-9]+):[0-9]+", "\1");
    }
    set bereq.http.X-Forwarded-For = regsub(bereq.http.X-Forwarded-For, "\s*,[^,]*$", "");
    set bereq.http.X-Forwarded-For = regsub(bereq.http.X-Forwarded-For, "^.*[,\s]", "");
    # What is no address was written by nobody who is trusted; without a host std.ip would take it for loopback.
    if (bereq.http.X-Forwarded-For !~ "^(?:[0-9]+[.][0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)$" ||
        std.ip(bereq.http.X-Forwarded-For, "0.0.0.0", resolve = false) == std.ip("0.0.0.0")) {
        set bereq.http.X-Forwarded-For = "0.0.0.0";
    }
    set bereq.http.X-Real-IP = bereq.http.X-Forwarded-For;
}

sub hostedsite_told {
    call hostedsite_visitor;
    std.collect(bereq.http.X-Forwarded-Host);
    if (bereq.http.X-Forwarded-Host != bereq.http.host) {
        unset bereq.http.X-Forwarded-Host;
    }
}

sub vcl_backend_fetch {
    # A kept connection may have been closed by the application a moment ago. A GET is then asked again; what changes
    # something is never sent twice, so it goes on a new connection. So does HEAD: an application that answers it with a
    # body would leave that to the next request on the connection. Varnish shows how a body is framed only while it receives.
    if (bereq.method != "GET" || bereq.http.Content-Length || bereq.http.X-HostedSite-Chunked) {
        set bereq.backend = application_once;
        set bereq.http.Connection = "close";
    } elseif (bereq.uncacheable || bereq.http.X-HostedSite-Marked) {
        set bereq.backend = application_passed;
    }
    header.regsub(bereq, "(?i)^X-HostedSite-Unknown: ", "");
    header.regsub(bereq, "(?i)^(?:[^:]*_[^:]*:|X-HostedSite-[^:]*:|(?:CF-Connecting-IP(?:v6)?|CF-Visitor|(?:True-|Fastly-|X-|X-Cluster-|X-Azure-|X-Appengine-User-)?Client-?IP|Forwarded|Front-End-Https|Proxy|X-Arr-Ssl|X-Envoy-(?:External-Address|Original-(?:Host|Path))|X-Forwarded|X-Forwarded-(?:By|Path|Port|Prefix|Protocol|Scheme|Server|Ssl|Uri)|X-Host|X-HTTP-Host-Override|X-HTTP-(?:DestinationURL|Path|URI)|X-Original-(?:Forwarded-For|Host|Path|URI|URL)|X-ProxyUser-IP|X-Remote-(?:Addr|IP)|X-Rewrite-URL|X-Scheme|X-Script-Name|X-Url-Scheme):).*$", "X-HostedSite-No: 1");
    unset bereq.http.X-HostedSite-No;
    call hostedsite_told;
    if (bereq.method == "GET" || bereq.method == "HEAD") {
        header.regsub(bereq, "(?i)^(?:X-HTTP-Method(?:-Override)?|X-Method-Override):.*$", "X-HostedSite-No: 1");
        unset bereq.http.X-HostedSite-No;
    }
    # Made from what it is found by, and from nothing else.
    if (!bereq.uncacheable) {
        header.regsub(bereq, "(?i)^(?!(?:Accept|Accept-Encoding|Accept-Language|Connection|Host|If-Modified-Since|If-None-Match|User-Agent|X-Forwarded-(?:For|Host|Proto)|X-Real-IP):).*$", "X-HostedSite-No: 1");
        unset bereq.http.X-HostedSite-No;
    }
    # The built-in VCL would drop the body of a GET.
    return (fetch);
}

sub hostedsite_shown {
    # Made from what the application was not shown: who comes next is passed on to it with what else he says.
    if (beresp.http.Vary ~ "(?i)(?:^|,)\s*(?!(?:Accept|Accept-Encoding|Accept-Language|Cookie|Host|Origin|User-Agent|X-Forwarded-(?:Host|Proto))\s*(?:,|$))(?:Accept|Accept-Encoding|Accept-Language|Connection|Host|If-Modified-Since|If-None-Match|User-Agent|X-Forwarded-(?:For|Host|Proto)|X-Real-IP|CF-Connecting-IP(?:v6)?|CF-Visitor|(?:True-|Fastly-|X-|X-Cluster-|X-Azure-|X-Appengine-User-)?Client-?IP|Forwarded|Front-End-Https|Proxy|X-Arr-Ssl|X-Envoy-(?:External-Address|Original-(?:Host|Path))|X-Forwarded|X-Forwarded-(?:By|Path|Port|Prefix|Protocol|Scheme|Server|Ssl|Uri)|X-Host|X-HTTP-Host-Override|X-HTTP-(?:DestinationURL|Path|URI)|X-Original-(?:Forwarded-For|Host|Path|URI|URL)|X-ProxyUser-IP|X-Remote-(?:Addr|IP)|X-Rewrite-URL|X-Scheme|X-Script-Name|X-Url-Scheme|X-HTTP-Method(?:-Override)?|X-Method-Override|A-IM|Accept-Charset|Alt-Used|Cache-Control|CDN-[^:,]*|CF-[^:,]*|CloudFront-[^:,]*|Connection|Content-Length|Cookie|DNT|From|HTTP2-Settings|If-[^:,]*|Keep-Alive|Max-Forwards|Origin|Pragma|Priority|Proxy-[^:,]*|(?:X-)?Purpose|Range|Referer|Save-Data|Sec-[^:,]*|Service-Worker(?:-Navigation-Preload)?|TE|Upgrade|Upgrade-Insecure-Requests|(?:Device-Memory|DPR|Downlink|ECT|RTT|Viewport-Width|Width)|(?:Traceparent|Tracestate|Baggage|B3|Sentry-Trace|Newrelic|Uber-Trace-Id|Grpc-Trace-Bin)|X-(?:Amz|Amzn|B3|Cloud-Trace|Correlation|Datadog|Edge|Envoy|Kong|Newrelic|Ot|Request)-[^:,]*|X-(?:Akamai|Arr|Azure|Fastly|FB|Forwarded|Moz|Nginx|OperaMini|Real|Vercel|Wap)(?:-[^:,]*)?|(?:Akamai|Fastly)-[^:,]*|Via|X-Varnish|[^:,]*_[^:,]*|X-HostedSite-[^:,]*)\s*(?:,|$)") {
        # The mark for it must be found by everybody, whatever the answer depends on.
        set beresp.http.X-HostedSite-Vary = beresp.http.Vary;
        unset beresp.http.Vary;
        return (pass(120s));
    }
    # Headers that nobody knows: the application was shown none, so all of them have made this one page.
    if (beresp.http.Vary ~ "(?i)(?:^|,)(?!\s*(?:[*]|(?:Accept|Accept-Encoding|Accept-Language|Cookie|Host|Origin|User-Agent|X-Forwarded-(?:Host|Proto))\s*(?:,|$)))[^,]*") {
        set beresp.http.X-HostedSite-Vary = beresp.http.Vary;
        set beresp.http.Vary = regsub(regsuball(beresp.http.Vary, "(?i)(?:^|,)(?!\s*(?:[*]|(?:Accept|Accept-Encoding|Accept-Language|Cookie|Host|Origin|User-Agent|X-Forwarded-(?:Host|Proto))\s*(?:,|$)))[^,]*", ""), "^,", "");
        if (beresp.http.Vary == "") {
            unset beresp.http.Vary;
        }
    }
}

sub vcl_pipe {
    call hostedsite_told;
    set bereq.backend = application_upgraded;
    set bereq.http.Upgrade = req.http.Upgrade;
    set bereq.http.Connection = "Upgrade, close";
}

sub vcl_backend_response {
    # The answer is still to come on this connection: nobody else may be given it.
    if (beresp.status < 200) {
        return (error(503, "Informational answer"));
    }
    if (!bereq.uncacheable) {
        call hostedsite_shown;
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
    std.collect(beresp.http.Pragma);
    if (beresp.ttl <= 0s || beresp.status >= 500 || beresp.http.Set-Cookie || beresp.http.Vary ~ "[*]" ||
        beresp.http.Cache-Control ~ "(?i)private|no-store|no-cache" ||
        beresp.http.Surrogate-Control ~ "(?i)no-store" ||
        (!beresp.http.Cache-Control && beresp.http.Pragma ~ "(?i)no-cache") ||
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
    # See hostedsite_shown.
    if (resp.http.X-HostedSite-Vary) {
        set resp.http.Vary = resp.http.X-HostedSite-Vary;
        unset resp.http.X-HostedSite-Vary;
    }
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
