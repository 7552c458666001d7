/**
 * What the cron job of WordPress runs, as PHP: WordPress's own /wp-cron.php, and an exit code that can be trusted.
 * WordPress ends with code 0 when it finds no database or no installation: it counts as run only once it has loaded.
 */
export const scheduledTasks = `
$_SERVER += ['REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1'];
$site_loaded = false;
register_shutdown_function(function () { if (!$GLOBALS['site_loaded']) exit(1); });
function site_stop($reason) {
  fwrite(STDERR, trim(strip_tags(is_wp_error($reason) ? $reason->get_error_message() : $reason)) . "\\n");
  exit(1);
}
$wp_filter = [
  'wp_die_handler' => [10 => [['accepted_args' => 1, 'function' => function () { return 'site_stop'; }]]],
  'wp_loaded' => [10 => [['accepted_args' => 0, 'function' => function () { $GLOBALS['site_loaded'] = true; }]]],
];
require '/var/www/html/wp-cron.php';
`.trim();
