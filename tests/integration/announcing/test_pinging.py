"""Whom reminders ping, and that nobody else can be."""

import json
from typing import Any

import pytest

from connectors.errors import RetryLater, Stop, StopKind
from integration.settling import Refused
from integration.store import colleagues
from integration.store.colleagues import Seen
from integration.wishes import ActKind
from rules.model import Status
from tests.fakes.chat import Standing, unclear
from tests.fakes.chat_desk import GROUPS, SLACK, ChatDesk, a_policy, due_in, escalated, restricted
from tests.fakes.helpdesk import AGENT

HOUR = 3600.0
DAY = 24 * HOUR
LEAD = 502


def known(desk: ChatDesk, user: str, agent_id: int, **changes: Any) -> None:
    seen = {"team_id": "T1", "is_lead": False, "seen_at": desk.clock.now().timestamp()} | changes
    with desk.store.write() as connection:
        colleagues.keep(connection, Seen(user_id=user, agent_id=agent_id, **seen))


def clocked(desk: ChatDesk, slack: str = SLACK, words: str = "a complaint about you") -> ChatDesk:
    """A ticket with ten hours; Grace and a lead have acted in the chat before."""
    desk.policy = a_policy(f"{GROUPS}\n{slack}")
    known(desk, "UGRACE", AGENT)
    known(desk, "ULEAD", LEAD, is_lead=True)
    desk.helpdesk.customer_opens(1, words)
    desk.decided(1, escalated(deadlines=(due_in(desk.clock, 10),)))
    desk.pass_time(2)
    return desk


def jump(desk: ChatDesk, hours: float) -> None:
    desk.clock.pass_time(hours * HOUR)
    desk.watch()
    desk.pass_time(5)


def users_in(message: Standing) -> list[str]:
    found = json.loads(message.text)[1]
    parts = [e for block in found for row in block.get("elements", []) for e in _inner(row)]
    return [part["user_id"] for part in parts if part.get("type") == "user"]


def _inner(element: Any) -> list[Any]:
    return [element, *element.get("elements", [])] if isinstance(element, dict) else []


def pings(desk: ChatDesk) -> list[tuple[str, str, list[str]]]:
    """Channel, share and users of every reminder, in order."""
    shown = [m for m in desk.chat.standing if m.key.startswith("reminder")]
    return [(m.channel, m.key.split("-")[3], users_in(m)) for m in shown]


def test_who_took_the_ticket_is_pinged_at_half_and_at_nine_tenths(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    desk.acts(ActKind.TAKE, 1)
    jump(desk, 5)
    jump(desk, 4)
    assert sorted(pings(desk)) == [
        ("CCOMPLAINTS", "50", ["UGRACE"]),
        ("CCOMPLAINTS", "90", ["UGRACE"]),
        ("CLEADS", "90", []),
    ]


def test_at_the_end_the_leads_are_pinged_in_their_channel(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    desk.acts(ActKind.TAKE, 1)
    jump(desk, 10.1)
    assert sorted(pings(desk)) == [("CCOMPLAINTS", "100", ["UGRACE"]), ("CLEADS", "100", ["ULEAD"])]


def test_without_a_channel_of_theirs_they_are_pinged_in_the_groups(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk, "slack: { channels: { default: support } }")
    desk.helpdesk.agent_assigns(1)
    jump(desk, 10.1)
    assert pings(desk) == [("CSUPPORT", "100", ["UGRACE", "ULEAD"])]


def test_in_the_leads_own_channel_everybody_is_pinged_once(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk, "slack: { channels: { default: leads }, leads: leads }")
    desk.helpdesk.agent_assigns(1)
    jump(desk, 10.1)
    assert pings(desk) == [("CLEADS", "100", ["UGRACE", "ULEAD"])]


def test_a_ticket_that_nobody_has_pings_nobody_and_no_channel(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    jump(desk, 5)
    assert pings(desk) == [("CCOMPLAINTS", "50", [])]
    for word in ("<!", "@channel", "@here", "broadcast"):
        assert word not in desk.chat.one("reminder").text


def test_who_has_it_by_the_helpdesk_is_pinged_too(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.agent_assigns(1)
    jump(chat_desk, 5)
    assert pings(chat_desk) == [("CCOMPLAINTS", "50", ["UGRACE"])]


def test_an_agent_who_never_acted_in_the_chat_is_not_pinged(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.agent_assigns(1)
    with chat_desk.store.write() as connection:
        colleagues.forget(connection, "T1", "UGRACE")
    jump(chat_desk, 5)
    assert pings(chat_desk) == [("CCOMPLAINTS", "50", [])]


def test_nobody_is_pinged_in_a_workspace_that_they_are_not_of(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.agent_assigns(1)
    with chat_desk.store.write() as connection:
        colleagues.forget(connection, "T1", "UGRACE")
    known(chat_desk, "UELSEWHERE", AGENT, team_id="T2")
    jump(chat_desk, 5)
    assert pings(chat_desk) == [("CCOMPLAINTS", "50", [])]


def test_who_was_not_seen_for_months_is_not_pinged(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.agent_assigns(1)
    long_ago = chat_desk.clock.now().timestamp() - 91 * DAY
    known(chat_desk, "UGRACE", AGENT, seen_at=long_ago)
    jump(chat_desk, 5)
    assert pings(chat_desk) == [("CCOMPLAINTS", "50", [])]
    known(chat_desk, "UOTHER", 77)
    assert "UGRACE" not in [row["user_id"] for row in chat_desk.rows("colleague")]


def test_of_many_leads_ten_are_pinged_the_last_seen_first(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    for number in range(12):
        seen_at = desk.clock.now().timestamp() + number
        known(desk, f"UL{number}", 600 + number, is_lead=True, seen_at=seen_at)
    jump(desk, 10.1)
    (found,) = (users for channel, _, users in pings(desk) if channel == "CLEADS")
    assert found == [f"UL{number}" for number in range(11, 1, -1)]


def test_who_has_it_when_the_reminder_is_written_is_pinged(chat_desk: ChatDesk) -> None:
    """It was held back meanwhile, and somebody took the ticket."""
    desk = clocked(chat_desk)
    kept = desk.chat.channels.pop("complaints")
    jump(desk, 5)
    desk.helpdesk.agent_assigns(1)
    desk.seen(1)
    desk.chat.channels["complaints"] = kept
    desk.token = "t2"
    jump(desk, 0.01)
    desk.pass_time(60)
    assert pings(desk) == [("CCOMPLAINTS", "50", ["UGRACE"])]


def test_a_helpdesk_that_can_t_be_read_leaves_who_took_it_here(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    desk.acts(ActKind.TAKE, 1)

    def down(_name: str) -> None:
        raise RetryLater("down", after_s=1)

    desk.helpdesk.on_call = down
    jump(desk, 5.3)
    assert pings(desk) == [("CCOMPLAINTS", "50", ["UGRACE"])]


def test_a_ticket_whose_taking_failed_was_taken_by_nobody(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk)
    desk.helpdesk.before_write = [Stop("no", kind=StopKind.INVALID)]
    with pytest.raises(Refused):
        desk.acts(ActKind.TAKE, 1)

    def down(_name: str) -> None:
        raise RetryLater("down", after_s=1)

    desk.helpdesk.on_call = down
    jump(desk, 5.3)
    assert pings(desk) == [("CCOMPLAINTS", "50", [])]


def test_no_text_of_a_ticket_or_a_name_can_ping(chat_desk: ChatDesk) -> None:
    desk = clocked(chat_desk, words="<@UEVIL> <!channel> a complaint about you @here")
    desk.helpdesk.agent_assigns(1)
    jump(desk, 5)
    assert pings(desk) == [("CCOMPLAINTS", "50", ["UGRACE"])]
    assert not any(users_in(m) for m in desk.chat.standing if not m.key.startswith("reminder"))


def test_a_restricted_ticket_pings_as_any_other(chat_desk: ChatDesk) -> None:
    desk = chat_desk
    known(desk, "UGRACE", AGENT)
    desk.helpdesk.customer_opens(1, "money")
    deadline = due_in(desk.clock, 10, "aml_sanctions_tipping_off")
    desk.decided(1, restricted(deadlines=(deadline,)))
    desk.helpdesk.agent_assigns(1)
    jump(desk, 5)
    assert pings(desk) == [("CSUPPORT", "50", ["UGRACE"])]


def test_a_reminder_stands_once_though_its_answer_was_lost(any_chat_desk: ChatDesk) -> None:
    desk = clocked(any_chat_desk)
    desk.helpdesk.agent_assigns(1)
    desk.clock.pass_time(5 * HOUR)
    desk.watch()
    desk.chat.after_write = [unclear()]
    desk.pass_time(90)
    assert pings(desk) == [("CCOMPLAINTS", "50", ["UGRACE"])]


def test_a_solved_ticket_pings_nobody(chat_desk: ChatDesk) -> None:
    clocked(chat_desk).helpdesk.agent_sets_status(1, Status.SOLVED)
    jump(chat_desk, 11)
    assert pings(chat_desk) == []
