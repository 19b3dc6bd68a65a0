"""Sessions for calls to vendors."""

from collections.abc import Iterator

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from connectors.errors import AskPerson, RetryLater
from connectors.http import (
    Rate,
    create_session,
    origin_of,
    rate_of,
    retry_after_s,
    settle,
    tell_budget,
)
from tests.contract.socket_stub import Arrival, Reply, SocketStub


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        yield running


def a_rate(**changes: object) -> Rate:
    values = {"per_minute": None, "remaining": None, "refused_for_s": None, "narrow": False}
    return Rate(**(values | changes))  # type: ignore[arg-type] # as the tests name them


def headers(**values: str) -> CaseInsensitiveDict[str]:
    return CaseInsensitiveDict({name.replace("_", "-"): text for name, text in values.items()})


class CountingBudget:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float]] = []

    def take(self) -> None:
        self.told.append(("take", 1))

    def limit_seen(self, per_minute: int) -> None:
        self.told.append(("limit", per_minute))

    def refused(self, after_s: float) -> None:
        self.told.append(("refused", after_s))


# -- waiting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), ("0", 1), ("100000", 300), ("soon", 10), ("", 10), ("-5", 10), ("1.5", 10)],
)
def test_retry_after_in_seconds_is_bounded_and_defaults_to_ten(text: str, seconds: float) -> None:
    assert retry_after_s(headers(Retry_After=text)) == seconds


def test_a_retry_after_date_counts_from_the_answers_own_date() -> None:
    told = headers(
        Retry_After="Mon, 23 Nov 2026 09:00:42 GMT", Date="Mon, 23 Nov 2026 09:00:00 GMT"
    )
    assert retry_after_s(told) == 42


def test_a_retry_after_date_without_a_date_to_count_from_means_ten_seconds() -> None:
    assert retry_after_s(headers(Retry_After="Mon, 23 Nov 2026 09:00:42 GMT")) == 10


@given(st.text(), st.text())
def test_any_retry_after_gives_a_wait_within_the_bounds(after: str, date: str) -> None:
    assert 1 <= retry_after_s(headers(Retry_After=after, Date=date)) <= 300


@given(st.dictionaries(st.text(), st.text()))
def test_any_headers_give_a_rate(raw: dict[str, str]) -> None:
    assert rate_of(CaseInsensitiveDict(raw), None).refused_for_s is None


# -- limits -------------------------------------------------------------------------------------


def test_the_accounts_limit_is_read_under_either_name() -> None:
    assert rate_of(headers(ratelimit_limit="700", ratelimit_remaining="3"), None) == a_rate(
        per_minute=700, remaining=3
    )
    assert rate_of(headers(X_Rate_Limit="400"), None) == a_rate(per_minute=400)


def test_a_refusal_of_one_tickets_updates_is_narrow() -> None:
    told = headers(zendesk_ratelimit_tickets_update="total=30; remaining=0; resets=500")
    assert rate_of(told, 60.0).narrow


def test_a_refusal_while_the_account_has_calls_left_is_narrow() -> None:
    assert rate_of(headers(ratelimit_remaining="12"), 60.0).narrow


def test_a_refusal_that_names_nothing_is_about_the_account() -> None:
    assert not rate_of(headers(ratelimit_remaining="0"), 60.0).narrow


def test_a_budget_hears_of_limits_and_of_refusals_of_the_account() -> None:
    budget, seen = CountingBudget(), []
    tell = tell_budget(budget, seen.append)
    tell(a_rate(per_minute=400))
    tell(a_rate(refused_for_s=9.0))
    assert budget.told == [("limit", 400), ("refused", 9.0)]
    assert len(seen) == 2


def test_a_narrow_refusal_does_not_stop_the_whole_budget() -> None:
    budget = CountingBudget()
    tell_budget(budget, None)(a_rate(refused_for_s=9.0, narrow=True))
    assert budget.told == []


def test_without_a_budget_rates_go_nowhere() -> None:
    tell_budget(None, None)(a_rate(per_minute=400, refused_for_s=9.0))


# -- sessions over a socket ---------------------------------------------------------------------


def test_a_429_raises_retry_later_with_the_seconds_asked_for(stub: SocketStub) -> None:
    stub.on("x", Reply(429, b"slow down", {"Retry-After": "17"}))
    seen: list[Rate] = []
    with create_session(None, on_rate=seen.append) as session:
        with pytest.raises(RetryLater) as caught:
            session.get(f"{stub.url}/api/v2/x")
        assert caught.value.after_s == 17
    assert seen[0].refused_for_s == 17
    assert len(stub.calls()) == 1


def test_the_connection_of_a_429_serves_the_next_call(stub: SocketStub) -> None:
    stub.on("x", Reply(429, b"slow down"), Reply(200))
    with create_session(None, base_url=stub.url) as session:
        with pytest.raises(RetryLater):
            session.get("https://elsewhere.example/api/v2/x")
        session.get("https://elsewhere.example/api/v2/x")
    assert len(stub.calls()) == 2
    assert stub.connections == 1


def test_a_refusal_whose_body_breaks_off_still_raises_retry_later(stub: SocketStub) -> None:
    stub.on("x", Reply(429, b"slow", cut=100))
    with create_session(None) as session, pytest.raises(RetryLater):
        session.get(f"{stub.url}/api/v2/x")


def test_a_broken_refusal_settles_to_nothing(stub: SocketStub) -> None:
    stub.on("x", Reply(500, b"half", cut=100))
    with create_session(None) as session:
        answer = session.get(f"{stub.url}/api/v2/x", stream=True)
        assert settle(answer) == b""


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://acme.zendesk.com"])
def test_neither_scheme_repeats_a_call(address: str) -> None:
    # Repeats are invisible over http alone: an adapter belongs to a scheme.
    with create_session(None) as session:
        retries = session.get_adapter(address).max_retries
    assert (retries.total, retries.read, retries.status_forcelist) == (0, False, set())


def test_redirects_are_not_followed(stub: SocketStub) -> None:
    stub.on("x", Reply(302, b"", {"Location": f"{stub.url}/api/v2/y"}))
    with create_session(None) as session:
        assert session.get(f"{stub.url}/api/v2/x").status_code == 302
    assert [call.path for call in stub.calls()] == ["/api/v2/x"]


def test_an_anchored_session_never_calls_another_host(stub: SocketStub) -> None:
    stub.on("x", Reply(200))
    with create_session(None, base_url=stub.url) as session:
        session.get("https://elsewhere.example/api/v2/x?a=1")
    assert stub.calls()[0].query == {"a": "1"}


def test_cookies_are_not_kept(stub: SocketStub) -> None:
    stub.on("x", Reply(200, {}, {"Set-Cookie": "session=somebody; Path=/"}))
    with create_session(None) as session:
        session.get(f"{stub.url}/api/v2/x")
        session.get(f"{stub.url}/api/v2/x")
    assert "Cookie" not in stub.calls()[1].headers


def test_proxies_of_the_environment_are_not_used(
    stub: SocketStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    stub.on("x", Reply(200))
    with create_session(None) as session:
        assert session.get(f"{stub.url}/api/v2/x").status_code == 200


def test_a_time_out_that_is_given_goes_before_the_default(stub: SocketStub) -> None:
    def late(_arrival: Arrival) -> Reply:
        stub.released.wait(5)
        return Reply(200)

    stub.on("x", late)
    with create_session(None, timeout=(3.0, 60.0)) as session:  # noqa: SIM117 - one block each
        with pytest.raises(requests.ReadTimeout):
            session.get(f"{stub.url}/api/v2/x", timeout=0.05)


# -- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("acme", "https://acme.zendesk.com"),
        (" Acme ", "https://acme.zendesk.com"),
        ("https://acme.zendesk.com/", "https://acme.zendesk.com"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://localhost:9000/desk/", "http://localhost:9000/desk"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_an_address_or_a_subdomain_becomes_a_base_url(address: str, origin: str) -> None:
    assert origin_of(address, vendor_domain="zendesk.com") == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://acme.zendesk.com",
        "ftp://acme.zendesk.com",
        "https://",
        "https://user:secret@acme.zendesk.com",
        "https://acme.zendesk.com/?q=1",
        "https://acme.zendesk.com:port",
        "https://[broken",
        "acme.zendesk.com",
    ],
)
def test_an_unsafe_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(AskPerson) as caught:
        origin_of(address, vendor_domain="zendesk.com")
    assert "secret" not in str(caught.value)
