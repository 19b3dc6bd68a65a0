"""Whatever stands there: after one plan nothing is left to do, and others' things stay."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk import parts
from connectors.zendesk.parts import Kind, Record
from integration.connecting.plan import Doing, Found, Plan, category_title, mark, plan, resolved
from integration.connecting.wanted import TRIGGER, Wishes, wanted
from integration.store.made import Made

URL, ID, OTHER = "https://desk.example.com", "a" * 12, "b" * 12
ADDRESSES = st.sampled_from([f"{URL}/webhooks/zendesk", "https://other.example.com/hook"])
ABOUT = st.sampled_from(["", "by hand", "ours", "theirs"])
WISHES = Wishes(groups=("Support", "Fraud"), views=True)


def _described(about: str, part: str) -> str:
    return {"ours": mark(ID, part), "theirs": mark(OTHER, part)}.get(about, about)


@st.composite
def webhooks(draw: st.DrawFn) -> Record:
    properties = parts.webhook(draw(ADDRESSES)) | {
        "status": draw(st.sampled_from(["active", "inactive"])),
        "subscriptions": draw(st.sampled_from([[parts.TRIGGERED], ["zen:event-type:x"]])),
    }
    return Record(Kind.WEBHOOK, "", "Deskclerk", _described(draw(ABOUT), "webhook"), properties)


@st.composite
def triggers(draw: st.DrawFn) -> Record:
    narrowed = draw(st.sampled_from([[], [parts.condition("brand_id", "is", "5")]]))
    conditions = parts.new_messages(draw(st.sampled_from([7, 8])))
    properties = {
        "active": draw(st.booleans()),
        "category_id": None,
        "position": 1,
        "conditions": {"all": conditions["all"] + narrowed, "any": conditions["any"]},
        "actions": [
            {
                "field": parts.NOTIFY_WEBHOOK,
                "value": [draw(st.sampled_from(["0", "1", "2"])), parts.TEMPLATE],
            }
        ],
    }
    title = draw(st.sampled_from(["Deskclerk: new messages", "Mine"]))
    return Record(Kind.TRIGGER, "", title, _described(draw(ABOUT), TRIGGER), properties)


CATEGORIES = st.sampled_from([ID, OTHER]).map(
    lambda key: Record(Kind.CATEGORY, "", category_title(key), "", {})
)
GROUPS = st.sampled_from(["Support", "Legal"]).map(
    lambda name: Record(Kind.GROUP, "", name, "", {})
)


@st.composite
def accounts(draw: st.DrawFn) -> Found:
    """Any records, each with an id, some of them written down."""
    anything = st.one_of(webhooks(), triggers(), CATEGORIES, GROUPS)
    listed = draw(st.lists(anything, max_size=7))
    records = [replace(one, id=str(number)) for number, one in enumerate(listed)]
    part_of = {Kind.WEBHOOK: "webhook", Kind.TRIGGER: TRIGGER, Kind.CATEGORY: "category"}
    made: dict[str, Made] = {}
    for one in records:
        part = part_of.get(one.kind)
        if part and part not in made and draw(st.integers(0, 3)) == 0:
            origin = draw(st.sampled_from(["ours", "theirs"]))
            made[part] = Made(part, one.kind.value, one.id, origin, 1.0)
    return Found(ID, _by_kind(records), made)


def _by_kind(records: list[Record]) -> dict[Kind, tuple[Record, ...]]:
    return {kind: tuple(one for one in records if one.kind is kind) for kind in Kind}


def _carried_out(done: Plan, found: Found) -> Found:
    """The account after every step, as the helpdesk and the store would have it."""
    records = {one.id: one for rows in found.records.values() for one in rows}
    made, ids = dict(found.made), dict[str, str]()
    for step in done.steps:
        part, key = step.wanted.part, step.record_id or f"new-{step.wanted.part}"
        if step.doing is Doing.REMOVE:
            del records[key]
            continue
        changes = step.wanted.properties if step.doing is Doing.MAKE else step.changes
        blank = Record(step.wanted.kind, key, step.wanted.title, "", {"position": 1})
        records[key] = _changed(records.get(key, blank), resolved(dict(changes), ids))
        ids[part] = key
        if step.doing is not Doing.KEEP:
            made[part] = Made(part, step.wanted.kind.value, key, step.origin, 1.0)
    return Found(found.installation, _by_kind(list(records.values())), made)


def _changed(record: Record, changes: Mapping[str, Any]) -> Record:
    rest = {name: value for name, value in changes.items() if name != "description"}
    about = changes.get("description", record.description)
    return replace(record, description=about, properties={**record.properties, **rest})


def _planned(found: Found) -> Plan:
    return plan(wanted(URL, ID, 7, WISHES), found)


@given(accounts())
def test_after_one_plan_there_is_nothing_left_to_do(found: Found) -> None:
    after = _carried_out(_planned(found), found)
    again = _planned(after)
    assert {step.doing for step in again.steps} == {Doing.KEEP}, again
    assert again.changes == ()


@given(accounts())
def test_one_webhook_of_ours_serves_our_address(found: Found) -> None:
    after = _carried_out(_planned(found), found)
    hook = after.made["webhook"].vendor_id
    (kept,) = [one for one in after.records[Kind.WEBHOOK] if one.id == hook]
    assert kept.properties["status"] == "active"
    key = after.made[TRIGGER].vendor_id
    (trigger,) = [one for one in after.records[Kind.TRIGGER] if one.id == key]
    calls = [action["value"][0] for action in trigger.properties["actions"]]
    assert calls == [hook]


@given(accounts())
def test_what_bears_no_mark_and_was_not_written_down_is_never_removed(found: Found) -> None:
    noted = {row.vendor_id for row in found.made.values()}
    after = _carried_out(_planned(found), found)
    left = {one.id for rows in after.records.values() for one in rows}
    for rows in found.records.values():
        for one in rows:
            if one.description in {"", "by hand"} and one.id not in noted:
                assert one.id in left


@given(accounts())
def test_another_installation_s_things_are_not_touched(found: Found) -> None:
    ours = f"{URL}/webhooks/zendesk"
    taken = any(
        mark(OTHER, "webhook") in one.description and one.properties["endpoint"] == ours
        for one in found.records[Kind.WEBHOOK]
    )
    noted = {row.vendor_id for row in found.made.values()}
    for step in _planned(found).steps:
        for one in found.records[step.wanted.kind]:
            if one.id == step.record_id and one.id not in noted and not taken:
                assert f"deskclerk:{OTHER}" not in one.description
