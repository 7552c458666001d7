<?php
/**
 * Plugin Name: Mail
 * Description: Hands WordPress's mails to the SMTP server that the environment names. Without SMTP_HOST there is no way for mails: none is sent.
 */
add_action('phpmailer_init', function (PHPMailer\PHPMailer\PHPMailer $mail): void {
    $host = (string) getenv('SMTP_HOST');
    if ($host === '') {
        return;
    }
    $mail->isSMTP();
    $mail->Host = $host;
    $mail->Port = (int) (getenv('SMTP_PORT') ?: 587);
    // A visitor may wait for it.
    $mail->Timeout = 10;
    $mail->Username = (string) getenv('SMTP_USER');
    $mail->Password = (string) getenv('SMTP_PASSWORD');
    $mail->SMTPAuth = $mail->Username !== '';
    // A password is sent encrypted or not at all; without one it is what the server offers.
    $encrypted = $mail->Port === 465 ? PHPMailer\PHPMailer\PHPMailer::ENCRYPTION_SMTPS : PHPMailer\PHPMailer\PHPMailer::ENCRYPTION_STARTTLS;
    $mail->SMTPSecure = $mail->SMTPAuth || $mail->Port === 465 ? $encrypted : '';
});

add_filter('wp_mail_from', fn (string $from): string => (string) getenv('SMTP_FROM') ?: $from);
