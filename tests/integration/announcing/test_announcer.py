"""What shall stand in the chat after a decision, an act, or a fresh look at a ticket."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from integration.store import approvals, clocks, digests, posts
from rules.model import Outcome, Reason, Route, Status
from tests.fakes.chat_desk import ChatDesk, a_policy, drafted, due_in, escalated, restricted

SILENT = "slack: {}"


def opened(desk: ChatDesk, ticket_id: int = 1, body: str = "a complaint about you") -> int:
    return desk.helpdesk.customer_opens(ticket_id, body)


def approval_states(desk: ChatDesk) -> list[tuple[str, str | None]]:
    return [(row["state"], row["why"]) for row in desk.rows("approval")]


def test_an_escalation_is_told_in_the_channel_of_its_group(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    desk.decided(opened(desk))
    desk.pass_time(2)
    card = desk.chat.one()
    assert card.channel == "CCOMPLAINTS"
    assert "Ticket 1" in card.message.text
    assert desk.states() == [("escalation", "posted")]


def test_a_draft_waits_in_the_chat_and_in_the_store(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    desk.decided(opened(desk, body="how do i reset my password"), drafted())
    desk.pass_time(2)
    assert desk.chat.one().channel == "CSUPPORT"
    assert "reset it under Settings" in desk.chat.one().text
    assert approval_states(desk) == [("open", None)]


def test_a_draft_waits_in_the_store_though_the_chat_is_silent(chat_desk: ChatDesk) -> None:
    chat_desk.policy = a_policy(SILENT)
    chat_desk.decided(opened(chat_desk), drafted())
    chat_desk.decided(opened(chat_desk, 2))
    chat_desk.pass_time(2)
    assert chat_desk.chat.standing == []
    assert chat_desk.states() == []
    assert approval_states(chat_desk) == [("open", None)]


def test_a_group_without_a_channel_is_told_nothing(chat_desk: ChatDesk) -> None:
    chat_desk.policy = a_policy("slack: { channels: { Support: support } }")
    chat_desk.decided(opened(chat_desk))
    assert chat_desk.states() == []


@pytest.mark.parametrize("outcome", [Outcome.IGNORE, Outcome.ABSTAIN, Outcome.REPLY])
def test_what_needs_nobody_is_not_told(chat_desk: ChatDesk, outcome: Outcome) -> None:
    chat_desk.decided(opened(chat_desk), escalated(outcome=outcome))
    assert chat_desk.states() == []


def test_an_acknowledged_ticket_is_told_of_too(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk), escalated(outcome=Outcome.ACKNOWLEDGE, reply="Received."))
    assert chat_desk.states() == [("escalation", "planned")]


def test_a_second_message_changes_the_card_instead_of_adding_one(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.decided(opened(desk))
    desk.pass_time(2)
    desk.helpdesk.customer_writes(1, "and another thing")
    second = desk.decided(1)
    desk.pass_time(2)
    assert second.id in desk.chat.one().text
    assert len(desk.chat.one().before) == 1


def test_a_ticket_that_a_person_has_keeps_its_card_in_its_channel(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk))
    chat_desk.pass_time(2)
    chat_desk.decided(1, escalated(route=Route(None, "high", ())))
    chat_desk.pass_time(2)
    assert chat_desk.chat.one().channel == "CCOMPLAINTS"


def test_another_group_hears_of_it_by_a_card_of_its_own(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk))
    chat_desk.pass_time(2)
    chat_desk.decided(1, escalated(route=Route("Legal", "high", ())))
    chat_desk.pass_time(3)
    first, second = chat_desk.chat.standing
    assert "Decided anew" in first.text
    assert "Take" not in first.text
    assert second.channel == "CSUPPORT"
    assert chat_desk.states() == [("escalation", "ended"), ("escalation", "posted")]


def test_what_becomes_urgent_is_told_anew_as_nobody_hears_of_a_change(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk))
    chat_desk.pass_time(2)
    chat_desk.decided(1, escalated(route=Route("Complaints", "urgent", ())))
    chat_desk.pass_time(3)
    chat_desk.decided(1)
    chat_desk.pass_time(3)
    assert len(chat_desk.chat.standing) == 2
    assert "Decided anew" in chat_desk.chat.standing[0].text


def test_a_decision_that_is_made_anew_keeps_its_card(chat_desk: ChatDesk) -> None:
    first = chat_desk.decided(opened(chat_desk))
    chat_desk.pass_time(2)
    chat_desk.supersede(first)
    second = chat_desk.decided(1)
    chat_desk.pass_time(2)
    assert second.id in chat_desk.chat.one().text


def test_a_draft_that_is_decided_anew_keeps_its_card(chat_desk: ChatDesk) -> None:
    first = chat_desk.decided(opened(chat_desk), drafted())
    chat_desk.pass_time(2)
    chat_desk.supersede(first)
    second = chat_desk.decided(1, drafted())
    chat_desk.pass_time(2)
    assert second.id in chat_desk.chat.one().text
    assert sorted(approval_states(chat_desk), key=str) == [
        ("open", None),
        ("withdrawn", "superseded"),
    ]


def test_a_card_is_closed_when_the_new_decision_needs_nobody(chat_desk: ChatDesk) -> None:
    first = chat_desk.decided(opened(chat_desk), escalated(deadlines=(due_in(chat_desk.clock, 9),)))
    draft = chat_desk.decided(opened(chat_desk, 2), drafted())
    chat_desk.pass_time(2)
    chat_desk.supersede(first)
    chat_desk.supersede(draft)
    chat_desk.decided(1, escalated(outcome=Outcome.IGNORE))
    chat_desk.decided(2, escalated(outcome=Outcome.ABSTAIN))
    chat_desk.pass_time(2)
    assert all(
        "Take" not in card.text and "Send" not in card.text for card in chat_desk.chat.standing
    )
    assert [row["state"] for row in chat_desk.rows("clock")] == [clocks.STOPPED]
    assert chat_desk.states() == [("approval", "ended"), ("escalation", "ended")]


def test_a_card_that_was_not_written_yet_is_not_written_any_more(chat_desk: ChatDesk) -> None:
    first = chat_desk.decided(opened(chat_desk))
    chat_desk.supersede(first)
    chat_desk.decided(1, escalated(outcome=Outcome.IGNORE))
    chat_desk.pass_time(2)
    assert chat_desk.chat.standing == []
    assert chat_desk.states() == [("escalation", "ended")]


def test_every_deadline_of_a_decision_runs(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    deadlines = (due_in(desk.clock, 4), replace(due_in(desk.clock, 8), clock="acknowledge"))
    desk.decided(opened(desk), escalated(deadlines=deadlines))
    now = desk.clock.now().timestamp()
    running = [(r["position"], r["next_at"] - now, r["reminded"]) for r in desk.rows("clock")]
    assert sorted(running) == [(0, 7200.0, 0), (1, 14400.0, 0)]


def test_a_second_message_about_the_same_starts_no_clock_anew(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk), escalated(deadlines=(due_in(chat_desk.clock, 4),)))
    chat_desk.clock.pass_time(60)
    chat_desk.decided(1, escalated(deadlines=(due_in(chat_desk.clock, 4),)))
    assert len(chat_desk.rows("clock")) == 1


def test_a_deadline_without_a_receipt_runs_from_the_decision(chat_desk: ChatDesk) -> None:
    deadline = replace(due_in(chat_desk.clock, 4), started=None)
    chat_desk.decided(opened(chat_desk), escalated(deadlines=(deadline,)))
    (row,) = chat_desk.rows("clock")
    assert row["started_at"] == chat_desk.clock.now().timestamp()


def test_a_solved_ticket_stops_its_clocks_and_closes_its_card(any_chat_desk: ChatDesk) -> None:
    desk = any_chat_desk
    desk.decided(opened(desk), escalated(deadlines=(due_in(desk.clock, 4),)))
    desk.pass_time(2)
    desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    desk.seen(1)
    desk.pass_time(2)
    assert "Solved" in desk.chat.one().text
    assert "Not this" not in desk.chat.one().text
    assert [row["state"] for row in desk.rows("clock")] == [clocks.STOPPED]
    assert desk.states() == [("escalation", "ended")]


def test_a_deleted_ticket_ends_everything(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk), drafted(deadlines=(due_in(chat_desk.clock, 4),)))
    chat_desk.pass_time(2)
    with chat_desk.store.write() as connection:
        chat_desk.parts.announcer.gone(connection, 1)
    chat_desk.pass_time(2)
    assert approval_states(chat_desk) == [("withdrawn", "withheld.ticket_finished")]
    assert [row["state"] for row in chat_desk.rows("clock")] == [clocks.STOPPED]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("solves", "withheld.ticket_finished"),
        ("merges", "withheld.ticket_merged"),
        ("takes", "withheld.person_assigned"),
        ("answers", "withheld.person_commented"),
        ("writes", "withheld.newer_message"),
    ],
)
def test_a_ticket_that_went_on_takes_the_buttons_with_it(
    chat_desk: ChatDesk, act: str, why: str
) -> None:
    desk, helpdesk = chat_desk, chat_desk.helpdesk
    desk.decided(opened(desk, body="how do i reset my password"), drafted())
    desk.pass_time(2)
    assert "Edit and send" in desk.chat.one().text
    {
        "solves": lambda: helpdesk.agent_sets_status(1, Status.SOLVED),
        "merges": lambda: helpdesk.agent_tags(1, "closed_by_merge"),
        "takes": lambda: helpdesk.agent_assigns(1),
        "answers": lambda: helpdesk.agent_comments(1, public=True),
        "writes": lambda: helpdesk.customer_writes(1, "hello?"),
    }[act]()
    desk.seen(1)
    desk.pass_time(2)
    assert "Edit and send" not in desk.chat.one().text
    assert "Withdrawn" in desk.chat.one().text
    assert approval_states(desk) == [("withdrawn", why)]
    assert desk.states() == [("approval", "ended")]


def test_a_private_note_by_a_colleague_withdraws_nothing(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk), drafted())
    chat_desk.helpdesk.agent_comments(1, public=False)
    chat_desk.seen(1)
    assert approval_states(chat_desk) == [("open", None)]


def test_a_newer_decision_withdraws_the_draft(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk), drafted())
    chat_desk.decided(1, escalated(outcome=Outcome.ABSTAIN))
    assert approval_states(chat_desk) == [("withdrawn", "superseded")]


def test_a_look_that_shows_nothing_new_writes_nothing(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk))
    chat_desk.seen(1)
    chat_desk.pass_time(3)
    before = len(chat_desk.chat.calls)
    for _ in range(5):
        chat_desk.seen(1)
        chat_desk.pass_time(2)
    assert len(chat_desk.chat.calls) == before


def test_a_person_in_the_helpdesk_shows_on_the_card(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk))
    chat_desk.pass_time(2)
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.seen(1)
    chat_desk.pass_time(2)
    assert "Assigned in the helpdesk" in chat_desk.chat.one().text


def test_quiet_hours_over_midnight_hold_back_what_is_not_urgent(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.policy = a_policy(
        "slack: { channels: { default: support }, quiet_hours: { from: '20:00', to: '07:00' } }"
    )
    desk.clock.instant = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    desk.decided(opened(desk, 1))
    desk.decided(opened(desk, 2), escalated(route=Route("Safety", "urgent", ())))
    danger = Reason("regulatory.safety_of_life", "packs/x", "Danger.")
    desk.decided(opened(desk, 3), escalated(reasons=(danger,)))
    desk.pass_time(600, every=20)
    assert {m.message.text.split(":")[0] for m in desk.chat.standing} == {"Ticket 2", "Ticket 3"}
    desk.pass_time(7.5 * 3600, every=1800)
    assert len(desk.chat.standing) == 2
    desk.clock.instant = datetime(2026, 11, 24, 7, 0, 1, tzinfo=UTC)
    desk.pass_time(5)
    assert len(desk.chat.standing) == 3


def test_a_draft_of_the_night_waits_its_hours_from_the_morning(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    desk.policy = a_policy(
        "slack: { channels: { default: support }, approval_hours: 4, "
        "quiet_hours: { from: '20:00', to: '07:00' } }"
    )
    desk.clock.instant = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    desk.decided(opened(desk), drafted())
    desk.clock.instant = datetime(2026, 11, 24, 7, 0, 1, tzinfo=UTC)
    desk.watch()
    desk.pass_time(5)
    assert '"Send"' in desk.chat.one().text
    desk.clock.instant = datetime(2026, 11, 24, 10, 59, tzinfo=UTC)
    desk.watch()
    assert desk.rows("approval")[0]["state"] == "open"
    desk.clock.instant = datetime(2026, 11, 24, 11, 0, 1, tzinfo=UTC)
    desk.watch()
    assert desk.rows("approval")[0]["state"] == "expired"


def test_what_was_restricted_once_stays_so(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk, body="a complaint about kanarienvogel"))
    chat_desk.pass_time(2)
    assert "a compla" in chat_desk.chat.one().text
    chat_desk.decided(1, restricted())
    chat_desk.decided(1, drafted())
    chat_desk.pass_time(5)
    for card in chat_desk.chat.standing:
        assert "a compla" not in card.text
    assert [kind for kind, _ in chat_desk.states()] == ["escalation", "escalation"]


def test_a_restricted_ticket_that_comes_back_is_still_restricted(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk), restricted())
    chat_desk.pass_time(2)
    chat_desk.helpdesk.agent_sets_status(1, Status.SOLVED)
    chat_desk.seen(1)
    chat_desk.pass_time(2)
    chat_desk.decided(1, escalated())
    chat_desk.pass_time(2)
    assert "The customer complains" not in chat_desk.chat.everything()


def test_a_digest_s_ticket_is_told_of_again_when_it_is_decided_again(chat_desk: ChatDesk) -> None:
    first = chat_desk.decided(opened(chat_desk))
    with chat_desk.store.write() as connection:
        card = posts.get(connection, f"escalation-{first.id}")
        assert card is not None
        digests.fold(connection, [card], "digest-of-old")
    chat_desk.helpdesk.agent_assigns(1)
    chat_desk.seen(1)
    chat_desk.decided(1, restricted(deadlines=()))
    assert chat_desk.states() == [("escalation", "folded"), ("escalation", "planned")]


def test_an_approval_withdrawn_by_a_lost_decision_is_superseded(chat_desk: ChatDesk) -> None:
    chat_desk.decided(opened(chat_desk))
    with chat_desk.store.write() as connection:
        approvals.ask(connection, "gone", 1, 1e12)
    chat_desk.seen(1)
    assert approval_states(chat_desk) == [("withdrawn", "superseded")]
