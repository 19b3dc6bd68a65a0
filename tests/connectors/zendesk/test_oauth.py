"""Tokens of the `client_credentials` grant."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from connectors.errors import AskPerson, ConnectorError, RetryLater
from connectors.http import create_session
from connectors.zendesk.oauth import DEFAULT_SCOPE, Bearer, TokenSource
from tests.contract.socket_stub import TOKEN_PATH, Arrival, Drop, Hang, Reply, SocketStub, Step

START = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        running.on("x", Reply(200))
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def minting() -> Iterator[requests.Session]:
    with create_session(None) as session:
        yield session


@pytest.fixture
def tokens(stub: SocketStub, clock: Clock, minting: requests.Session) -> TokenSource:
    return TokenSource(minting, stub.url, "client", "canary-secret", clock=clock)


@pytest.fixture
def session(tokens: TokenSource) -> Iterator[requests.Session]:
    with create_session(Bearer(tokens)) as made:
        yield made


def test_the_client_asks_for_a_token_as_documented(stub: SocketStub, tokens: TokenSource) -> None:
    assert tokens.token() == "token-1"
    (asked,) = stub.arrivals
    assert (asked.method, asked.path) == ("POST", TOKEN_PATH)
    assert asked.json == {
        "grant_type": "client_credentials",
        "client_id": "client",
        "client_secret": "canary-secret",
        "scope": DEFAULT_SCOPE,
    }


def test_a_token_is_used_again_while_it_is_good(stub: SocketStub, tokens: TokenSource) -> None:
    assert tokens.token() == tokens.token()
    assert stub.tokens_minted == 1


@pytest.mark.parametrize(
    ("lifetime_s", "good_for_s"),
    [(1800, 1740), (300, 240), (100, 80), (10, 8), (172_800, 172_740), (10**9, 172_740)],
)
def test_a_token_is_renewed_before_it_expires(
    stub: SocketStub, clock: Clock, tokens: TokenSource, lifetime_s: int, good_for_s: int
) -> None:
    stub.token_lifetime_s = lifetime_s
    tokens.token()
    clock.pass_time(good_for_s - 1)
    assert tokens.token() == "token-1"
    clock.pass_time(1)
    assert tokens.token() == "token-2"


@pytest.mark.parametrize("lifetime", [None, "soon", True, 0, -5, [], float("nan")])
def test_without_a_sensible_lifetime_half_an_hour_is_assumed(
    stub: SocketStub, clock: Clock, tokens: TokenSource, lifetime: Any
) -> None:
    stub.token_lifetime_s = lifetime
    tokens.token()
    clock.pass_time(1739)
    assert tokens.token() == "token-1"
    clock.pass_time(1)
    assert tokens.token() == "token-2"


def test_every_call_carries_the_token(stub: SocketStub, session: requests.Session) -> None:
    session.get(f"{stub.url}/api/v2/x")
    assert stub.calls()[0].headers["Authorization"] == "Bearer token-1"


def test_a_refused_token_is_renewed_once_and_the_call_repeated(
    stub: SocketStub, session: requests.Session
) -> None:
    session.get(f"{stub.url}/api/v2/x")
    stub.good_tokens = set()
    answer = session.put(f"{stub.url}/api/v2/x", json={"a": 1})
    assert answer.status_code == 200
    assert [call.headers["Authorization"] for call in stub.calls("PUT")] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert [call.json for call in stub.calls("PUT")] == [{"a": 1}, {"a": 1}]
    assert [passed.status_code for passed in answer.history] == [401]


def test_a_fresh_token_that_is_refused_as_well_is_not_tried_again(
    stub: SocketStub, session: requests.Session
) -> None:
    stub.on("x", Reply(401, {"error": "invalid_token"}))
    assert session.get(f"{stub.url}/api/v2/x").status_code == 401
    assert len(stub.calls()) == 2
    assert stub.tokens_minted == 2


def test_eight_threads_with_one_expired_token_renew_it_once(
    stub: SocketStub, clock: Clock, tokens: TokenSource
) -> None:
    tokens.token()
    clock.pass_time(3600)
    together = threading.Barrier(8)
    got: list[str] = []

    def ask() -> None:
        together.wait()
        got.append(tokens.token())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["token-2"] * 8
    assert stub.tokens_minted == 2


def test_eight_threads_with_one_refused_token_renew_it_once(
    stub: SocketStub, tokens: TokenSource
) -> None:
    tokens.token()
    stub.good_tokens = set()
    together = threading.Barrier(8)
    statuses: list[int] = []

    def call() -> None:
        with create_session(Bearer(tokens)) as own:
            together.wait()
            statuses.append(own.get(f"{stub.url}/api/v2/x").status_code)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8
    assert stub.tokens_minted == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refused_client_needs_a_person(
    stub: SocketStub, tokens: TokenSource, status: int
) -> None:
    stub.scripts[TOKEN_PATH] = lambda _: Reply(status, {"error": "canary-secret"})
    with pytest.raises(AskPerson) as caught:
        tokens.token()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "step",
    [
        Reply(429, {}, {"Retry-After": "5"}),
        Reply(500, b"<html>"),
        Reply(200, b"<html>"),
        Reply(200, []),
        Reply(200, {}),
        Reply(200, {"access_token": 5}),
        Reply(200, {"access_token": ""}),
        Reply(200, {"access_token": "two words"}),
        Reply(200, {"access_token": "line\r\nbreak"}),
        Reply(200, b"{", cut=50),
        Drop(),
        Drop(reset=True),
    ],
)
def test_a_token_that_did_not_come_may_come_later(
    stub: SocketStub, tokens: TokenSource, step: Step
) -> None:
    stub.scripts[TOKEN_PATH] = lambda _: step
    with pytest.raises(RetryLater):
        tokens.token()


def test_an_answer_that_never_comes_is_not_waited_for(stub: SocketStub, clock: Clock) -> None:
    stub.scripts[TOKEN_PATH] = lambda _: Hang()
    with create_session(None, timeout=(5.0, 0.05)) as hasty:
        tokens = TokenSource(hasty, stub.url, "client", "canary-secret", clock=clock)
        with pytest.raises(RetryLater):
            tokens.token()


def test_a_token_office_that_is_closed_is_asked_again_at_the_next_call(
    stub: SocketStub, tokens: TokenSource
) -> None:
    mint = stub.scripts[TOKEN_PATH]
    steps = iter([Reply(500, b"")])

    def first_fails(arrival: Arrival) -> Step:
        return next(steps, None) or mint(arrival)

    stub.scripts[TOKEN_PATH] = first_fails
    with pytest.raises(RetryLater):
        tokens.token()
    assert tokens.token() == "token-1"


def test_nothing_listening_means_later(clock: Clock, minting: requests.Session) -> None:
    tokens = TokenSource(minting, "http://127.0.0.1:1", "client", "canary-secret", clock=clock)
    with pytest.raises(RetryLater, match="nothing was sent"):
        tokens.token()


def test_neither_secret_nor_token_shows_in_a_repr_or_an_error(
    stub: SocketStub, tokens: TokenSource
) -> None:
    stub.scripts[TOKEN_PATH] = lambda _: Reply(200, {"access_token": "canary-token"})
    tokens.token()
    assert "canary" not in repr(tokens)
    assert "canary" not in repr(vars(tokens)["_token"])
    stub.scripts[TOKEN_PATH] = lambda _: Drop()
    with pytest.raises(ConnectorError) as caught:
        tokens.renew("canary-token")
    error: BaseException | None = caught.value
    while error is not None:
        assert "canary" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
