# WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
# python3 verify-signatures.py body.json. Python 3.8 or newer, no packages. Each of the two functions suffices for a receiver.
import base64
import binascii
import hashlib
import hmac
import os
import re
import sys
import time

TOLERANCE_SECONDS = 300


def is_recent(timestamp):
    return bool(re.fullmatch("[0-9]{1,12}", timestamp)) and abs(time.time() - int(timestamp)) <= TOLERANCE_SECONDS


def is_genuine(header, body, secret):
    """`header` is x-thalian-signature, `body` the raw body as bytes, `secret` the whole secret, `whsec_` included."""
    parts = [part.partition("=") for part in header.split(",")]
    timestamp = next((value for name, _, value in parts if name == "t"), "")
    if not secret or not is_recent(timestamp):
        return False
    expected = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return any(name == "v1" and hmac.compare_digest(value.encode(), expected.encode()) for name, _, value in parts)


def is_genuine_standard(webhook_id, timestamp, signatures, body, secret):
    """By Standard Webhooks: the key is what follows `whsec_`, decoded."""
    try:
        key = base64.b64decode(secret[len("whsec_"):]) if secret.startswith("whsec_") else secret.encode()
    except binascii.Error:
        return False
    if not key or not webhook_id or not is_recent(timestamp):
        return False
    digest = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    return any(hmac.compare_digest(given.encode(), expected) for given in signatures.split(" "))


def main():
    secret, header, webhook_id, timestamp, signatures = (
        os.environ.get(name, "")
        for name in ("WEBHOOK_SECRET", "X_THALIAN_SIGNATURE", "WEBHOOK_ID", "WEBHOOK_TIMESTAMP", "WEBHOOK_SIGNATURE")
    )
    with open(sys.argv[1], "rb") as file:
        body = file.read()
    if not is_genuine(header, body, secret):
        sys.exit(print("invalid: x-thalian-signature") or 1)
    if not is_genuine_standard(webhook_id, timestamp, signatures, body, secret):
        sys.exit(print("invalid: webhook-signature") or 1)
    print("valid")


if __name__ == "__main__":
    main()
