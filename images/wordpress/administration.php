<?php
/**
 * Plugin Name: Administration
 * Description: Says in WordPress's administration what this site gets from its image and from its cache.
 */
namespace HostedSite\Administration;

const CODE = 'WordPress, plugins and themes of this site are part of its image, so nothing is installed, updated or deleted here. '
    . 'Whoever runs the site builds an image with what you need, and writes its name as spec.image of the HostedSite.';

// Where the buttons were.
foreach (['plugins', 'themes'] as $screen) {
    add_action("load-$screen.php", fn () => add_action('admin_notices', function (): void {
        printf('<div class="notice notice-info"><p>%s</p></div>', esc_html(CODE));
    }));
}

/** Whether WordPress can change its own code is no question where the image does. */
add_filter('site_status_tests', function (array $tests): array {
    foreach (['plugin_theme_auto_updates', 'update_temp_backup_writable', 'available_updates_disk_space'] as $name) {
        unset($tests['direct'][$name]);
    }
    unset($tests['async']['background_updates']);
    // Scheduled tasks run in a pod of their own, in which no site answers.
    if (wp_doing_cron()) {
        unset($tests['async']['loopback_requests'], $tests['async']['page_cache']);
    }
    $tests['direct']['code_of_image'] = ['label' => 'Code of the image', 'test' => fn (): array => [
        'label' => 'WordPress, plugins and themes are updated with the image',
        'status' => 'good',
        'badge' => ['label' => 'Security', 'color' => 'blue'],
        'description' => '<p>' . esc_html(CODE) . '</p>',
        'actions' => '',
        'test' => 'code_of_image',
    ]];
    return $tests;
});

// Varnish's answer says whether it comes from the cache.
add_filter('site_status_page_cache_supported_cache_headers', fn (array $headers): array => $headers + [
    'x-cache' => fn (string $value): bool => $value === 'HIT',
]);
