#!/bin/sh
# ./verify-x-thalian-signature.sh body.json, with WEBHOOK_SECRET and X_THALIAN_SIGNATURE in the environment. For debugging.
set -euf
: "${1:?usage: $0 body.json}"
reject() { echo "invalid: $1"; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
sha256() { openssl dgst -sha256 -binary; }
# HMAC (RFC 2104) by two hashes: `openssl dgst -hmac` would show the secret to everyone who runs `ps`.
pad() {
  left=$1
  while [ ${#left} -lt 128 ]; do left=${left}00; done
  while [ -n "$left" ]; do
    byte=$((0x${left%"${left#??}"} ^ $2)) left=${left#??}
    printf %b "\\0$((byte >> 6))$((byte >> 3 & 7))$((byte & 7))"
  done
}
hmac() { { pad "$1" 0x5c; { pad "$1" 0x36; cat; } | sha256; } | sha256 | hex; }

key=$(printf %s "${WEBHOOK_SECRET:-}" | hex)
[ -n "$key" ] || reject 'WEBHOOK_SECRET is not set'
[ ${#key} -le 128 ] || key=$(printf %s "$WEBHOOK_SECRET" | sha256 | hex)
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
