#!/bin/sh
# ./verify.sh body.json says whether a request you saved is genuine. WEBHOOK_SECRET, WEBHOOK_ID, WEBHOOK_TIMESTAMP and
# WEBHOOK_SIGNATURE are in the environment. For debugging.
set -euf
: "${1:?usage: $0 body.json}"
reject() { echo "invalid: $1"; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
sha256() { openssl dgst -sha256 -binary; }
# HMAC (RFC 2104) by two hashes: `openssl dgst -hmac` would show the key to everyone who runs `ps`.
pad() {
  left=$1
  while [ ${#left} -lt 128 ]; do left=${left}00; done
  while [ -n "$left" ]; do
    byte=$((0x${left%"${left#??}"} ^ $2)) left=${left#??}
    printf %b "\\0$((byte >> 6))$((byte >> 3 & 7))$((byte & 7))"
  done
}
hmac() { { pad "$1" 0x5c; { pad "$1" 0x36; cat; } | sha256; } | sha256 | openssl base64 -A; }

secret=${WEBHOOK_SECRET:-} id=${WEBHOOK_ID:-} timestamp=${WEBHOOK_TIMESTAMP:-} signatures=${WEBHOOK_SIGNATURE:-}
key_bytes() {
  case $secret in
    whsec_*) printf %s "${secret#whsec_}" | openssl base64 -d -A ;;
    *) printf %s "$secret" ;;
  esac
}
key=$(key_bytes | hex)
[ -n "$key" ] || reject 'WEBHOOK_SECRET is not set'
[ ${#key} -le 128 ] || key=$(key_bytes | sha256 | hex)
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
