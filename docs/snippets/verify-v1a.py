# WEBHOOK_PUBLIC_KEYS (whpk_..., several with a space between), WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the
# environment: python3 verify-v1a.py body.json. Python 3.8 or newer, with the package cryptography.
import base64
import binascii
import os
import re
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE_SECONDS = 300


def is_genuine(webhook_id, timestamp, signatures, body, public_keys):
    """`body` is the raw body as bytes, `public_keys` are texts that begin with `whpk_`."""
    is_recent = re.fullmatch("[0-9]{1,12}", timestamp) and abs(time.time() - int(timestamp)) <= TOLERANCE_SECONDS
    if not webhook_id or not is_recent:
        return False
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    given = [signature[len("v1a,"):] for signature in signatures.split(" ") if signature.startswith("v1a,")]
    return any(is_signed_by(key, signature, signed) for key in public_keys for signature in given)


def is_signed_by(public_key, signature, signed):
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key[len("whpk_"):]))
    try:
        key.verify(base64.b64decode(signature), signed)
    except (InvalidSignature, binascii.Error):
        return False
    return True


def main():
    webhook_id, timestamp, signatures, public_keys = (
        os.environ.get(name, "")
        for name in ("WEBHOOK_ID", "WEBHOOK_TIMESTAMP", "WEBHOOK_SIGNATURE", "WEBHOOK_PUBLIC_KEYS")
    )
    with open(sys.argv[1], "rb") as file:
        body = file.read()
    if not is_genuine(webhook_id, timestamp, signatures, body, public_keys.split()):
        sys.exit(print("invalid: webhook-signature") or 1)
    print("valid")


if __name__ == "__main__":
    main()
