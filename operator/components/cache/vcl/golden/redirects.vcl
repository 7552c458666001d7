vcl 4.1;

# Generated from the HostedSite.
import header;
import std;
import var;

backend application {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 100;
}

backend application_renewed {
    .host = "127.0.0.2";
    .port = "8000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 100;
}

# Places of its own for what is passed.
backend application_passed {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 300;
}

# The same application under another address, so that no connection is shared with the one above.
backend application_once {
    .host = "127.0.0.2";
    .port = "8000";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 3600s;
    .max_connections = 100;
}

sub vcl_recv {
    # Asked again by vcl_hit, vcl_miss or vcl_synth: all that follows here has been done.
    if (req.restarts > 0) {
        if (req.http.X-Renewal == "wanted") {
            set req.grace = 10s;
        } else {
            set req.grace = 3600s;
        }
        return (hash);
    }
    unset req.http.X-Renewal;

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

    if (req.http.host && req.http.X-Forwarded-Proto ~ "(?i)^http$" && req.url !~ "^/[.]well-known/acme-challenge/") {
        set req.http.X-HostedSite-Location = "https://" + req.http.host + req.url;
        call hostedsite_redirect;
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

    if ((req.http.host == "example.org" ||
         req.http.host == "shop.example.org") &&
        req.url !~ "^/[.]well-known/acme-challenge/") {
        set req.http.X-HostedSite-Location = req.http.X-Forwarded-Proto + "://www.example.org" + req.url;
        call hostedsite_redirect;
    }

    # What the rules look at: the path in one way of writing. Most are written so, words in other alphabets too.
    set req.http.X-HostedSite-Path = regsub(req.url, "[?].*", "");
    if (req.http.X-HostedSite-Path ~ "(?i)//|%(?:2d|2e|2f|30|31|32|33|34|35|36|37|38|39|3a|61|41|63|43|64|44|65|45|66|46|67|47|68|48|69|49|6a|4a|6c|4c|6d|4d|6e|4e|6f|4f|70|50|72|52|73|53|74|54|75|55|76|56|77|57|78|58)") {
        # Each may be a copy. No address of that length is written so but to fill the memory for this request.
        if (req.http.X-HostedSite-Path ~ "^.{2049}") {
            return (synth(414));
        }
        set req.http.X-HostedSite-Path = regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(regsuball(req.http.X-HostedSite-Path,
            "(?i)%(?:2d)", "-"),
            "(?i)%(?:2e)", "."),
            "(?i)%(?:2f)", "/"),
            "(?i)%(?:30)", "0"),
            "(?i)%(?:31)", "1"),
            "(?i)%(?:32)", "2"),
            "(?i)%(?:33)", "3"),
            "(?i)%(?:34)", "4"),
            "(?i)%(?:35)", "5"),
            "(?i)%(?:36)", "6"),
            "(?i)%(?:37)", "7"),
            "(?i)%(?:38)", "8"),
            "(?i)%(?:39)", "9"),
            "(?i)%(?:3a)", ":"),
            "(?i)%(?:61|41)", "a"),
            "(?i)%(?:63|43)", "c"),
            "(?i)%(?:64|44)", "d"),
            "(?i)%(?:65|45)", "e"),
            "(?i)%(?:66|46)", "f"),
            "(?i)%(?:67|47)", "g"),
            "(?i)%(?:68|48)", "h"),
            "(?i)%(?:69|49)", "i"),
            "(?i)%(?:6a|4a)", "j"),
            "(?i)%(?:6c|4c)", "l"),
            "(?i)%(?:6d|4d)", "m"),
            "(?i)%(?:6e|4e)", "n"),
            "(?i)%(?:6f|4f)", "o"),
            "(?i)%(?:70|50)", "p"),
            "(?i)%(?:72|52)", "r"),
            "(?i)%(?:73|53)", "s"),
            "(?i)%(?:74|54)", "t"),
            "(?i)%(?:75|55)", "u"),
            "(?i)%(?:76|56)", "v"),
            "(?i)%(?:77|57)", "w"),
            "(?i)%(?:78|58)", "x"),
            "//+", "/");
    }

    if (req.http.X-HostedSite-Path ~ "(?i)^(?:/wp-admin/install\.php|/wp-admin/setup-config\.php|/wp-cron\.php|/wp-content/uploads/.*\.(?:php[0-9]?|phar|phtml)(?:/|$))") {
        return (synth(403));
    }

    # Never piped, as the built-in VCL would do with methods that it does not know. The answer to a body is for who sent it.
    if ((req.method != "GET" && req.method != "HEAD") || req.http.Content-Length ~ "[1-9]" || req.http.Transfer-Encoding) {
        return (pass);
    }

    # Pages are stored for the hosts of the site alone.
    if (req.http.host !~ "^(?:www\.example\.org|example\.org|shop\.example\.org)$") {
        return (pass);
    }

    if (req.http.Authorization ||
        req.http.X-Access-Token ||
        req.http.X-Api-Key ||
        req.http.X-Auth-Request-User ||
        req.http.X-Auth-Token ||
        req.http.X-CSRF-Token ||
        req.http.X-Forwarded-Client-Cert ||
        req.http.X-Forwarded-Tls-Client-Cert ||
        req.http.X-Forwarded-Tls-Client-Cert-Info ||
        req.http.X-Forwarded-User ||
        req.http.X-Remote-User ||
        req.http.X-WP-Nonce) {
        return (pass);
    }

    if (req.http.X-HostedSite-Path ~ "(?i)^(?:/wp-admin|/wp-login\.php|/wp-signup\.php|/wp-activate\.php|/wp-comments-post\.php|/wp-cron\.php|/xmlrpc\.php|/wp-json)" ||
        req.url ~ "(?i)(?:[?&](?:[+]|%20)*(?:r|%72)(?:e|%65)(?:s|%73)(?:t|%74)(?:_|%5f|[ .+[]|%2e|%20|%2b|%5b)(?:r|%72)(?:o|%6f)(?:u|%75)(?:t|%74)(?:e|%65)(?:=|%3d|\[|%5b|&|$))") {
        return (pass);
    }

    # Several headers as one: a session may stand in the second.
    std.collect(req.http.Cookie, "; ");
    if (req.http.Cookie) {
        if (req.http.Cookie ~ "(?:^|;)(?!\s*(?:_ga(?:_[A-Z0-9]+)?|_gid|_gat(?:_(?:gtag_)?UA[-_0-9]+)?|_gcl_(?:au|aw|dc|gs)|_gac_UA[-_0-9]+|__utm[abctvxz]{1,2}|__gads|__gpi|_fb[cp]|_hj(?:id|[A-Z][A-Za-z]*(?:_[0-9]+)?)|_pk_(?:id|ses|ref|cvar|hsr)[.][.0-9a-f]+|_cl[cs]k|_uet[sv]id(?:_exp)?|_ttp|_tt_enable_cookie|_pin_unauth|_scid(?:_r)?|_rdt_uuid|hubspotutk|__hs(?:tc|sc|src)|__hs_(?:opt_out|do_not_track|initial_opt_in)|li_fat_id|mp_[0-9a-f]{32}_mixpanel|ajs_anonymous_id|Optanon(?:Consent|AlertBoxClosed)|CookieConsent|cookieyes-consent|cookielawinfo-checkbox-[a-z-]+|viewed_cookie_policy|CookieLawInfoConsent|cookie_notice_accepted|borlabs-cookie|cmplz_[a-z_-]+|euconsent-v2|didomi_token|_iub_cs-[0-9a-z-]+|tarteaucitron|klaro|__cf_bm|_cfuvid|__cfruid|cf_clearance|ak_bmsc|bm_s[vz]|_abck|(?:incap_ses|visid_incap|nlbi)_[0-9_]+|datadome|AWSALB(?:CORS|TG|TGCORS)?|AWSELB(?:CORS)?|ARRAffinity(?:SameSite)?|GCLB|__cflb)\s*(?:=|;|$))\s*(?:wordpress_logged_in_.+|wordpress_sec_.+|wordpress_[0-9a-f]{32}|comment_author_.+|wp-postpass_.+|woocommerce_cart_hash|woocommerce_items_in_cart|wp_woocommerce_session_.+|PHPSESSID)\s*(?:=|;|$)") {
            return (pass);
        }
        unset req.http.Cookie;
    }

    # Who asks for data, a stream or a part of a page is not to be given the page, nor others what he is given.
    if (req.http.Accept && req.http.Accept !~ "(?i)^(?:\s*(?:[*]/[*]|(?:audio|font|image|video)/[a-z0-9.*+-]+|text/(?:[*]|css|html|javascript|xml)|application/(?:(?:atom|rdf|rss|xhtml)[+]xml|javascript|signed-exchange|xml))\s*(?:;[^,]*)?(?:,|$))+$") {
        return (pass);
    }
    if (req.http.Origin && req.http.Origin != req.http.X-Forwarded-Proto + "://" + req.http.host) {
        return (pass);
    }

    # A header that nobody knows may ask for another page. Until the application is asked, it bears another name.
    if (req.http.Sec-Fetch-Dest !~ "^(?:audio|document|font|frame|iframe|image|manifest|script|style|track|video)$") {
        header.regsub(req, "(?i)^(?!(?:Accept|Accept-Encoding|Accept-Language|Connection|Host|If-Modified-Since|If-None-Match|User-Agent|X-Forwarded-(?:For|Host|Proto)|X-Real-IP|CF-Connecting-IP(?:v6)?|CF-Visitor|(?:True-|Fastly-|X-|X-Cluster-|X-Azure-|X-Appengine-User-)?Client-?IP|Forwarded|Front-End-Https|Proxy|X-Arr-Ssl|X-Envoy-(?:External-Address|Original-(?:Host|Path))|X-Forwarded|X-Forwarded-(?:By|Path|Port|Prefix|Protocol|Scheme|Server|Ssl|Uri)|X-Host|X-HTTP-Host-Override|X-HTTP-(?:DestinationURL|Path|URI)|X-Original-(?:Forwarded-For|Host|Path|URI|URL)|X-ProxyUser-IP|X-Remote-(?:Addr|IP)|X-Rewrite-URL|X-Scheme|X-Script-Name|X-Url-Scheme|X-HTTP-Method(?:-Override)?|X-Method-Override|A-IM|Accept-Charset|Alt-Used|Cache-Control|CDN-[^:]*|CF-[^:]*|CloudFront-[^:]*|Connection|Content-Length|Cookie|DNT|From|HTTP2-Settings|If-[^:]*|Keep-Alive|Max-Forwards|Origin|Pragma|Priority|Proxy-[^:]*|(?:X-)?Purpose|Range|Referer|Save-Data|Sec-[^:]*|Service-Worker(?:-Navigation-Preload)?|TE|Upgrade|Upgrade-Insecure-Requests|(?:Device-Memory|DPR|Downlink|ECT|RTT|Viewport-Width|Width)|(?:Traceparent|Tracestate|Baggage|B3|Sentry-Trace|Newrelic|Uber-Trace-Id|Grpc-Trace-Bin)|X-(?:Amz|Amzn|B3|Cloud-Trace|Correlation|Datadog|Edge|Envoy|Kong|Newrelic|Ot|Request)-[^:]*|X-(?:Akamai|Arr|Azure|Fastly|FB|Forwarded|Moz|Nginx|OperaMini|Real|Vercel|Wap)(?:-[^:]*)?|(?:Akamai|Fastly)-[^:]*|Via|X-Varnish|[^:]*_[^:]*|X-HostedSite-(?!Unknown:)[^:]*):)", "X-HostedSite-Unknown: ");
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
    }

    # In the query alone: a path has no parameters, and what rules have looked at stays as it is.
    if (req.url ~ "([?&])(?:(?:utm_[^=&]*|fbclid|gclid)(?:=[^&]*)?(?:&|$))+" && req.url ~ "[?]") {
        set req.url = regsub(req.url, "[?].*", "") +
            regsub(regsuball(regsub(req.url, "^[^?]*", ""), "([?&])(?:(?:utm_[^=&]*|fbclid|gclid)(?:=[^&]*)?(?:&|$))+", "\1"), "[?&]$", "");
    }

    # What the application may make a page of has few values, and a page is stored for each: see vcl_hash.
    if (req.http.Accept ~ "(?i)text/html") {
        set req.http.Accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    } else {
        set req.http.Accept = "*/*";
    }
    if (req.http.Accept-Language) {
        set req.http.Accept-Language = regsub(req.http.Accept-Language.lower(), "^\s*((?:pt|zh)-[a-z]{2,4}|[a-z]{2,3})?.*$", "\1");
        if (req.http.Accept-Language == "") {
            unset req.http.Accept-Language;
        }
    }
    # One for all: a page would be stored for each browser's version.
    set req.http.User-Agent = "Mozilla/5.0";
    unset req.http.Origin;
}

sub hostedsite_redirect {
    if (req.method == "GET" || req.method == "HEAD") {
        return (synth(301));
    }
    # With 301, browsers would ask by GET and leave out what was sent.
    return (synth(308, "Permanent Redirect"));
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
    # Who waits for the renewal of this page, which has just failed, shall not wait for this one.
    if (bereq.is_bgfetch && std.time(var.global_get("renewal_failed"), now - 60s) > now - 3s &&
        var.global_get("renewal_failed_of") == bereq.http.host + bereq.url) {
        return (abandon);
    }
    if (!bereq.uncacheable && (bereq.is_bgfetch || bereq.http.X-Renewal == "wanted")) {
        var.set_string("renewal", "yes");
        set bereq.first_byte_timeout = 10s;
        # On a new connection: on a kept one it would be asked twice, and take twice as long.
        set bereq.backend = application_renewed;
        set bereq.http.Connection = "close";
    }
    unset bereq.http.X-Renewal;

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
    if (var.get_string("renewal") == "yes") {
        set bereq.http.X-Forwarded-For = "0.0.0.0";
        set bereq.http.X-Real-IP = "0.0.0.0";
    }
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

sub vcl_hit {
    # Too old for a visitor of an application that is well: he waits for the fresh page.
    if (obj.ttl < -10s && !req.http.X-Renewal && !(std.time(var.global_get("renewal_failed"), now - 60s) > now - 15s)) {
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
    if (req.http.X-Renewal == "wanted" && std.time(var.global_get("renewal_failed"), now - 60s) > now - 15s) {
        set req.http.X-Renewal = "failed";
        return (restart);
    }
}

sub vcl_miss {
    # A part of what is not stored comes from the application as that part, unless the file begins with it.
    if (req.http.Range && req.http.Range !~ "^bytes=0-" && !req.http.X-Renewal) {
        return (pass);
    }
}

sub vcl_backend_response {
    # The answer is still to come on this connection: nobody else may be given it.
    if (beresp.status < 200) {
        return (error(503, "Informational answer"));
    }
    if (beresp.status >= 500 && var.get_string("renewal") == "yes") {
        var.global_set("renewal_failed", now);
        var.global_set("renewal_failed_of", bereq.http.host + bereq.url);
        return (abandon);
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
    if (var.get_string("renewal") == "yes") {
        var.global_set("renewal_failed", now);
        var.global_set("renewal_failed_of", bereq.http.host + bereq.url);
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
    if (resp.status == 503 && req.http.X-Renewal == "wanted") {
        set req.http.X-Renewal = "failed";
        return (restart);
    }
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    unset resp.http.X-Varnish;
    if (resp.status == 301 || resp.status == 308) {
        set resp.http.Location = req.http.X-HostedSite-Location;
    }
    if (resp.status == 200) {
        set resp.body = "";
    } else {
        set resp.body = "" + resp.status + " " + resp.reason + {"
"};
    }
    return (deliver);
}
