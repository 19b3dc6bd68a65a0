"""The helpdesk at Zendesk, over a socket: what is called, and what comes of the answers."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from connectors.errors import (
    AskPerson,
    ConnectorError,
    OutcomeUnknown,
    ReadAgain,
    RetryLater,
    Stop,
    StopKind,
)
from connectors.http import Rate
from connectors.ports import Draft, EffectKind, TicketUpdate
from connectors.zendesk.client import ZendeskHelpdesk, connect_zendesk
from rules.model import Author
from tests.contract.socket_stub import (
    OWN_USER,
    TOKEN_PATH,
    Arrival,
    Drop,
    Hang,
    Reply,
    SocketStub,
    Step,
)

NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
STAMP = "2026-11-23T08:59:00Z"
TICKET = "tickets/35.json"
COMMENTS = "tickets/35/comments.json"
AUDITS = "tickets/35/audits.json"
USERS = [
    {"id": 100, "role": "end-user", "name": "Ada", "email": "ada@example.org"},
    {"id": 500, "role": "agent", "name": "Bob"},
]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class CountingBudget:
    def __init__(self) -> None:
        self.taken = 0
        self.limits: list[int] = []
        self.refusals: list[float] = []

    def take(self) -> None:
        self.taken += 1

    def limit_seen(self, per_minute: int) -> None:
        self.limits.append(per_minute)

    def refused(self, after_s: float) -> None:
        self.refusals.append(after_s)


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        ticket = {"id": 35, "updated_at": STAMP, "requester_id": 100, "status": "open"}
        running.on(TICKET, lambda call: _ticket(call, ticket))
        running.on(COMMENTS, Reply(200, {"comments": [a_comment(1)], "meta": {"has_more": False}}))
        yield running


def _ticket(call: Arrival, ticket: dict[str, Any]) -> Step:
    if call.method == "GET":
        return Reply(200, {"ticket": ticket, "users": USERS, "organizations": []})
    return written()


def written() -> Reply:
    ticket = {"id": 35, "updated_at": "2026-11-23T09:00:05Z"}
    return Reply(200, {"ticket": ticket, "audit": {"id": 9, "ticket_id": 35, "events": []}})


def a_comment(key: int, **fields: Any) -> dict[str, Any]:
    return {"id": key, "author_id": 100, "body": "Hi", "public": True, "attachments": []} | fields


def a_page(name: str, rows: list[Any], after: str | None = None) -> Reply:
    return Reply(200, {name: rows, "meta": {"has_more": after is not None, "after_cursor": after}})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget() -> CountingBudget:
    return CountingBudget()


@pytest.fixture
def desk(stub: SocketStub, clock: Clock, budget: CountingBudget) -> Iterator[ZendeskHelpdesk]:
    made = connect_zendesk(stub.url, "client", "canary-secret", clock=clock, limiter=budget)
    yield made
    made.close()


def make_hasty(desk: ZendeskHelpdesk) -> None:
    """From now on an answer is waited for a moment only; what comes before a call is there."""
    desk.own_user_id()
    desk._timeout = (5.0, 0.05)
    desk._local = threading.local()


def an_update(**fields: Any) -> TicketUpdate:
    values = {
        "ticket_id": 35,
        "decision_id": "d1",
        "effect": EffectKind.REPLY,
        "comment": Draft("canary-body", public=True),
        "stamp": STAMP,
    }
    return TicketUpdate(**(values | fields))


# -- reading a ticket ---------------------------------------------------------------------------


def test_a_ticket_is_read_with_two_calls(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    desk.own_user_id()
    before = len(stub.calls())
    snapshot = desk.read_ticket(35)
    assert [call.path for call in stub.calls()[before:]] == [
        f"/api/v2/{TICKET}",
        f"/api/v2/{COMMENTS}",
    ]
    assert stub.calls()[before].query == {"include": "users,organizations"}
    assert stub.calls()[before + 1].query == {"include": "users", "page[size]": "100"}
    assert snapshot.ticket.requester.email == "ada@example.org"
    assert snapshot.server_time == datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)


def test_many_calls_share_one_connection(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    for _ in range(5):
        desk.read_ticket(35)
    assert stub.connections == 2  # one for the token, one for everything else


def test_nothing_is_cached_between_two_reads(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    desk.read_ticket(35)
    desk.read_ticket(35)
    assert len(stub.calls("GET", TICKET)) == 2


def test_all_pages_of_comments_are_read_in_order(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    pages = [
        a_page("comments", [a_comment(1), a_comment(2, author_id=500)], "a&b=c/="),
        a_page("comments", [a_comment(3, author_id=OWN_USER, public=False)]),
    ]
    stub.on(COMMENTS, *pages)
    snapshot = desk.read_ticket(35)
    assert snapshot.comment_ids == (1, 2, 3)
    authors = [comment.author for comment in snapshot.ticket.comments]
    assert authors == [Author.REQUESTER, Author.AGENT, Author.BOT]
    assert stub.calls("GET", COMMENTS)[1].query["page[after]"] == "a&b=c/="


def test_pages_that_never_end_are_given_up(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    count = iter(range(10_000))
    stub.on(COMMENTS, lambda _: a_page("comments", [], f"page-{next(count)}"))
    with pytest.raises(RetryLater, match="don't end"):
        desk.read_ticket(35)
    assert len(stub.calls("GET", COMMENTS)) == 200


def test_authors_who_were_not_sideloaded_are_looked_up_together(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    comments = [a_comment(1), a_comment(2, author_id=501), a_comment(3, author_id=502)]
    stub.on(COMMENTS, a_page("comments", comments))
    users = [{"id": 501, "role": "admin"}, {"id": 502, "role": "end-user"}]
    stub.on("users/show_many.json", Reply(200, {"users": users}))
    authors = [comment.author for comment in desk.read_ticket(35).ticket.comments]
    assert authors == [Author.REQUESTER, Author.AGENT, Author.OTHER]
    desk.read_ticket(35)
    assert [call.query["ids"] for call in stub.calls("GET", "users/show_many.json")] == ["501,502"]


def test_authors_who_are_gone_leave_the_ticket_readable(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    stub.on(COMMENTS, a_page("comments", [a_comment(1), a_comment(2, author_id=501)]))
    authors = [comment.author for comment in desk.read_ticket(35).ticket.comments]
    assert authors == [Author.REQUESTER, Author.OTHER]


def test_a_deleted_ticket_is_gone(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    ticket = {"id": 35, "updated_at": STAMP, "status": "deleted"}
    stub.on(TICKET, Reply(200, {"ticket": ticket}))
    with pytest.raises(Stop) as caught:
        desk.read_ticket(35)
    assert caught.value.kind is StopKind.GONE


def test_a_missing_ticket_is_gone(desk: ZendeskHelpdesk) -> None:
    with pytest.raises(Stop) as caught:
        desk.read_ticket(36)
    assert caught.value.kind is StopKind.GONE


ODD_READS: list[Step] = [
    Reply(500, b"<html>canary-body</html>"),
    Reply(503, b"", {"Retry-After": "1"}),
    Reply(429, {}, {"Retry-After": "2"}),
    Reply(200, b"<html>canary-body</html>"),
    Reply(200, []),
    Reply(200, [{"ticket": {}}]),
    Reply(200, b'{"ticket":'),
    Reply(200, b""),
    Reply(200, b"\x80\x81"),
    Reply(200, {"ticket": "canary-body"}),
    Reply(200, {"ticket": {"id": 35}}),
    Reply(200, b"{}", {"Content-Encoding": "gzip"}),
    Reply(200, b"{", cut=10),
    Drop(),
    Drop(reset=True),
]


@pytest.mark.parametrize("step", ODD_READS)
def test_a_read_without_a_good_answer_is_for_later_and_not_repeated(
    stub: SocketStub, desk: ZendeskHelpdesk, step: Step
) -> None:
    stub.on(TICKET, step)
    with pytest.raises(RetryLater) as caught:
        desk.read_ticket(35)
    assert "canary" not in str(caught.value)
    assert 0 < caught.value.after_s <= 10
    assert len(stub.calls("GET", TICKET)) == 1


def test_a_read_that_is_never_answered_is_for_later(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    make_hasty(desk)
    stub.on(TICKET, Hang())
    with pytest.raises(RetryLater) as caught:
        desk.read_ticket(35)
    assert isinstance(caught.value.__cause__, requests.ReadTimeout)
    assert len(stub.calls("GET", TICKET)) == 1


@pytest.mark.parametrize(
    "body", [{}, {"comments": None}, {"comments": ["x"]}, {"comments": [{"body": "x"}]}]
)
def test_comments_that_are_not_whole_are_never_taken_for_all(
    stub: SocketStub, desk: ZendeskHelpdesk, body: Any
) -> None:
    stub.on(COMMENTS, Reply(200, body))
    with pytest.raises(RetryLater):
        desk.read_ticket(35)


# -- other reads --------------------------------------------------------------------------------


def test_audits_are_read_oldest_first_over_all_pages(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    late = {"id": 2, "created_at": "2026-11-23T09:00:00Z"}
    early = {"id": 3, "created_at": "2026-11-23T08:00:00Z"}
    stub.on(AUDITS, a_page("audits", [late], "more"), a_page("audits", [early]))
    assert [audit.id for audit in desk.read_audits(35)] == [3, 2]


def test_audits_of_an_archived_ticket_come_without_pages(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    stub.on(AUDITS, Reply(200, {"audits": [{"id": 2}], "next_page": None, "count": 1}))
    assert [audit.id for audit in desk.read_audits(35)] == [2]


def test_groups_are_read_again_after_five_minutes_or_when_asked(
    stub: SocketStub, desk: ZendeskHelpdesk, clock: Clock
) -> None:
    stub.on(
        "groups.json",
        a_page("groups", [{"id": 1, "name": "Support"}], "more"),
        a_page("groups", [{"id": 2, "name": "Legal"}]),
    )
    assert desk.read_groups() == {"Support": 1, "Legal": 2}
    assert desk.read_groups() == {"Support": 1, "Legal": 2}
    assert len(stub.calls("GET", "groups.json")) == 2
    assert desk.read_groups(fresh=True) == {"Legal": 2}
    clock.now += timedelta(minutes=5)
    desk.read_groups()
    assert len(stub.calls("GET", "groups.json")) == 4


def test_the_feed_starts_no_later_than_zendesk_allows(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    stub.on("incremental/tickets/cursor.json", Reply(200, {"tickets": [], "after_cursor": "c"}))
    for since in (NOW, NOW - timedelta(hours=1), None):
        desk.read_changes(since=since, cursor=None)
    starts = [int(call.query["start_time"]) - int(NOW.timestamp()) for call in stub.calls()[:2]]
    assert starts == [-90, -3600]
    assert stub.calls()[2].query == {"start_time": "0", "per_page": "1000"}


def test_the_feed_goes_on_from_a_cursor(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    body = {"tickets": [{"id": 35, "updated_at": STAMP}], "after_cursor": "d"}
    stub.on("incremental/tickets/cursor.json", Reply(200, body | {"end_of_stream": False}))
    page = desk.read_changes(since=NOW, cursor="MTU+/w==")
    assert (page.cursor, page.end, page.changed[0].ticket_id) == ("d", False, 35)
    assert stub.calls()[0].query == {"cursor": "MTU+/w==", "per_page": "1000"}


def test_the_own_user_is_asked_for_once(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    assert desk.own_user_id() == desk.own_user_id() == OWN_USER
    assert len(stub.calls("GET", "users/me.json")) == 1


@pytest.mark.parametrize("user", [{"id": None, "name": "Anonymous user"}, None, [], {}])
def test_an_anonymous_user_needs_a_person(
    stub: SocketStub, desk: ZendeskHelpdesk, user: Any
) -> None:
    stub.on("users/me.json", Reply(200, {"user": user}))
    with pytest.raises(AskPerson):
        desk.own_user_id()


# -- writing ------------------------------------------------------------------------------------


def test_an_update_is_one_put_with_everything_in_it(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    note = an_update(
        effect=EffectKind.NOTE,
        comment=Draft("note", public=False),
        tags=frozenset({"b", "a"}),
        group_id=7,
        priority="high",
    )
    receipt = desk.update_ticket(note)
    (call,) = stub.calls()
    assert (call.method, call.path) == ("PUT", f"/api/v2/{TICKET}")
    assert call.headers["Content-Type"] == "application/json"
    assert call.json == {
        "ticket": {
            "id": 35,
            "comment": {"body": "note", "public": False},
            "metadata": {"custom": {"decision_id": "d1", "effect": "note"}},
            "safe_update": True,
            "updated_stamp": STAMP,
            "tags": ["a", "b"],
            "group_id": 7,
            "assignee_id": None,
            "priority": "high",
        }
    }
    assert (receipt.audit_id, receipt.stamp) == (9, "2026-11-23T09:00:05Z")
    assert receipt.server_time == datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)


def test_an_update_names_nothing_it_was_not_asked_to_change(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    desk.update_ticket(an_update())
    assert stub.calls()[0].json["ticket"].keys() == {
        "id", "comment", "metadata", "safe_update", "updated_stamp",
    }  # fmt: skip


def test_an_empty_set_of_tags_is_sent(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    desk.update_ticket(an_update(tags=frozenset()))
    assert stub.calls()[0].json["ticket"]["tags"] == []


def test_text_arrives_as_it_was_given(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    text = 'Grüße 👋\u2028\r\n\t"quoted" <b>&amp;</b> \' \\ \x00'
    desk.update_ticket(an_update(comment=Draft(text, public=True)))
    assert stub.calls()[0].json["ticket"]["comment"] == {"body": text, "public": True}


def test_without_a_stamp_nothing_is_sent(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    with pytest.raises(ReadAgain):
        desk.update_ticket(an_update(stamp=""))
    assert stub.calls() == []


def test_a_conflict_means_read_again(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    stub.on(TICKET, Reply(409, {"error": "UpdateConflict", "description": "canary-body"}))
    with pytest.raises(ReadAgain):
        desk.update_ticket(an_update())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (
            Reply(422, {"error": "RecordInvalid", "details": {"status": [
                {"description": "Status: closed prevents ticket update"}]}}),
            StopKind.CLOSED,
        ),
        (Reply(422, {"error": "RecordInvalid", "details": {"group": []}}), StopKind.INVALID),
        (Reply(422, {"error": "invalid"}), StopKind.INVALID),
        (Reply(400, ["x"]), StopKind.INVALID),
        (Reply(413, b"<html>"), StopKind.INVALID),
        (Reply(404, {"error": "RecordNotFound"}), StopKind.GONE),
    ],
)  # fmt: skip
def test_a_refused_update_stops_for_its_reason(
    stub: SocketStub, desk: ZendeskHelpdesk, reply: Reply, kind: StopKind
) -> None:
    stub.on(TICKET, reply)
    with pytest.raises(Stop) as caught:
        desk.update_ticket(an_update())
    assert caught.value.kind is kind
    assert len(stub.calls("PUT")) == 1


@pytest.mark.parametrize("reply", [Reply(403, {"error": {"title": "Forbidden"}}), Reply(401, {})])
def test_a_missing_permission_needs_a_person(
    stub: SocketStub, desk: ZendeskHelpdesk, reply: Reply
) -> None:
    stub.on(TICKET, reply)
    with pytest.raises(AskPerson):
        desk.update_ticket(an_update())


def test_a_redirected_write_is_not_followed(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    stub.on(TICKET, Reply(307, b"", {"Location": f"{stub.url}/api/v2/elsewhere.json"}))
    with pytest.raises(AskPerson):
        desk.update_ticket(an_update())
    assert len(stub.calls()) == 1


UNKNOWN_WRITES: list[Step] = [
    Drop(),
    Drop(reset=True),
    Reply(500, b"<html>canary-body</html>"),
    Reply(502, b""),
    Reply(503, {"error": "x"}, {"Retry-After": "1"}),
    Reply(504, b"<html>"),
    Reply(408, b""),
    Reply(200, b"<html>canary-body</html>"),
    Reply(200, []),
    Reply(200, b'{"ticket":'),
    Reply(200, b""),
    Reply(204, b""),
    Reply(200, {"ticket": None, "audit": None}),
    Reply(200, {"ticket": {"id": 36, "updated_at": STAMP}, "audit": {"id": 1}}),
    Reply(200, {"job_status": {"id": "x"}}),
    Reply(200, {"count": 5}),
    Reply(200, b'{"ticket"', cut=500),
    Reply(200, b"not gzip", {"Content-Encoding": "gzip"}),
]


@pytest.mark.parametrize("step", UNKNOWN_WRITES)
def test_a_write_without_a_clear_answer_is_unknown_and_was_sent_once(
    stub: SocketStub, desk: ZendeskHelpdesk, step: Step
) -> None:
    stub.on(TICKET, step, written())
    with pytest.raises(OutcomeUnknown) as caught:
        desk.update_ticket(an_update())
    assert "canary" not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert len(stub.calls("PUT")) == 1


def test_a_write_that_is_never_answered_is_unknown_and_was_sent_once(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    make_hasty(desk)
    stub.on(TICKET, Hang(), written())
    with pytest.raises(OutcomeUnknown) as caught:
        desk.update_ticket(an_update())
    assert isinstance(caught.value.__cause__, requests.ReadTimeout)
    assert len(stub.calls("PUT")) == 1


def test_a_write_that_was_never_sent_may_be_sent_later(clock: Clock) -> None:
    with SocketStub() as stub:
        desk = connect_zendesk(stub.url, "client", "secret", clock=clock)
        desk.own_user_id()
    desk.close()
    with pytest.raises(RetryLater, match="nothing was sent"):
        desk.update_ticket(an_update())
    desk.close()


def test_a_token_that_cannot_be_had_leaves_a_write_unsent(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    stub.scripts[TOKEN_PATH] = lambda _: Drop()
    with pytest.raises(RetryLater):
        desk.update_ticket(an_update())
    assert stub.calls() == []


def test_a_token_that_expires_amid_the_work_is_renewed_and_the_write_done_once(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    desk.read_ticket(35)
    stub.good_tokens = set()
    assert desk.update_ticket(an_update()).audit_id == 9
    accepted = [
        call for call in stub.calls("PUT") if call.headers["Authorization"] == "Bearer token-2"
    ]
    assert len(accepted) == 1
    assert stub.tokens_minted == 2


def test_a_write_that_breaks_after_its_token_was_renewed_is_unknown(
    stub: SocketStub, desk: ZendeskHelpdesk
) -> None:
    stub.on(TICKET, Reply(401, {"error": "invalid_token"}), Drop())
    with pytest.raises(OutcomeUnknown):
        desk.update_ticket(an_update())
    assert len(stub.calls("PUT")) == 2


# -- limits -------------------------------------------------------------------------------------


def test_every_call_is_taken_from_the_budget_and_limits_are_told(
    stub: SocketStub, desk: ZendeskHelpdesk, budget: CountingBudget
) -> None:
    stub.on(AUDITS, Reply(200, {"audits": []}, {"X-Rate-Limit": "700"}))
    desk.read_audits(35)
    assert (budget.taken, budget.limits) == (1, [700])


def test_a_429_asks_to_wait_at_once_and_holds_the_budget_back(
    stub: SocketStub, desk: ZendeskHelpdesk, budget: CountingBudget
) -> None:
    stub.on(TICKET, Reply(429, {"error": "TooManyRequests"}, {"Retry-After": "93"}))
    with pytest.raises(RetryLater) as caught:
        desk.update_ticket(an_update())
    assert caught.value.after_s == 93
    assert budget.refusals == [93]
    assert len(stub.calls()) == 1


def test_too_many_updates_of_one_ticket_do_not_hold_other_tickets_back(
    stub: SocketStub, desk: ZendeskHelpdesk, budget: CountingBudget
) -> None:
    limit = {"zendesk-ratelimit-tickets-update": "total=30; remaining=0; resets=580"}
    stub.on(TICKET, Reply(429, {}, {"Retry-After": "580"} | limit))
    with pytest.raises(RetryLater) as caught:
        desk.update_ticket(an_update())
    assert caught.value.after_s == 300
    assert budget.refusals == []


def test_an_empty_budget_keeps_the_call_from_being_made(stub: SocketStub, clock: Clock) -> None:
    class Empty(CountingBudget):
        def take(self) -> None:
            raise RetryLater("used up", after_s=7)

    desk = connect_zendesk(stub.url, "client", "secret", clock=clock, limiter=Empty())
    with pytest.raises(RetryLater):
        desk.update_ticket(an_update())
    assert stub.arrivals == []


def test_rates_are_shown_to_whoever_asks(stub: SocketStub, clock: Clock) -> None:
    seen: list[Rate] = []
    desk = connect_zendesk(stub.url, "client", "secret", clock=clock, on_rate=seen.append)
    desk.own_user_id()
    assert len(seen) == 1
    desk.close()


# -- surroundings -------------------------------------------------------------------------------


def test_two_helpdesks_in_one_process_keep_apart(clock: Clock) -> None:
    with SocketStub() as first, SocketStub() as second:
        desks = [connect_zendesk(s.url, "client", "secret", clock=clock) for s in (first, second)]
        for desk in desks:
            desk.own_user_id()
            desk.close()
        assert (len(first.calls()), len(second.calls())) == (1, 1)


def test_zenpys_own_environment_variables_redirect_nothing(
    stub: SocketStub, desk: ZendeskHelpdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", "127.0.0.1:1")
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "https")
    desk.update_ticket(an_update())
    assert len(stub.calls("PUT", TICKET)) == 1


def test_each_thread_has_a_connection_of_its_own(stub: SocketStub, desk: ZendeskHelpdesk) -> None:
    together = threading.Barrier(8)
    snapshots: list[int] = []

    def read() -> None:
        together.wait()
        snapshots.append(len(desk.read_ticket(35).comment_ids))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert snapshots == [1] * 8
    assert stub.tokens_minted == 1


def test_a_closed_helpdesk_connects_again_when_it_is_asked(desk: ZendeskHelpdesk) -> None:
    desk.own_user_id()
    desk.close()
    assert desk.read_ticket(35).ticket.id == "35"


def test_an_unsafe_address_is_refused_before_any_call(clock: Clock) -> None:
    with pytest.raises(AskPerson):
        connect_zendesk("http://acme.zendesk.com", "client", "secret", clock=clock)


def test_neither_text_nor_secret_nor_token_reaches_log_or_error(
    stub: SocketStub, desk: ZendeskHelpdesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.scripts[TOKEN_PATH] = lambda _: Reply(200, {"access_token": "canary-token"})
    stub.on(COMMENTS, a_page("comments", [a_comment(1, body="canary-body")]))
    desk.read_ticket(35)
    desk.update_ticket(an_update())
    told: list[str] = [repr(desk)]
    replies = [Reply(status, {"error": "canary", "description": "canary"}) for status in
               (400, 401, 403, 404, 409, 422, 429, 500)]  # fmt: skip
    for step in (*replies, Drop(), Reply(200, b"canary")):
        stub.on(TICKET, step)
        with pytest.raises(ConnectorError) as caught:
            desk.update_ticket(an_update())
        error: BaseException | None = caught.value
        while error is not None:
            told.append(f"{error} {error!r}")
            error = error.__cause__ or error.__context__
    assert "canary" not in " ".join(told)
    assert "canary" not in caplog.text
