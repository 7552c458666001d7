<?php
/**
 * Plugin Name: Loopback
 * Description: WordPress starts its scheduled tasks by a request to itself. The site's public name need not lead back into this pod, so the request goes to this very server.
 */
add_filter('cron_request', function (array $request): array {
    $public = parse_url($request['url']);
    $request['url'] = 'http://127.0.0.1:8000' . ($public['path'] ?? '/') . '?' . ($public['query'] ?? '');
    $request['args']['headers']['Host'] = $public['host'] ?? 'localhost';
    return $request;
});
