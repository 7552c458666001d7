<?php
/**
 * Plugin Name: Database timeout
 * Description: The short time that wp-config.php gives the connection to the database is not for what plugins read from elsewhere.
 */
ini_restore('default_socket_timeout');
