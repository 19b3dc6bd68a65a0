"""Slack's markup as HTML that is safe to show.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from markupsafe import Markup, escape

from connectors.slack.sandbox.checking import is_web_address

_EMOJI: Final = {
    "white_check_mark": "✅",
    "warning": "⚠️",
    "rotating_light": "🚨",
    "hourglass_flowing_sand": "⏳",
    "alarm_clock": "⏰",
    "no_entry": "⛔",
    "x": "❌",
    "eyes": "👀",
    "wave": "👋",
    "tada": "🎉",
    "lock": "🔒",
    "memo": "📝",
    "speech_balloon": "💬",
    "bar_chart": "📊",
    "double_vertical_bar": "⏸️",
    "arrow_forward": "▶️",
}
_BROADCASTS: Final = ("here", "channel", "everyone")
_HELD: Final = re.compile("\ue000(\\d+)\ue001")
_PRIVATE: Final = re.compile("[\ue000\ue001]")
_FENCE: Final = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_ANGLE: Final = re.compile(r"<([^<>\n]+)>")
_BARE: Final = re.compile(r"\bhttps?://[^\s<>\"'\ue000]+[^\s<>\"'\ue000.,;:!?)]")
_STYLES: Final = tuple(
    (
        re.compile(rf"(?<![\w{sign}]){sign}([^\s{sign}](?:[^{sign}\n]*[^\s{sign}])?){sign}(?!\w)"),
        tag,
    )
    for sign, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"))
)
_COLON: Final = re.compile(r":([a-z0-9_+-]{1,50}):")
_DATE: Final = re.compile(r"!date\^(-?\d{1,11})\^([^|]+?)(?:\^(https?://[^|]+))?\|(.*)")
_DATE_PART: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a text, and whom the names in it mean."""

    user: str = ""
    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)


def _day(moment: datetime, now: datetime) -> str:
    days = (moment.date() - now.date()).days
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    return near.get(days, f"{moment:%B} {moment.day}, {moment.year}")


def _ago(moment: datetime, now: datetime) -> str:
    seconds = abs((moment - now).total_seconds())
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            told = f"{count} {word}{'' if count == 1 else 's'}"
            return f"{told} ago" if moment < now else f"in {told}"
    return "just now"


def format_date(seconds: int, form: str, now: datetime) -> str | None:
    """A date as Slack shows it to somebody on this machine; None for a form it doesn't know."""
    try:
        moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone()
    except (OverflowError, ValueError):
        return None
    local = now.astimezone()
    long = f"{moment:%A}, {moment:%B} {moment.day}, {moment.year}"
    shown = {
        "date_num": f"{moment:%Y-%m-%d}",
        "date": f"{moment:%B} {moment.day}, {moment.year}",
        "date_short": f"{moment:%b} {moment.day}, {moment.year}",
        "date_long": long,
        "date_pretty": _day(moment, local),
        "date_short_pretty": _day(moment, local),
        "date_long_pretty": _day(moment, local),
        "time": f"{moment:%H:%M}",
        "time_secs": f"{moment:%H:%M:%S}",
        "ago": _ago(moment, local),
    }
    if set(_DATE_PART.findall(form)) - shown.keys():
        return None
    return _DATE_PART.sub(lambda match: shown[match[1]], form)


def link(address: str, label: str) -> Markup:
    """A link that opens elsewhere, or only its words if it leads nowhere a browser may go."""
    if not (is_web_address(address) or address.startswith("mailto:")):
        return escape(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        address, label
    )


def mention(text: str, *, me: bool = False) -> Markup:
    """A name that is called."""
    return Markup('<span class="{}">{}</span>').format("mention me" if me else "mention", text)


def _angle(inner: str, reader: Reader) -> Markup:
    """What stands between angle brackets."""
    target, _, label = inner.partition("|")
    date = _DATE.fullmatch(inner)
    if date is not None:
        shown = format_date(int(date[1]), date[2], reader.now) or date[4]
        return Markup("<time>{}</time>").format(shown)
    if target.startswith("@"):
        name = reader.users.get(target[1:], label or target[1:])
        return mention(f"@{name}", me=target[1:] == reader.user)
    if target.startswith("#"):
        return mention(f"#{reader.channels.get(target[1:], label or target[1:])}")
    if target.startswith("!"):
        known = target[1:] in _BROADCASTS
        return mention(f"@{target[1:]}", me=True) if known else escape(label or target)
    return link(target, label or target.removeprefix("mailto:"))


def _quoted(text: str) -> str:
    """Lines that begin with `>` as quotations; the text is HTML already."""
    lines: list[str] = []
    quoting = False
    for line in text.split("\n"):
        is_quote = line.startswith("&gt;")
        if is_quote and not quoting:
            lines.append("<blockquote>")
        elif quoting and not is_quote:
            lines.append("</blockquote>")
        quoting = is_quote
        lines.append((line[4:].lstrip() if is_quote else line) + "<br>")
    if quoting:
        lines.append("</blockquote>")
    return "".join(lines).removesuffix("<br>")


def to_html(text: str, reader: Reader, *, autolinks: bool = False) -> Markup:
    """A `mrkdwn` text as HTML; with `autolinks` bare addresses become links, as at Slack."""
    kept: list[Markup] = []

    def keep(piece: Markup) -> str:
        kept.append(piece)
        return f"\ue000{len(kept) - 1}\ue001"

    def code(match: re.Match[str], frame: str) -> str:
        return keep(Markup(frame).format(html.unescape(match[1])))  # noqa: S704 - frames are ours

    text = _PRIVATE.sub("", text)
    text = _FENCE.sub(lambda match: code(match, "<pre>{}</pre>"), text)
    text = _CODE.sub(lambda match: code(match, "<code>{}</code>"), text)
    text = _ANGLE.sub(lambda match: keep(_angle(html.unescape(match[1]), reader)), text)
    if autolinks:
        text = _BARE.sub(lambda match: keep(link(html.unescape(match[0]), match[0])), text)
    shown = str(escape(html.unescape(text)))
    for pattern, tag in _STYLES:
        shown = pattern.sub(rf"<{tag}>\1</{tag}>", shown)
    shown = _quoted(_COLON.sub(lambda match: _EMOJI.get(match[1], match[0]), shown))
    for _ in range(2):  # what is kept may hold what was kept before it
        shown = _HELD.sub(lambda match: str(kept[int(match[1])]), shown)
    return Markup(shown)  # noqa: S704 - every part was escaped above


def with_breaks(text: str) -> Markup:
    """Plain text as HTML."""
    return Markup("<br>").join(escape(text).split("\n"))


def emoji(name: str) -> str:
    """The sign of a name, or the name between colons."""
    return _EMOJI.get(name, f":{name}:")


def mentions_in(text: str) -> list[str]:
    """Whom a text of markup would call: users' ids and broadcasts."""
    found = []
    for match in _ANGLE.finditer(_CODE.sub("", _FENCE.sub("", text))):
        target = match[1].partition("|")[0]
        if target.startswith("@") or target[1:] in _BROADCASTS:
            found.append(target)
    return found
