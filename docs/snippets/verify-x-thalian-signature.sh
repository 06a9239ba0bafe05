#!/bin/sh
# ./verify-x-thalian-signature.sh body.json, with WEBHOOK_SECRET and X_THALIAN_SIGNATURE in the environment.
# For debugging: while it runs, `ps` shows the secret to this machine's users.
set -euf
: "${1:?usage: $0 body.json}"
reject() { echo "invalid: $1"; exit 1; }
hmac() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -r | cut -d ' ' -f 1; }

key=$(printf %s "${WEBHOOK_SECRET:-}" | od -An -v -tx1 | tr -d ' \n')
[ -n "$key" ] || reject 'WEBHOOK_SECRET is not set'
parts=$(printf %s "${X_THALIAN_SIGNATURE:-}" | tr , ' ')
timestamp=${parts%% *} timestamp=${timestamp#t=}

now=$(date +%s)
case $timestamp in '' | *[!0-9]* | ????????????*) reject 'the timestamp is missing or not a number of seconds' ;; esac
[ "$timestamp" -ge $((now - 300)) ] && [ "$timestamp" -le $((now + 300)) ] || reject 'the timestamp is too old or too new'

expected="v1=$({ printf '%s.' "$timestamp" && cat "$1"; } | hmac "$key")"
[ ${#expected} -eq 67 ] || reject 'openssl failed'
# A shell compares byte by byte. Under a random key the time it takes says nothing about the signature.
blind=$(openssl rand -hex 32)
for part in $parts; do
  if [ "$(printf %s "$part" | hmac "$blind")" = "$(printf %s "$expected" | hmac "$blind")" ]; then
    echo valid
    exit 0
  fi
done
reject 'no signature matches'
