# PORT=8080 python3 verify.py with WEBHOOK_SECRET in the environment, behind the proxy that ends TLS. Python 3.8 or newer, no packages.
import base64
import hashlib
import hmac
import json
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 64 * 1024
TOLERANCE_SECONDS = 300

SECRET = os.environ.get("WEBHOOK_SECRET", "")
KEY = base64.b64decode(SECRET[len("whsec_"):]) if SECRET.startswith("whsec_") else SECRET.encode()
if not KEY:
    raise SystemExit("WEBHOOK_SECRET is not set")


def what_is_wrong(headers, body):
    """None if the request is genuine, else what is wrong. `body` is the raw body, as bytes."""
    webhook_id = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if not webhook_id or not timestamp or not signatures:
        return "a webhook header is missing"
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return "the timestamp is too old or too new"
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
    if not any(hmac.compare_digest(given.encode(), expected) for given in signatures.split(" ")):
        return "no signature matches"
    return None


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if not 0 <= length <= MAX_BODY_BYTES:
            return self.answer(413)
        body = self.rfile.read(length)
        problem = what_is_wrong(self.headers, body)
        if problem:
            return self.answer(401, problem)
        # Only if your admin has the address verified: return the value.
        if self.headers.get("x-thalian-event") == "webhook.challenge":
            return self.answer(200, json.loads(body)["data"]["challenge"])
        # Here: skip a webhook-id you have seen, store the body, answer now and work on it later.
        self.answer(204)

    def answer(self, status, text=""):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", 8080))), Receiver).serve_forever()
