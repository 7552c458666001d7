import type { Preset } from './preset.ts';
import { scheduledTasks } from './wordpress-cron.ts';
import { installation } from './wordpress-installation.ts';

/** WordPress behind Apache, as in `images/wordpress`. */
export const wordpress: Preset = {
  name: 'WordPress',
  port: 8000,
  // A file that WordPress ships: it proves that the web server answers, and asks neither PHP nor the database.
  healthPath: '/wp-includes/images/blank.gif',
  writablePaths: ['/run'],
  readOnlyRootFilesystem: true,
  filesPath: '/var/www/html/wp-content/uploads',
  passCookies: [
    // Who is logged in: the front end's cookie, the secure one, and that of /wp-admin, named by a hash of the address.
    'wordpress_logged_in_.+',
    'wordpress_sec_.+',
    'wordpress_[0-9a-f]{32}',
    // Who has commented sees the own name in the form, and the own comments that wait for approval.
    'comment_author_.+',
    // Who has typed a post's password.
    'wp-postpass_.+',
    // Who has something in a WooCommerce cart.
    'woocommerce_cart_hash',
    'woocommerce_items_in_cart',
    'wp_woocommerce_session_.+',
    // Plugins that keep a session in PHP.
    'PHPSESSID',
  ],
  passPaths: [
    '/wp-admin',
    '/wp-login\\.php',
    '/wp-signup\\.php',
    '/wp-activate\\.php',
    '/wp-comments-post\\.php',
    '/wp-cron\\.php',
    '/xmlrpc\\.php',
    // Plugins answer here with what belongs to one person, and mark it badly.
    '/wp-json',
  ],
  // The same as /wp-json, at any path.
  passParameters: ['rest_route'],
  deniedPaths: [
    // The installation is a Job's: nobody else may be the first administrator of an empty database.
    '/wp-admin/install\\.php',
    '/wp-admin/setup-config\\.php',
    // Scheduled tasks are a cron job's.
    '/wp-cron\\.php',
    // A script among the uploads is an intruder's.
    '/wp-content/uploads/.*\\.(?:php[0-9]?|phar|phtml)(?:/|$)',
  ],
  databaseEnv: {
    host: 'WORDPRESS_DB_HOST',
    port: 'WORDPRESS_DB_PORT',
    name: 'WORDPRESS_DB_NAME',
    user: 'WORDPRESS_DB_USER',
    password: 'WORDPRESS_DB_PASSWORD',
  },
  // Names that drop-ins for Redis know as constants; the image makes them of these.
  objectCacheEnv: {
    Valkey: { host: 'WP_REDIS_HOST', port: 'WP_REDIS_PORT', password: 'WP_REDIS_PASSWORD' },
  },
  needsDatabase: true,
  // WordPress itself would begin its scheduled tasks while it answers visitors, whose pages mostly come from the cache.
  env: { DISABLE_WP_CRON: 'true' },
  environmentEnv: {
    name: 'WP_ENVIRONMENT_TYPE',
    values: { Production: 'production', Staging: 'staging', Development: 'development' },
  },
  // 48 random bytes are 64 characters, as long as WordPress makes its own.
  generatedEnv: {
    WORDPRESS_AUTH_KEY: 48,
    WORDPRESS_SECURE_AUTH_KEY: 48,
    WORDPRESS_LOGGED_IN_KEY: 48,
    WORDPRESS_NONCE_KEY: 48,
    WORDPRESS_AUTH_SALT: 48,
    WORDPRESS_SECURE_AUTH_SALT: 48,
    WORDPRESS_LOGGED_IN_SALT: 48,
    WORDPRESS_NONCE_SALT: 48,
  },
  cron: [
    {
      name: 'wp-cron',
      schedule: 'H/15 * * * *',
      command: ['php', '-d', 'display_errors=stderr', '-r', scheduledTasks],
    },
  ],
  install: { command: ['php', '-d', 'display_errors=stderr', '-r', installation], adminUser: 'admin' },
};
