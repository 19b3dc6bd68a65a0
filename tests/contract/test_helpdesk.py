"""What every helpdesk does, shown on the in-memory fake and on Zendesk's wire.

The wire is the real client, over a socket, against the sandbox helpdesk. Where both pass, tests
that use the fake speak for the service as it runs.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

import pytest

from connectors.errors import OutcomeUnknown, ReadAgain, Stop, StopKind
from connectors.ports import Draft, EffectKind, Helpdesk, Snapshot, TicketUpdate
from connectors.zendesk.client import connect_zendesk
from connectors.zendesk.sandbox import SandboxConfig, SandboxServer
from connectors.zendesk.sandbox.faults import Faults
from rules.model import Author, Status
from tests.fakes.helpdesk import FakeClock, FakeHelpdesk


class Office(Protocol):
    """A helpdesk, and the people around it."""

    clock: FakeClock
    helpdesk: Helpdesk

    def customer_opens(self, body: str) -> int: ...
    def customer_writes(self, ticket_id: int, body: str) -> None: ...
    def agent_comments(self, ticket_id: int, *, public: bool) -> None: ...
    def agent_assigns(self, ticket_id: int) -> None: ...
    def agent_tags(self, ticket_id: int, tag: str) -> None: ...
    def agent_sets_status(self, ticket_id: int, status: Status) -> None: ...
    def delete(self, ticket_id: int) -> None: ...
    def lose_the_next_answer(self) -> None: ...


class FakeOffice:
    """The in-memory fake."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.helpdesk = self.desk = FakeHelpdesk(self.clock)

    def customer_opens(self, body: str) -> int:
        return self.desk.customer_opens(35, body)

    def customer_writes(self, ticket_id: int, body: str) -> None:
        self.desk.customer_writes(ticket_id, body)

    def agent_comments(self, ticket_id: int, *, public: bool) -> None:
        self.desk.agent_comments(ticket_id, public=public)

    def agent_assigns(self, ticket_id: int) -> None:
        self.desk.agent_assigns(ticket_id)

    def agent_tags(self, ticket_id: int, tag: str) -> None:
        self.desk.agent_tags(ticket_id, tag)

    def agent_sets_status(self, ticket_id: int, status: Status) -> None:
        self.desk.agent_sets_status(ticket_id, status)

    def delete(self, ticket_id: int) -> None:
        self.desk.delete(ticket_id)

    def lose_the_next_answer(self) -> None:
        self.desk.after_write.append(OutcomeUnknown("no answer"))


class WireOffice:
    """The client, a socket and the sandbox."""

    def __init__(self, server: SandboxServer, clock: FakeClock) -> None:
        self.clock = clock
        self.sandbox = server.sandbox
        config = self.sandbox.config
        self.helpdesk = self.client = connect_zendesk(
            server.url,
            config.client_id,
            config.client_secret,
            clock=clock.now,
            timeout=(1.0, 5.0),
        )

    def customer_opens(self, body: str) -> int:
        customer = {"name": "Ada", "email": "ada@example.org"}
        ticket = self.sandbox.stage.write_ticket({"requester": customer, "body": body})
        return int(ticket.id)

    def _staff_writes(self, ticket_id: int, **body: object) -> None:
        self.sandbox.stage.write_comment(ticket_id, {"as": "agent", **body})

    def customer_writes(self, ticket_id: int, body: str) -> None:
        self.sandbox.stage.write_comment(ticket_id, {"body": body})

    def agent_comments(self, ticket_id: int, *, public: bool) -> None:
        self._staff_writes(ticket_id, body="I look into it", public=public)

    def agent_assigns(self, ticket_id: int) -> None:
        person = self.sandbox.stage._staff(None)
        self._staff_writes(ticket_id, assignee=str(person.id), status="open")

    def agent_tags(self, ticket_id: int, tag: str) -> None:
        self._staff_writes(ticket_id, add_tags=[tag])

    def agent_sets_status(self, ticket_id: int, status: Status) -> None:
        self._staff_writes(ticket_id, status=status.value)

    def delete(self, ticket_id: int) -> None:
        self.sandbox.stage.delete_ticket(ticket_id)

    def lose_the_next_answer(self) -> None:
        self.sandbox.faults.set(Faults(drop_after=1.0, only="writes", count=1))


@pytest.fixture(params=["fake", "wire"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "fake":
        yield FakeOffice()
        return
    clock = FakeClock()
    with SandboxServer(SandboxConfig(clock=clock.now, delivery_threads=0)) as server:
        wire = WireOffice(server, clock)
        yield wire
        wire.client.close()


def write(office: Office, snapshot: Snapshot, **fields: object) -> TicketUpdate:
    """An update under the snapshot's stamp, not yet sent."""
    del office
    values: dict[str, object] = {
        "ticket_id": int(snapshot.ticket.id),
        "decision_id": "decision-1",
        "effect": EffectKind.NOTE,
        "comment": Draft("noted", public=False),
        "stamp": snapshot.stamp,
    }
    return TicketUpdate(**(values | fields))  # type: ignore[arg-type] # as the tests name them


def test_a_ticket_shows_its_newest_message(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.customer_writes(ticket_id, "hello?")
    ticket = office.helpdesk.read_ticket(ticket_id).ticket
    assert ticket.message is not None
    assert ticket.message.body == "hello?"
    assert (ticket.requester.name, ticket.requester.email) == ("Ada", "ada@example.org")


def test_comments_know_their_authors_and_ids(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.agent_comments(ticket_id, public=False)
    snapshot = office.helpdesk.read_ticket(ticket_id)
    office.helpdesk.update_ticket(write(office, snapshot))
    snapshot = office.helpdesk.read_ticket(ticket_id)
    comments = snapshot.ticket.comments
    authors = [(comment.author, comment.public) for comment in comments]
    assert authors == [(Author.REQUESTER, True), (Author.AGENT, False), (Author.BOT, False)]
    assert [str(key) for key in snapshot.comment_ids] == [comment.id for comment in comments]


def test_a_write_is_found_again_by_decision_and_effect(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    snapshot = office.helpdesk.read_ticket(ticket_id)
    receipt = office.helpdesk.update_ticket(write(office, snapshot))
    last = office.helpdesk.read_audits(ticket_id)[-1]
    assert (last.id, last.decision_id, last.effect) == (receipt.audit_id, "decision-1", "note")
    assert last.author_id == office.helpdesk.own_user_id()
    assert not last.by_rule


def test_the_receipts_stamp_is_the_tickets_new_one(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    before = office.helpdesk.read_ticket(ticket_id)
    office.clock.pass_time(5)
    receipt = office.helpdesk.update_ticket(write(office, before))
    assert receipt.stamp == office.helpdesk.read_ticket(ticket_id).stamp != before.stamp


def test_a_write_under_an_old_stamp_changes_nothing(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    snapshot = office.helpdesk.read_ticket(ticket_id)
    office.clock.pass_time(5)
    office.customer_writes(ticket_id, "hello?")
    with pytest.raises(ReadAgain):
        office.helpdesk.update_ticket(write(office, snapshot, tags=frozenset({"x"})))
    ticket = office.helpdesk.read_ticket(ticket_id).ticket
    assert "x" not in ticket.tags
    assert len(ticket.comments) == 2


def test_tags_are_the_whole_set_and_none_leaves_them(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.agent_tags(ticket_id, "old")
    helpdesk = office.helpdesk
    helpdesk.update_ticket(write(office, helpdesk.read_ticket(ticket_id)))
    assert helpdesk.read_ticket(ticket_id).ticket.tags == {"old"}
    new = frozenset({"new"})
    helpdesk.update_ticket(write(office, helpdesk.read_ticket(ticket_id), tags=new))
    assert helpdesk.read_ticket(ticket_id).ticket.tags == new


def test_a_group_is_set_and_the_assignee_cleared(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.agent_assigns(ticket_id)
    snapshot = office.helpdesk.read_ticket(ticket_id)
    assert snapshot.assignee_id is not None
    group_id = office.helpdesk.read_groups()["Complaints"]
    office.helpdesk.update_ticket(write(office, snapshot, group_id=group_id))
    snapshot = office.helpdesk.read_ticket(ticket_id)
    assert (snapshot.group_id, snapshot.assignee_id) == (group_id, None)


def test_a_write_leaves_the_status_alone(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.agent_sets_status(ticket_id, Status.PENDING)
    snapshot = office.helpdesk.read_ticket(ticket_id)
    office.helpdesk.update_ticket(write(office, snapshot))
    assert office.helpdesk.read_ticket(ticket_id).ticket.status is Status.PENDING


def test_a_closed_ticket_takes_no_update(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.agent_sets_status(ticket_id, Status.CLOSED)
    snapshot = office.helpdesk.read_ticket(ticket_id)
    assert snapshot.ticket.status is Status.CLOSED
    with pytest.raises(Stop) as caught:
        office.helpdesk.update_ticket(write(office, snapshot))
    assert caught.value.kind is StopKind.CLOSED


def test_a_deleted_ticket_is_gone_for_reads_and_writes(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    snapshot = office.helpdesk.read_ticket(ticket_id)
    office.delete(ticket_id)
    for attempt in (
        lambda: office.helpdesk.read_ticket(ticket_id),
        lambda: office.helpdesk.read_audits(ticket_id),
        lambda: office.helpdesk.update_ticket(write(office, snapshot)),
    ):
        with pytest.raises(Stop) as caught:
            attempt()
        assert caught.value.kind is StopKind.GONE


def test_a_write_whose_answer_is_lost_stands_all_the_same(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    snapshot = office.helpdesk.read_ticket(ticket_id)
    office.lose_the_next_answer()
    with pytest.raises(OutcomeUnknown):
        office.helpdesk.update_ticket(write(office, snapshot))
    ours = [a for a in office.helpdesk.read_audits(ticket_id) if a.decision_id == "decision-1"]
    assert len(ours) == 1


def test_audits_tell_what_people_changed(office: Office) -> None:
    ticket_id = office.customer_opens("where is my card?")
    office.agent_comments(ticket_id, public=True)
    office.agent_tags(ticket_id, "x")
    opened, commented, tagged = office.helpdesk.read_audits(ticket_id)
    assert {"comment", "public_comment"} <= opened.changes
    assert {"comment", "public_comment"} <= commented.changes
    assert "tags" in tagged.changes
    assert {audit.decision_id for audit in (opened, commented, tagged)} == {None}


def test_a_changed_ticket_appears_in_the_feed_a_minute_later(office: Office) -> None:
    start = office.clock.now() - timedelta(hours=1)
    ticket_id = office.customer_opens("where is my card?")
    first = office.helpdesk.read_changes(since=start, cursor=None)
    assert first.changed == ()
    office.clock.pass_time(120)
    office.agent_tags(ticket_id, "x")
    office.clock.pass_time(120)
    second = office.helpdesk.read_changes(since=None, cursor=first.cursor)
    assert ticket_id in {changed.ticket_id for changed in second.changed}
    assert "x" in second.changed[-1].tags
    assert second.end


def test_the_server_tells_its_time(office: Office) -> None:
    snapshot = office.helpdesk.read_ticket(office.customer_opens("where is my card?"))
    assert snapshot.server_time is not None
    assert snapshot.server_time.utcoffset() == timedelta(0)
