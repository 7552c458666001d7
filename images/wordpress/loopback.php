<?php
/**
 * Plugin Name: Loopback
 * Description: WordPress and its plugins send requests to their own site. Its public name need not lead back into this pod, so such a request goes to the pod's own Varnish, through the same door as a visitor's.
 */
namespace HostedSite\Loopback;

/** Varnish, where visitors come in. */
const DOOR = 'http://127.0.0.1:6081';
/** Apache itself. */
const SERVER = 'http://127.0.0.1:8000';

add_filter('cron_request', function (array $request): array {
    $public = parse_url($request['url']);
    $request['url'] = SERVER . ($public['path'] ?? '/') . '?' . ($public['query'] ?? '');
    $request['args']['headers']['Host'] = $public['host'] ?? 'localhost';
    return $request;
});

// What another plugin has answered, stays.
add_filter('pre_http_request', function (mixed $answer, array $args, string $url): mixed {
    $public = (parse_url($url) ?: []) + ['scheme' => '', 'host' => '', 'path' => '/'];
    $target = target($public, $args);
    if ($answer !== false || !isOwn($public) || !listens($target)) {
        return $answer;
    }
    return followed(sent($target, $public, $args, $url), $args, $url);
}, 10, 3);

/** The site's own hosts, at the ports that they are published at: at others may be somebody else. By https only a site that has it. */
function isOwn(array $public): bool
{
    $home = parse_url(home_url()) + ['scheme' => 'http', 'host' => '', 'port' => null];
    $hosts = array_filter([$home['host'], parse_url(site_url(), PHP_URL_HOST), ...explode(',', getenv('SITE_HOSTS') ?: '')]);
    return in_array($public['scheme'], ['http', $home['scheme']], true)
        && in_array(strtolower($public['host']), $hosts, true)
        && in_array($public['port'] ?? null, [null, 80, 443, $home['port']], true)
        && !isset($public['user'])
        // What is sent here goes there as it is.
        && $public['host'] !== '127.0.0.1';
}

/** Visitors get no /wp-cron.php. With fields of a form it does nothing but answer: so WordPress tests whether it reaches itself. PHP makes no fields of any other body. */
function target(array $public, array $args): string
{
    $isTest = $public['path'] === parse_url(site_url('wp-cron.php'), PHP_URL_PATH) && $args['method'] === 'POST' && $args['body'] && is_array($args['body']);
    return $isTest ? SERVER : DOOR;
}

/** Where the image runs without the operator there is no Varnish: the request goes out as WordPress would send it. */
function listens(string $target): bool
{
    $connection = @fsockopen(parse_url($target, PHP_URL_HOST), parse_url($target, PHP_URL_PORT), timeout: 1);
    return $connection !== false && fclose($connection);
}

function sent(string $target, array $public, array $args, string $url): array|\WP_Error
{
    $headers = is_array($args['headers'] ?? []) ? $args['headers'] ?? [] : \WP_Http::processHeaders($args['headers'])['headers'];
    $response = wp_remote_request($target . $public['path'] . (isset($public['query']) ? "?{$public['query']}" : ''), [
        'headers' => ['Host' => $public['host'], 'X-Forwarded-Proto' => $public['scheme']] + $headers,
        'cookies' => cookies($args['cookies'], $url),
        'redirection' => 0,
        // It is the site itself; WordPress takes any address of this machine for unsafe.
        'reject_unsafe_urls' => false,
    ] + $args);
    foreach (wp_remote_retrieve_cookies($response) as $cookie) {
        $cookie->domain = $cookie->domain === '127.0.0.1' ? $public['host'] : $cookie->domain;
    }
    return $response;
}

/** A cookie that is for a host would not be sent to an address. */
function cookies(array $all, string $url): array
{
    $sent = [];
    foreach ($all as $name => $cookie) {
        if (!$cookie instanceof \WP_Http_Cookie) {
            $sent[$name] = $cookie;
        } elseif ($cookie->test($url)) {
            $sent[$cookie->name] = $cookie->value;
        }
    }
    return $sent;
}

/** Where a redirect leads to need not be this site: it is a new request, as browsers make it. */
function followed(array|\WP_Error $response, array $args, string $url): array|\WP_Error
{
    $code = wp_remote_retrieve_response_code($response);
    $location = wp_remote_retrieve_header($response, 'location');
    if ($args['redirection'] < 1 || !in_array($code, [301, 302, 303, 307, 308], true) || !is_string($location) || $location === '') {
        return $response;
    }
    if ($code < 307 && $args['method'] !== 'HEAD') {
        $args = ['method' => 'GET', 'body' => null] + $args;
    }
    return wp_remote_request(\WP_Http::make_absolute_url($location, $url), ['redirection' => $args['redirection'] - 1] + $args);
}
