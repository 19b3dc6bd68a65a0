"""Zendesk's two ways of paging.

https://developer.zendesk.com/api-reference/introduction/pagination/ : by cursor when
`page[size]` is given (at most 100), by offset otherwise (100 a page, at most 10,000 records deep).
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError, coded_error

_PAGE = 100
_DEPTH = 10_000
Item = TypeVar("Item")


def encode_cursor(text: str) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kind: str) -> int:
    """The number inside a cursor of this kind; raises ValueError for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.urlsafe_b64decode(padded.encode()).decode("ascii")
    except (binascii.Error, UnicodeError):
        raise ValueError("no cursor of ours") from None
    name, _, number = text.partition(":")
    if name != kind or not number.isdigit() or len(number) > 18:  # noqa: PLR2004 - 64 bits
        raise ValueError("no cursor of ours")
    return int(number)


def _bad(name: str) -> ApiError:
    return coded_error(400, "InvalidPaginationParameter", f"{name} is not valid")


def _number(args: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most):
        raise _bad(name)
    return int(text)


def _link(base: str, path: str, args: Mapping[str, str], **changed: str | None) -> str:
    kept = {key: value for key, value in args.items() if not key.startswith("page")}
    kept |= {key: value for key, value in changed.items() if value is not None}
    query = "&".join(f"{quote(key)}={quote(value)}" for key, value in kept.items())
    return f"{base}{path}?{query}"


def page_of(
    name: str,
    items: Sequence[Item],
    show: Callable[[Item], Json],
    args: Mapping[str, str],
    base: str,
    path: str,
) -> Json:
    """One page of `items` under `name`, by cursor or by offset as `args` ask for it."""
    if any(key.startswith("page[") for key in args):
        return _cursor_page(name, items, show, args, f"{base}{path}")
    size = _number(args, "per_page", _PAGE, 10**9)
    size = min(size, _PAGE)
    page = _number(args, "page", 1, 10**9)
    if page * size > _DEPTH and page > 1:
        text = "Number of search results or pages exceeds the limit"
        raise ApiError(400, {"error": "InvalidPaginationDepth", "description": text})
    first = (page - 1) * size
    more, less = first + size < len(items), page > 1
    kept = {key: value for key, value in args.items() if key != "page"}
    return {
        name: [show(item) for item in items[first : first + size]],
        "next_page": _link(base, path, kept, page=str(page + 1)) if more else None,
        "previous_page": _link(base, path, kept, page=str(page - 1)) if less else None,
        "count": len(items),
    }


def _cursor_page(
    name: str,
    items: Sequence[Item],
    show: Callable[[Item], Json],
    args: Mapping[str, str],
    address: str,
) -> Json:
    size = _number(args, "page[size]", _PAGE, _PAGE)
    first = 0
    for key in ("page[after]", "page[before]"):
        if key in args:
            try:
                mark = decode_cursor(args[key], "at")
            except ValueError:
                raise _bad(key) from None
            first = mark if key == "page[after]" else max(0, mark - size)
    shown = items[first : first + size]
    more = first + len(shown) < len(items)
    after = encode_cursor(f"at:{first + len(shown)}") if shown else None
    before = encode_cursor(f"at:{first}") if shown else None
    kept = {key: value for key, value in args.items() if not key.startswith("page")}
    query = "".join(f"{quote(key)}={quote(value)}&" for key, value in kept.items())
    query += f"page[size]={size}"
    return {
        name: [show(item) for item in shown],
        "meta": {"has_more": more, "after_cursor": after, "before_cursor": before},
        "links": {
            "next": f"{address}?{query}&page[after]={after}" if more else None,
            "prev": f"{address}?{query}&page[before]={before}" if first and shown else None,
        },
    }
