"""Connecting: everything once, whatever is broken off, and by whomever."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.errors import AskPerson, ConnectorError
from connectors.zendesk.oauth import DEFAULT_SCOPE
from connectors.zendesk.parts import Kind
from connectors.zendesk.sandbox.faults import CallFault
from integration import stored_settings
from integration.connecting import Connecting, ConnectingFailed, Doing, Wishes
from integration.store import Store, StoreBusy
from integration.vault import VaultError
from tests.fakes.secrets import stored
from tests.integration.connecting.kit import PUBLIC_URL, Account, helpdesk, settings_for

ALL = Wishes(groups=("Support", "Chargebacks"), views=True)
BEFORE = {"webhooks": 0, "triggers": 0, "categories": 1, "views": 0, "groups": 7}
AFTER = {"webhooks": 1, "triggers": 1, "categories": 2, "views": 2, "groups": 8}


def doings(account: Account, wishes: Wishes = ALL) -> set[Doing]:
    return {step.doing for step in account.plan(wishes).steps}


def secret_of(account: Account) -> str | None:
    return stored(account.settings, account.store, stored_settings.WEBHOOK_SECRET)


def test_a_client_that_may_only_read_is_told_which_scope_it_lacks(store: Store) -> None:
    with helpdesk(client_scopes=f"{DEFAULT_SCOPE} read") as server:
        account = Account(store, server, settings_for(store, server.url))
        with pytest.raises(AskPerson, match="the scope write is lacking; allow it in Admin Center"):
            account.connect()
        assert account.counts()["webhooks"] == 0


def test_a_plan_changes_nothing(account: Account) -> None:
    plan = account.plan(ALL)
    assert account.counts() == BEFORE
    assert [step.wanted.kind for step in plan.changes] == [
        Kind.WEBHOOK, Kind.CATEGORY, Kind.TRIGGER, Kind.VIEW, Kind.VIEW, Kind.GROUP,
    ]  # fmt: skip


def test_connecting_makes_everything_and_keeps_the_secret(account: Account) -> None:
    account.connect(ALL)
    assert account.counts() == AFTER
    hook = account.stands()["webhooks"][0]
    assert hook["endpoint"] == f"{PUBLIC_URL}/webhooks/zendesk"
    assert secret_of(account) == account.server.sandbox.state.webhook_secrets[hook["id"]]
    trigger = account.stands()["triggers"][0]
    assert trigger["actions"][0]["value"][0] == hook["id"]
    assert trigger["category_id"] == account.stands()["categories"][1]["id"]
    assert [entry["how"] for entry in account.entries("connected")] == ["make"] * 6


def test_a_second_run_has_nothing_to_do(account: Account) -> None:
    account.connect(ALL)
    assert doings(account) == {Doing.KEEP}
    before = account.stands()
    account.connect(ALL)
    assert account.stands() == before
    assert len(account.entries("connected")) == 6
    assert len(account.entries("setting_stored")) == 1


def test_the_trigger_never_fires_for_our_own_writes(account: Account) -> None:
    account.connect()
    world = account.server.sandbox.state
    ticket = account.server.sandbox.stage.write_ticket({"body": "Hello"})
    dispatcher = account.server.sandbox.dispatcher
    assert dispatcher.pending() == 1
    with account.setup() as setup:
        for fields in ({"comment": {"body": "Hi", "public": True}}, {"tags": ["deskclerk_x"]}):
            setup._wire.write("PUT", f"tickets/{ticket.id}.json", {"ticket": fields})
    assert dispatcher.pending() == 1
    account.server.sandbox.stage.write_comment(ticket.id, {"body": "And?"})
    assert dispatcher.pending() == 2
    assert world.tickets[ticket.id].tags == ("deskclerk_x",)


def _calls(account: Account) -> int:
    """How many calls a whole run makes; afterwards nothing stands any more."""
    box = account.server.sandbox.faults
    counted = [0]

    def for_call(*, write: bool, path: str) -> CallFault:
        del write, path
        counted[0] += 1
        return CallFault()

    box.for_call = for_call  # type: ignore[method-assign]
    account.connect(ALL)
    calls = counted[0]
    account.remove()
    return calls


def _breaking(account: Account, number: int, kind: str) -> None:
    """Cut the connection at the call of that number, before or after it is carried out."""
    box = account.server.sandbox.faults
    seen = [0]

    def for_call(*, write: bool, path: str) -> CallFault:
        del write, path
        seen[0] += 1
        if seen[0] != number:
            return CallFault()
        return CallFault(before="drop") if kind == "before" else CallFault(after="drop")

    box.for_call = for_call  # type: ignore[method-assign]


def _mended(account: Account) -> None:
    account.server.sandbox.faults.for_call = lambda **_: CallFault()  # type: ignore[method-assign]


@pytest.mark.parametrize("kind", ["before", "after"])
def test_broken_off_at_any_call_and_run_again_everything_stands_once(
    account: Account, kind: str
) -> None:
    calls = _calls(account)
    assert calls > 15
    for number in range(1, calls + 1):
        _breaking(account, number, kind)
        with pytest.raises(ConnectorError):
            account.connect(ALL)
        _mended(account)
        account.connect(ALL)
        assert account.counts() == AFTER, number
        assert doings(account) == {Doing.KEEP}, number
        hook = account.stands()["webhooks"][0]
        assert secret_of(account) == account.server.sandbox.state.webhook_secrets[hook["id"]]
        account.remove()
        assert account.counts() == BEFORE, number
        assert account.made() == {}


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_removal_broken_off_at_any_call_and_run_again_leaves_nothing(
    account: Account, kind: str
) -> None:
    number, broken = 0, True
    while broken:
        number += 1
        account.connect(ALL)
        _breaking(account, number, kind)
        broken = False
        try:
            account.remove()
        except ConnectorError:
            broken = True
        _mended(account)
        account.remove()
        assert account.counts() == BEFORE, number
        assert account.made() == {}
    assert number > 10


def test_two_administrators_at_once_make_everything_once(any_store: Store) -> None:
    with helpdesk() as server:
        account = Account(any_store, server, settings_for(any_store, server.url))
        plans = [account.plan(ALL), account.plan(ALL)]
        failed: list[BaseException] = []

        def run(number: int) -> None:
            try:
                account.connect(ALL, agreed=plans[number])
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        account.faults(latency_s=0.02)
        threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert account.counts() == AFTER
        assert len(account.entries("connected")) == 6


def test_while_somebody_else_connects_nobody_waits_for_ever(any_store: Store) -> None:
    with helpdesk() as server:
        account = Account(any_store, server, settings_for(any_store, server.url))
        with any_store.alone("connect", wait_s=0), account.setup() as setup:
            joining = Connecting(account.settings, any_store, account.clock, setup)
            plan = joining.look(Wishes())
            with pytest.raises(StoreBusy, match="try again"):
                joining.carry_out(plan, Wishes(), by="tests", told=lambda _: None, wait_s=0)
        assert account.counts() == BEFORE
        account.connect()


def test_after_people_deleted_the_webhook_the_trigger_calls_the_new_one(account: Account) -> None:
    account.connect()
    world = account.server.sandbox.state
    world.webhooks.remove(account.stands()["webhooks"][0]["id"])
    account.connect()
    (hook,), (trigger,) = account.stands()["webhooks"], account.stands()["triggers"]
    assert trigger["actions"][0]["value"][0] == hook["id"]
    assert doings(account, Wishes()) == {Doing.KEEP}


def test_how_zendesk_lays_out_the_message_does_not_matter(account: Account) -> None:
    account.connect()
    value = account.stands()["triggers"][0]["actions"][0]["value"]
    value[1] = value[1].replace(", ", ",\n  ")
    assert doings(account, Wishes()) == {Doing.KEEP}


def test_with_a_secret_in_the_environment_no_key_is_needed(account: Account) -> None:
    account.connect()
    secret = secret_of(account) or ""
    account.changed(secret_key="", zendesk_webhook_secret=secret).connect()


def test_more_than_was_agreed_on_is_not_done(account: Account) -> None:
    agreed = account.plan()
    with pytest.raises(ConnectingFailed, match="new plan"):
        account.connect(ALL, agreed=agreed)
    assert account.counts() == BEFORE


def test_without_a_key_nothing_is_made(account: Account) -> None:
    with pytest.raises(VaultError, match="SECRET_KEY is not set"):
        account.changed(secret_key="").connect()
    assert account.counts() == BEFORE


@pytest.mark.parametrize("address", ["", "http://desk.example.com", "ftp://x"])
def test_an_address_that_zendesk_can_t_call_is_refused(account: Account, address: str) -> None:
    settings = account.settings.model_copy(update={"public_url": address})
    account.settings = settings
    with pytest.raises(ConnectingFailed, match="PUBLIC_URL"):
        account.plan()


def test_another_secret_in_the_environment_is_named(account: Account) -> None:
    with pytest.raises(ConnectingFailed, match="remove it there"):
        account.changed(zendesk_webhook_secret="another").connect()
    assert account.counts()["triggers"] == 0  # nothing calls a webhook whose messages are refused


def test_a_secret_that_the_environment_knows_is_not_stored(account: Account) -> None:
    account.connect()
    secret = secret_of(account) or ""
    stored_settings.forget(
        account.store, account.clock, [stored_settings.WEBHOOK_SECRET], by="tests"
    )
    account.changed(zendesk_webhook_secret=secret).connect()
    assert secret_of(account) is None


def test_an_agent_s_client_is_told_who_is_needed(store: Store) -> None:
    with helpdesk(bot_role="agent") as server:
        account = Account(store, server, settings_for(store, server.url))
        with pytest.raises(AskPerson, match="no administrator"):
            account.plan()


@pytest.fixture
def full_account(store: Store) -> Iterator[Account]:
    with helpdesk(max_webhooks=1, webhook_url="http://127.0.0.1:9/other") as server:
        yield Account(store, server, settings_for(store, server.url))


def test_a_plan_without_a_free_webhook_says_so(full_account: Account) -> None:
    with pytest.raises(ConnectingFailed, match="used up"):
        full_account.connect()


def test_a_rotated_secret_is_taken_up(account: Account) -> None:
    account.connect()
    world = account.server.sandbox.state
    hook = account.stands()["webhooks"][0]
    world.webhook_secrets[hook["id"]] = "another"
    account.connect()
    assert secret_of(account) == "another"
    assert len(account.entries("setting_stored")) == 2


def rotated(account: Account, secret: str) -> None:
    """Zendesk signs with another secret from now on."""
    account.server.sandbox.state.webhook_secrets[account.stands()["webhooks"][0]["id"]] = secret


def test_a_console_that_runs_since_before_a_rotation_takes_the_secret_up(account: Account) -> None:
    account.connect()
    settings = stored_settings.complete(account.settings, account.store)  # as a console has them
    console = replace(account, settings=settings)
    rotated(account, "second")
    account.connect()
    rotated(account, "third")
    console.connect()
    assert secret_of(account) == "third"


def test_a_secret_in_the_environment_that_is_stored_too_is_the_environment_s(
    account: Account,
) -> None:
    account.connect()
    both = account.changed(zendesk_webhook_secret=secret_of(account) or "")
    rotated(account, "another")
    with pytest.raises(ConnectingFailed, match="remove it there"):
        both.connect()


def test_the_former_secret_of_the_environment_is_known_too(account: Account) -> None:
    account.connect()
    former = secret_of(account) or ""
    rotating = account.changed(
        zendesk_webhook_secret="next", zendesk_webhook_secret_previous=former
    )
    rotating.connect()


def test_a_secret_without_a_sign_in_it_is_none(account: Account) -> None:
    account.connect()
    before = secret_of(account)
    rotated(account, " ")
    with pytest.raises(ConnectorError, match="no signing secret"):
        account.connect()
    assert secret_of(account) == before


def test_under_another_key_connecting_again_keeps_the_secret_anew(account: Account) -> None:
    account.connect()
    other = account.changed(secret_key="q" * 32)
    other.connect()
    assert secret_of(other) == next(iter(account.server.sandbox.state.webhook_secrets.values()))
