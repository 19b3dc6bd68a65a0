"""Ticket updates behave as Zendesk's do."""

from typing import Any

import pytest

from tests.connectors.zendesk.sandbox.desks import Desk


def test_a_new_ticket_holds_the_customers_words_and_has_number_one(desk: Desk) -> None:
    ticket = desk.ticket(subject="Password", body="I forgot it", tags=["vip"])
    assert (ticket["id"], ticket["status"], ticket["subject"]) == (1, "new", "Password")
    assert (ticket["description"], ticket["tags"], ticket["via"]["channel"]) == (
        "I forgot it",
        ["vip"],
        "email",
    )


def test_one_update_sets_tags_note_group_and_metadata_and_answers_ticket_and_audit(
    desk: Desk,
) -> None:
    desk.ticket()
    group = desk.group("Billing")
    answer = desk.put(
        1,
        tags=["b", "a"],
        group_id=group,
        comment={"body": "why", "public": False},
        metadata={"custom": {"decision_id": "d1"}},
    )
    assert answer["ticket"]["tags"] == ["a", "b"]
    assert answer["ticket"]["group_id"] == group
    assert answer["audit"]["metadata"]["custom"] == {"decision_id": "d1"}
    kinds = [(event["type"], event.get("field_name")) for event in answer["audit"]["events"]]
    assert kinds == [("Comment", None), ("Change", "tags"), ("Change", "group_id")]


def test_setting_a_group_alone_leaves_the_status(desk: Desk) -> None:
    desk.ticket()
    assert desk.put(1, group_id=desk.group("Legal"))["ticket"]["status"] == "new"


def test_assigning_opens_a_new_ticket_and_sets_the_assignees_group(desk: Desk) -> None:
    desk.ticket()
    ticket = desk.put(1, assignee_id=desk.user("Omar Agent"))["ticket"]
    assert (ticket["status"], ticket["group_id"]) == ("open", desk.group("Billing"))


def test_a_group_without_the_assignee_clears_the_assignee(desk: Desk) -> None:
    desk.ticket()
    desk.put(1, assignee_id=desk.user("Omar Agent"))
    assert desk.put(1, group_id=desk.group("Legal"))["ticket"]["assignee_id"] is None


def test_a_group_that_has_the_assignee_keeps_the_assignee(desk: Desk) -> None:
    desk.ticket()
    omar = desk.user("Omar Agent")
    desk.put(1, assignee_id=omar)
    assert desk.put(1, group_id=desk.group("Technical"))["ticket"]["assignee_id"] == omar


def test_an_assignee_from_outside_the_named_group_is_refused(desk: Desk) -> None:
    desk.ticket()
    fields = {"assignee_id": desk.user("Omar Agent"), "group_id": desk.group("Legal")}
    assert desk.refused(1, **fields)[0] == 422


def test_null_takes_the_assignee_away(desk: Desk) -> None:
    desk.ticket()
    desk.put(1, assignee_id=desk.user("Omar Agent"))
    assert desk.put(1, assignee_id=None)["ticket"]["assignee_id"] is None


def test_an_agent_who_solves_an_unassigned_ticket_becomes_its_assignee(desk: Desk) -> None:
    desk.ticket()
    ticket = desk.say(1, **{"as": "agent", "author": "Grace Agent", "status": "solved"})
    assert (ticket["assignee"], ticket["group"]) == ("Grace Agent", "Support")


@pytest.mark.parametrize("value", [True, False, "true", "false"])
def test_a_stale_stamp_is_a_conflict_whatever_safe_update_says(desk: Desk, value: Any) -> None:
    stamp = desk.ticket()["updated_at"]
    desk.clock.tick(1)
    desk.put(1, tags=["a"])
    status, body = desk.refused(1, tags=["b"], safe_update=value, updated_stamp=stamp)
    assert (status, body["error"]) == (409, "UpdateConflict")
    assert desk.ok("GET", "/tickets/1")["ticket"]["tags"] == ["a"]


def test_without_safe_update_a_stale_stamp_is_ignored(desk: Desk) -> None:
    stamp = desk.ticket()["updated_at"]
    desk.clock.tick(1)
    desk.put(1, tags=["a"])
    assert desk.put(1, tags=["b"], updated_stamp=stamp)["ticket"]["tags"] == ["b"]


def test_two_writers_within_one_second_both_pass_with_the_same_stamp(desk: Desk) -> None:
    stamp = desk.ticket()["updated_at"]
    desk.clock.tick(0.4)
    desk.put(1, tags=["a"], safe_update=True, updated_stamp=stamp)
    desk.clock.tick(0.4)
    desk.put(1, tags=["b"], safe_update=True, updated_stamp=stamp)
    assert desk.ok("GET", "/tickets/1")["ticket"]["tags"] == ["b"]


def test_safe_update_without_a_stamp_is_a_bad_request(desk: Desk) -> None:
    desk.ticket()
    assert desk.refused(1, tags=["b"], safe_update=True)[0] == 400


def test_an_update_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    before = desk.ticket(tags=["a"])
    desk.clock.tick(5)
    answer = desk.put(1, tags=["a"])
    assert answer["audit"]["events"] == []
    assert answer["ticket"]["updated_at"] == before["updated_at"]
    assert len(desk.ok("GET", "/tickets/1/audits")["audits"]) == 1


def test_a_comment_moves_the_stamp_by_whole_seconds(desk: Desk) -> None:
    desk.ticket()
    desk.clock.tick(1.9)
    ticket = desk.put(1, comment={"body": "x", "public": False})["ticket"]
    assert ticket["updated_at"] == "2026-11-23T09:00:01Z"


def test_a_closed_ticket_takes_no_update(desk: Desk) -> None:
    desk.ticket()
    desk.say(1, **{"as": "agent", "status": "closed"})
    status, body = desk.refused(1, comment={"body": "x", "public": False})
    assert (status, body["error"]) == (422, "RecordInvalid")
    assert "closed prevents" in body["details"]["status"][0]["description"]


def test_a_deleted_ticket_is_not_found(desk: Desk) -> None:
    desk.ticket()
    assert desk.call("DELETE", "/tickets/1").status_code == 204
    answer = desk.call("GET", "/tickets/1")
    assert (answer.status_code, answer.json["error"]) == (404, "RecordNotFound")
    assert desk.refused(1, tags=["a"])[0] == 404
    assert desk.ok("GET", "/tickets")["tickets"] == []


def test_a_comment_without_publicity_inherits_that_of_the_first_comment(desk: Desk) -> None:
    desk.ticket()
    desk.put(1, comment={"body": "meant as a note"})
    comments = desk.ok("GET", "/tickets/1/comments")["comments"]
    assert comments[1]["public"] is True


def test_a_comment_on_a_private_ticket_stays_private_when_it_does_not_say(desk: Desk) -> None:
    desk.ok("POST", "/tickets", {"ticket": {"comment": {"body": "inner", "public": False}}})
    desk.put(1, comment={"body": "more"})
    assert desk.ok("GET", "/tickets/1")["ticket"]["is_public"] is False
    assert [row["public"] for row in desk.ok("GET", "/tickets/1/comments")["comments"]] == [
        False,
        False,
    ]


@pytest.mark.parametrize("status", ["solved", "pending", "hold"])
def test_a_customers_reply_opens_a_waiting_ticket(desk: Desk, status: int) -> None:
    desk.ticket()
    desk.say(1, **{"as": "agent", "status": status})
    assert desk.say(1, body="still broken")["status"] == "open"


def test_an_agents_note_leaves_a_solved_ticket_solved(desk: Desk) -> None:
    desk.ticket()
    desk.say(1, **{"as": "agent", "status": "solved"})
    assert desk.say(1, **{"as": "agent", "body": "n", "public": False})["status"] == "solved"


@pytest.mark.parametrize(
    ("ticket", "status"),
    [
        ({"comment": {"body": 5}}, 400),
        ({"comment": {"body": "x", "public": "nope"}}, 400),
        ({"comment": {}}, 422),
        ({"comment": {"body": "  "}}, 422),
        ({"comment": {"body": "x" * 65_536}}, 422),
        ({"comment": 7}, 400),
        ({"comment": {"body": "x", "author_id": 5}}, 422),
        ({"tags": 5}, 400),
        ({"tags": [5]}, 400),
        ({"status": "gone"}, 422),
        ({"status": 1}, 400),
        ({"priority": "soon"}, 422),
        ({"type": "riddle"}, 422),
        ({"assignee_id": "x"}, 400),
        ({"assignee_id": True}, 400),
        ({"assignee_id": 999}, 422),
        ({"group_id": 999}, 422),
        ({"requester_id": 999}, 422),
        ({"organization_id": 999}, 422),
        ({"email_cc_ids": 1}, 400),
        ({"metadata": 1}, 400),
        ({"metadata": {"custom": 1}}, 400),
        ({"custom_fields": [1]}, 400),
        ({"custom_fields": "x"}, 400),
        ({"subject": 1}, 400),
        ({"safe_update": True, "updated_stamp": None}, 400),
        ({"email_cc_ids": [0]}, 400),
        ({"group_id": 2**70}, 400),
        ({"safe_update": True, "updated_stamp": 5}, 400),
    ],
)
def test_bad_values_are_refused_and_change_nothing(
    desk: Desk, ticket: dict[str, Any], status: int
) -> None:
    before = desk.ticket()
    assert desk.refused(1, **ticket)[0] == status
    assert desk.ok("GET", "/tickets/1")["ticket"] == before


def test_a_body_that_is_no_json_object_is_refused(desk: Desk) -> None:
    desk.ticket()
    auth = {"Authorization": f"Bearer {desk.token}"}
    for data in (b"{", b"[]", b"\xff", b"[" * 100_000):
        answer = desk.http.put("/api/v2/tickets/1", data=data, headers=auth)
        assert answer.status_code == 422
    assert desk.call("PUT", "/tickets/1", {"nothing": 1}).status_code == 400


def test_every_field_can_be_changed_and_is_audited(desk: Desk) -> None:
    desk.ticket()
    organization = desk.ticket(organization={"name": "Acme", "tags": ["gold"]})["organization_id"]
    other = desk.ok("POST", "/users", {"user": {"name": "New"}})["user"]["id"]
    fields = {
        "subject": "S",
        "priority": "high",
        "type": "question",
        "requester_id": other,
        "organization_id": organization,
        "external_id": "e1",
        "email_cc_ids": [other],
        "custom_fields": [{"id": 77, "value": "yes"}],
    }
    answer = desk.put(1, **fields)
    for name, value in fields.items():
        assert answer["ticket"][name] == value
    named = {event["field_name"] for event in answer["audit"]["events"]}
    assert named == {*fields} - {"custom_fields"} | {"77"}
    assert desk.put(1, fields={"77": "no"})["ticket"]["custom_fields"] == [
        {"id": 77, "value": "no"}
    ]
    assert desk.put(1, priority=None, subject=None)["ticket"]["subject"] == ""


def test_the_same_idempotency_key_creates_one_ticket(desk: Desk) -> None:
    body = {"ticket": {"subject": "s", "comment": {"body": "b"}}}
    first = desk.call("POST", "/tickets", body, Idempotency_Key="k")
    second = desk.call("POST", "/tickets", body, Idempotency_Key="k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["x-idempotency-lookup"] == "miss"
    assert second.headers["x-idempotency-lookup"] == "hit"
    assert first.json == second.json
    assert desk.ok("GET", "/tickets")["count"] == 1


def test_an_idempotency_key_with_another_body_or_too_long_is_refused(desk: Desk) -> None:
    body = {"ticket": {"comment": {"body": "b"}}}
    desk.call("POST", "/tickets", body, Idempotency_Key="k")
    other = {"ticket": {"comment": {"body": "c"}}}
    assert desk.call("POST", "/tickets", other, Idempotency_Key="k").status_code == 400
    assert desk.call("POST", "/tickets", other, Idempotency_Key="k" * 256).status_code == 400
    desk.clock.tick(7201)
    assert desk.call("POST", "/tickets", other, Idempotency_Key="k").status_code == 201


def test_a_ticket_is_created_for_a_requester_by_address_or_id(desk: Desk) -> None:
    ticket = {"comment": {"body": "b"}, "requester": {"name": "Eve", "email": "eve@x.example"}}
    made = desk.ok("POST", "/tickets", {"ticket": ticket})["ticket"]
    again = {"comment": {"body": "b"}, "requester_id": made["requester_id"]}
    second = desk.ok("POST", "/tickets", {"ticket": again})["ticket"]
    assert made["requester_id"] == second["requester_id"]
    assert made["via"]["channel"] == "api"


@pytest.mark.parametrize(
    "ticket",
    [
        {"subject": "no comment"},
        {"comment": {"body": "b"}, "requester": 5},
        {"comment": {"body": "b"}, "requester": {"name": "no address"}},
        {"comment": {"body": "b"}, "requester_id": 5},
    ],
)
def test_a_ticket_without_comment_or_requester_is_not_created(
    desk: Desk, ticket: dict[str, Any]
) -> None:
    assert desk.call("POST", "/tickets", {"ticket": ticket}).status_code in {400, 422}
    assert desk.ok("GET", "/tickets")["count"] == 0


def test_tags_are_added_and_removed_under_a_stamp(desk: Desk) -> None:
    stamp = desk.ticket(tags=["a"])["updated_at"]
    safe = {"updated_stamp": stamp, "safe_update": "true"}
    assert desk.ok("PUT", "/tickets/1/tags", {"tags": ["b"], **safe}) == {"tags": ["a", "b"]}
    assert desk.ok("DELETE", "/tickets/1/tags", {"tags": ["a"], **safe}) == {"tags": ["b"]}
    assert desk.ok("POST", "/tickets/1/tags", {"tags": ["C d"]}) == {"tags": ["c", "d"]}
    assert desk.ok("GET", "/tickets/1/tags") == {"tags": ["c", "d"]}
    desk.clock.tick(1)
    desk.put(1, tags=["z"])
    assert desk.call("PUT", "/tickets/1/tags", {"tags": ["b"], **safe}).status_code == 409


def test_additional_tags_work_for_many_tickets_and_are_ignored_for_one(desk: Desk) -> None:
    desk.ticket(tags=["a"])
    desk.ticket(tags=["b"])
    assert desk.put(1, additional_tags=["x"])["ticket"]["tags"] == ["a"]
    change = {"ticket": {"additional_tags": ["x"], "remove_tags": ["b"]}}
    job = desk.ok("PUT", "/tickets/update_many.json?ids=1,2,77", change)["job_status"]
    assert (job["status"], job["results"]) == ("queued", None)
    done = desk.ok("GET", f"/job_statuses/{job['id']}")["job_status"]
    assert [row["success"] for row in done["results"]] == [True, True, False]
    rows = desk.ok("GET", "/tickets/show_many?ids=1,2,99")["tickets"]
    assert [row["tags"] for row in rows] == [["a", "x"], ["x"]]


def test_many_tickets_take_changes_of_their_own(desk: Desk) -> None:
    desk.ticket()
    desk.ticket()
    rows = [{"id": 1, "priority": "low"}, {"id": 2, "priority": "high"}]
    desk.ok("PUT", "/tickets/update_many", {"tickets": rows})
    assert [row["priority"] for row in desk.ok("GET", "/tickets")["tickets"]] == ["low", "high"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tickets/update_many", {"ticket": {}}),
        ("/tickets/update_many?ids=x", {"ticket": {}}),
        ("/tickets/update_many?ids=" + ",".join(map(str, range(1, 102))), {"ticket": {}}),
        ("/tickets/update_many", {"tickets": 5}),
    ],
)
def test_a_bad_batch_is_refused(desk: Desk, path: str, body: dict[str, Any]) -> None:
    assert desk.call("PUT", path, body).status_code == 400


def test_an_unknown_job_audit_or_path_is_not_found(desk: Desk) -> None:
    desk.ticket()
    for path in ("/job_statuses/x", "/tickets/1/audits/5", "/tickets/9", "/nothing", "/tickets/x"):
        assert desk.call("GET", path).status_code == 404


def test_a_ticket_with_5000_comments_takes_no_more_but_other_changes(desk: Desk) -> None:
    desk.ticket()
    listed = desk.sandbox.state.comments[1]
    listed.extend(listed[:1] * 4999)
    assert desk.refused(1, comment={"body": "x", "public": False})[0] == 422
    assert desk.put(1, tags=["a"])["ticket"]["tags"] == ["a"]


def test_an_agent_may_write_in_the_name_of_somebody_else(desk: Desk) -> None:
    ticket = desk.ticket()
    author = ticket["requester_id"]
    desk.put(1, comment={"body": "phoned in", "author_id": author})
    assert desk.ok("GET", "/tickets/1/comments")["comments"][1]["author_id"] == author


def test_html_comments_keep_hidden_words_in_their_body(desk: Desk) -> None:
    desk.ticket(
        body=None,
        html_body="<p>Hi <b>there</b></p><p style='display:none'>secret</p><style>x</style><br>end",
    )
    comment = desk.ok("GET", "/tickets/1/comments")["comments"][0]
    assert "secret" in comment["body"]
    assert "<" not in comment["body"]
    assert "x" not in comment["body"].split()


def test_plain_comments_are_shown_as_escaped_html(desk: Desk) -> None:
    desk.ticket(body="a <b>\n\nc\nd")
    comment = desk.ok("GET", "/tickets/1/comments")["comments"][0]
    assert '<p dir="auto">a &lt;b&gt;</p>' in comment["html_body"]
    assert "c<br>d" in comment["html_body"]


def test_publicity_may_be_told_as_text(desk: Desk) -> None:
    desk.ticket()
    desk.put(1, comment={"body": "x", "public": "false"})
    assert desk.ok("GET", "/tickets/1/comments")["comments"][1]["public"] is False
