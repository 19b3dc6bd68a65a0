"""The incremental export and the search."""

from typing import Any

import pytest

from connectors.zendesk.sandbox import Limits
from tests.connectors.zendesk.sandbox.desks import Desk, OpenDesk

START = 1795424400  # 2026-11-23T09:00:00Z
PATH = "/incremental/tickets/cursor.json"


def _ids(page: dict[str, Any]) -> Any:
    return [row["id"] for row in page["tickets"]]


def test_what_changed_in_the_last_minute_is_left_out(desk: Desk) -> None:
    desk.ticket()
    desk.clock.tick(59.5)
    assert _ids(desk.ok("GET", f"{PATH}?start_time={START - 60}")) == []
    desk.clock.tick(1)
    assert _ids(desk.ok("GET", f"{PATH}?start_time={START - 60}")) == [1]


def test_the_lag_can_be_set(open_desk: OpenDesk) -> None:
    desk = open_desk(export_lag_s=0)
    desk.ticket()
    assert _ids(desk.ok("GET", f"{PATH}?start_time={START}")) == [1]


@pytest.mark.parametrize(
    "query",
    [
        f"start_time={START - 59}", "start_time=x", "start_time=-1", "", "cursor=x",
        "cursor=YXQ6MQ", "start_time=1&per_page=0", "start_time=1&per_page=1001",
    ],
)  # fmt: skip
def test_a_bad_or_too_recent_start_is_a_bad_request(desk: Desk, query: str) -> None:
    assert desk.call("GET", f"{PATH}?{query}").status_code == 400


def test_the_cursor_brings_each_change_once_and_ends(desk: Desk) -> None:
    for _ in range(3):
        desk.ticket()
        desk.clock.tick(1)
    desk.clock.tick(61)
    first = desk.ok("GET", f"{PATH}?start_time=0&per_page=2&include=users")
    assert (_ids(first), first["end_of_stream"]) == ([1, 2], False)
    assert first["users"]
    second = desk.ok("GET", f"{PATH}?cursor={first['after_cursor']}")
    assert (_ids(second), second["end_of_stream"]) == ([3], True)
    again = desk.ok("GET", second["after_url"].split("/api/v2")[1])
    assert (_ids(again), again["end_of_stream"]) == ([], True)
    assert again["after_cursor"] == second["after_cursor"]
    desk.put(1, tags=["a"])
    desk.clock.tick(61)
    assert _ids(desk.ok("GET", again["after_url"].split("/api/v2")[1])) == [1]


def test_a_ticket_appears_at_its_newest_change_alone_and_deleted_ones_say_so(desk: Desk) -> None:
    desk.ticket()
    desk.ticket()
    desk.put(1, tags=["a"])
    desk.call("DELETE", "/tickets/2")
    desk.clock.tick(61)
    page = desk.ok("GET", f"{PATH}?start_time=0")
    assert [(row["id"], row["status"]) for row in page["tickets"]] == [(1, "new"), (2, "deleted")]


def test_a_clock_set_back_does_not_lose_changes(desk: Desk) -> None:
    desk.ticket()
    desk.clock.tick(-30)
    desk.ticket()
    desk.clock.tick(200)
    assert _ids(desk.ok("GET", f"{PATH}?start_time=0")) == [1, 2]


def test_exports_have_a_limit_of_their_own(open_desk: OpenDesk) -> None:
    desk = open_desk(limits=Limits(exports_per_minute=1))
    answer = desk.call("GET", f"{PATH}?start_time=0")
    assert answer.headers["zendesk-ratelimit-incremental-exports"].startswith("total=1;")
    assert desk.call("GET", f"{PATH}?start_time=0").status_code == 429


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type:ticket", [2, 1]),
        ("tags:vip", [1]),
        ("-tags:vip", [2]),
        ("status:new", [1]),
        ("status<solved", [1]),
        ("status>=solved", [2]),
        ("status<=new", [1]),
        ("status>new", [2]),
        ("priority:urgent", [2]),
        ("priority<high", [1]),
        ("created>=2026-11-23", [2, 1]),
        ("created<2026-11-23", []),
        ("updated_at>2026-11-23T09:00:00Z", [2]),
        ("requester:eve@x.example", [1]),
        ("requester:nobody@x.example", []),
        ("assignee:none", [1]),
        ("group:Support", [2]),
        ("invoice", [1]),
        ('"two words"', [2]),
        ("-invoice type:ticket", [2]),
        ("invoice order_by:created_at", [1]),
    ],
)
def test_search_finds_what_it_should(desk: Desk, query: str, found: list[int]) -> None:
    desk.ticket(subject="Invoice", tags=["vip"], requester="eve@x.example")
    desk.clock.tick(10)
    desk.ticket(body="two words", priority="urgent")
    desk.say(2, **{"as": "agent", "status": "solved"})
    answer = desk.http.get(
        "/api/v2/search.json",
        query_string={"query": query},
        headers={"Authorization": f"Bearer {desk.token}"},
    )
    assert [row["id"] for row in answer.json["results"]] == found
    assert answer.json["count"] == len(found)


def test_search_counts_exports_and_refuses_nonsense(desk: Desk) -> None:
    desk.ticket()
    assert desk.ok("GET", "/search/count.json?query=type:ticket") == {"count": 1}
    page = desk.ok("GET", "/search/export.json?query=type:ticket&filter[type]=ticket")
    assert (page["results"][0]["result_type"], page["meta"]["has_more"]) == ("ticket", False)
    assert desk.call("GET", "/search/export?query=x").status_code == 400
    assert desk.call("GET", "/search").status_code == 400
    assert desk.call("GET", "/search?query=mood:bad").status_code == 422


def test_search_gives_up_beyond_a_thousand_results(desk: Desk) -> None:
    desk.ticket()
    state = desk.sandbox.state
    for number in range(2, 1003):
        state.tickets[number] = state.tickets[1]
    assert desk.call("GET", "/search?query=type:ticket").status_code == 422
