"""Slack's limits, looked at from outside: by slack_sdk's own models, and by hand."""

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from connectors.chat import Message

LIMITS = {
    "header": 150,
    "button": 75,
    "option": 75,
    "title": 24,
    "submit": 24,
    "close": 24,
    "label": 2000,
}


def check_message(message: Message) -> None:
    """Everything that Slack refuses a message for."""
    assert 0 < len(message.text) <= 300
    assert len(message.blocks) <= 50
    assert sum(len(text) for text in texts_in(list(message.blocks))) < 13_000
    check_blocks(message.blocks)


def check_form(form: Mapping[str, Any]) -> None:
    """Everything that Slack refuses a form for."""
    View(**form).to_dict()
    for name in ("title", "submit", "close"):
        if name in form:
            assert 0 < len(form[name]["text"]) <= 24
    assert len(form["private_metadata"]) <= 3000
    assert len(form["callback_id"]) <= 255
    assert ("submit" in form) == any(block["type"] == "input" for block in form["blocks"])
    check_blocks(form["blocks"])


def check_blocks(blocks: Any) -> None:
    for block in blocks:
        parsed = Block.parse(dict(block))
        assert parsed is not None
        parsed.to_dict()
        parsed.validate_json()
        assert "mrkdwn" not in str(block)
        for part in parts_in(block):
            _check_part(part)


def _check_part(part: Mapping[str, Any]) -> None:
    match part.get("type"):
        case "header":
            assert 0 < len(part["text"]["text"]) <= 150
        case "button":
            assert 0 < len(part["text"]["text"]) <= 75
            assert 0 < len(part.get("value", "-")) <= 2000
            assert len(part.get("url", "")) <= 3000
        case "text":
            assert 0 < len(part["text"]) <= 3000
        case "link":
            assert part["text"]
            assert part["url"].startswith(("http://", "https://"))
        case "actions":
            ids = [element["action_id"] for element in part["elements"]]
            assert 0 < len(ids) <= 25
            assert len(set(ids)) == len(ids)
        case "context":
            assert 0 < len(part["elements"]) <= 10
        case "static_select":
            values = [option["value"] for option in part["options"]]
            assert 0 < len(values) <= 100
            assert len(set(values)) == len(values)
            assert all(0 < len(value) <= 150 for value in values)
            assert all(0 < len(option["text"]["text"]) <= 75 for option in part["options"])
        case "plain_text_input":
            assert len(part.get("initial_value", "")) <= part["max_length"] <= 3000


def parts_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object within a value, itself first."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from parts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from parts_in(inner)


def texts_in(value: Any) -> list[str]:
    """Every text that a reader may see."""
    return [
        part["text"]
        for part in parts_in(value)
        if part.get("type") in {"text", "plain_text", "link"} and isinstance(part.get("text"), str)
    ]


def actions_in(message: Message) -> list[str]:
    """The buttons of a message."""
    return [part["action_id"] for part in parts_in(message.blocks) if part.get("type") == "button"]
