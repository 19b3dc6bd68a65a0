"""Whether a message's or a modal's blocks are as Slack takes them, and the ids that it adds.

https://docs.slack.dev/reference/block-kit/blocks . Of all blocks the sandbox knows those that
the project shows; others are refused, and so are elements that it doesn't know.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from connectors.slack.sandbox.checking import Check
from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.elements import CLICKABLE, TYPED, check_element
from connectors.slack.sandbox.rich_text import check_rich_text

_TEXT_MAX = 3000
MESSAGE_BLOCKS = 50
MODAL_BLOCKS = 100
# Not documented: sums from about 13,200 on were refused. github.com/slackapi/bolt-js/issues/2509
_SUM_MAX = 13_000
_MARKDOWN_MAX = 12_000

NewId = Callable[[], str]


def _header(check: Check, block: Json, at: str) -> None:
    check.text(block, "text", at, 150, plain=True)


def _section(check: Check, block: Json, at: str) -> None:
    if "text" not in block and "fields" not in block:
        check.bad(at, "must provide text or fields")
    check.text(block, "text", at, _TEXT_MAX, plain=False, required=False)
    for number, field in enumerate(check.items(block, "fields", at, 10, required=False)):
        check.text_object(field, f"{at}/fields/{number}", 2000, plain=False)
    accessory = check.object(block, "accessory", at, required=False)
    if accessory is not None:
        check_element(check, accessory, f"{at}/accessory", CLICKABLE)
    check.flag(block, "expand", at)


def _context(check: Check, block: Json, at: str) -> None:
    for number, item in enumerate(check.items(block, "elements", at, 10)):
        check.text_object(item, f"{at}/elements/{number}", _TEXT_MAX, plain=False)


def _actions(check: Check, block: Json, at: str) -> None:
    for number, item in enumerate(check.items(block, "elements", at, 25)):
        check_element(check, item, f"{at}/elements/{number}", CLICKABLE)


def _input(check: Check, block: Json, at: str) -> None:
    check.text(block, "label", at, 2000, plain=True)
    check.text(block, "hint", at, 2000, plain=True, required=False)
    check.flag(block, "optional", at)
    check.flag(block, "dispatch_action", at)
    element = check.object(block, "element", at)
    if element is not None:
        check_element(check, element, f"{at}/element", TYPED)


def _divider(_check: Check, _block: Json, _at: str) -> None:
    """Nothing to check."""


def _markdown(check: Check, block: Json, at: str) -> None:
    check.characters += len(check.string(block, "text", at, _MARKDOWN_MAX, required=True) or "")


_COMMON: Final = {"type", "block_id"}
_BLOCKS: Final[dict[str, tuple[Callable[[Check, Json, str], None], set[str]]]] = {
    "header": (_header, {"text"}),
    "section": (_section, {"text", "fields", "accessory", "expand"}),
    "context": (_context, {"elements"}),
    "actions": (_actions, {"elements"}),
    "input": (_input, {"label", "hint", "optional", "dispatch_action", "element"}),
    "divider": (_divider, set()),
    "rich_text": (check_rich_text, {"elements"}),
    "markdown": (_markdown, {"text"}),
}


def _check_block(check: Check, block: Json, at: str) -> None:
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in _BLOCKS:
        check.bad(f"{at}/type", f"unsupported type; must be one of {', '.join(_BLOCKS)}")
        return
    rule, known = _BLOCKS[kind]
    for name in block.keys() - known - _COMMON:
        check.bad(at, f"additional property {name} is not allowed")
    rule(check, block, at)


def _with_ids(check: Check, block: Json, at: str, taken: set[str], new_id: NewId) -> Json:
    """A copy in which block and elements have their ids, as Slack shows it."""
    copy: Json = json.loads(json.dumps(block))
    copy["block_id"] = check.name(copy, "block_id", at, taken, new_id)
    named: set[str] = set()
    for element in interactive(copy):
        element["action_id"] = check.name(element, "action_id", at, named, new_id)
    return copy


def interactive(block: Json) -> list[Json]:
    """The elements of a block that people can use."""
    held: list[Any] = [block.get("accessory"), block.get("element")]
    if block.get("type") == "actions" and isinstance(block.get("elements"), list):
        held += block["elements"]
    return [element for element in held if isinstance(element, dict)]


def check_blocks(
    blocks: object, check: Check, new_id: NewId, *, most: int, at: str = "/blocks"
) -> tuple[Json, ...]:
    """The blocks with all ids, and in `check` what is wrong with them."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        check.bad(at, "must provide a list of blocks")
        return ()
    if len(blocks) > most:
        check.bad(at, f"no more than {most} items allowed")
        return ()
    taken: set[str] = set()
    kept = []
    for number, block in enumerate(blocks):
        place = f"{at}/{number}"
        _check_block(check, block, place)
        kept.append(_with_ids(check, block, place, taken, new_id))
    return tuple(kept)


def is_too_long(check: Check) -> bool:
    """Whether all texts together are more than a message takes."""
    return check.characters > _SUM_MAX
