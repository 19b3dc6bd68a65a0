"""The forms that a click opens: modal views in Slack's own form.

https://docs.slack.dev/reference/views/modal-views/ : titles and buttons hold 24 characters, the
private metadata 3,000. A field's `block_id` is its name when the form comes back.
"""

from collections.abc import Sequence
from typing import Final

from connectors.slack.blocks import (
    LONGEST_INPUT,
    LONGEST_METADATA,
    LONGEST_OPTION_VALUE,
    MOST_OPTIONS,
    Block,
    paragraph,
    plain,
)
from connectors.slack.cards import Action

REPLY_FIELD: Final = "reply"
ANSWER_FIELD: Final = "answer"
REASON_FIELD: Final = "reason"

_LONGEST_TITLE: Final = 24
_LONGEST_OPTION: Final = 75
_LONGEST_PROMPT: Final = 300
_LONGEST_REASON: Final = 1000
_LONGEST_CALLBACK: Final = 255


def edit_form(decision_id: str, reply: str) -> Block:
    """The reply to be changed and sent; only a sentence if it is too long for a field."""
    if len(reply) > LONGEST_INPUT:
        said = "This reply is too long to be changed here. Open the ticket to write it."
        return _form(Action.EDIT, decision_id, "Edit and send", [paragraph(said)])
    element = _text_input(LONGEST_INPUT)
    if reply:
        element["initial_value"] = reply
    fields = [_field(REPLY_FIELD, "Reply to the customer", element)]
    return _form(Action.EDIT, decision_id, "Edit and send", fields, submit="Send")


def choose_answer_form(decision_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """Another approved answer to be sent, chosen from (id, title) pairs."""
    fields = _choice("Answer", options, "The command reply takes any.")
    if not fields:
        said = "There is no other answer."
        return _form(Action.ANOTHER, decision_id, "Another answer", [paragraph(said)])
    return _form(Action.ANOTHER, decision_id, "Another answer", fields, submit="Send")


def name_case_form(decision_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """What a ticket really is, chosen from (id, title) pairs of packs, and why."""
    fields = _choice("It is", options, "The command correct takes any.")
    if not fields:
        said = "No packs are in force here."
        return _form(Action.NAME_CASE, decision_id, "Name the case", [paragraph(said)])
    said = (
        "The ticket is held for people and goes to whose business it is. The clocks of what you "
        "choose run from when the message came in."
    )
    why = _field(REASON_FIELD, "Why", _text_input(_LONGEST_REASON)) | {"optional": True}
    blocks = [paragraph(said), *fields, why]
    return _form(Action.NAME_CASE, decision_id, "Name the case", blocks, submit="Save")


def _choice(label: str, options: Sequence[tuple[str, str]], otherwise: str) -> list[Block]:
    """A field to choose from (id, title) pairs, and how many more there are; or nothing."""
    titles = {key: title for key, title in options if 0 < len(key) <= LONGEST_OPTION_VALUE}
    offered = list(titles.items())[:MOST_OPTIONS]
    if not offered:
        return []
    element: Block = {
        "type": "static_select",
        "action_id": ANSWER_FIELD,
        "options": [
            {"text": plain(title or key, _LONGEST_OPTION), "value": key} for key, title in offered
        ],
    }
    fields = [_field(ANSWER_FIELD, label, element)]
    left_out = len({key for key, _ in options}) - len(offered)
    if left_out > 0:
        fields.append(paragraph(f"{left_out} more don't fit here. {otherwise}"))
    return fields


def reason_form(what: str, value: str, title: str, prompt: str) -> Block:
    """A reason to be given; `what` and `value` come back with it."""
    fields = [_field(REASON_FIELD, prompt, _text_input(_LONGEST_REASON))]
    return _form(what, value, title, fields, submit="Save")


def opened_in(channel: str, form: Block) -> Block:
    """The form, which comes back with the channel in which it was opened."""
    metadata = f"{form['private_metadata']}\n{channel}"
    return form | {"private_metadata": metadata} if len(metadata) <= LONGEST_METADATA else form


def _form(what: str, value: str, title: str, blocks: list[Block], *, submit: str = "") -> Block:
    form: Block = {
        "type": "modal",
        "callback_id": what[:_LONGEST_CALLBACK],
        "private_metadata": value[:LONGEST_METADATA],
        "title": plain(title, _LONGEST_TITLE),
        "close": plain("Cancel" if submit else "Close", _LONGEST_TITLE),
        "blocks": blocks,
    }
    return form | {"submit": plain(submit, _LONGEST_TITLE)} if submit else form


def _field(name: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, _LONGEST_PROMPT),
        "element": element,
    }


def _text_input(longest: int) -> Block:
    return {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": longest,
    }
