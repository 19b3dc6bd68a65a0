"""The helpdesk at Zendesk, by way of zenpy. Nothing else imports zenpy.

zenpy builds addresses and request bodies; the answers are read by `mapping`, because zenpy's own
reading breaks on answers that aren't as expected (a list, HTML, a missing part), and its objects
fetch more over the network when looked at. Its waiting, its cache and its repeating of writes are
switched off by the session it is given (`connectors.http`).
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

import requests
from zenpy import Zenpy
from zenpy.lib.api_objects import Ticket
from zenpy.lib.endpoint import Url

from connectors.errors import AskPerson, ReadAgain, Stop, StopKind
from connectors.http import (
    DEFAULT_TIMEOUT,
    Budget,
    OnRate,
    Timeout,
    create_session,
    http_date,
    origin_of,
    settle,
    tell_budget,
)
from connectors.ports import Agent, Audit, ChangePage, Receipt, Snapshot, TicketUpdate
from connectors.zendesk import errors, mapping
from connectors.zendesk.answers import Json, objects_at, pages, rows_at
from connectors.zendesk.events import as_id
from connectors.zendesk.oauth import DEFAULT_SCOPE, Bearer, Clock, TokenSource
from connectors.zendesk.people import People, Roster, agent_of, people_in, requester_in, users_in

_EPOCH = datetime.fromtimestamp(0, UTC)
_FRESH_FOR = timedelta(minutes=5)  # groups change seldom
_CHANGES_A_PAGE = "1000"
# https://support.zendesk.com/hc/en-us/articles/8143500919322 : the feed leaves out the last
# minute and refuses a start within it; the rest allows for clocks that disagree.
_FEED_LAG = timedelta(seconds=90)

# zenpy writes every request with its body to its debug log. That is customers' text.
logging.getLogger("zenpy").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class _Answer:
    payload: Json
    server_time: datetime | None


def connect_zendesk(  # noqa: PLR0913 - a connection is made of these
    address: str,
    client_id: str,
    client_secret: str,
    *,
    clock: Clock,
    limiter: Budget | None = None,
    on_rate: OnRate | None = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    scope: str = DEFAULT_SCOPE,
) -> "ZendeskHelpdesk":
    """The helpdesk at an address (`https://acme.zendesk.com`) or subdomain (`acme`).

    Makes no call yet. Plain http is accepted for this machine only; raises AskPerson for an
    address that can't be used. `clock` gives UTC-aware instants. `limiter` is asked before each
    call and told of limits; `on_rate` is told of every answer's rate headers.
    """
    base_url = origin_of(address, vendor_domain="zendesk.com")
    minting = create_session(None, timeout=timeout, base_url=base_url)
    tokens = TokenSource(minting, base_url, client_id, client_secret, clock=clock, scope=scope)
    tell = tell_budget(limiter, on_rate)

    def new_session() -> requests.Session:
        session = create_session(Bearer(tokens), timeout=timeout, base_url=base_url, on_rate=tell)
        session.hooks["response"].append(_refuse)
        return session

    return ZendeskHelpdesk(new_session, clock, timeout, limiter, closing=(minting,))


def _refuse(response: requests.Response, *_args: object, **_options: object) -> None:
    """Raise for a refusal before zenpy tries to read it."""
    if response.status_code not in errors.GOOD:
        writing = response.request.method != "GET"
        raise errors.of_refusal(response.status_code, settle(response), writing=writing)


class _Wire:
    """One thread's zenpy: its objects and its session are not made for several threads."""

    def __init__(self, session: requests.Session, timeout: Timeout) -> None:
        # The session knows the address; zenpy only insists on a subdomain.
        zenpy = Zenpy(
            subdomain="helpdesk",
            session=session,
            anonymous=True,
            timeout=timeout,
            disable_cache=True,
        )
        self._tickets = zenpy.tickets
        self._tickets._process_response = _as_it_is  # noqa: SLF001 - see the module

    def get(self, path: str, params: Mapping[str, str]) -> requests.Response:
        """One GET below `/api/v2/`. zenpy doesn't quote parameters."""
        quoted = {name: quote(value, safe=",") for name, value in params.items()}
        url = self._tickets._build_url(Url(path, quoted))  # noqa: SLF001 - no public door
        response: requests.Response = self._tickets._get(  # noqa: SLF001 - as above
            url, raw_response=True
        )
        return response

    def put_ticket(self, fields: Mapping[str, Any]) -> requests.Response:
        """One PUT of a ticket."""
        ticket = Ticket()
        for name, value in fields.items():
            setattr(ticket, name, value)  # zenpy's constructor would drop what is None
        response: requests.Response = self._tickets.update(ticket)
        return response


def _as_it_is(response: requests.Response, *_args: object) -> requests.Response:
    return response


class ZendeskHelpdesk:
    """`connectors.ports.Helpdesk` at Zendesk; for any number of threads. See `connect_zendesk`."""

    def __init__(
        self,
        new_session: Callable[[], requests.Session],
        clock: Clock,
        timeout: Timeout,
        limiter: Budget | None,
        *,
        closing: Iterable[requests.Session] = (),
    ) -> None:
        self._new_session = new_session
        self._clock = clock
        self._timeout = timeout
        self._limiter = limiter
        self._local = threading.local()
        self._also_closing = tuple(closing)
        self._sessions: WeakSet[requests.Session] = WeakSet()
        self._lock = threading.Lock()
        self._own_id: int | None = None
        self._groups: tuple[datetime, Mapping[str, int]] | None = None
        self._roster = Roster(self._show_many, clock)

    def read_ticket(self, ticket_id: int) -> Snapshot:
        """The ticket with all comments, requester and organization, read fresh.

        Two calls: the ticket with its people sideloaded, then the comments with their authors; a
        further one for each hundred comments, and one for authors that Zendesk didn't sideload.
        The ticket comes first: a comment that arrives in between is seen under a stamp older than
        itself, so that a write decided on either of them is refused.
        https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/
        """
        own_id = self.own_user_id()
        shown = self._get(f"tickets/{ticket_id}.json", {"include": "users,organizations"})
        with errors.reading():
            if mapping.is_deleted(shown.payload):
                raise Stop("the ticket is deleted", kind=StopKind.GONE)
            comments: list[Json] = []
            users = users_in(shown.payload)
            path = f"tickets/{ticket_id}/comments.json"
            for page in self._pages(path, {"include": "users"}):
                comments += rows_at(page, "comments")
                users |= users_in(page)
            absent = people_in(shown.payload, comments) - users.keys() - {own_id}
            users |= self._roster.look_up(absent, requester_in(shown.payload))
            return mapping.snapshot_of(
                shown.payload, comments, People(own_id, users), shown.server_time
            )

    def read_audits(self, ticket_id: int) -> tuple[Audit, ...]:
        """Every audit of the ticket, oldest first; a call for each hundred."""
        with errors.reading():
            pages = self._pages(f"tickets/{ticket_id}/audits.json", {})
            audits = [mapping.audit_of(row) for page in pages for row in rows_at(page, "audits")]
        return tuple(sorted(audits, key=lambda audit: audit.created_at))

    def update_ticket(self, update: TicketUpdate) -> Receipt:
        """One PUT, sent at most once.

        `metadata.custom` comes back in the ticket's audits: it is how a write is found again. The
        status is never set: required fields may refuse a solve, and it isn't ours to say.
        """
        if not update.stamp:
            raise ReadAgain("there is no stamp to write under; without one Zendesk checks nothing")
        fields = mapping.fields_of(update)
        answer = self._answer(lambda wire: wire.put_ticket(fields), writing=True)
        with errors.reading(writing=True):
            return mapping.receipt_of(answer.payload, update.ticket_id, answer.server_time)

    def read_groups(self, *, fresh: bool = False) -> Mapping[str, int]:
        """Names of the groups with their ids, at most five minutes old; read now if `fresh`."""
        now, kept = self._clock(), self._groups
        if fresh or kept is None or not timedelta(0) <= now - kept[0] < _FRESH_FOR:
            with errors.reading():
                pages = self._pages("groups.json", {})
                rows = [row for page in pages for row in rows_at(page, "groups")]
            kept = self._groups = (now, mapping.groups_of(rows))
        return kept[1]

    def read_changes(self, *, since: datetime | None, cursor: str | None) -> ChangePage:
        """A page of tickets changed since an instant, or after a cursor; a ticket may come twice.

        https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
        """
        if cursor:
            start = {"cursor": cursor}
        else:
            newest = self._clock() - _FEED_LAG
            start = {"start_time": str(max(0, int(min(since or _EPOCH, newest).timestamp())))}
        params = start | {"per_page": _CHANGES_A_PAGE}
        answer = self._get("incremental/tickets/cursor.json", params)
        with errors.reading():
            return mapping.change_page_of(answer.payload, cursor)

    def own_user_id(self) -> int:
        """The id of the user this service writes as; asked once.

        Raises AskPerson if the credentials name nobody: Zendesk answers 200 and a null id then.
        """
        if self._own_id is None:
            user = self.read("users/me.json", {}).get("user")
            own_id = as_id(user.get("id")) if isinstance(user, dict) else None
            if own_id is None:
                raise AskPerson("Zendesk doesn't know the user of this OAuth client")
            self._own_id = own_id
        return self._own_id

    def find_agent(self, email: str) -> Agent | None:
        """The active agent whose confirmed address this is; read fresh.

        https://developer.zendesk.com/api-reference/ticketing/users/users/#search-users
        """
        with errors.reading():
            for page in self._pages("users/search.json", {"query": email}):
                for row in objects_at(page, "users"):
                    agent = agent_of(row, email)
                    if agent is not None:
                        return agent
        return None

    def read(self, path: str, params: Mapping[str, str]) -> Json:
        """What one GET below `/api/v2/` answers."""
        return self._get(path, params).payload

    def close(self) -> None:
        """Close all connections; calls made later open new ones."""
        with self._lock:
            for session in (*self._sessions, *self._also_closing):
                session.close()

    def _wire(self) -> _Wire:
        wire: _Wire | None = getattr(self._local, "wire", None)
        if wire is None:
            session = self._new_session()
            with self._lock:
                self._sessions.add(session)
            wire = self._local.wire = _Wire(session, self._timeout)
        return wire

    def _answer(self, send: Callable[[_Wire], requests.Response], *, writing: bool) -> _Answer:
        if self._limiter is not None:
            self._limiter.take()
        try:
            response = send(self._wire())
        except errors.TRANSPORT_ERRORS as error:
            raise errors.of_transport(error, writing=writing) from error
        payload = errors.read_object(response.content)
        if payload is None:
            raise errors.no_json(writing=writing)
        return _Answer(payload, http_date(response.headers.get("Date")))

    def _get(self, path: str, params: Mapping[str, str]) -> _Answer:
        return self._answer(lambda wire: wire.get(path, params), writing=False)

    def _show_many(self, ids: str) -> Json:
        try:
            return self.read("users/show_many.json", {"ids": ids})
        except Stop:
            return {}  # people who are gone; the ticket is not

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[Json]:
        return pages(lambda page: self.read(path, {**params, **page}))
