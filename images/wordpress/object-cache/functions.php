<?php
/** The functions that WordPress asks of an object cache: https://developer.wordpress.org/reference/classes/wp_object_cache/ */
require_once __DIR__ . '/shared-object-cache.php';

function wp_cache_init(): void
{
    $known = fn (string $name): string => defined($name) ? (string) constant($name) : '';
    // What the pods of this site know, and nobody else.
    $secret = implode("\n", array_map($known, ['DB_PASSWORD', 'AUTH_KEY', 'AUTH_SALT']));
    $port = defined('WP_REDIS_PORT') ? WP_REDIS_PORT : 6379;
    $GLOBALS['wp_object_cache'] = new SharedObjectCache(WP_REDIS_HOST, $port, $known('WP_REDIS_PASSWORD'), $secret);
}

function wp_cache_add($key, $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->add($key, $data, $group, (int) $expire);
}

function wp_cache_add_multiple(array $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->add_multiple($data, $group, (int) $expire);
}

function wp_cache_replace($key, $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->replace($key, $data, $group, (int) $expire);
}

function wp_cache_set($key, $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->set($key, $data, $group, (int) $expire);
}

function wp_cache_set_multiple(array $data, $group = '', $expire = 0)
{
    return $GLOBALS['wp_object_cache']->set_multiple($data, $group, (int) $expire);
}

function wp_cache_get($key, $group = '', $force = false, &$found = null)
{
    return $GLOBALS['wp_object_cache']->get($key, $group, $force, $found);
}

function wp_cache_get_multiple($keys, $group = '', $force = false)
{
    return $GLOBALS['wp_object_cache']->get_multiple($keys, $group, $force);
}

function wp_cache_delete($key, $group = '')
{
    return $GLOBALS['wp_object_cache']->delete($key, $group);
}

function wp_cache_delete_multiple(array $keys, $group = '')
{
    return $GLOBALS['wp_object_cache']->delete_multiple($keys, $group);
}

function wp_cache_incr($key, $offset = 1, $group = '')
{
    return $GLOBALS['wp_object_cache']->incr($key, $offset, $group);
}

function wp_cache_decr($key, $offset = 1, $group = '')
{
    return $GLOBALS['wp_object_cache']->decr($key, $offset, $group);
}

function wp_cache_flush()
{
    return $GLOBALS['wp_object_cache']->flush();
}

function wp_cache_flush_runtime()
{
    return $GLOBALS['wp_object_cache']->forget();
}

/** A group cannot be flushed alone: keys are not looked for. WordPress asks this before it tries. */
function wp_cache_supports($feature)
{
    $features = ['add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime'];
    return in_array($feature, $features, true);
}

function wp_cache_close()
{
    return true;
}

function wp_cache_add_global_groups($groups): void
{
    $GLOBALS['wp_object_cache']->add_global_groups($groups);
}

function wp_cache_add_non_persistent_groups($groups): void
{
    $GLOBALS['wp_object_cache']->keepLocal((array) $groups);
}

function wp_cache_switch_to_blog($blog): void
{
    $GLOBALS['wp_object_cache']->switch_to_blog($blog);
}
