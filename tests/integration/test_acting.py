"""What people decide: done once, noted first, recorded, and only while it still fits."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.errors import AskPerson, RetryLater, Stop, StopKind
from connectors.ports import Agent
from integration import cli, ledger
from integration.acting import Acting, Order
from integration.labels import labelled
from integration.settling import Refused
from integration.store import acts, approvals, counts, decisions, tables
from integration.store.counts import Counts
from integration.wishes import ActKind, Declined, Plan, Wish
from rules.exchange import labelled_from_json
from rules.model import Author, Status
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import AGENT, unknown
from tests.fakes.judge import ANSWER

GRACE = Agent(AGENT, "Grace Agent", is_lead=False)
OMAR = Agent(501, "Omar Agent", is_lead=False)
LEAD = Agent(502, "Ada Admin", is_lead=True)


def order(kind: ActKind, agent: Agent = GRACE, key: str = "k", **more: Any) -> Order:
    return Order(Wish(kind, more.pop("ticket", 1), **more), agent, key, delivery_id=1)


def a_draft(desk: Desk, *, hours: float = 24.0) -> str:
    """A ticket with a draft that waits; returns the decision's id."""
    desk.helpdesk.customer_opens(1, "draft: where can I find the number of my account, please?")
    desk.handle(1)
    with desk.store.write() as connection:
        row = decisions.latest_for_ticket(connection, 1)
        assert row is not None
        approvals.ask(connection, row.id, 1, desk.clock.now().timestamp() + hours * 3600)
    desk.clock.pass_time(60)
    return row.id


def a_guarded_ticket(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "complaint")
    desk.handle(1)
    desk.clock.pass_time(60)


def declined(desk: Desk, wanted: Order) -> str:
    with pytest.raises(Declined) as caught:
        desk.acting.act(wanted)
    return str(caught.value)


def state_of_draft(desk: Desk, decision_id: str) -> str:
    with desk.store.read() as connection:
        row = approvals.get(connection, decision_id)
    assert row is not None
    return row.state


def test_a_draft_is_sent_as_it_is_after_a_note_with_the_persons_name(any_desk: Desk) -> None:
    about = a_draft(any_desk)
    said = any_desk.acting.act(order(ActKind.SEND, about=about))
    assert said == "Sent “reset_password” to ticket 1."
    assert any_desk.helpdesk.public_replies(1) == [ANSWER]
    note = any_desk.helpdesk.notes(1)[-1]
    assert note.startswith("Deskclerk: Grace Agent approved the draft “reset_password”")
    assert about in note
    effects = [audit.effect for audit in any_desk.helpdesk.tickets[1].audits if audit.effect]
    assert effects == ["note", "note", "reply"]
    assert state_of_draft(any_desk, about) == approvals.GIVEN
    assert any_desk.ledger_kinds() == ["decided", "applied", "act", "applied"]


def test_the_ledger_names_the_person_and_holds_no_word_of_the_reply(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.EDIT, about=about, written="My own CANARY words."))
    entry = next(e for e in ledger.read_entries(desk.store) if e["kind"] == "act")
    assert entry["body"]["name"] == "Grace Agent"
    assert entry["body"]["by"] == AGENT
    assert "CANARY" not in json.dumps(list(ledger.read_entries(desk.store)))
    assert ledger.verify(ledger.read_entries(desk.store)).fault is None


def test_a_name_longer_than_the_store_takes_is_cut(any_desk: Desk) -> None:
    about = a_draft(any_desk)
    long_name = Agent(AGENT, "Grace " * 100, is_lead=False)
    any_desk.acting.act(order(ActKind.SEND, long_name, about=about))
    [row] = any_desk.rows("act")
    assert row["agent_name"] == ("Grace " * 100)[:200]


def test_the_same_order_again_does_nothing_and_says_the_same(any_desk: Desk) -> None:
    wanted = order(ActKind.SEND, about=a_draft(any_desk))
    assert any_desk.acting.act(wanted) == any_desk.acting.act(wanted)
    assert any_desk.helpdesk.public_replies(1) == [ANSWER]
    assert any_desk.ledger_kinds().count("act") == 1


def test_of_two_people_one_wins_and_the_other_is_told(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.SEND, about=about))
    said = declined(desk, order(ActKind.REFUSE, OMAR, "k2", about=about))
    assert said == "Grace Agent was faster: the draft was sent."
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_an_edited_draft_stands_in_the_agents_name(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.EDIT, about=about, written="Dear Ada, …"))
    assert [row["author_id"] for row in desk.rows("effect")] == [None, None, AGENT]
    assert desk.helpdesk.tickets[1].ticket.comments[-1].body == "Dear Ada, …"


def test_an_empty_edit_sends_nothing(desk: Desk) -> None:
    about = a_draft(desk)
    assert "empty" in declined(desk, order(ActKind.EDIT, about=about, written="  "))
    assert state_of_draft(desk, about) == approvals.OPEN


def test_another_answer_goes_out_with_its_blanks_filled(desk: Desk) -> None:
    about = a_draft(desk)
    said = desk.acting.act(order(ActKind.ANOTHER, about=about, faq="find_iban"))
    assert said == "Sent “find_iban” to ticket 1."
    assert desk.helpdesk.public_replies(1) == ["Hello Ada, it stands under Account."]


@pytest.mark.parametrize(
    ("faq", "said"),
    [
        ("find_ibam", "did you mean 'find_iban'"),
        ("x", "There is no answer “x”"),
        ("german_only", "no approved answer in the customer's language"),
    ],
)
def test_an_answer_that_cant_go_out_is_named_with_its_reason(
    desk: Desk, faq: str, said: str
) -> None:
    about = a_draft(desk)
    assert said in declined(desk, order(ActKind.ANOTHER, about=about, faq=faq))
    assert desk.helpdesk.public_replies(1) == []


def test_a_refused_draft_stays_with_people_and_is_learnt_from(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.REFUSE, about=about, written="asks for another thing"))
    assert state_of_draft(desk, about) == approvals.REFUSED
    assert "Reason: asks for another thing" in desk.helpdesk.notes(1)[-1]
    [row] = desk.rows("act")
    assert (row["faq"], row["about"]) == ("none", about)


def test_an_escalated_draft_moves_the_ticket_and_adds_its_tag(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.agent_tags(1, "kept")
    desk.acting.act(order(ActKind.ESCALATE, about=about))
    kept = desk.helpdesk.tickets[1]
    assert kept.group_id == desk.helpdesk.group_ids["Support"]
    assert {"kept", "deskclerk_escalate", "deskclerk_suggest"} <= kept.ticket.tags


def test_a_group_that_does_not_exist_is_named_in_the_note(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.group_ids = {}
    desk.acting.act(order(ActKind.ESCALATE, about=about))
    assert "Group “Support” does not exist" in desk.helpdesk.notes(1)[-1]


def test_an_expired_draft_is_not_sent(desk: Desk) -> None:
    about = a_draft(desk, hours=0.001)
    assert "expired" in declined(desk, order(ActKind.SEND, about=about))


def test_a_withdrawn_draft_is_not_sent(desk: Desk) -> None:
    about = a_draft(desk)
    with desk.store.write() as connection:
        approvals.settle(connection, about, approvals.WITHDRAWN)
    assert "withdrawn" in declined(desk, order(ActKind.SEND, about=about))


def test_a_draft_about_an_earlier_message_is_not_sent(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.customer_writes(1, "hello?")
    desk.handle(1)
    assert "withdrawn" in declined(desk, order(ActKind.SEND, about=about))


def test_a_ticket_without_a_draft_has_nothing_to_send(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.handle(1)
    assert "no draft" in declined(desk, order(ActKind.SEND))


def test_a_card_of_another_ticket_is_refused(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.customer_opens(2, "hello")
    assert "another ticket" in declined(desk, order(ActKind.SEND, ticket=2, about=about))


def test_a_draft_whose_text_was_erased_is_not_sent(desk: Desk) -> None:
    about = a_draft(desk)
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET decision = NULL")
    assert "kept no longer" in declined(desk, order(ActKind.SEND, about=about))


@pytest.mark.parametrize("act", ["write", "assign", "solve", "merge", "note"])
def test_nothing_is_sent_when_somebody_acted_meanwhile(desk: Desk, act: str) -> None:
    about = a_draft(desk)
    acted = {
        "write": lambda: desk.helpdesk.customer_writes(1, "hello?"),
        "assign": lambda: desk.helpdesk.agent_assigns(1),
        "solve": lambda: desk.helpdesk.agent_sets_status(1, Status.SOLVED),
        "merge": lambda: desk.helpdesk.agent_tags(1, "closed_by_merge"),
        "note": lambda: desk.helpdesk.agent_comments(1, public=False),
    }
    acted[act]()
    assert declined(desk, order(ActKind.SEND, OMAR, about=about))
    assert desk.helpdesk.public_replies(1) == []
    assert state_of_draft(desk, about) == approvals.OPEN


def test_who_has_the_ticket_may_send_its_draft(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.agent_assigns(1)
    desk.clock.pass_time(5)
    desk.acting.act(order(ActKind.SEND, GRACE, about=about))
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_a_closed_ticket_takes_nothing(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.agent_sets_status(1, Status.CLOSED)
    assert "closed" in declined(desk, order(ActKind.SEND, about=about))


def test_a_reply_between_note_and_send_is_withheld_and_said(desk: Desk) -> None:
    about = a_draft(desk)
    calls: list[str] = []

    def somebody(name: str) -> None:
        calls.append(name)
        if name == "read_audits" and calls.count("update_ticket") == 1 and "x" not in calls:
            calls.append("x")
            desk.helpdesk.customer_writes(1, "never mind")

    desk.helpdesk.on_call = somebody
    said = desk.acting.act(order(ActKind.SEND, about=about))
    assert said == "Not sent: the requester wrote again meanwhile. It is noted on the ticket."
    assert desk.helpdesk.public_replies(1) == []
    assert "was not sent" in desk.helpdesk.notes(1)[-1]


def test_nobody_is_told_that_a_draft_was_sent_which_was_withheld(desk: Desk) -> None:
    about = a_draft(desk)

    def customer_writes_after_the_note(name: str) -> None:
        if name == "read_audits" and len(desk.helpdesk.notes(1)) == 2:
            desk.helpdesk.on_call = lambda _name: None
            desk.helpdesk.customer_writes(1, "never mind")

    desk.helpdesk.on_call = customer_writes_after_the_note
    assert "Not sent" in desk.acting.act(order(ActKind.SEND, about=about))
    said = declined(desk, order(ActKind.SEND, OMAR, "k2", about=about))
    assert said == "The draft was withdrawn: the ticket went on meanwhile."


def test_what_a_person_sends_goes_out_though_the_brake_is_pulled(desk: Desk) -> None:
    from integration.brake import set_brake

    about = a_draft(desk)
    with desk.store.write() as connection:
        set_brake(connection, desk.clock.now(), "Ada", pulled=True)
    desk.acting.act(order(ActKind.SEND, about=about))
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_an_approved_answer_is_sent_to_a_ticket_without_a_draft(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.handle(1)
    desk.acting.act(order(ActKind.REPLY, faq="find_iban"))
    assert desk.helpdesk.public_replies(1) == ["Hello Ada, it stands under Account."]


def test_a_ticket_that_was_never_decided_can_be_answered_but_not_corrected(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    assert "never decided" in declined(desk, order(ActKind.CORRECT, faq="none"))
    desk.acting.act(order(ActKind.REPLY, faq="find_iban"))
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_of_two_people_who_answer_a_ticket_that_was_never_decided_one_wins(any_desk: Desk) -> None:
    any_desk.helpdesk.customer_opens(1, "hello")
    any_desk.clock.pass_time(60)
    any_desk.acting.act(order(ActKind.REPLY, faq="find_iban"))
    any_desk.clock.pass_time(30)
    said = declined(any_desk, order(ActKind.REPLY, OMAR, "k2", faq="find_iban"))
    assert said.startswith("Ticket 1 is answered already")
    assert len(any_desk.helpdesk.public_replies(1)) == 1
    assert any_desk.ledger_kinds().count("act") == 1


def test_a_ticket_that_was_never_decided_is_not_answered_after_an_agents_reply(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.clock.pass_time(60)
    desk.helpdesk.agent_comments(1, public=True)
    desk.clock.pass_time(60)
    assert "answered already" in declined(desk, order(ActKind.REPLY, faq="find_iban"))
    desk.helpdesk.customer_writes(1, "and another thing")
    desk.clock.pass_time(60)
    desk.acting.act(order(ActKind.REPLY, key="k2", faq="find_iban"))
    assert len(desk.helpdesk.public_replies(1)) == 1


def test_a_ticket_that_was_never_decided_is_not_answered_over_what_nobody_read(desk: Desk) -> None:
    desk.helpdesk.customer_opens(1, "hello")
    desk.clock.pass_time(60)
    typed_at = desk.clock.now().timestamp()
    desk.clock.pass_time(60)
    desk.helpdesk.customer_writes(1, "never mind")
    wanted = order(ActKind.REPLY, faq="find_iban", seen_at=typed_at)
    assert "wrote on ticket 1 meanwhile" in declined(desk, wanted)
    assert desk.helpdesk.public_replies(1) == []


def test_a_guarded_ticket_is_answered_only_after_its_guard_is_lifted(any_desk: Desk) -> None:
    a_guarded_ticket(any_desk)
    assert "Lift the guard" in declined(any_desk, order(ActKind.REPLY, faq="find_iban"))
    assert "reason" in declined(any_desk, order(ActKind.CLEAR, key="c0"))
    any_desk.acting.act(order(ActKind.CLEAR, key="c", written="a quotation of our own page"))
    assert "Reason: a quotation of our own page" in any_desk.helpdesk.notes(1)[-1]
    any_desk.clock.pass_time(60)
    any_desk.acting.act(order(ActKind.REPLY, key="r", faq="find_iban"))
    assert len(any_desk.helpdesk.public_replies(1)) == 1


def test_what_is_lifted_holds_the_next_message_no_more(desk: Desk) -> None:
    a_guarded_ticket(desk)
    desk.acting.act(order(ActKind.CLEAR, written="a quotation"))
    desk.clock.pass_time(5)
    with desk.store.read() as connection:
        now = desk.clock.now().timestamp()
        before = counts.count_before(
            connection, ticket_id=1, requester_id=None, since=now, hour_ago=now
        )
    assert not before.guarded
    assert before.cleared_at == pytest.approx(now - 5)


def newest_decision(desk: Desk) -> str:
    with desk.store.read() as connection:
        row = decisions.latest_for_ticket(connection, 1)
    assert row is not None
    return row.id


def known_before(desk: Desk) -> Counts:
    now = desk.clock.now().timestamp()
    with desk.store.read() as connection:
        return counts.count_before(
            connection, ticket_id=1, requester_id=None, since=now, hour_ago=now
        )


def test_a_card_lifts_no_guard_that_fired_after_it_was_written(any_desk: Desk) -> None:
    a_guarded_ticket(any_desk)
    card = newest_decision(any_desk)
    any_desk.helpdesk.customer_writes(1, "another complaint")
    any_desk.handle(1)
    any_desk.clock.pass_time(60)
    said = declined(any_desk, order(ActKind.CLEAR, about=card, written="only a quotation"))
    assert "something else holds ticket 1" in said
    assert known_before(any_desk).guarded
    newer = newest_decision(any_desk)
    any_desk.acting.act(order(ActKind.CLEAR, key="k2", about=newer, written="so is this"))
    assert not known_before(any_desk).guarded


def test_a_card_clears_no_message_that_came_after_it_was_written(desk: Desk) -> None:
    a_guarded_ticket(desk)
    card = newest_decision(desk)
    desk.helpdesk.customer_writes(1, "a complaint that nobody has judged yet")
    written_at = desk.clock.now().timestamp()
    desk.clock.pass_time(60)
    desk.acting.act(order(ActKind.CLEAR, about=card, written="only a quotation"))
    cleared_at = known_before(desk).cleared_at
    assert cleared_at is not None
    assert cleared_at < written_at


def test_what_was_judged_is_cleared_though_the_helpdesks_clock_is_ahead(desk: Desk) -> None:
    desk.clock.pass_time(20)
    desk.helpdesk.customer_opens(1, "complaint")
    written_at = desk.clock.now().timestamp()
    desk.clock.pass_time(-20)
    desk.handle(1)
    card = newest_decision(desk)
    desk.clock.pass_time(60)
    desk.acting.act(order(ActKind.CLEAR, about=card, written="only a quotation"))
    assert known_before(desk).cleared_at == pytest.approx(written_at)


def test_a_clearance_that_failed_has_lifted_nothing_and_may_be_tried_again(any_desk: Desk) -> None:
    a_guarded_ticket(any_desk)
    any_desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)]
    with pytest.raises(Refused):
        any_desk.acting.act(order(ActKind.CLEAR, written="only a quotation"))
    assert known_before(any_desk).guarded
    any_desk.acting.act(order(ActKind.CLEAR, key="k2", written="only a quotation"))
    assert not known_before(any_desk).guarded


def test_a_ticket_without_a_guard_has_none_to_lift(desk: Desk) -> None:
    a_draft(desk)
    assert "no guard" in declined(desk, order(ActKind.CLEAR, written="so"))


def test_a_restricted_guard_is_lifted_by_a_lead_alone(desk: Desk) -> None:
    a_guarded_ticket(desk)
    with desk.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE decision SET decision = replace(decision, 'regulatory.complaint', "
            "'regulatory.review')"
        )
    assert "Only a lead" in declined(desk, order(ActKind.CLEAR, written="so"))
    assert desk.acting.act(order(ActKind.CLEAR, LEAD, "k2", written="so"))


def test_a_correction_to_another_answer_is_recorded_and_refuses_the_draft(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.CORRECT, faq="find_iban", written="asks for the IBAN"))
    assert state_of_draft(desk, about) == approvals.REFUSED
    with desk.store.read() as connection:
        [row] = acts.of_ticket(connection, 1)
        assert acts.since(connection, 0.0) == {"correct": 1}
    assert (row.faq, row.about) == ("find_iban", about)


def test_a_correction_that_confirms_leaves_the_draft(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.CORRECT, faq="reset_password"))
    assert state_of_draft(desk, about) == approvals.OPEN


def test_a_pack_named_by_a_person_holds_the_ticket_and_starts_its_clocks(desk: Desk) -> None:
    planned: list[Plan] = []
    acting = Acting(
        desk.store,
        desk.helpdesk,
        desk.acting.judge,
        desk.acting.settling,
        desk.clock,
        on_act=lambda _connection, _row, plan: planned.append(plan),
    )
    a_draft(desk)
    acting.act(order(ActKind.CORRECT, faq="uk_fca_disp_complaint"))
    kept = desk.helpdesk.tickets[1]
    assert kept.group_id == desk.helpdesk.group_ids["Complaints"]
    assert "deskclerk_escalate" in kept.ticket.tags
    assert planned[0].deadlines
    assert "Deadline:" in desk.helpdesk.notes(1)[-1]
    desk.clock.pass_time(60)
    assert "held for people" in declined(desk, order(ActKind.REPLY, key="r", faq="find_iban"))


def a_ticket_with_news(desk: Desk) -> tuple[str, str]:
    """A message and, 18 days later, another: the decisions on them."""
    first = a_draft(desk)
    desk.clock.pass_time(18 * 86_400)
    desk.helpdesk.customer_writes(1, "draft: any news?")
    desk.handle(1)
    with desk.store.read() as connection:
        newest = decisions.latest_for_ticket(connection, 1)
    assert newest is not None
    assert newest.id != first
    desk.clock.pass_time(60)
    return first, newest.id


def written(desk: Desk) -> list[datetime | None]:
    """When the customer's messages were written."""
    comments = desk.helpdesk.tickets[1].ticket.comments
    return [each.created_at for each in comments if each.author is Author.REQUESTER]


def started_by(desk: Desk, about: str | None, key: str = "k") -> datetime | None:
    """When the clocks start that a person's label starts."""
    planned: list[Plan] = []
    acting = replace(desk.acting, on_act=lambda _connection, _row, plan: planned.append(plan))
    acting.act(order(ActKind.CORRECT, key=key, about=about, faq="uk_fca_disp_complaint"))
    [started] = {one.started for one in planned[0].deadlines}
    return started


def test_the_clocks_of_a_label_start_with_the_message_that_it_is_about(any_desk: Desk) -> None:
    first, newest = a_ticket_with_news(any_desk)
    opened, later = written(any_desk)
    assert started_by(any_desk, first) == opened
    assert started_by(any_desk, newest, "k2") == later


def test_a_label_of_no_message_starts_its_clocks_with_the_first(desk: Desk) -> None:
    a_ticket_with_news(desk)
    opened, _ = written(desk)
    assert started_by(desk, None) == opened
    with desk.store.read() as connection:
        [act] = acts.of_ticket(connection, 1)
    assert started_by(desk, act.id, "k2") == opened


def test_a_message_that_is_gone_from_the_helpdesk_starts_its_clocks_all_the_same(
    desk: Desk,
) -> None:
    _, newest = a_ticket_with_news(desk)
    opened, later = written(desk)
    kept = desk.helpdesk.tickets[1]
    comments = [each for each in kept.ticket.comments if each.body != "draft: any news?"]
    kept.ticket = replace(kept.ticket, comments=tuple(comments))
    assert started_by(desk, newest) == later
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET snapshot = NULL")
    assert started_by(desk, newest, "k2") == opened


def test_a_pack_that_is_called_as_an_answer_holds_the_ticket(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = desk.acting.judge.policy
    packs = tuple(
        replace(pack, id="find_iban") if pack.id == "uk_fca_disp_complaint" else pack
        for pack in policy.packs
    )
    monkeypatch.setattr(desk.acting.judge, "policy", replace(policy, packs=packs))
    a_draft(desk)
    assert "held for people" in desk.acting.act(order(ActKind.CORRECT, faq="find_iban"))


def test_a_restricted_pack_named_by_a_person_says_nothing_on_the_ticket(desk: Desk) -> None:
    a_draft(desk)
    neutral = next(pack for pack in desk.acting.judge.policy.packs if pack.neutral)
    said = desk.acting.act(order(ActKind.CORRECT, faq=neutral.id))
    assert "for review" in said
    assert desk.helpdesk.tickets[1].ticket.tags >= {"deskclerk_review"}
    for text in (said, desk.helpdesk.notes(1)[-1]):
        assert neutral.title not in text
        assert neutral.id not in text.split("Act ", maxsplit=1)[0]


@pytest.mark.parametrize("number", range(4))
def test_no_note_on_the_ticket_says_why_a_person_had_it_restricted(desk: Desk, number: int) -> None:
    a_draft(desk)
    pack = [pack for pack in desk.acting.judge.policy.packs if pack.neutral][number]
    desk.acting.act(order(ActKind.CORRECT, faq=pack.id, written="CANARY suspicion"))
    desk.acting.act(order(ActKind.CLEAR, LEAD, "k2", written="CANARY cleared"))
    desk.acting.act(order(ActKind.CORRECT, key="k3", faq="find_iban", written="CANARY asks it"))
    [*_, first, second, third] = desk.helpdesk.notes(1)
    for secret in ("CANARY", pack.id, pack.title, *(clock.name for clock in pack.clocks)):
        assert secret not in first + second + third
    assert "Their reason is kept in Deskclerk." in first
    kept = [json.loads(row["argument"])["written"] for row in desk.rows("act")]
    assert kept == ["CANARY suspicion", "CANARY cleared", "CANARY asks it"]


def test_what_a_person_had_restricted_is_lifted_by_a_lead_alone(any_desk: Desk) -> None:
    a_draft(any_desk)
    neutral = next(pack for pack in any_desk.acting.judge.policy.packs if pack.neutral)
    any_desk.acting.act(order(ActKind.CORRECT, LEAD, faq=neutral.id))
    any_desk.helpdesk.tickets[1].ticket = replace(
        any_desk.helpdesk.tickets[1].ticket, tags=frozenset()
    )
    any_desk.clock.pass_time(60)
    assert "Only a lead" in declined(any_desk, order(ActKind.CLEAR, key="k2", written="so"))
    any_desk.acting.act(order(ActKind.CLEAR, LEAD, "k3", written="so"))


def test_an_earlier_restricted_decision_keeps_its_guard_for_leads(desk: Desk) -> None:
    a_guarded_ticket(desk)
    with desk.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE decision SET decision = replace(decision, 'regulatory.complaint', "
            "'regulatory.review')"
        )
    desk.helpdesk.customer_writes(1, "another complaint")
    desk.handle(1)
    desk.clock.pass_time(60)
    assert "Only a lead" in declined(desk, order(ActKind.CLEAR, written="so"))


def test_an_unknown_pack_is_named(desk: Desk) -> None:
    a_draft(desk)
    assert "did you mean" in declined(desk, order(ActKind.CORRECT, faq="uk_fca_disp_complaintt"))


def test_taking_a_ticket_assigns_it(any_desk: Desk) -> None:
    a_guarded_ticket(any_desk)
    assert any_desk.acting.act(order(ActKind.TAKE)) == "Ticket 1 is yours."
    assert any_desk.helpdesk.tickets[1].assignee_id == AGENT
    assert "takes the ticket" in any_desk.helpdesk.notes(1)[-1]
    assert "yours already" in declined(any_desk, order(ActKind.TAKE, key="k2"))
    assert "has an assignee" in declined(any_desk, order(ActKind.TAKE, OMAR, "k3"))


def test_a_solved_ticket_is_not_taken(desk: Desk) -> None:
    a_guarded_ticket(desk)
    desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    assert "solved" in declined(desk, order(ActKind.TAKE))


def test_a_lost_answer_is_found_again_and_nothing_is_sent_twice(any_desk: Desk) -> None:
    about = a_draft(any_desk)
    any_desk.helpdesk.after_write = [unknown()]
    any_desk.acting.act(order(ActKind.SEND, about=about))
    assert any_desk.helpdesk.public_replies(1) == [ANSWER]
    assert len([n for n in any_desk.helpdesk.notes(1) if "Grace" in n]) == 1


@pytest.mark.parametrize(
    "fault", [RetryLater("later", after_s=1.0), AskPerson("token"), RuntimeError("died")]
)
def test_a_fault_leaves_the_act_to_be_gone_on_with(any_desk: Desk, fault: Exception) -> None:
    about = a_draft(any_desk)
    wanted = order(ActKind.SEND, about=about)
    any_desk.helpdesk.before_write = [fault]
    with pytest.raises(type(fault)):
        any_desk.acting.act(wanted)
    any_desk.clock.pass_time(60)
    assert any_desk.acting.act(wanted).startswith("Sent")
    assert any_desk.helpdesk.public_replies(1) == [ANSWER]
    assert any_desk.ledger_kinds().count("act") == 1


def test_an_act_that_was_left_half_done_is_ended_by_the_next_run_of_its_ticket(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.before_write = [RuntimeError("died")]
    with pytest.raises(RuntimeError):
        desk.acting.act(order(ActKind.SEND, about=about))
    desk.clock.pass_time(60)
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_an_act_survives_a_ticket_that_changes_under_it(desk: Desk) -> None:
    about = a_draft(desk)
    calls: list[str] = []

    def tagger(name: str) -> None:
        calls.append(name)
        if name == "update_ticket" and len(calls) < 6:
            desk.clock.pass_time(1)
            desk.helpdesk.rule_tags(1, f"auto{len(calls)}")

    desk.helpdesk.on_call = tagger
    desk.acting.act(order(ActKind.REFUSE, about=about))
    assert "no approved answer fits" in desk.helpdesk.notes(1)[-1]


def test_a_refused_act_is_said_and_the_draft_may_be_settled_again(desk: Desk) -> None:
    about = a_draft(desk)
    desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)]
    with pytest.raises(Refused):
        desk.acting.act(order(ActKind.SEND, about=about))
    assert "list of failures" in desk.acting.act(order(ActKind.SEND, about=about))
    desk.clock.pass_time(60)
    assert desk.acting.act(order(ActKind.SEND, OMAR, "k2", about=about)).startswith("Sent")
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_whoever_settles_a_draft_after_a_failed_act_is_the_faster_one_too(any_desk: Desk) -> None:
    about = a_draft(any_desk)
    any_desk.helpdesk.before_write = [
        Stop("no", kind=StopKind.INVALID),
        RetryLater("away", after_s=1.0),
    ]
    with pytest.raises(Refused):
        any_desk.acting.act(order(ActKind.SEND, about=about))
    second = order(ActKind.SEND, OMAR, "k2", about=about)
    with pytest.raises(RetryLater):
        any_desk.acting.act(second)
    third = order(ActKind.ANOTHER, LEAD, "k3", about=about, faq="find_iban")
    assert declined(any_desk, third) == "Omar Agent was faster: the draft was sent."
    any_desk.clock.pass_time(60)
    any_desk.acting.act(second)
    assert any_desk.helpdesk.public_replies(1) == [ANSWER]


def test_what_people_did_counts_not_as_a_decision_of_the_rules(desk: Desk) -> None:
    from integration.store import periods

    about = a_draft(desk)
    desk.acting.act(order(ActKind.SEND, about=about))
    with desk.store.read() as connection:
        assert periods.period(connection, 0.0, 1e12).outcomes == {"suggest": 1}


def test_a_reply_by_a_person_uses_up_nothing_of_the_hours_automatic_ones(any_desk: Desk) -> None:
    about = a_draft(any_desk)
    any_desk.acting.act(order(ActKind.SEND, about=about))
    now = any_desk.clock.now().timestamp()
    with any_desk.store.read() as connection:
        before = counts.count_before(
            connection, ticket_id=1, requester_id=None, since=now - 3600, hour_ago=now - 3600
        )
        assert counts.replies_since(connection, now - 3600) == 0
    assert (before.replies_on_ticket, before.replies_last_hour) == (1, 0)
    any_desk.helpdesk.customer_opens(2, "password", requester_id=200)
    any_desk.handle(2)
    with any_desk.store.read() as connection:
        assert counts.replies_since(connection, now - 3600) == 1


def test_a_reply_by_a_person_bars_the_next_automatic_one(desk: Desk) -> None:
    about = a_draft(desk)
    desk.acting.act(order(ActKind.SEND, about=about))
    desk.helpdesk.customer_writes(1, "password")
    desk.clock.pass_time(60)
    desk.handle(1)
    assert desk.helpdesk.public_replies(1) == [ANSWER]


def test_what_people_decided_is_exported_as_labelled_tickets(any_desk: Desk) -> None:
    about = a_draft(any_desk)
    any_desk.acting.act(order(ActKind.REFUSE, about=about))
    any_desk.acting.act(order(ActKind.CORRECT, key="k2", faq="find_iban"))
    any_desk.helpdesk.customer_opens(2, "hello, where is my account number?")
    any_desk.handle(2)
    any_desk.acting.act(order(ActKind.CORRECT, LEAD, "k3", ticket=2, faq="uk_fca_disp_complaint"))
    any_desk.helpdesk.customer_opens(3, "hello, where is the office?")
    any_desk.handle(3)
    any_desk.acting.act(order(ActKind.CORRECT, key="k4", ticket=3, faq="none"))
    lines = list(labelled(any_desk.store, 0.0))
    expected = [labelled_from_json(json.loads(json.dumps(line)), 1)[1] for line in lines]
    assert [(each.kind, each.faq) for each in expected] == [
        ("faq", "find_iban"),
        ("guard", None),
        ("none", None),
    ]
    with any_desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET snapshot = NULL")
    assert list(labelled(any_desk.store, 0.0)) == []


@pytest.mark.parametrize(
    ("kind", "also"), [(ActKind.SEND, ("opening",)), (ActKind.ANOTHER, ()), (ActKind.CORRECT, ())]
)
def test_a_draft_that_answers_several_questions_is_right_with_all_of_them_if_it_was_sent(
    any_desk: Desk, kind: ActKind, also: tuple[str, ...]
) -> None:
    about = a_draft(any_desk)
    with any_desk.store.write() as connection:
        decided = json.loads(decisions.text_of(connection, about)[1] or "")
        decided["reasons"].append({"code": "match.also", "rule": "opening", "detail": "."})
        text = sa.update(tables.decision).values(decision=json.dumps(decided))
        connection.execute(text.where(tables.decision.c.id == about))
    any_desk.acting.act(order(kind, about=about, faq="find_iban"))
    (line,) = labelled(any_desk.store, 0.0)
    expected = labelled_from_json(line, 1)[1]
    assert (expected.kind, expected.also) == ("faq", also)


def test_a_label_whose_decision_was_erased_is_left_out(any_desk: Desk) -> None:
    any_desk.acting.act(order(ActKind.SEND, about=a_draft(any_desk)))
    with any_desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET decision = NULL")
    assert list(labelled(any_desk.store, 0.0)) == []


def test_of_two_messages_on_a_ticket_each_has_its_label(any_desk: Desk) -> None:
    any_desk.acting.act(order(ActKind.REFUSE, about=a_draft(any_desk)))
    any_desk.helpdesk.customer_writes(1, "and where is the office?")
    any_desk.handle(1)
    any_desk.acting.act(order(ActKind.CORRECT, key="k2", faq="find_iban"))
    kinds = [line["expect"]["kind"] for line in labelled(any_desk.store, 0.0)]
    assert kinds == ["none", "faq"]


def test_the_command_writes_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKCLERK_HOME", str(tmp_path))
    assert cli.run(["migrate"]) == 0
    assert cli.run(["labels", "export", "--out", str(tmp_path / "labels.jsonl")]) == 0
    assert "0 labelled tickets written" in capsys.readouterr().out
    assert (tmp_path / "labels.jsonl").read_text() == ""
