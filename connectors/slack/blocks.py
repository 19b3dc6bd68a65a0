"""The parts of messages and forms in Slack's own form, each within its limits for any input.

https://docs.slack.dev/reference/block-kit/blocks/ and
https://docs.slack.dev/reference/block-kit/composition-objects/ name the limits of the parts. What
a whole message may hold is documented nowhere; Slack refuses what is longer than about 13,200
characters (`msg_blocks_too_long`), so `size` is kept below `MESSAGE_SIZE`.

Texts stand in plain or rich text, which Slack doesn't parse. Nothing here makes `mrkdwn`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from connectors.slack.cards import Action, Line, Link, Moment, Piece, Strong
from connectors.slack.text import cut, inert, readable, readable_line

Block = dict[str, Any]

MESSAGE_SIZE: Final = 12_500
LONGEST_INPUT: Final = 3000
MOST_OPTIONS: Final = 100
LONGEST_VALUE: Final = 200  # Slack takes 2,000; ids are short, and every button counts
LONGEST_OPTION_VALUE: Final = 150
LONGEST_METADATA: Final = 3000
_LONGEST_HEADER: Final = 150
_LONGEST_LABEL: Final = 75
_LONGEST_URL: Final = 1000
_LONGEST_CONTEXT: Final = 150
_LONGEST_PIECE: Final = 500
_MOST_PIECES: Final = 30
_MOST_IN_CONTEXT: Final = 10
_ADDRESS = re.compile(r"https?://[!#-;=?-Z\[\]_a-z~]+", re.ASCII | re.IGNORECASE)
_USER = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)


def size(blocks: Iterable[Block]) -> int:
    """How long blocks are as they are sent."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def plain(text: str, limit: int) -> Block:
    """A plain text in one line; a dash if there is none, as Slack takes no empty text."""
    return {
        "type": "plain_text",
        "text": cut(readable_line(text), limit) or "–",  # noqa: RUF001 - a dash
        "emoji": False,
    }


def header(text: str) -> Block:
    """A line in large letters."""
    return {"type": "header", "text": plain(inert(readable_line(text)), _LONGEST_HEADER)}


def context(texts: Iterable[str]) -> list[Block]:
    """Small texts side by side; no block if there is nothing to say."""
    lines = filter(None, map(readable_line, texts))
    said = [inert(line) for line in lines][:_MOST_IN_CONTEXT]
    shown = [plain(text, _LONGEST_CONTEXT) for text in said]
    return [{"type": "context", "elements": shown}] if shown else []


def paragraph(line: Line) -> Block:
    """A line of rich text."""
    return _rich({"type": "rich_text_section", "elements": elements(line)})


def bullets(lines: Iterable[Line]) -> list[Block]:
    """A list; no block if it is empty."""
    rows = [{"type": "rich_text_section", "elements": elements(line)} for line in lines]
    return [_rich({"type": "rich_text_list", "style": "bullet", "elements": rows})] if rows else []


def quote(text: str, limit: int) -> list[Block]:
    """A stranger's words, inert; no block if there are none."""
    words = cut(inert(readable(text)), limit)
    shown = [{"type": "text", "text": words}]
    return [_rich({"type": "rich_text_quote", "elements": shown})] if words else []


def preformatted(text: str) -> Block:
    """A text as it is, character for character."""
    shown = [{"type": "text", "text": text}]
    return _rich({"type": "rich_text_preformatted", "elements": shown})


def mentions(users: Iterable[str]) -> list[Block]:
    """The users who are pinged by it; whatever is no user's id is left out."""
    ids = [user for user in users if _USER.fullmatch(user)][:_MOST_PIECES]
    shown: list[Block] = []
    for user in ids:
        shown += [{"type": "user", "user_id": user}, {"type": "text", "text": " "}]
    return [_rich({"type": "rich_text_section", "elements": shown})] if shown else []


def buttons(made: Sequence[Block | None]) -> list[Block]:
    """Buttons side by side; no block if there are none."""
    shown = [button for button in made if button is not None]
    return [{"type": "actions", "elements": shown}] if shown else []


def button(action: Action, label: str, value: str, *, style: str | None = None) -> Block:
    """A button that reports its value."""
    made: Block = {
        "type": "button",
        "action_id": action.value,
        "text": plain(label, _LONGEST_LABEL),
    }
    if shown := readable_line(value)[:LONGEST_VALUE]:
        made["value"] = shown
    if style is not None:
        made["style"] = style
    return made


def open_button(url: str) -> Block | None:
    """A button that leads to the helpdesk; None if the address is none."""
    if not is_address(url):
        return None
    return button(Action.OPEN, "Open in Zendesk", "") | {"url": url}


def is_address(url: str) -> bool:
    """Whether a button or a link may lead there."""
    return len(url) <= _LONGEST_URL and _ADDRESS.fullmatch(url) is not None


def elements(line: Line) -> list[Block]:
    """The elements of a line of rich text; at least one."""
    pieces = (line,) if isinstance(line, str) else line[:_MOST_PIECES]
    shown = [element for piece in pieces if (element := _element(piece)) is not None]
    return shown or [{"type": "text", "text": " "}]


def utc(instant: datetime) -> str:
    """An instant in words for programs that can't show it in the reader's own time zone."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _element(piece: Piece) -> Block | None:
    match piece:
        case Moment(at):
            return _date(at)
        case Link(url, words):
            shown = _words(words)
            if is_address(url):
                return {"type": "link", "url": url, "text": shown or "link"}
            return {"type": "text", "text": shown} if shown else None
        case Strong(words):
            shown = _words(words)
            return {"type": "text", "text": shown, "style": {"bold": True}} if shown else None
        case str():
            shown = _words(piece)
            return {"type": "text", "text": shown} if shown else None


def _words(text: str) -> str:
    """A piece of a line: its spaces at both ends part it from its neighbours, so they stay."""
    line = inert(readable_line(text))
    if not line:
        return " " if text else ""
    before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return before + cut(line, _LONGEST_PIECE) + after


def _date(at: datetime) -> Block:
    # https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#date-element-type
    stamp = int(at.timestamp())
    if stamp < 0:
        return {"type": "text", "text": utc(at)}
    return {
        "type": "date",
        "timestamp": stamp,
        "format": "{date_short_pretty} at {time}",
        "fallback": utc(at),
    }


def _rich(element: Block) -> Block:
    return {"type": "rich_text", "elements": [element]}
