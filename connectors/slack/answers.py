"""Parts of Slack's answers, read with care: each may be missing or of another kind."""

from collections.abc import Callable, Iterator
from typing import Final

from connectors.slack import errors
from connectors.slack.wire import Answer, Json

_MOST_PAGES: Final = 500


def object_in(answer: Answer) -> Json:
    """What an answer holds."""
    return answer.data if isinstance(answer.data, dict) else {}


def object_at(payload: Json, name: str) -> Json:
    """The object of this name; an empty one if there is none."""
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


def text_at(payload: Json, name: str) -> str:
    """The text of this name; an empty one if there is none."""
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def rows_of(ask: Callable[[str], Answer], name: str) -> Iterator[Json]:
    """The objects in the list of this name, on all pages; `ask` gets a page by its cursor.

    Raises RetryLater for a page without that list, and for pages that don't end.
    https://docs.slack.dev/apis/web-api/pagination
    """
    cursor = ""
    for _ in range(_MOST_PAGES):
        payload = object_in(ask(cursor))
        rows = payload.get(name)
        if not isinstance(rows, list):
            raise errors.unreadable(f"it lacks {name}", writing=False)
        yield from (row for row in rows if isinstance(row, dict))
        cursor = text_at(object_at(payload, "response_metadata"), "next_cursor")
        if not cursor:
            return
    raise errors.unreadable("its pages don't end", writing=False)
