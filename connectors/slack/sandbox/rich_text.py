"""Whether a rich text is as Slack takes it.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from typing import Final

from connectors.slack.sandbox.checking import Check
from connectors.slack.sandbox.config import Json

_MOST = 1000  # parts; not documented
_LATEST = 99_999_999_999  # seconds; no limit is documented
_LEAVES: Final = {
    "date": "format",
    "text": "text",
    "link": "url",
    "emoji": "name",
    "user": "user_id",
    "channel": "channel_id",
    "broadcast": "range",
}
_FRAMES: Final = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")


def _leaf(check: Check, leaf: Json, at: str) -> None:
    kind = str(leaf.get("type"))
    if kind not in _LEAVES:
        check.bad(f"{at}/type", f"unsupported type; must be one of {', '.join(_LEAVES)}")
    elif kind == "link":
        check.url(leaf, "url", at, required=True)
        check.characters += len(check.string(leaf, "text", at, 3000) or "")
    else:
        written = check.string(leaf, _LEAVES[kind], at, 20_000, required=True)
        check.characters += len(written or "")
    if kind == "date":
        if "timestamp" not in leaf:
            check.bad(f"{at}/timestamp", "must provide a number")
        check.number(leaf, "timestamp", at, 0, _LATEST)
        check.string(leaf, "fallback", at, 3000)
    style = check.object(leaf, "style", at, required=False) or {}
    for name in style:
        check.flag(style, name, f"{at}/style")


def _frame(check: Check, frame: Json, at: str) -> None:
    kind = frame.get("type")
    if kind == "rich_text_list":
        if frame.get("style") not in ("bullet", "ordered"):
            check.bad(f"{at}/style", "must be bullet or ordered")
        for number, item in enumerate(check.items(frame, "elements", at, _MOST)):
            place = f"{at}/elements/{number}"
            if item.get("type") == "rich_text_section":
                _frame(check, item, place)
            else:
                check.bad(f"{place}/type", "must be rich_text_section")
    elif kind in _FRAMES:
        for number, leaf in enumerate(check.items(frame, "elements", at, _MOST)):
            _leaf(check, leaf, f"{at}/elements/{number}")
    else:
        check.bad(f"{at}/type", f"unsupported type; must be one of {', '.join(_FRAMES)}")


def check_rich_text(check: Check, block: Json, at: str) -> None:
    """A `rich_text` block."""
    for number, frame in enumerate(check.items(block, "elements", at, _MOST)):
        _frame(check, frame, f"{at}/elements/{number}")
