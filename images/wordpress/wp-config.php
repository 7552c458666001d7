<?php
/** Everything that differs from site to site comes from the environment. */

function environment(string $name, ?string $default = null): string
{
    $value = getenv($name);
    if ($value !== false && $value !== '') {
        return $value;
    }
    if ($default === null) {
        error_log("The environment variable $name is not set");
        http_response_code(500);
        exit(78);
    }
    return $default;
}

// A connection to the database is there within milliseconds. While none answers, requests shall fail, and not each hold one of
// the few places of the web server for a minute. The plugin database-timeout puts it back.
ini_set('default_socket_timeout', '3');

$port = environment('WORDPRESS_DB_PORT', '');
define('DB_HOST', environment('WORDPRESS_DB_HOST') . ($port === '' ? '' : ":$port"));
define('DB_NAME', environment('WORDPRESS_DB_NAME'));
define('DB_USER', environment('WORDPRESS_DB_USER'));
define('DB_PASSWORD', environment('WORDPRESS_DB_PASSWORD'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = environment('WORDPRESS_TABLE_PREFIX', 'wp_');

// A key that is not given is made by WordPress and kept in the database.
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    foreach (["{$name}_KEY", "{$name}_SALT"] as $key) {
        $value = environment("WORDPRESS_$key", '');
        if ($value !== '') {
            define($key, $value);
        }
    }
}

// Where the site's object cache is, if it has one; drop-ins for Redis know these constants.
$cache = environment('WP_REDIS_HOST', '');
if ($cache !== '') {
    define('WP_REDIS_HOST', $cache);
    define('WP_REDIS_PORT', (int) environment('WP_REDIS_PORT', '6379'));
    define('WP_REDIS_PASSWORD', environment('WP_REDIS_PASSWORD', ''));
}

/**
 * The address of the site by what the operator tells; '' where it tells none. Visitors who came by https stay there. While a
 * release renames the site, the names before are published until its last pod is gone: who asks by one gets links to it.
 */
function siteAddress(): string
{
    ['scheme' => $scheme, 'host' => $host] = (parse_url(environment('SITE_URL', '')) ?: []) + ['scheme' => '', 'host' => ''];
    if ($host === '') {
        return '';
    }
    $asked = strtolower($_SERVER['HTTP_HOST'] ?? '');
    $isName = preg_match('/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/', $asked) === 1;
    if ($isName && PHP_SAPI !== 'cli' && !in_array($asked, explode(',', environment('SITE_HOSTS', $host)), true)) {
        $host = $asked;
    }
    return (($_SERVER['HTTPS'] ?? '') === 'on' ? 'https' : $scheme) . "://$host";
}

// What somebody writes counts; without either the address is the one in the database.
$url = environment('WORDPRESS_URL', '') ?: siteAddress();
if ($url !== '') {
    define('WP_HOME', $url);
    define('WP_SITEURL', $url);
    // The cache writes a host without its port: WordPress would redirect to the address that it was asked for.
    ['host' => $host, 'port' => $urlPort] = parse_url($url) + ['host' => '', 'port' => null];
    if ($urlPort !== null && ($_SERVER['HTTP_HOST'] ?? '') === $host) {
        $_SERVER['HTTP_HOST'] = "$host:$urlPort";
    }
}

// Code is what the image holds. WP_ENVIRONMENT_TYPE is read by WordPress itself.
define('DISALLOW_FILE_MODS', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('FS_METHOD', 'direct');
define('WP_TEMP_DIR', '/tmp');
// Whether somebody else runs /wp-cron.php by a schedule: then no visitor's request begins scheduled tasks.
define('DISABLE_WP_CRON', filter_var(environment('DISABLE_WP_CRON', 'false'), FILTER_VALIDATE_BOOLEAN));

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
