"""1,000 random interleavings of other people's acts with ours: never a reply after an agent acted.

The acts fall between any two of our calls, often within one and the same second, with the
helpdesk's whole-second stamps, and with lost answers.
"""

import random
from collections.abc import Callable

import pytest

from rules.model import Author, Status
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import FakeHelpdesk, unknown

ROUNDS = 1000


def some_acts(helpdesk: FakeHelpdesk, ticket: int) -> list[Callable[[], object]]:
    return [
        lambda: helpdesk.agent_comments(ticket, public=True),
        lambda: helpdesk.agent_comments(ticket, public=False),
        lambda: helpdesk.agent_assigns(ticket),
        lambda: helpdesk.agent_tags(ticket, "mine"),
        lambda: helpdesk.agent_sets_status(ticket, Status.SOLVED),
        lambda: helpdesk.agent_sets_status(ticket, Status.PENDING),
        lambda: helpdesk.agent_sets_status(ticket, Status.CLOSED),
    ]


def play(desk: Desk, seed: int) -> tuple[bool, bool]:
    """One ticket with an agent acting at a random call; whether they acted, and whether we did."""
    chance = random.Random(seed)
    helpdesk, clock, ticket = desk.helpdesk, desk.clock, seed + 1
    clock.pass_time(3.0 + chance.random())
    helpdesk.customer_opens(ticket, "password", requester_id=10_000 + seed)
    act = chance.choice(some_acts(helpdesk, ticket))
    moment = chance.randrange(8)
    calls = 0
    acted_before: list[int] = []

    def pass_by(name: str) -> None:
        nonlocal calls
        clock.pass_time(chance.choice([0.0, 0.001, 0.02, 0.3]))
        if calls == moment:
            acted_before.append(len(helpdesk.public_replies(ticket)))
            act()
            clock.pass_time(chance.choice([0.0, 0.0, 0.4]))
        if name == "update_ticket" and chance.random() < 0.15:
            helpdesk.after_write = [unknown()]
        calls += 1

    helpdesk.on_call = pass_by
    desk.handle(ticket)
    helpdesk.on_call = lambda _name: None
    helpdesk.after_write = []
    replies = len(helpdesk.public_replies(ticket))
    talked_over = bool(acted_before) and replies > acted_before[0]
    if talked_over or replies > 1:
        comments = helpdesk.tickets[ticket].ticket.comments
        raise AssertionError((seed, [(c.author, c.public) for c in comments]))
    last = helpdesk.tickets[ticket].ticket.comments[-1]
    return bool(acted_before), last.author is Author.BOT and replies == 1


@pytest.mark.timeout(900)
def test_an_agent_is_never_talked_over(desk: Desk) -> None:
    results = [play(desk, seed) for seed in range(ROUNDS)]
    # The play must not be empty: agents act in most rounds, and we answer when they come late.
    assert sum(acted for acted, _ in results) > ROUNDS / 2
    assert sum(answered for _, answered in results) > ROUNDS / 20
