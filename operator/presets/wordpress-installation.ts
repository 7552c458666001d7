/**
 * What the Job of the first installation runs, as PHP: the same steps as WordPress's own /wp-admin/install.php.
 *
 * It may be killed at any line and runs again. WordPress calls itself installed as soon as the option `siteurl` is
 * there, long before the administrator is, so the option `hostedsite_installing` marks what is not complete:
 *
 *   no siteurl                      nothing, or an interrupted beginning: install
 *   siteurl, hostedsite_installing  interrupted: install, which completes what is missing
 *   siteurl alone                   complete, or a database that was there before: leave it alone
 *
 * WP_REPAIRING keeps WordPress from ending the program when it finds tables without `siteurl`.
 */
export const installation = `
define('WP_INSTALLING', true);
define('WP_REPAIRING', true);
$site_host = getenv('SITE_HOST');
$_SERVER = array_merge($_SERVER, [
  'HTTP_HOST' => $site_host,
  'SERVER_NAME' => $site_host,
  'SERVER_PORT' => '80',
  'SERVER_PROTOCOL' => 'HTTP/1.1',
  'REQUEST_METHOD' => 'GET',
  'REQUEST_URI' => '/',
  'REMOTE_ADDR' => '127.0.0.1',
]);

// WordPress ends with code 0 and a page of HTML when something is wrong, and an exit in between counts as success.
$site_installed = false;
register_shutdown_function(function () { if (!$GLOBALS['site_installed']) exit(1); });
function site_stop($reason) {
  fwrite(STDERR, trim(strip_tags(is_wp_error($reason) ? $reason->get_error_message() : $reason)) . "\\n");
  exit(1);
}
$wp_filter = [
  'wp_die_handler' => [10 => [['accepted_args' => 1, 'function' => function () { return 'site_stop'; }]]],
  // While WordPress loads, tables may be missing as they should.
  'muplugins_loaded' => [10 => [['accepted_args' => 0, 'function' => function () { $GLOBALS['wpdb']->suppress_errors(true); }]]],
];

// The name belongs to WordPress, which sends a mail with the password's location in it.
function wp_new_blog_notification(...$unused) {}

require '/var/www/html/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// Nothing is asked of the network: the site is not served yet.
add_filter('pre_http_request', function () { return new WP_Error('offline', 'The installation asks nobody'); });
add_filter('pre_wp_mail', '__return_false');

$found = $wpdb->get_col("SELECT option_name FROM $wpdb->options WHERE option_name IN ('siteurl', 'hostedsite_installing')");
$wpdb->suppress_errors(false);
// Only a missing table means an empty database.
if ($wpdb->last_error !== '' && !str_contains($wpdb->last_error, "doesn't exist")) site_stop($wpdb->last_error);
if ($found === ['siteurl']) {
  $site_installed = true;
  echo "WordPress is installed.\\n";
  exit(0);
}

if (!defined('WP_SITEURL')) define('WP_SITEURL', 'http://' . $site_host);
add_action('populate_options', function () { add_option('hostedsite_installing', '1'); });
wp_install(
  getenv('SITE_TITLE'),
  getenv('SITE_ADMIN_USER'),
  'admin@' . $site_host,
  getenv('SITE_PUBLIC') === '1',
  '',
  wp_slash(getenv('SITE_ADMIN_PASSWORD'))
);
update_option('home', 'http://' . $site_host);
update_option('siteurl', 'http://' . $site_host);
$wp_rewrite->set_permalink_structure('/%postname%/');
flush_rewrite_rules(false);
if (!username_exists(getenv('SITE_ADMIN_USER'))) {
  fwrite(STDERR, "The administrator could not be made.\\n");
  exit(1);
}
delete_option('hostedsite_installing');
$site_installed = true;
echo "WordPress was installed.\\n";
`.trim();
