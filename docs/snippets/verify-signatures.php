<?php
// WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
// php verify-signatures.php body.json. PHP 8.0 or newer, no packages. Each of the two functions suffices for a receiver.

const TOLERANCE_SECONDS = 300;

function isRecent(string $timestamp): bool
{
    return preg_match('/^[0-9]{1,12}\z/', $timestamp) === 1 && abs(time() - (int) $timestamp) <= TOLERANCE_SECONDS;
}

/** $header is x-thalian-signature, $body the raw body (php://input), $secret the whole secret, whsec_ included. */
function isGenuine(string $header, string $body, string $secret): bool
{
    $parts = explode(',', $header);
    $timestamps = array_values(array_filter($parts, fn ($part) => str_starts_with($part, 't=')));
    $timestamp = substr($timestamps[0] ?? 't=', 2);
    if ($secret === '' || !isRecent($timestamp)) {
        return false;
    }
    $expected = 'v1=' . hash_hmac('sha256', "$timestamp.$body", $secret);
    foreach ($parts as $part) {
        if (hash_equals($expected, $part)) {
            return true;
        }
    }
    return false;
}

/** By Standard Webhooks: the key is what follows whsec_, decoded. */
function isGenuineStandard(string $id, string $timestamp, string $signatures, string $body, string $secret): bool
{
    $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), true) : $secret;
    if ($key === false || $key === '' || $id === '' || !isRecent($timestamp)) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

$env = fn (string $name) => getenv($name) ?: '';
$body = file_get_contents($argv[1]);
$secret = $env('WEBHOOK_SECRET');
if (!isGenuine($env('X_THALIAN_SIGNATURE'), $body, $secret)) {
    echo "invalid: x-thalian-signature\n";
    exit(1);
}
if (!isGenuineStandard($env('WEBHOOK_ID'), $env('WEBHOOK_TIMESTAMP'), $env('WEBHOOK_SIGNATURE'), $body, $secret)) {
    echo "invalid: webhook-signature\n";
    exit(1);
}
echo "valid\n";
