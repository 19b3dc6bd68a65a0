"""Reading Zendesk's JSON answers: shapes, texts, pages. Total: a default, or UnreadableError.

Vital parts (`rows_at`, `vital_id`) raise, because a wrong guess would do harm. For everything else
Zendesk's own documentation allows null, so null must do here.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from connectors.zendesk.errors import UnreadableError
from connectors.zendesk.events import as_id

Json = Mapping[str, Any]

PAGE_SIZE: Final = "100"  # the most that Zendesk gives
# A ticket takes 5,000 comments, 100 a page; audits may be more.
# https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
_MAX_PAGES = 200


def objects_at(payload: Json, name: str) -> tuple[Json, ...]:
    """The objects of a list; an absent list is empty, and what is no object is left out."""
    rows = payload.get(name)
    return tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def rows_at(payload: Json, name: str) -> tuple[Json, ...]:
    """The objects of a list that must be whole; raises UnreadableError if it isn't."""
    rows = payload.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableError(f"it holds no whole list of {name}")
    return tuple(rows)


def text_at(row: Json, name: str) -> str:
    """A text; empty if there is none. Each broken character becomes U+FFFD, lengths stay."""
    value = row.get(name)
    return _clean(value) if isinstance(value, str) else ""


def tags_of(value: object) -> frozenset[str]:
    """A set of tags; what is no text is left out."""
    rows = value if isinstance(value, list) else ()
    return frozenset(_clean(tag) for tag in rows if isinstance(tag, str) and tag)


def instant_of(value: object) -> datetime | None:
    """An ISO 8601 instant in UTC; None if it can't be read."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def vital_id(row: Json, what: str) -> int:
    """The id of a record; raises UnreadableError without one."""
    key = as_id(row.get("id"))
    if key is None:
        raise UnreadableError(f"{what} has no id")
    return key


def next_page(payload: Json, page: Mapping[str, str]) -> dict[str, str] | None:
    """What to ask for to get the page after this one; None if there is none.

    https://developer.zendesk.com/api-reference/introduction/pagination/ : by cursor, or by number
    where an endpoint knows no cursors. Addresses in answers are not followed: they may name
    another host. Raises UnreadableError if more is promised than can be asked for.
    """
    meta = payload.get("meta")
    if isinstance(meta, dict):
        if meta.get("has_more") is not True:
            return None
        after = meta.get("after_cursor")
        if not isinstance(after, str) or not after or after == page.get("page[after]"):
            raise UnreadableError("it promises another page and doesn't say which")
        return {"page[size]": PAGE_SIZE, "page[after]": after}
    if not payload.get("next_page"):
        return None
    return {"per_page": PAGE_SIZE, "page": str(int(page.get("page", "1")) + 1)}


def pages(get: Callable[[Mapping[str, str]], Json]) -> Iterator[Json]:
    """All pages of a list; `get` answers for the parameters that choose one.

    Raises UnreadableError for what `next_page` can't read, and if they don't end.
    """
    page = {"page[size]": PAGE_SIZE}
    for _ in range(_MAX_PAGES):
        payload = get(page)
        yield payload
        following = next_page(payload, page)
        if following is None:
            return
        page = following
    raise UnreadableError("its pages don't end")


def _clean(text: str) -> str:
    """JSON can hold halves of surrogate pairs, which can't be stored or sent anywhere."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
