"""Asks authweave-webhooks, a library for Standard Webhooks, about requests that Ed25519 keys sign: README.md says how."""

import asyncio
import base64
import json
import sys
import time

from authweave_core import InMemoryReplayStore
from authweave_webhooks import (
    Ed25519PublicKey,
    PublicKeyDocument,
    StandardWebhooksVerifier,
    StaticPublicKeyResolver,
    WebhookVerificationError,
)

WHO = {"environment": "production", "owner": "acme", "endpoint": "wh_1"}


async def refusal(request):
    """Why it is refused; None if it is accepted."""
    keys = tuple(Ed25519PublicKey(base64.b64decode(key[len("whpk_"):])) for key in request["keys"])
    document = PublicKeyDocument(version="1", not_before=0, retire_after=None, keys=keys, **WHO)
    verifier = StandardWebhooksVerifier(
        StaticPublicKeyResolver(document),
        replay_store=InMemoryReplayStore(capacity=10, time_source=time.time),
        time_source=lambda: int(time.time()),
        **{f"expected_{name}": value for name, value in WHO.items()},
    )
    try:
        await verifier.verify(headers=request["headers"], body=request["body"].encode())
    except WebhookVerificationError as error:
        return error.code.value
    return None


async def main(file):
    with open(file, encoding="utf-8") as lines:
        requests = [json.loads(line) for line in lines]
    wrong = 0
    for request in requests:
        why = await refusal(request)
        is_right = (why is None) == request["isGenuine"]
        wrong += not is_right
        print(f"{'ok   ' if is_right else 'WRONG'} {request['what']}: {why or 'accepted'}")
    print(f"{len(requests)} requests, {wrong} judged otherwise than they are")
    return 1 if wrong else 0


sys.exit(asyncio.run(main(sys.argv[1])))
