"""People, groups, organizations, macros, fields, articles, ratings, suspended tickets."""

from typing import Any

import pytest

from tests.connectors.zendesk.sandbox.desks import Desk, OpenDesk


def test_the_seeded_world_is_the_same_every_time(open_desk: OpenDesk) -> None:
    first, second = open_desk(), open_desk()
    for path in ("/users", "/groups", "/triggers", "/webhooks", "/macros", "/ticket_fields"):
        assert first.ok("GET", path) == second.ok("GET", path)
    names = [row["name"] for row in first.ok("GET", "/groups/assignable")["groups"]]
    assert names == [
        "Support",
        "Complaints",
        "Legal",
        "Safety",
        "Billing",
        "Accounts",
        "Technical",
    ]


def test_without_a_webhook_address_there_is_neither_webhook_nor_trigger(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(webhook_url=None)
    assert desk.ok("GET", "/webhooks")["webhooks"] == []
    assert desk.ok("GET", "/triggers")["triggers"] == []


def test_users_are_made_shown_listed_and_found(desk: Desk) -> None:
    body = {"user": {"name": "Eve", "email": "Eve@x.example", "tags": ["vip"]}}
    made = desk.ok("POST", "/users", body)["user"]
    assert desk.ok("GET", f"/users/{made['id']}.json")["user"] == made
    listed = desk.ok("GET", f"/users/show_many.json?ids={made['id']},5")["users"]
    assert listed == [made]
    found = desk.ok("GET", "/users/search?query=eve@X")["users"]
    assert found == [made]
    assert desk.ok("GET", "/users/search?query=")["users"] == []
    agents = desk.ok("GET", "/users?role=agent")["users"]
    assert {row["role"] for row in agents} == {"agent"}
    same = desk.ok("POST", "/users/create_or_update.json", {"user": {**body["user"], "name": "E2"}})
    assert (same["user"]["id"], same["user"]["name"]) == (made["id"], "E2")


@pytest.mark.parametrize(
    "user",
    [
        {"name": " "},
        {"name": 5},
        {"name": "n", "email": "grace@sandbox.example"},
        {"name": "n", "email": 5},
        {"name": "n", "role": "king"},
    ],
)
def test_a_bad_user_is_refused(desk: Desk, user: dict[str, Any]) -> None:
    assert desk.call("POST", "/users", {"user": user}).status_code in {400, 422}


def test_groups_that_are_asked_for_stand_beside_the_others_with_both_agents(
    open_desk: OpenDesk,
) -> None:
    plain, desk = open_desk(), open_desk(more_groups=("Fraud",))
    members = desk.ok("GET", f"/groups/{desk.group('Fraud')}/users")["users"]
    assert [row["name"] for row in members] == ["Grace Agent", "Omar Agent"]
    assert desk.ok("GET", "/triggers")["triggers"] == plain.ok("GET", "/triggers")["triggers"]


def test_groups_memberships_and_organizations_are_shown(desk: Desk) -> None:
    legal = desk.group("Legal")
    assert desk.ok("GET", f"/groups/{legal}")["group"]["name"] == "Legal"
    users = desk.ok("GET", f"/groups/{legal}/users")["users"]
    assert [row["name"] for row in users] == ["Grace Agent"]
    rows = desk.ok("GET", f"/groups/{legal}/memberships")["group_memberships"]
    assert [row["user_id"] for row in rows] == [users[0]["id"]]
    own = desk.ok("GET", f"/users/{users[0]['id']}/group_memberships")["group_memberships"]
    assert len(own) == 4
    assert len(desk.ok("GET", "/group_memberships")["group_memberships"]) == 10
    key = desk.ticket(organization={"name": "Acme", "tags": ["gold"]})["organization_id"]
    again = desk.ticket(organization={"name": "acme", "tags": ["big"]})["organization_id"]
    shown = desk.ok("GET", f"/organizations/{key}")["organization"]
    assert (again, shown["tags"]) == (key, ["big", "gold"])
    many = desk.ok("GET", f"/organizations/show_many?ids={key}")["organizations"]
    assert many == desk.ok("GET", "/organizations")["organizations"]
    assert desk.call("GET", "/organizations/show_many").status_code == 400


def test_a_group_name_can_be_taken_once(desk: Desk) -> None:
    body = {"group": {"name": "New"}}
    assert desk.ok("POST", "/groups", body)["group"]["name"] == "New"
    assert desk.call("POST", "/groups", body).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/users/5", "/groups/5", "/organizations/5", "/macros/5", "/ticket_fields/5",
        "/help_center/articles/5", "/satisfaction_ratings/5", "/suspended_tickets/5", "/webhooks/5",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(desk: Desk, path: str) -> None:
    assert desk.call("GET", path).status_code == 404


def test_macros_are_made_listed_and_shown(desk: Desk) -> None:
    macro = {"title": "m", "actions": [{"field": "status", "value": "solved"}]}
    made = desk.ok("POST", "/macros", {"macro": macro})["macro"]
    assert desk.ok("GET", f"/macros/{made['id']}")["macro"] == made
    assert made in desk.ok("GET", "/macros/active.json")["macros"]
    old = desk.ok("POST", "/macros", {"macro": {**macro, "active": "false"}})["macro"]
    for path, active in (("?active=true", True), ("?active=false", False), ("/active", True)):
        rows = desk.ok("GET", f"/macros{path}")["macros"]
        assert (made in rows, old in rows) == (active, not active)
    assert {made["id"], old["id"]} <= {row["id"] for row in desk.ok("GET", "/macros")["macros"]}
    assert desk.call("POST", "/macros", {"macro": {"title": "m"}}).status_code == 422


def test_ticket_fields_are_made_changed_and_deleted(desk: Desk) -> None:
    options = [{"name": "Reply", "value": "deskclerk_reply"}]
    field = {"type": "tagger", "title": "Decision", "custom_field_options": options}
    made = desk.ok("POST", "/ticket_fields", {"ticket_field": field})["ticket_field"]
    assert made["custom_field_options"][0]["value"] == "deskclerk_reply"
    one = f"/ticket_fields/{made['id']}"
    changed = desk.ok("PUT", one, {"ticket_field": {"title": "D2"}})["ticket_field"]
    assert (changed["title"], changed["type"], changed["id"]) == ("D2", "tagger", made["id"])
    assert desk.ok("GET", one)["ticket_field"] == changed
    assert desk.call("DELETE", one).status_code == 204
    system = desk.ok("GET", "/ticket_fields.json")["ticket_fields"][0]
    assert desk.call("DELETE", f"/ticket_fields/{system['id']}").status_code == 422


@pytest.mark.parametrize(
    "field",
    [
        {"type": "poem", "title": "t"},
        {"type": "text", "title": ""},
        {"type": "text"},
        {"type": "tagger", "title": "t", "custom_field_options": "x"},
    ],
)
def test_a_bad_ticket_field_is_refused(desk: Desk, field: dict[str, Any]) -> None:
    assert desk.call("POST", "/ticket_fields", {"ticket_field": field}).status_code in {400, 422}


def test_articles_are_listed_shown_and_searched(desk: Desk) -> None:
    desk.ok("POST", "/sandbox/articles", {"title": "Refunds", "body": "Refunds take a week."})
    listed = desk.ok("GET", "/help_center/articles.json?page[size]=100")["articles"]
    assert len(listed) == 6
    assert len(desk.ok("GET", "/help_center/en-us/articles.json")["articles"]) == 6
    assert desk.ok("GET", "/help_center/nl/articles.json")["articles"] == []
    labelled = desk.ok("GET", "/help_center/articles.json?label_names=billing,other")["articles"]
    assert len(labelled) == 1
    one = f"/help_center/en-us/articles/{listed[0]['id']}.json"
    assert desk.ok("GET", one)["article"] == listed[0]
    found = desk.ok("GET", "/help_center/articles/search.json?query=refunds%20week")["results"]
    assert [row["title"] for row in found] == ["Refunds"]
    assert "<em>Refunds</em>" in found[0]["snippet"]
    by_label = desk.ok("GET", "/help_center/articles/search.json?label_names=billing")["results"]
    assert len(by_label) == 1


def test_articles_bring_their_translations_and_are_shown_in_each(desk: Desk) -> None:
    listed = desk.ok("GET", "/help_center/articles?include=sections,translations")["articles"]
    assert [row["locale"] for row in listed[0]["translations"]] == ["en-us", "de"]
    (german,) = desk.ok("GET", "/help_center/de/articles.json")["articles"]
    assert (german["id"], german["locale"]) == (listed[0]["id"], "de")
    assert german["title"] == listed[0]["translations"][1]["title"]
    assert "translations" not in german
    one = f"/help_center/de/articles/{german['id']}.json"
    assert desk.ok("GET", one)["article"] == german


def test_drafts_are_for_staff_alone(desk: Desk) -> None:
    draft = desk.ok("GET", "/help_center/articles")["articles"][-1]
    assert draft["draft"]
    public = desk.http.get("/api/v2/help_center/articles.json").json["articles"]
    assert draft["id"] not in [row["id"] for row in public]
    assert desk.http.get(f"/api/v2/help_center/articles/{draft['id']}").status_code == 404
    found = desk.ok("GET", "/help_center/articles/search.json?query=december")["results"]
    assert found == []


def test_article_search_wants_its_suffix_and_a_query(desk: Desk) -> None:
    assert desk.call("GET", "/help_center/articles/search?query=x").status_code == 415
    assert desk.call("GET", "/help_center/articles/search.json").status_code == 400


def test_ratings_are_given_by_customers_and_filtered(desk: Desk) -> None:
    desk.ticket()
    one = "/sandbox/tickets/1/rating"
    good = desk.ok("POST", one, {"score": "good"})["satisfaction_rating"]
    desk.clock.tick(100)
    desk.ok("POST", one, {"score": "bad", "comment": "slow"})
    rows = desk.ok("GET", "/satisfaction_ratings.json")["satisfaction_ratings"]
    assert [row["score"] for row in rows] == ["good", "bad_with_comment"]

    def scores(query: str) -> Any:
        page = desk.ok("GET", f"/satisfaction_ratings.json?{query}")
        return [row["score"] for row in page["satisfaction_ratings"]]

    start = int(desk.clock().timestamp())
    assert scores("score=received") == ["good", "bad_with_comment"]
    assert scores("score=bad") == ["bad_with_comment"]
    assert scores(f"start_time={start}") == ["bad_with_comment"]
    assert scores(f"end_time={start - 1}") == ["good"]
    assert desk.call("GET", "/satisfaction_ratings?start_time=x").status_code == 400
    shown = desk.ok("GET", f"/satisfaction_ratings/{good['id']}")["satisfaction_rating"]
    assert shown == good
    assert desk.call("POST", one, {"score": "meh"}).status_code == 422


def test_suspended_mail_is_listed_and_thrown_away(desk: Desk) -> None:
    mail = {"subject": "Out of office", "body": "b", "email": "o@x.example", "cause_id": 8}
    made = desk.ok("POST", "/sandbox/suspended", mail)["suspended_ticket"]
    assert made["cause"] == "Email was flagged as an automatic out-of-office reply"
    assert desk.ok("GET", "/suspended_tickets.json")["suspended_tickets"] == [made]
    one = f"/suspended_tickets/{made['id']}"
    assert desk.ok("GET", one)["suspended_ticket"] == made
    assert desk.call("DELETE", one).status_code == 204
    assert desk.call("DELETE", one).status_code == 404
    assert desk.call("POST", "/sandbox/suspended", {"cause_id": "x"}).status_code == 400
