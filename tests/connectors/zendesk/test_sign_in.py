"""Asking Zendesk who somebody is, against the sandbox's own pages."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import AskPerson, RetryLater, Stop
from connectors.zendesk.sandbox import SandboxServer
from connectors.zendesk.sandbox.config import utc_now
from connectors.zendesk.sandbox.faults import Faults
from connectors.zendesk.sign_in import (
    Account,
    OAuthClient,
    RefusedCode,
    SignInDesk,
    challenge_of,
)

BACK = "http://127.0.0.1:8000/console/signed-in"
VERIFIER = "v" * 64
BASE = "https://acme.zendesk.com"


@pytest.fixture
def box() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def desk(box: SandboxServer) -> SignInDesk:
    config = box.sandbox.config
    client = OAuthClient(box.url, config.client_id, config.client_secret)
    return SignInDesk(client, clock=utc_now)


def user_id(box: SandboxServer, name: str) -> int:
    return next(u.id for u in box.sandbox.state.users.values() if u.name == name)


def code(box: SandboxServer, desk: SignInDesk, name: str = "Ada Admin") -> str:
    address = desk.address(state="s", challenge=challenge_of(VERIFIER), redirect_uri=BACK)
    form = {"user": str(user_id(box, name)), "do": "allow"}
    answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]


def test_whoever_allows_it_is_known_afterwards(box: SandboxServer, desk: SignInDesk) -> None:
    account = desk.account_of(code(box, desk), verifier=VERIFIER, redirect_uri=BACK)
    key = user_id(box, "Ada Admin")
    assert account == Account(key, "Ada Admin", "admin", leads=False, active=True)
    assert desk.account(key) == account
    assert "Ada" not in repr(account)


def test_whoever_is_gone_is_nobody(desk: SignInDesk) -> None:
    assert desk.account(1) is None


@pytest.mark.parametrize(
    ("verifier", "back"), [("w" * 64, BACK), (VERIFIER, BACK + "x"), ("", BACK)]
)
def test_a_code_is_good_for_whoever_asked_for_it(
    box: SandboxServer, desk: SignInDesk, verifier: str, back: str
) -> None:
    with pytest.raises(RefusedCode):
        desk.account_of(code(box, desk), verifier=verifier, redirect_uri=back)


def test_a_code_is_good_once(box: SandboxServer, desk: SignInDesk) -> None:
    given_ = code(box, desk)
    desk.account_of(given_, verifier=VERIFIER, redirect_uri=BACK)
    with pytest.raises(RefusedCode):
        desk.account_of(given_, verifier=VERIFIER, redirect_uri=BACK)


def test_what_can_be_no_code_is_not_sent(desk: SignInDesk) -> None:
    for given_ in ("", "x" * 2001):
        with pytest.raises(RefusedCode):
            desk.account_of(given_, verifier=VERIFIER, redirect_uri=BACK)


def test_a_wrong_secret_needs_a_person(box: SandboxServer) -> None:
    client = OAuthClient(box.url, box.sandbox.config.client_id, "canary")
    desk = SignInDesk(client, clock=utc_now)
    with pytest.raises(AskPerson) as caught:
        desk.account_of(code(box, desk), verifier=VERIFIER, redirect_uri=BACK)
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(client)
    with pytest.raises(AskPerson):
        desk.account(1)


@pytest.mark.parametrize(
    "fault", [{"server_error": 1.0, "server_status": 503}, {"drop_before": 1.0}]
)
@pytest.mark.parametrize("where", ["/oauth/tokens", "/users"])
def test_a_zendesk_that_does_not_answer_may_be_asked_later(
    box: SandboxServer, desk: SignInDesk, fault: dict[str, float], where: str
) -> None:
    given_ = code(box, desk)
    box.sandbox.faults.set(Faults(path=where, **fault))  # type: ignore[arg-type] # by name
    with pytest.raises(RetryLater):
        desk.account_of(given_, verifier=VERIFIER, redirect_uri=BACK)
    with pytest.raises(RetryLater):
        desk.account(user_id(box, "Ada Admin"))


def scripted(token: str, user: str, status: int = 200) -> SignInDesk:
    responses.add(responses.POST, f"{BASE}/oauth/tokens", body=token, status=status)
    responses.add(responses.GET, f"{BASE}/api/v2/users/me.json", body=user)
    responses.add(responses.GET, f"{BASE}/api/v2/users/7.json", body="{}", status=422)
    return SignInDesk(OAuthClient(BASE, "i", "s"), clock=utc_now)


@responses.activate
@pytest.mark.parametrize(
    "token", ["", "[]", "{}", '{"access_token": 5}', '{"access_token": "a b"}']
)
def test_an_answer_without_a_token_is_tried_later(token: str) -> None:
    desk = scripted(token, "{}")
    with pytest.raises(RetryLater):
        desk.account_of("c", verifier=VERIFIER, redirect_uri=BACK)


@responses.activate
@pytest.mark.parametrize("user", ["", "[]", "{}", '{"user": 5}', '{"user": {"id": null}}'])
def test_an_answer_without_a_user_lets_nobody_in(user: str) -> None:
    desk = scripted('{"access_token": "t"}', user)
    with pytest.raises(AskPerson):
        desk.account_of("c", verifier=VERIFIER, redirect_uri=BACK)


@responses.activate
@pytest.mark.parametrize(
    "user", ["<html>", "[]", "{}", '{"user": {"id": null}}', '{"user": {"id": 9, "role": "admin"}}']
)
def test_an_answer_that_names_nobody_or_another_says_nothing_of_somebody(user: str) -> None:
    responses.add(responses.POST, f"{BASE}/oauth/tokens", body='{"access_token": "t"}')
    responses.add(responses.GET, f"{BASE}/api/v2/users/8.json", body=user)
    with pytest.raises(RetryLater):
        SignInDesk(OAuthClient(BASE, "i", "s"), clock=utc_now).account(8)


@responses.activate
def test_what_is_refused_for_good_says_so() -> None:
    desk = scripted('{"access_token": "t"}', "{}")
    with pytest.raises(Stop):
        desk.account(7)


@responses.activate
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.one_of(st.integers(), st.text(), st.none()),
            "name": st.one_of(st.text(), st.none()),
            "role": st.one_of(st.sampled_from(["admin", "agent", "end-user"]), st.integers()),
            "tags": st.one_of(st.none(), st.lists(st.one_of(st.text(), st.integers()))),
            "suspended": st.one_of(st.booleans(), st.none()),
            "active": st.one_of(st.booleans(), st.none()),
        },
    )
)
def test_whatever_zendesk_says_of_a_user_is_an_account_or_nobody(row: dict[str, object]) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, f"{BASE}/oauth/tokens", body='{"access_token": "t"}')
        mock.add(responses.GET, f"{BASE}/api/v2/users/me.json", body=json.dumps({"user": row}))
        desk = SignInDesk(OAuthClient(BASE, "i", "s"), clock=utc_now)
        try:
            account = desk.account_of("c", verifier=VERIFIER, redirect_uri=BACK)
        except AskPerson:
            return
    assert account.id
    assert account.name
    assert account.active is (row.get("suspended") is not True and row.get("active") is not False)


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
