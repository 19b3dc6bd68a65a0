"""Triggers fire as their conditions say, and their changes stand in the audit."""

from typing import Any

import pytest

from tests.connectors.zendesk.sandbox.desks import Desk, OpenDesk


def _trigger(desk: Desk, actions: Any, every: Any = (), either: Any = (), **more: Any) -> Any:
    body = {
        "title": "t",
        "actions": actions,
        "conditions": {"all": list(every), "any": list(either)},
        **more,
    }
    return desk.ok("POST", "/triggers", {"trigger": body})["trigger"]


def _tag(tag: Any) -> Any:
    return [{"field": "current_tags", "value": tag}]


def _when(field: dict[str, Any], operator: Any, value: Any) -> Any:
    return {"field": field, "operator": operator, "value": value}


def test_the_seeded_trigger_fires_for_new_tickets_and_public_comments_alone(desk: Desk) -> None:
    desk.ticket()
    desk.put(1, tags=["a"])
    desk.put(1, comment={"body": "n", "public": False})
    assert len(desk.deliver()) == 1
    desk.say(1, body="more")
    assert len(desk.deliver()) == 1


def test_the_seeded_trigger_fires_for_our_own_replies_too(desk: Desk) -> None:
    desk.ticket()
    desk.deliver()
    desk.put(1, comment={"body": "reply", "public": True})
    (delivery,) = desk.deliver()
    assert delivery.json["current_user_id"] == str(desk.sandbox.state.bot_id)


def test_the_loop_proof_variant_leaves_our_own_replies_out(desk: Desk) -> None:
    (trigger,) = desk.ok("GET", "/triggers")["triggers"]
    own = _when("current_user_id", "is_not", str(desk.sandbox.state.bot_id))
    conditions = {**trigger["conditions"], "all": [own]}
    desk.ok("PUT", f"/triggers/{trigger['id']}", {"trigger": {"conditions": conditions}})
    desk.ticket()
    desk.put(1, comment={"body": "reply", "public": True})
    assert len(desk.deliver()) == 1


def test_the_template_is_filled_with_ids_as_texts(desk: Desk) -> None:
    ticket = desk.ticket()
    (delivery,) = desk.deliver()
    assert delivery.json == {
        "ticket_id": "1",
        "updated_at": ticket["updated_at"],
        "via": "Email",
        "current_user_id": str(ticket["requester_id"]),
    }


def test_changes_by_a_trigger_stand_in_the_same_audit_as_made_by_a_rule(desk: Desk) -> None:
    group = desk.group("Legal")
    actions = [
        {"field": "current_tags", "value": "new_one other"},
        {"field": "remove_tags", "value": "other"},
        {"field": "group_id", "value": str(group)},
        {"field": "priority", "value": "urgent"},
        {"field": "notification_user", "value": ["requester_id", "s", "b"]},
    ]
    trigger = _trigger(desk, actions, [_when("update_type", "is", "Create")])
    ticket = desk.ticket()
    assert (ticket["tags"], ticket["group_id"], ticket["priority"]) == (
        ["new_one"],
        group,
        "urgent",
    )
    (audit,) = desk.ok("GET", "/tickets/1/audits")["audits"]
    by_rule = [event for event in audit["events"] if event.get("via", {}).get("channel") == "rule"]
    assert {event["field_name"] for event in by_rule} == {"tags", "group_id", "priority"}
    assert by_rule[0]["via"]["source"]["from"]["id"] == trigger["id"]


def test_tags_can_be_set_and_status_and_assignee_changed_by_a_trigger(desk: Desk) -> None:
    grace = desk.user("Grace Agent")
    actions = [
        {"field": "set_tags", "value": "only"},
        {"field": "status", "value": "pending"},
        {"field": "assignee_id", "value": str(grace)},
    ]
    _trigger(desk, actions)
    ticket = desk.ticket(tags=["a", "b"])
    assert (ticket["tags"], ticket["status"], ticket["assignee_id"]) == (
        ["only"],
        "pending",
        grace,
    )


def test_a_change_by_a_later_trigger_gives_earlier_ones_another_chance(desk: Desk) -> None:
    _trigger(desk, _tag("second"), [_when("current_tags", "includes", "first")])
    _trigger(desk, _tag("first"), [_when("update_type", "is", "Create")])
    assert desk.ticket()["tags"] == ["first", "second"]


def test_a_trigger_fires_once_an_update_though_it_changes_the_ticket(desk: Desk) -> None:
    _trigger(desk, _tag("again"))
    desk.ticket()
    assert desk.events().count("trigger.fired") == 2  # this one and the seeded one


def test_an_inactive_trigger_does_not_fire(desk: Desk) -> None:
    _trigger(desk, _tag("x"), active=False)
    assert desk.ticket()["tags"] == []
    assert len(desk.ok("GET", "/triggers/active")["triggers"]) == 1
    assert len(desk.ok("GET", "/triggers?active=false")["triggers"]) == 1


@pytest.mark.parametrize(
    ("condition", "fires"),
    [
        (("status", "is", "new"), True),
        (("status", "is_not", "new"), False),
        (("status", "less_than", "solved"), True),
        (("status", "greater_than", "new"), False),
        (("status", "less_than", "nonsense"), False),
        (("status", "changed", None), False),
        (("status", "not_changed", None), True),
        (("status", "value", "new"), True),
        (("status", "value_previous", "new"), False),
        (("priority", "is", ""), True),
        (("priority", "greater_than", "low"), False),
        (("type", "is_not", "task"), True),
        (("update_type", "is", "Create"), True),
        (("update_type", "is", "Change"), False),
        (("comment_is_public", "is", "true"), True),
        (("comment_is_public", "is", True), True),
        (("comment_is_public", "is", False), False),
        (("comment_is_public", "is", "not_relevant"), True),
        (("comment_is_public", "is", "requester_can_see_comment"), True),
        (("current_tags", "includes", "vip other"), True),
        (("current_tags", "not_includes", "vip"), False),
        (("current_tags", "includes", "none"), False),
        (("role", "is", "end_user"), True),
        (("role", "is", "agent"), False),
        (("role", "is_not", "agent"), True),
        (("current_user_id", "is", "requester_id"), True),
        (("current_user_id", "is_not", "assignee_id"), True),
        (("via_id", "is", "email"), True),
        (("current_via_id", "is_not", "email"), False),
        (("group_id", "is", ""), True),
        (("assignee_id", "is", "current_user"), False),
        (("organization_id", "is", ""), True),
        (("requester_id", "is_not", ""), True),
    ],
)
def test_each_condition_holds_when_it_should(desk: Desk, condition: Any, fires: Any) -> None:
    _trigger(desk, _tag("fired"), [_when(*condition)])
    assert ("fired" in desk.ticket(tags=["vip"])["tags"]) is fires


@pytest.mark.parametrize(
    ("condition", "fires"),
    [
        (("status", "changed", None), True),
        (("status", "value", "open"), True),
        (("status", "changed_to", "pending"), False),
        (("status", "changed_from", "new"), True),
        (("status", "value_previous", "open"), False),
        (("assignee_id", "is", "current_user"), True),
        (("current_user_id", "is", "assignee_id"), True),
        (("comment_is_public", "is", "true"), False),
        (("role", "is", "agent"), True),
    ],
)
def test_each_condition_sees_what_an_update_changed(desk: Desk, condition: Any, fires: Any) -> None:
    desk.ticket()
    _trigger(desk, _tag("fired"), [_when(*condition)])
    ticket = desk.say(1, **{"as": "agent", "author": "Grace Agent", "assignee": "Grace Agent"})
    assert ("fired" in ticket["tags"]) is fires


def test_one_of_any_is_enough_but_all_of_all_are_needed(desk: Desk) -> None:
    yes, no = _when("status", "is", "new"), _when("status", "is", "solved")
    _trigger(desk, _tag("a"), [yes], [yes, no])
    _trigger(desk, _tag("b"), [yes, no], [yes])
    _trigger(desk, _tag("c"), [yes], [no])
    assert desk.ticket()["tags"] == ["a"]


@pytest.mark.parametrize(
    "trigger",
    [
        {"title": "", "actions": [{"field": "current_tags", "value": "a"}]},
        {"title": "t"},
        {"title": "t", "actions": []},
        {"title": "t", "actions": "x"},
        {"title": "t", "actions": [5]},
        {"title": "t", "actions": [{"field": "bogus", "value": "a"}]},
        {"title": "t", "actions": [{"field": "priority", "value": "soon"}]},
        {"title": "t", "actions": [{"field": "status", "value": "gone"}]},
        {"title": "t", "actions": [{"field": "notification_webhook", "value": ["x", "{}"]}]},
        {"title": "t", "actions": [{"field": "notification_webhook", "value": "x"}]},
        {"title": "t", "actions": [{"field": "notification_webhook", "value": [["x"], {}]}]},
        {"title": "t", "actions": [{"field": "set_tags", "value": "a"}], "conditions": 5},
        {"title": "t", "actions": [{"field": "set_tags", "value": "a"}], "conditions": {"all": 5}},
        {
            "title": "t",
            "actions": [{"field": "set_tags", "value": "a"}],
            "conditions": {"any": [{"field": "mood", "operator": "is", "value": "x"}]},
        },
        {
            "title": "t",
            "actions": [{"field": "set_tags", "value": "a"}],
            "conditions": {"any": [{"field": "status", "operator": "smells", "value": "x"}]},
        },
    ],
)
def test_a_bad_trigger_is_refused(desk: Desk, trigger: dict[str, Any]) -> None:
    assert desk.call("POST", "/triggers", {"trigger": trigger}).status_code in {400, 422}
    assert len(desk.ok("GET", "/triggers")["triggers"]) == 1


def test_triggers_are_shown_found_and_deleted(desk: Desk) -> None:
    made = _trigger(desk, _tag("a"))
    assert desk.ok("GET", f"/triggers/{made['id']}")["trigger"] == made
    found = desk.ok("GET", "/triggers/search?query=notify")["triggers"]
    assert [row["title"] for row in found] == ["Notify Deskclerk"]
    assert desk.call("DELETE", f"/triggers/{made['id']}").status_code == 204
    for method in ("GET", "DELETE", "PUT"):
        assert desk.call(method, f"/triggers/{made['id']}", {}).status_code == 404


def test_placeholders_know_the_ticket_its_people_and_leave_the_unknown_empty(desk: Desk) -> None:
    hook = desk.ok("GET", "/webhooks")["webhooks"][0]["id"]
    template = (
        "{{ticket.title}}|{{ticket.status}}|{{ticket.requester.first_name}}|{{ticket.tags}}|"
        "{{ticket.organization.name}}|{{ticket.group.name}}|{{ticket.assignee.name}}|"
        "{{ ticket.latest_public_comment }}|{{bogus.thing}}|{{ticket.priority}}"
    )
    actions = [{"field": "notification_webhook", "value": [hook, template]}]
    _trigger(desk, actions, [_when("comment_is_public", "is", "true")], position=0)
    desk.ticket(subject='"quoted"', organization="Acme", tags=["b", "a"])
    group = desk.group("Support")
    desk.put(1, assignee_id=desk.user("Grace Agent"), group_id=group, priority="high")
    desk.say(1, body="second")
    texts = [item.body.decode() for item in desk.deliver() if b"|" in item.body]
    assert texts == [
        '"quoted"|New|Sam|a b|Acme|||Hello||',
        '"quoted"|Open|Sam|a b|Acme|Support|Grace Agent|second||High',
    ]


def test_placeholders_can_be_escaped_for_json(open_desk: OpenDesk) -> None:
    desk = open_desk(escape_placeholders=True)
    hook = desk.ok("GET", "/webhooks")["webhooks"][0]["id"]
    body = '{"title":"{{ticket.title}}"}'
    _trigger(desk, [{"field": "notification_webhook", "value": [hook, body]}])
    desk.ticket(subject='say "hi"\n')
    assert {"title": 'say "hi"\n'} in [item.json for item in desk.deliver()]


def test_categories_are_made_shown_and_deleted_when_empty(desk: Desk) -> None:
    body = {"trigger_category": {"name": "Mine"}}
    made = desk.ok("POST", "/trigger_categories", body)["trigger_category"]
    assert isinstance(made["id"], str)
    one = f"/trigger_categories/{made['id']}"
    assert desk.ok("GET", one)["trigger_category"] == made
    trigger = _trigger(desk, _tag("a"), category_id=made["id"])
    assert trigger["category_id"] == made["id"]
    assert desk.call("DELETE", one).status_code == 400
    desk.call("DELETE", f"/triggers/{trigger['id']}")
    assert desk.call("DELETE", one).status_code == 204
    assert desk.call("GET", one).status_code == 404
    assert len(desk.ok("GET", "/trigger_categories")["trigger_categories"]) == 1
    blank = {"trigger_category": {"name": " "}}
    assert desk.call("POST", "/trigger_categories", blank).json["errors"]
