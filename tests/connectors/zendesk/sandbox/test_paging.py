"""Lists come in pages, by cursor or by offset."""

import pytest

from tests.connectors.zendesk.sandbox.desks import Desk


def _fill(desk: Desk, count: int) -> None:
    for _ in range(count):
        desk.ticket()


def test_a_cursor_walks_through_all_tickets_once(desk: Desk) -> None:
    _fill(desk, 5)
    seen, path = [], "/tickets?page[size]=2"
    while path:
        page = desk.ok("GET", path)
        seen += [row["id"] for row in page["tickets"]]
        following = page["links"]["next"]
        path = following.split("/api/v2")[1] if page["meta"]["has_more"] else None
    assert seen == [1, 2, 3, 4, 5]


def test_a_cursor_walks_back_as_well(desk: Desk) -> None:
    _fill(desk, 3)
    first = desk.ok("GET", "/tickets?page[size]=2")
    second = desk.ok("GET", f"/tickets?page[size]=2&page[after]={first['meta']['after_cursor']}")
    back = desk.ok("GET", second["links"]["prev"].split("/api/v2")[1])
    assert back["tickets"] == first["tickets"]
    assert second["meta"]["has_more"] is False
    assert second["links"]["next"] is None


def test_offsets_name_the_next_and_the_previous_page(desk: Desk) -> None:
    _fill(desk, 3)
    first = desk.ok("GET", "/tickets?per_page=2")
    assert (first["count"], first["previous_page"]) == (3, None)
    second = desk.ok("GET", first["next_page"].split("/api/v2")[1])
    assert [row["id"] for row in second["tickets"]] == [3]
    assert "page=1" in second["previous_page"]
    assert second["next_page"] is None


@pytest.mark.parametrize(
    "query",
    [
        "page[size]=0", "page[size]=101", "page[size]=x", "page[after]=x", "page[after]=YTpi",
        "page[before]=%FF", "page=0", "per_page=0", "page=102", "page[after]=é",
    ],
)  # fmt: skip
def test_a_bad_page_is_a_bad_request(desk: Desk, query: str) -> None:
    _fill(desk, 1)
    assert desk.call("GET", f"/tickets?{query}").status_code == 400


def test_comments_and_audits_come_oldest_first_or_newest_first(desk: Desk) -> None:
    desk.ticket(body="one")
    desk.put(1, comment={"body": "two", "public": False})
    for order, texts in (("asc", ["one", "two"]), ("desc", ["two", "one"])):
        path = f"/tickets/1/comments?sort_order={order}&include=users"
        page = desk.ok("GET", path)
        assert [row["body"] for row in page["comments"]] == texts
        assert len(page["users"]) == 2
    audits = desk.ok("GET", "/tickets/1/audits?sort=-created_at&page[size]=1")
    assert audits["audits"][0]["events"][0]["body"] == "two"
    key = audits["audits"][0]["id"]
    assert desk.ok("GET", f"/tickets/1/audits/{key}")["audit"] == audits["audits"][0]


def test_tickets_can_be_sorted_and_sideloaded(desk: Desk) -> None:
    desk.ticket(organization="Acme")
    desk.clock.tick(1)
    desk.ticket()
    desk.clock.tick(1)
    desk.put(1, group_id=desk.group("Legal"))
    page = desk.ok("GET", "/tickets?sort=-updated_at&include=users,groups,organizations,bogus")
    assert [row["id"] for row in page["tickets"]] == [1, 2]
    assert [row["name"] for row in page["groups"]] == ["Legal"]
    assert [row["name"] for row in page["organizations"]] == ["Acme"]
    assert "Sam Customer" in {row["name"] for row in page["users"]}
    assert desk.call("GET", "/tickets?sort=mood").status_code == 400


def test_one_ticket_comes_with_its_people_when_asked(desk: Desk) -> None:
    desk.ticket(requester={"name": "Eve", "email": "e@x.example", "tags": ["vip"], "country": "GB"})
    user = desk.ok("GET", "/tickets/1?include=users")["users"][0]
    assert (user["name"], user["tags"], user["user_fields"]) == ("Eve", ["vip"], {"country": "GB"})
