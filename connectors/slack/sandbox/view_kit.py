"""Whether a modal is as Slack takes it, and what is in it when a user sends it.

https://docs.slack.dev/reference/views/modal-views
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from connectors.slack.sandbox.block_kit import MODAL_BLOCKS, check_blocks
from connectors.slack.sandbox.checking import Check
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError, invalid_arguments

_SIZE_MAX = 250_000
_KNOWN: Final = {
    "type",
    "title",
    "blocks",
    "close",
    "submit",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
}


def check_view(view: object, new_id: Callable[[], str]) -> Json:
    """A modal's content with all ids; raises SlackError that lists what is wrong."""
    check = Check()
    if not isinstance(view, dict):
        raise invalid_arguments("missing required field: view")
    if len(json.dumps(view)) > _SIZE_MAX:
        raise SlackError("view_too_large")
    if view.get("type") != "modal":
        check.bad("/view/type", "must be modal")
    for name in view.keys() - _KNOWN:
        check.bad("/view", f"additional property {name} is not allowed")
    check.text(view, "title", "/view", 24, plain=True)
    check.text(view, "close", "/view", 24, plain=True, required=False)
    check.text(view, "submit", "/view", 24, plain=True, required=False)
    check.string(view, "private_metadata", "/view", 3000)
    check.string(view, "callback_id", "/view", 255)
    check.string(view, "external_id", "/view", 255)
    for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
        check.flag(view, name, "/view")
    given = view.get("blocks")
    blocks = check_blocks(given, check, new_id, most=MODAL_BLOCKS, at="/view/blocks")
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        check.bad("/view", "must provide submit when there are input blocks")
    if check.problems:
        raise invalid_arguments(*check.problems)
    return {**view, "blocks": list(blocks)}


def _option(element: Json, value: object) -> Json | None:
    return next((row for row in element["options"] if row["value"] == value), None)


def initial_value(element: Json) -> object:
    """What an input holds before anybody touched it: a text, a value, or a list of values."""
    if element["type"] == "plain_text_input":
        return element.get("initial_value")
    if element["type"] == "checkboxes":
        return [row["value"] for row in element.get("initial_options") or []]
    chosen = element.get("initial_option")
    return chosen["value"] if chosen else None


def state_of(element: Json, value: Any) -> Json:
    """An element's entry in `state.values`, for the value that stands in it."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": str(value) if value else None}
    if kind == "checkboxes":
        ticked = value if isinstance(value, list) else [value]
        chosen = [row for row in element["options"] if row["value"] in ticked]
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, "selected_option": _option(element, value)}


def complaint_about(block: Json, value: Any) -> str:
    """What Slack itself says of an input before the app hears of it; "" if it is fine."""
    element = block["element"]
    if not value:
        return "" if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        low, high = element.get("min_length") or 0, element.get("max_length") or 3000
        if len(value) < low:
            return f"Please enter at least {low} characters."
        if len(value) > high:
            return f"Please enter no more than {high} characters."
    return ""


def inputs_of(content: Json) -> list[Json]:
    """The input blocks of a modal."""
    return [block for block in content["blocks"] if block["type"] == "input"]


def values_of(
    content: Json, given: Mapping[str, object], typed: Mapping[str, Mapping[str, Json]]
) -> dict[str, Mapping[str, Json]]:
    """`state.values` of a modal: values given by block id, what was typed, or the initial."""
    values: dict[str, Mapping[str, Json]] = {}
    for block in inputs_of(content):
        element, key = block["element"], block["block_id"]
        before = typed.get(key, {}).get(element["action_id"], {})
        if key not in given and before.get("type") == element["type"]:
            values[key] = typed[key]
        else:
            value = given[key] if key in given else initial_value(element)
            values[key] = {element["action_id"]: state_of(element, value)}
    return values
