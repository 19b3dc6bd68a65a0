"""The incremental cursor export of tickets.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/ and
https://support.zendesk.com/hc/en-us/articles/8143500919322 : starts with `start_time`, goes on
with `cursor`, and leaves out what changed within the last minute.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import ApiError
from connectors.zendesk.sandbox.paging import decode_cursor, encode_cursor
from connectors.zendesk.sandbox.records import TicketRecord
from connectors.zendesk.sandbox.wire import sideload, ticket_json
from connectors.zendesk.sandbox.world import World

_PAGE = 1000


def _refusal(text: str) -> ApiError:
    return ApiError(400, {"error": "InvalidValue", "description": text})


def _start(world: World, args: Mapping[str, str]) -> int:
    """Index of the first change to show."""
    if "cursor" in args:
        try:
            return world.changes_after(decode_cursor(args["cursor"], "seq"))
        except ValueError:
            raise _refusal("Invalid cursor") from None
    text = args.get("start_time", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 11):  # noqa: PLR2004 - year 5138
        raise _refusal("Invalid start_time")
    start = datetime.fromtimestamp(int(text), UTC)
    if start > world.now() - timedelta(seconds=world.config.export_lag_s):
        raise _refusal("Too recent start_time. Use a start_time older than 60 seconds")
    return world.changes_from(start)


def export_tickets(world: World, args: Mapping[str, str], base: str) -> Json:
    """A page of tickets in the order in which they changed; deleted ones say so by status."""
    size_text = args.get("per_page", str(_PAGE))
    if not (size_text.isascii() and size_text.isdigit() and 0 < int(size_text[:9]) <= _PAGE):
        raise _refusal("Invalid per_page")
    size = int(size_text)
    start = _start(world, args)
    until = world.now() - timedelta(seconds=world.config.export_lag_s)
    shown: list[TicketRecord] = []
    last, ended = start, True
    for seq, ticket in world.changes(start, until):
        if len(shown) == size:
            ended = False
            break
        shown.append(ticket)
        last = seq
    path = f"{base}/api/v2/incremental/tickets/cursor.json"
    cursor = encode_cursor(f"seq:{last}")
    out: Json = {
        "tickets": [
            ticket_json(item, base) | ({"status": "deleted"} if item.deleted else {})
            for item in shown
        ],
        "after_url": f"{path}?cursor={cursor}",
        "after_cursor": cursor,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": ended,
    }
    return out | sideload(world, shown, args.get("include", ""), base)
