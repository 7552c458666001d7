<?php
/**
 * Plugin Name: Object cache
 * Description: Remembers in the site's Valkey, for all pods and requests, what WordPress has looked up. Without WP_REDIS_HOST WordPress remembers it by itself, for one request.
 */
if (defined('WP_REDIS_HOST') && WP_REDIS_HOST !== '') {
    require '/usr/local/share/wordpress/object-cache/functions.php';
}
