"""Zendesk's placeholders as blanks of the house.

https://support.zendesk.com/hc/en-us/articles/4408886858138 ; what stands between {% and %} is
Liquid markup, of which nothing can be kept.
"""

import re
from typing import Final

from rules.answers import unknown_blanks

_BLANKS: Final = {
    "ticket.requester.first_name": "first_name",
    "ticket.requester.name": "full_name",
    "ticket.id": "ticket_id",
}
_PLACEHOLDER = re.compile(
    r"(?P<before>[ \t]?(?P<bracket>\()?)"
    r"(?P<whole>\{\{(?P<name>[^{}]*)\}\}|\{%[^{}]*%\})"
    r"(?P<after>(?(bracket)\)|))"
)
_LOOSE = re.compile(rf"(\{{\{{ (?:{'|'.join(_BLANKS.values())}) \}}\}})|([{{}}%])")
_LONGEST = 80


def with_blanks(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with our blanks, and what had no counterpart and was taken out.

    With such a placeholder goes the space before it, and the brackets around it. Where something
    would stay that looks like a blank and is none, all loose braces and per cent signs are set
    apart: no answer may hold it.
    """
    lost: dict[str, None] = {}

    def changed(found: re.Match[str]) -> str:
        blank = _BLANKS.get((found["name"] or "").strip())
        if blank is not None:
            return f"{found['before']}{{{{ {blank} }}}}{found['after']}"
        lost[" ".join(found["whole"].split())[:_LONGEST]] = None
        return ""

    filled = _PLACEHOLDER.sub(changed, text)
    if unknown_blanks(filled):
        filled = _LOOSE.sub(lambda found: found[1] or f" {found[2]} ", filled)
    return filled, tuple(lost)
