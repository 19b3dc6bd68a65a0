"""A guard that is lifted takes its tags with it, and no others."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import RetryLater
from connectors.ports import Agent
from integration import ledger
from integration.acting import Order
from integration.lifting import lifted_tags, still_asked
from integration.store import approvals, decisions
from integration.store.tagging import Tagging
from integration.wishes import ActKind, Wish
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import AGENT, unknown

LEAD = Agent(AGENT, "Grace Agent", is_lead=True)
ESCALATE = "deskclerk_escalate"
NEUTRAL = "aml_sanctions_tipping_off"
PACK = "uk_fca_disp_complaint"


def act(desk: Desk, kind: ActKind, key: str = "k", **more: Any) -> str:
    return desk.acting.act(Order(Wish(kind, 1, **more), LEAD, key, delivery_id=1))


def clear(desk: Desk, key: str = "c") -> str:
    desk.clock.pass_time(60)
    return act(desk, ActKind.CLEAR, key, written="a quotation")


def guarded(desk: Desk, *tags: str) -> Desk:
    desk.helpdesk.customer_opens(1, "a complaint", tags=frozenset(tags))
    desk.handle(1)
    return desk


def tags_of(desk: Desk) -> frozenset[str]:
    return desk.helpdesk.tickets[1].ticket.tags


def test_a_lifted_guard_takes_its_tags_off_and_leaves_the_others(any_desk: Desk) -> None:
    guarded(any_desk, "vip")
    any_desk.helpdesk.agent_tags(1, "called_back")
    assert ESCALATE in tags_of(any_desk)
    clear(any_desk)
    assert tags_of(any_desk) == {"vip", "called_back"}
    note = any_desk.helpdesk.notes(1)[-1]
    assert f"Tags of the guard taken off, where nothing else asks for them: {ESCALATE}" in note
    entry = [e for e in ledger.read_entries(any_desk.store) if e["kind"] == "act"][-1]
    assert entry["body"]["tags_off"] == [ESCALATE]


def test_a_tag_that_somebody_else_had_set_stays(desk: Desk) -> None:
    clear(guarded(desk, ESCALATE))
    assert tags_of(desk) == {ESCALATE}
    assert "taken off" not in desk.helpdesk.notes(1)[-1]


def test_a_tag_that_an_earlier_decision_asks_for_stays(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "draft: where is my password?")
    desk.handle(1)
    desk.clock.pass_time(60)
    desk.helpdesk.customer_writes(1, "and a complaint")
    desk.handle(1)
    assert tags_of(desk) == {"deskclerk_suggest", ESCALATE}
    clear(desk)
    assert tags_of(desk) == {"deskclerk_suggest"}


def test_what_a_person_escalated_stays_marked(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "draft: where is my password?")
    desk.handle(1)
    desk.clock.pass_time(60)
    with desk.store.write() as connection:
        row = decisions.latest_for_ticket(connection, 1)
        assert row is not None
        approvals.ask(connection, row.id, 1, desk.clock.now().timestamp() + 3600)
    act(desk, ActKind.ESCALATE)
    desk.clock.pass_time(60)
    desk.helpdesk.customer_writes(1, "and a complaint")
    desk.handle(1)
    clear(desk)
    assert ESCALATE in tags_of(desk)


@pytest.mark.parametrize(("pack", "tag"), [(PACK, ESCALATE), (NEUTRAL, "deskclerk_review")])
def test_the_tags_of_a_pack_that_a_person_named_go_too(desk: Desk, pack: str, tag: str) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.handle(1)
    before = tags_of(desk)
    desk.clock.pass_time(60)
    act(desk, ActKind.CORRECT, faq=pack)
    assert tag in tags_of(desk)
    clear(desk)
    assert tags_of(desk) == before


def test_what_was_erased_is_known_from_the_ledger(desk: Desk) -> None:
    guarded(desk)
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET snapshot = NULL, decision = NULL")
    clear(desk)
    assert tags_of(desk) == frozenset()


def test_a_guard_of_later_keeps_its_tags(any_desk: Desk) -> None:
    """The helpdesk was down when the first was lifted; meanwhile another fired."""
    guarded(any_desk)
    any_desk.helpdesk.before_write = [RetryLater("down", after_s=1)]
    with pytest.raises(RetryLater):
        clear(any_desk)
    any_desk.clock.pass_time(60)
    any_desk.helpdesk.customer_writes(1, "another complaint")
    any_desk.handle(1)
    assert clear(any_desk).startswith("The guard on ticket 1 is lifted")
    assert len([n for n in any_desk.helpdesk.notes(1) if "lifts the guard" in n]) == 1
    assert ESCALATE in tags_of(any_desk)


def test_a_tag_that_comes_while_others_are_taken_off_stays(desk: Desk) -> None:
    guarded(desk)
    calls: list[str] = []

    def tagger(name: str) -> None:
        calls.append(name)
        if name == "update_ticket" and calls.count(name) == 1:
            desk.clock.pass_time(1)
            desk.helpdesk.rule_tags(1, "auto")

    desk.clock.pass_time(60)
    desk.helpdesk.on_call = tagger
    clear(desk)
    assert tags_of(desk) == {"auto"}


def test_a_tag_that_somebody_took_off_before_is_not_named(desk: Desk) -> None:
    guarded(desk)
    desk.clock.pass_time(60)
    kept = desk.helpdesk.tickets[1]
    kept.ticket = replace(kept.ticket, tags=frozenset({"kept"}))
    clear(desk)
    assert tags_of(desk) == {"kept"}
    assert "taken off" not in desk.helpdesk.notes(1)[-1]


def test_a_lost_answer_takes_them_off_once(any_desk: Desk) -> None:
    guarded(any_desk)
    any_desk.helpdesk.after_write = [unknown()]
    clear(any_desk)
    any_desk.helpdesk.agent_tags(1, ESCALATE)
    clear(any_desk)
    assert len([n for n in any_desk.helpdesk.notes(1) if "lifts the guard" in n]) == 1
    assert ESCALATE in tags_of(any_desk)


def test_what_guards_again_after_that_is_marked_again(desk: Desk) -> None:
    clear(guarded(desk))
    desk.clock.pass_time(60)
    desk.helpdesk.customer_writes(1, "another complaint")
    desk.handle(1)
    assert ESCALATE in tags_of(desk)
    clear(desk, "c2")
    assert ESCALATE not in tags_of(desk)


TAGS = st.frozensets(st.sampled_from(["deskclerk_a", "deskclerk_b", "deskclerk_lang_en", "vip"]))
KNOWN = st.lists(
    st.builds(Tagging, st.integers(0, 9).map(float), st.booleans(), TAGS, TAGS), max_size=6
).map(lambda found: sorted(found, key=lambda each: each.at))


@given(KNOWN, st.integers(0, 9).map(float))
def test_only_what_a_lifted_guard_asked_for_alone_is_taken_off(
    known: list[Tagging], until: float
) -> None:
    off = lifted_tags(known, until)
    lifted = [each for each in known if each.guards and each.at <= until]
    assert off <= {tag for each in lifted for tag in each.asked}
    assert not off & still_asked(known, until)
    assert not known or not off & known[0].before
    assert "deskclerk_lang_en" not in off
