"""What cards show: what people did, whose words, and nothing that must not be seen."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.errors import Stop, StopKind
from connectors.ports import Agent
from integration.acting import Order
from integration.announcing.discretion import is_restricted_json
from integration.announcing.words import headline_of, reasons_of, seen_words
from integration.settling import Refused
from integration.store import acts, approvals, decisions, posts, tables
from integration.store.acts import ActRow
from integration.wishes import ActKind, Plan, Wish
from rules.model import Reason, Requester
from rules.written import decision_to_json
from tests.fakes.chat_desk import ChatDesk, drafted, due_in, escalated, restricted
from tests.fakes.desk import a_desk

CANARY = "kanarienvogel"


def told(desk: ChatDesk, **changes: Any) -> str:
    desk.helpdesk.customer_opens(1, "A complaint, you see, and more of it.")
    row = desk.decided(1, escalated(**changes))
    desk.pass_time(2)
    return row.id


def acted(
    desk: ChatDesk, kind: ActKind, about: str, state: str = decisions.APPLIED, **values: Any
) -> str:
    """A person acts; `reply` is the state of the public reply that is part of it."""
    act_id, now = f"act{len(desk.rows('act'))}", desk.clock.now().timestamp()
    reply, written = values.pop("reply", None), values.pop("written", "")
    with desk.store.write() as connection:
        decided = decisions.get(connection, about)
        if decided is None:
            raise AssertionError
        row = {name: getattr(decided, name) for name in decided.__slots__}
        row |= {"id": act_id, "outcome": decisions.ACT, "state": state, "guarded": False}
        row |= {"comment_id": -len(desk.rows("decision")), "decided_at": now}
        decisions.insert_decision(connection, row)
        acts.insert(
            connection,
            ActRow(act_id, kind, 1, about, 500, "Grace", "slack", None,
                   f'{{"written": "{written}"}}', now),
        )  # fmt: skip
        if reply is not None:
            common = {"decision_id": act_id, "ticket_id": 1, "body": "", "planned_at": now}
            rows = [{**common, "kind": "reply", "position": 1, "public": True, "state": reply}]
            decisions.insert_effects(connection, rows)
        if decisions_draft := values.pop("draft", None):
            approvals.settle(connection, about, decisions_draft, act_id=act_id)
        act_row = decisions.get(connection, act_id)
        if act_row is None:
            raise AssertionError
        desk.parts.announcer.on_act(connection, act_row, Plan(said="", noted="", **values))
    desk.pass_time(2)
    return act_id


def settled(desk: ChatDesk, act_id: str, state: str) -> None:
    with desk.store.write() as connection:
        decisions.set_state(connection, act_id, state)


def test_a_card_names_the_reason_the_words_and_the_clock(chat_desk: ChatDesk) -> None:
    told(chat_desk, deadlines=(due_in(chat_desk.clock, 30),))
    text = chat_desk.chat.one().text
    assert "The customer complains" in text
    assert "Complaint: seen in the message." in text
    assert "A complai" in text
    assert "you see" not in text
    assert "final response" in text
    assert "in 29 h" in text
    assert "Group: Complaints" in text


def test_not_this_is_offered_only_while_a_guard_holds_the_ticket(chat_desk: ChatDesk) -> None:
    vip = Reason("value.vip", "value", "The policy leaves tickets of VIPs to people.")
    told(chat_desk, reasons=(vip,), blocked=False)
    assert '"Take"' in chat_desk.chat.one().text
    assert '"Not this"' not in chat_desk.chat.one().text
    chat_desk.decided(1, escalated())
    chat_desk.pass_time(2)
    assert '"Not this"' in chat_desk.chat.one().text


def test_what_a_person_escalates_by_hand_is_held_by_no_guard(chat_desk: ChatDesk) -> None:
    chat_desk.helpdesk.customer_opens(1, "How do I reset it?")
    about = chat_desk.decided(1, drafted()).id
    chat_desk.acts(ActKind.ESCALATE, 1, about=about)
    chat_desk.pass_time(4)
    assert '"Not this"' not in chat_desk.chat.one("escalation").text


def test_whoever_takes_a_ticket_is_named(chat_desk: ChatDesk) -> None:
    acted(chat_desk, ActKind.TAKE, told(chat_desk), takes=True)
    assert "Taken by Grace" in chat_desk.chat.one().text
    assert chat_desk.states() == [("escalation", "posted")]


def test_a_cleared_ticket_is_closed_with_its_reason_and_its_clocks_stop(
    any_chat_desk: ChatDesk,
) -> None:
    about = told(any_chat_desk, deadlines=(due_in(any_chat_desk.clock, 30),))
    any_chat_desk.clock.pass_time(60)
    acted(any_chat_desk, ActKind.CLEAR, about, written="a joke", stops_clocks=True)
    assert "Cleared by Grace: a joke" in any_chat_desk.chat.one().text
    assert "Take" not in any_chat_desk.chat.one().text
    assert [row["state"] for row in any_chat_desk.rows("clock")] == ["stopped"]
    assert any_chat_desk.states() == [("escalation", "ended")]


def test_clocks_stop_when_a_clearance_is_noted_and_run_on_where_it_fails(
    any_chat_desk: ChatDesk,
) -> None:
    desk = any_chat_desk
    told(desk, deadlines=(due_in(desk.clock, 30),))
    desk.pass_time(60, every=10.0)
    announcer = desk.parts.announcer
    plain = a_desk(desk.store, desk.clock, desk.helpdesk).acting
    acting = replace(plain, on_act=announcer.on_act, on_done=announcer.touch)
    lead, states = Agent(500, "Grace", is_lead=True), []
    for key in ("k1", "k2"):
        desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)] if key == "k1" else []
        order = Order(Wish(ActKind.CLEAR, 1, written="a joke"), lead, key, delivery_id=1)
        with suppress(Refused):
            acting.act(order)
        states.append([row["state"] for row in desk.rows("clock")])
        desk.pass_time(3)
    assert states == [["running"], ["stopped"]]
    assert "Cleared by Grace: a joke" in desk.chat.one().text


def test_a_clearance_that_failed_closes_no_card(chat_desk: ChatDesk) -> None:
    acted(chat_desk, ActKind.CLEAR, told(chat_desk), decisions.FAILED, written="a joke")
    text = chat_desk.chat.one().text
    assert "What Grace did could not be written to the ticket" in text
    assert "Not this" in text
    assert chat_desk.states() == [("escalation", "posted")]


def test_an_act_without_a_reason_is_told_without_one(chat_desk: ChatDesk) -> None:
    acted(chat_desk, ActKind.CLEAR, told(chat_desk))
    assert 'Cleared by Grace"' in chat_desk.chat.one().text.replace('\\"', '"')


def test_an_answer_is_under_way_until_it_was_sent(chat_desk: ChatDesk) -> None:
    act_id = acted(
        chat_desk, ActKind.REPLY, told(chat_desk), decisions.DECIDED, reply=decisions.PLANNED
    )
    assert "Grace is sending an answer" in chat_desk.chat.one().text
    settled(chat_desk, act_id, decisions.APPLIED)
    chat_desk.pass_time(10)
    assert "Answered by Grace" in chat_desk.chat.one().text
    assert chat_desk.states() == [("escalation", "ended")]


def test_an_answer_that_was_not_sent_leaves_the_ticket_open(chat_desk: ChatDesk) -> None:
    acted(chat_desk, ActKind.REPLY, told(chat_desk), reply=decisions.WITHHELD)
    text = chat_desk.chat.one().text
    assert "Not sent for Grace: the ticket had gone on" in text
    assert "Take" in text


def test_an_act_that_failed_does_not_count_as_done(chat_desk: ChatDesk) -> None:
    acted(chat_desk, ActKind.TAKE, told(chat_desk), decisions.FAILED)
    assert "Taken" not in chat_desk.chat.one().text


@pytest.mark.parametrize(
    ("kind", "words", "state"),
    [
        (ActKind.SEND, "Sent by Grace", approvals.GIVEN),
        (ActKind.EDIT, "Edited and sent by Grace", approvals.GIVEN),
        (ActKind.ANOTHER, "Answered otherwise by Grace", approvals.GIVEN),
        (ActKind.REFUSE, "No question for us, says Grace", approvals.REFUSED),
        (ActKind.ESCALATE, "Handed to people by Grace", approvals.REFUSED),
        (ActKind.CORRECT, "Corrected by Grace", approvals.REFUSED),
    ],
)
def test_a_settled_draft_says_by_whom(
    chat_desk: ChatDesk, kind: ActKind, words: str, state: str
) -> None:
    chat_desk.helpdesk.customer_opens(1, "how do i reset my password")
    about = chat_desk.decided(1, drafted()).id
    chat_desk.pass_time(2)
    acted(chat_desk, kind, about, draft=state)
    text = chat_desk.chat.one("approval").text
    assert words in text
    assert "Edit and send" not in text
    assert ("approval", "ended") in chat_desk.states()


def test_a_draft_whose_sending_failed_waits_on(chat_desk: ChatDesk) -> None:
    chat_desk.helpdesk.customer_opens(1, "how do i reset my password")
    about = chat_desk.decided(1, drafted()).id
    chat_desk.pass_time(2)
    acted(chat_desk, ActKind.SEND, about, decisions.FAILED, draft=approvals.GIVEN)
    text = chat_desk.chat.one().text
    assert "The draft still waits" in text
    assert "Edit and send" in text
    chat_desk.clock.pass_time(25 * 3600)
    chat_desk.seen(1)
    with chat_desk.store.write() as connection:
        chat_desk.parts.announcer.touch(connection, 1)
    chat_desk.pass_time(2)
    assert "Edit and send" not in chat_desk.chat.one().text


def test_a_draft_of_an_answer_that_the_policy_lost_is_named_by_its_id(chat_desk: ChatDesk) -> None:
    chat_desk.helpdesk.customer_opens(1, "how do i reset my password")
    chat_desk.decided(1, drafted(faq="of_old"))
    chat_desk.pass_time(2)
    assert "of_old" in chat_desk.chat.one().message.text


def test_the_label_that_a_person_gave_runs_its_clocks(chat_desk: ChatDesk) -> None:
    about = told(chat_desk)
    act_id = acted(
        chat_desk, ActKind.CORRECT, about, guards=True, deadlines=(due_in(chat_desk.clock, 10),)
    )
    assert [row["decision_id"] for row in chat_desk.rows("clock")] == [act_id]
    chat_desk.clock.pass_time(5 * 3600)
    chat_desk.watch()
    chat_desk.pass_time(3)
    assert "final response" in chat_desk.chat.one("reminder").text


def test_what_was_erased_is_not_shown_any_more(chat_desk: ChatDesk) -> None:
    about = told(chat_desk)
    table = tables.decision
    for column in ("snapshot", "decision"):
        with chat_desk.store.write() as connection:
            connection.execute(sa.update(table).where(table.c.id == about).values({column: None}))
            chat_desk.parts.announcer.touch(connection, 1)
        chat_desk.pass_time(2)
        assert "A complai" not in chat_desk.chat.one().text


def test_an_erased_draft_shows_neither_question_nor_reply(chat_desk: ChatDesk) -> None:
    chat_desk.helpdesk.customer_opens(1, CANARY)
    about = chat_desk.decided(1, drafted()).id
    chat_desk.pass_time(2)
    assert CANARY in chat_desk.chat.one().text
    table = tables.decision
    with chat_desk.store.write() as connection:
        connection.execute(
            sa.update(table).where(table.c.id == about).values(snapshot=None, decision=None)
        )
        chat_desk.parts.announcer.touch(connection, 1)
    chat_desk.pass_time(2)
    assert CANARY not in chat_desk.chat.one().text
    assert "under Settings" not in chat_desk.chat.one().text


def test_nothing_of_a_restricted_ticket_leaks(
    chat_desk: ChatDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its subject, its words, who it is from, its family and group: canaries in all of them."""
    chat_desk.helpdesk.customer_opens(
        1,
        f"{CANARY} body",
        subject=f"{CANARY} subject",
        requester=Requester(name=f"{CANARY} name", email=f"{CANARY}@example.org", id="100"),
    )
    pack = "aml_sanctions_tipping_off"
    told = replace(restricted(deadlines=(due_in(chat_desk.clock, 10, pack),)), packs=(pack,))
    about = chat_desk.decided(1, told).id
    chat_desk.decided(1, drafted(reply=f"Hello {CANARY} name"))
    chat_desk.decided(1, escalated())
    chat_desk.pass_time(3)
    acted(chat_desk, ActKind.TAKE, about)
    chat_desk.chat.before_write = [ValueError(CANARY)]
    acted(chat_desk, ActKind.CLEAR, about, written=CANARY)
    chat_desk.clock.pass_time(9.5 * 3600)
    chat_desk.watch()
    chat_desk.pass_time(30)
    everything = chat_desk.chat.everything()
    out, err = capfd.readouterr()
    assert "Ticket 1" in everything
    assert "Needs a specialist" in everything
    assert CANARY not in everything + out + err
    for word in ("launder", "sanction", "aml", "tipping", "crime", "final response"):
        assert word not in everything.lower()
    assert not any(row["error"] and CANARY in row["error"] for row in chat_desk.rows("post"))


def test_a_pack_that_a_person_names_makes_the_cards_that_stand_say_nothing(
    any_chat_desk: ChatDesk,
) -> None:
    desk = any_chat_desk
    about = told(desk, deadlines=(due_in(desk.clock, 30),))
    assert "Complaint" in desk.chat.one().text
    neutral = next(pack for pack in desk.policy.packs if pack.neutral)
    acting = replace(
        a_desk(desk.store, desk.clock, desk.helpdesk).acting, on_act=desk.parts.announcer.on_act
    )
    wish = Wish(ActKind.CORRECT, 1, about, neutral.id, CANARY)
    acting.act(Order(wish, Agent(500, "Grace", is_lead=True), "k", delivery_id=1))
    desk.pass_time(3)
    clocks = [clock.name for clock in neutral.clocks]
    for card in desk.chat.standing:
        for secret in ("omplain", CANARY, neutral.id, neutral.title, "final response", *clocks):
            assert secret not in card.text
    assert "another channel" in desk.chat.standing[0].text
    assert "Review" in desk.chat.standing[1].text


def test_a_draft_of_a_ticket_that_a_person_had_restricted_shows_no_question(
    chat_desk: ChatDesk,
) -> None:
    chat_desk.helpdesk.customer_opens(1, "where do I reset it?")
    about = chat_desk.decided(1, drafted()).id
    chat_desk.pass_time(2)
    assert "Reset a password" in chat_desk.chat.one().text
    tags = '["deskclerk_review"]'
    act_id = acted(chat_desk, ActKind.CORRECT, about, draft=approvals.REFUSED)
    with chat_desk.store.write() as connection:
        note = {"decision_id": act_id, "ticket_id": 1, "body": "", "planned_at": 0.0}
        note |= {"kind": "note", "position": 0, "public": False, "state": "done", "tags": tags}
        decisions.insert_effects(connection, [note])
        posts.touch(connection, 1)
        connection.exec_driver_sql("UPDATE post SET state = 'posted', changed = true")
    chat_desk.pass_time(3)
    text = chat_desk.chat.one().text
    assert "Reset a password" not in text
    assert "reset_password" not in text


def test_a_suspected_neutral_family_is_restricted_too() -> None:
    suspected = Reason("risk.suspected", "review", "Needs a specialist's review.")
    decision = restricted(packs=())
    decision = replace(decision, reasons=(suspected,))
    assert is_restricted_json(decision_to_json(_dated(decision)))


def test_a_headline_says_what_a_firm_s_own_pack_saw() -> None:
    reason = Reason("regulatory.other", "packs/own", "Warranty: seen in the message.")
    decision = decision_to_json(_dated(escalated(reasons=(reason,))))
    assert headline_of(decision, restricted=False) == "Warranty: seen in the message"


def test_a_decision_without_reasons_has_a_headline() -> None:
    decision = decision_to_json(_dated(escalated(reasons=())))
    assert headline_of(decision, restricted=False) == "Needs a specialist's review"


def test_reasons_are_named_once_and_without_the_route() -> None:
    same = Reason("regulatory.complaint", "a", "Complaint.")
    route = Reason("route.owner", "routing", "The group whose business it is.")
    decision = decision_to_json(_dated(escalated(reasons=(same, same, route))))
    assert reasons_of(decision, restricted=False) == ("Complaint.",)
    assert reasons_of(None, restricted=False) == ()


def test_evidence_is_cut_where_it_was_seen_whatever_the_offsets() -> None:
    spans = ((0, 3), (2, 5), (9, 12), (40, 90), (12, 13))
    decision = decision_to_json(_dated(escalated(reasons=(Reason("c", "r", "d", spans),))))
    assert seen_words({"body": "one two three four"}, decision) == "one t … hree"
    assert seen_words({"body": None}, decision) == ""
    assert seen_words(None, decision) == ""


def _dated(decision: Any) -> Any:
    return replace(decision, decided_at=datetime(2026, 1, 1, tzinfo=UTC))
