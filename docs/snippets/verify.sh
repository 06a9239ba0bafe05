#!/bin/sh
# ./verify.sh body.json says whether a request you saved is genuine. WEBHOOK_SECRET, WEBHOOK_ID, WEBHOOK_TIMESTAMP and
# WEBHOOK_SIGNATURE are in the environment. For debugging: while it runs, `ps` shows the key to this machine's users.
set -euf
: "${1:?usage: $0 body.json}"
reject() { echo "invalid: $1"; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
hmac() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -binary | openssl base64 -A; }

secret=${WEBHOOK_SECRET:-} id=${WEBHOOK_ID:-} timestamp=${WEBHOOK_TIMESTAMP:-} signatures=${WEBHOOK_SIGNATURE:-}
case $secret in
  whsec_*) key=$(printf %s "${secret#whsec_}" | openssl base64 -d -A | hex) ;;
  *) key=$(printf %s "$secret" | hex) ;;
esac
[ -n "$key" ] || reject 'WEBHOOK_SECRET is not set'
[ -n "$id" ] && [ -n "$timestamp" ] && [ -n "$signatures" ] || reject 'a webhook header is missing'

now=$(date +%s)
case $timestamp in *[!0-9]* | ????????????*) reject 'the timestamp is not a number of seconds' ;; esac
[ "$timestamp" -ge $((now - 300)) ] && [ "$timestamp" -le $((now + 300)) ] || reject 'the timestamp is too old or too new'

expected="v1,$({ printf '%s.%s.' "$id" "$timestamp" && cat "$1"; } | hmac "$key")"
[ ${#expected} -eq 47 ] || reject 'openssl failed'
# A shell compares byte by byte. Under a random key the time it takes says nothing about the signature.
blind=$(openssl rand -hex 32)
for signature in $signatures; do
  if [ "$(printf %s "$signature" | hmac "$blind")" = "$(printf %s "$expected" | hmac "$blind")" ]; then
    echo valid
    exit 0
  fi
done
reject 'no signature matches'
