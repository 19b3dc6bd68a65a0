"""The plan: what stands, what is repaired, what is other people's."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.zendesk import parts
from connectors.zendesk.parts import Kind, Record
from integration.connecting.page import plan_lines
from integration.connecting.plan import Doing, Found, Plan, mark, plan
from integration.connecting.wanted import TRIGGER, Wishes, wanted
from integration.store.made import OURS, THEIRS, Made

URL = "https://desk.example.com"
ID, OTHER = "a" * 12, "b" * 12
OWN_USER = 7


def things(wishes: Wishes = Wishes()) -> list[Any]:  # noqa: B008 - a value
    return wanted(URL, ID, OWN_USER, wishes)


def hook(key: str = "H1", *, of: str = ID, **changes: Any) -> Record:
    about = mark(of, "webhook") if of else "by hand"
    properties = parts.webhook(f"{URL}/webhooks/zendesk") | changes
    return Record(Kind.WEBHOOK, key, "Deskclerk", about, properties)


def trigger(key: str = "1", *, of: str = ID, calls: str = "H1", **changes: Any) -> Record:
    properties = {
        "active": True,
        "category_id": "9",
        "position": 1,
        "conditions": parts.new_messages(OWN_USER),
        "actions": [{"field": parts.NOTIFY_WEBHOOK, "value": [calls, parts.TEMPLATE]}],
    }
    about = mark(of, TRIGGER) if of else "by hand"
    title = "Deskclerk: new messages" if of else "Notify"
    return Record(Kind.TRIGGER, key, title, about, properties | changes)


def category(of: str = ID) -> Record:
    return Record(Kind.CATEGORY, "9", f"Deskclerk ({of})", "", {})


def planned(*records: Record, made: tuple[Made, ...] = (), wishes: Wishes = Wishes()) -> Plan:  # noqa: B008 - a value
    by_kind = {kind: tuple(one for one in records if one.kind is kind) for kind in Kind}
    return plan(things(wishes), Found(ID, by_kind, {row.part: row for row in made}))


def doing(found: Plan, part: str) -> list[Doing]:
    return [step.doing for step in found.steps if step.wanted.part == part]


def known(part: str, key: str, origin: str = OURS) -> Made:
    return Made(part, part, key, origin, 1.0)


def test_in_an_empty_account_all_is_made() -> None:
    found = planned()
    assert {step.doing for step in found.steps} == {Doing.MAKE}
    assert [step.wanted.part for step in found.steps] == ["webhook", "category", TRIGGER]


def test_what_bears_our_mark_is_ours_though_nothing_was_written_down() -> None:
    found = planned(hook(), category(), trigger())
    assert {step.doing for step in found.steps} == {Doing.NOTE}
    assert found.changes == ()


def test_what_was_written_down_and_stands_is_kept() -> None:
    rows = (known("webhook", "H1"), known("category", "9"), known(TRIGGER, "1"))
    assert {s.doing for s in planned(hook(), category(), trigger(), made=rows).steps} == {
        Doing.KEEP
    }


def test_what_was_written_down_is_ours_though_its_mark_is_gone_and_gets_it_back() -> None:
    step = planned(hook(of=""), made=(known("webhook", "H1"),)).steps[0]
    assert step.doing is Doing.REPAIR
    assert list(step.changes) == ["description"]
    assert mark(ID, "webhook") in step.changes["description"]


def test_what_others_deleted_is_made_again() -> None:
    assert doing(planned(made=(known("webhook", "H1"),)), "webhook") == [Doing.MAKE]


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "inactive"), ("endpoint", "https://old.example.com/webhooks/zendesk"),
     ("http_method", "GET"), ("request_format", "xml")],
)  # fmt: skip
def test_a_webhook_that_can_t_work_is_repaired(name: str, value: str) -> None:
    step = planned(hook(**{name: value})).steps[0]
    assert step.doing is Doing.REPAIR
    assert list(step.changes) == [name]


def test_a_webhook_made_by_hand_for_our_address_is_used_and_stays_theirs() -> None:
    found = planned(hook(of=""))
    step = found.steps[0]
    assert (step.doing, step.record_id, step.origin) == (Doing.USE, "H1", THEIRS)
    assert step.changes == {}
    assert step not in found.changes


def test_a_webhook_by_hand_that_is_deactivated_is_activated_and_that_is_shown() -> None:
    found = planned(hook(of="", status="inactive"))
    assert found.steps[0] in found.changes
    assert found.steps[0].changes == {"status": "active"}


def test_a_webhook_of_events_does_not_serve() -> None:
    events = hook(of="", subscriptions=["zen:event-type:ticket.created"])
    assert doing(planned(events), "webhook") == [Doing.MAKE]


def test_another_installation_s_things_are_left_alone() -> None:
    elsewhere = hook("H2", of=OTHER, endpoint="https://staging.example.com/webhooks/zendesk")
    found = planned(elsewhere, trigger("2", of=OTHER, calls="H2"), category(OTHER))
    assert {step.doing for step in found.steps} == {Doing.MAKE}
    assert found.remarks == ()


def test_after_the_database_was_lost_what_served_our_address_is_taken_over() -> None:
    found = planned(hook(of=OTHER), category(OTHER), trigger(of=OTHER))
    assert {step.doing for step in found.steps} == {Doing.REPAIR, Doing.NOTE}
    assert [list(step.changes) for step in found.steps] == [["description"], [], ["description"]]
    assert {step.origin for step in found.steps} == {OURS}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"active": False}, "active"),
        ({"actions": []}, "actions"),
        ({"conditions": {"all": [], "any": parts.new_messages(OWN_USER)["any"]}}, "conditions"),
        ({"conditions": parts.new_messages(8)}, "conditions"),
    ],
)
def test_a_trigger_that_can_t_work_or_could_loop_is_repaired(
    changes: dict[str, Any], named: str
) -> None:
    step = planned(hook(), category(), trigger(**changes)).steps[2]
    assert step.doing is Doing.REPAIR
    assert list(step.changes) == [named]


def test_a_trigger_that_calls_another_webhook_is_repaired() -> None:
    assert list(planned(hook(), trigger(calls="H9")).steps[2].changes) == ["actions"]


def test_people_may_narrow_title_and_move_our_trigger() -> None:
    conditions = parts.new_messages(OWN_USER)
    conditions["all"].append(parts.condition("brand_id", "is", "5"))
    mine = replace(trigger(conditions=conditions, category_id="5"), title="Ours")
    assert doing(planned(hook(), mine), TRIGGER) == [Doing.NOTE]


def test_a_repair_keeps_how_people_narrowed_it() -> None:
    narrowed = parts.condition("brand_id", "is", "5")
    conditions = {"all": [narrowed, parts.condition("current_user_id", "is_not", "8")], "any": []}
    step = planned(hook(), trigger(conditions=conditions)).steps[2]
    must = parts.new_messages(OWN_USER)
    assert step.changes["conditions"] == {"all": [*must["all"], narrowed], "any": must["any"]}


def test_an_exact_copy_of_our_trigger_is_removed_and_a_changed_one_stays() -> None:
    changed = replace(trigger("3"), title="Mine (copy)")
    found = planned(hook(), trigger("1"), trigger("2"), changed, made=(known(TRIGGER, "1"),))
    assert [(one.doing, one.record_id) for one in found.steps if one.wanted.part == TRIGGER] == [
        (Doing.KEEP, "1"), (Doing.REMOVE, "2"),
    ]  # fmt: skip


def test_other_people_s_triggers_that_call_our_webhook_are_named() -> None:
    (remark,) = planned(hook(), trigger(), trigger("2", of="")).remarks
    assert "“Notify”" in remark
    assert planned(hook(), trigger(), trigger("2", of="", active=False)).remarks == ()


def test_a_group_that_is_there_is_kept_and_stays_theirs() -> None:
    there = Record(Kind.GROUP, "5", "Support", "", {})
    steps = planned(there, wishes=Wishes(groups=("Support", "Legal [EU]"))).steps[3:]
    assert [(step.doing, step.origin) for step in steps] == [
        (Doing.KEEP, THEIRS), (Doing.MAKE, OURS),
    ]  # fmt: skip


def test_a_group_with_any_name_is_found_again_by_its_mark() -> None:
    made = planned(wishes=Wishes(groups=("Legal [EU]",))).steps[3].wanted
    again = Record(Kind.GROUP, "5", "Renamed", str(made.properties["description"]), {})
    assert planned(again, wishes=Wishes(groups=("Legal [EU]",))).steps[3].doing is Doing.NOTE


def test_people_may_change_our_views() -> None:
    wish = Wishes(views=True)
    made = planned(wishes=wish).steps[3].wanted
    changed = Record(Kind.VIEW, "5", "Mine", str(made.properties["description"]), {})
    assert planned(changed, wishes=wish).steps[3].doing is Doing.NOTE


def test_a_plan_covers_one_that_does_less_and_none_that_does_more() -> None:
    whole, rest = planned(), planned(hook(), category())
    assert whole.covers(rest)
    assert not rest.covers(whole)


def test_a_plan_covers_no_change_and_no_record_that_it_did_not_show() -> None:
    stopped = planned(hook(), category(), trigger(active=False))
    widened = planned(hook(), category(), trigger(active=False, conditions={"all": [], "any": []}))
    assert widened.covers(stopped)
    assert not stopped.covers(widened)
    twice = planned(hook(), category(), trigger(), trigger("2"))
    other = planned(hook(), category(), trigger(), trigger("3"))
    assert twice.covers(twice)
    assert not twice.covers(other)


def test_a_plan_is_shown_a_line_a_step_with_what_is_changed() -> None:
    hooks = hook(of="", status="inactive"), trigger(), trigger("2"), trigger("3", of="")
    lines = list(plan_lines(planned(*hooks, category(), made=(known(TRIGGER, "1"),))))
    assert lines == [
        "uses      webhook “Deskclerk”, which was there before (status)",
        "stands    trigger category “Deskclerk”",
        "stands    trigger “Deskclerk: new messages”",
        "removes   trigger “Deskclerk: new messages”, which is there twice",
        (
            "Note: The trigger “Notify” calls the webhook too: each message is then told twice. "
            "Deactivate it if it is not needed for something else."
        ),
    ]


def test_a_repair_names_what_it_sets() -> None:
    (line, *_) = plan_lines(planned(hook(status="inactive")))
    assert line == "repairs   webhook “Deskclerk” (status)"
