"""The doctor at Zendesk: each thing that can be wrong is one sentence with the way out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.zendesk.oauth import DEFAULT_SCOPE
from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from connectors.zendesk.sandbox.api_rules import make_field
from connectors.zendesk.sandbox.triggers import check_trigger
from integration.base_checks import Base
from integration.doctor import Health, Result, examine
from integration.store import Store, facts, secrets, tables
from integration.stored_settings import complete, keep
from integration.zendesk_checks import ZendeskChecks
from tests.fakes.helpdesk import FakeClock
from tests.fakes.secrets import stored
from tests.integration.connecting.kit import Account, helpdesk, service, settings_for

MAILS_COMMENTS = {
    "title": "Notify requester and CCs of comment update",
    "conditions": {"all": [{"field": "comment_is_public", "operator": "is", "value": "true"}]},
    "actions": [{"field": "notification_user", "value": ["requester_and_ccs", "Re", "Hello"]}],
}
CONFIRMS = {
    "title": "We got your message",
    "conditions": {"all": [{"field": "update_type", "operator": "is", "value": "Create"}]},
    "actions": [{"field": "notification_user", "value": ["requester_id", "Re", "Hello"]}],
}
POLICY = 'groups: { default: Support, complaints: Complaints }\nspecialists: { fraud: "Fraud" }\n'


def examined(account: Account, clock: FakeClock | None = None) -> dict[str, list[Result]]:
    """The findings by check; those about what is no part of Zendesk are left out."""
    base = Base(account.settings)
    zendesk = ZendeskChecks(base, clock or account.clock)
    results = examine(
        [*base.checks(), *zendesk.checks()], begun=lambda _: None, found=lambda _: None
    )
    zendesk.close()
    base.close()
    return {
        name: [one for one in results if one.check == name]
        for name in dict.fromkeys(one.check for one in results)
        if name.startswith(("zendesk", "stored"))
    }


def bad(found: dict[str, list[Result]]) -> list[str]:
    """The checks that found a problem, each as often as it did."""
    return [
        one.check
        for results in found.values()
        for one in results
        if one.finding.health is Health.PROBLEM
    ]


def said(found: dict[str, list[Result]], check: str) -> str:
    return " ".join(f"{one.finding.sentence} {one.finding.way_out}" for one in found[check])


def health(found: dict[str, list[Result]], check: str) -> set[Health]:
    return {one.finding.health for one in found[check]}


def add_trigger(account: Account, wanted: dict[str, Any]) -> None:
    world = account.server.sandbox.state
    with world.lock:
        world.triggers.put(check_trigger(world, wanted))


def sweep(account: Account, minutes_ago: float = 0.5) -> None:
    at = account.clock.now().timestamp() - 60 * minutes_ago
    with account.store.write() as connection:
        facts.put(connection, facts.SWEPT, 0, at)


@pytest.fixture
def connected(account: Account) -> Iterator[Account]:
    """Connected, and its service runs."""
    with service(account.settings) as settings:
        account.settings = settings
        account.connect()
        sweep(account)
        add_trigger(account, MAILS_COMMENTS)
        yield account


def test_an_installation_in_order_is_ok_throughout(connected: Account) -> None:
    found = examined(connected)
    for check in found:
        expected = {Health.SKIPPED} if check == "zendesk groups" else {Health.OK}
        assert health(found, check) == expected, said(found, check)
    assert "arrived" in said(found, "zendesk delivery")
    assert "ZENDESK_WEBHOOK_SECRET" in said(found, "stored settings")


def test_the_test_message_is_no_failure_and_no_ticket(connected: Account) -> None:
    examined(connected)
    query = sa.select(tables.delivery.c.kind, tables.delivery.c.state)
    with connected.store.read() as connection:
        assert connection.execute(query).all() == [("other", "ignored")]


def test_without_credentials_there_is_one_thing_to_say(account: Account) -> None:
    account.settings = account.settings.model_copy(
        update={"zendesk_client_id": "", "zendesk_base_url": ""}
    )
    found = examined(account)
    assert list(found) == ["stored settings", "zendesk settings"]
    assert "ZENDESK_SUBDOMAIN, ZENDESK_CLIENT_ID not set" in said(found, "zendesk settings")


def test_before_connecting_what_is_lacking_is_named_and_nothing_is_written(
    account: Account,
) -> None:
    found = examined(account)
    assert bad(found) == ["zendesk webhook", "zendesk webhook"]
    assert "Run deskclerk connect" in said(found, "zendesk webhook")
    with account.store.read() as connection:
        assert facts.get(connection, facts.INSTALLATION) is None
    assert account.counts()["webhooks"] == 0


def test_a_stored_client_that_zendesk_refuses_is_replaced_by_the_command_that_is_named(
    connected: Account,
) -> None:
    values = {"ZENDESK_CLIENT_ID": "deskclerk", "ZENDESK_CLIENT_SECRET": "revoked"}
    keep(connected.settings, connected.store, connected.clock, values, by="tests")
    bare = connected.changed(zendesk_client_id="", zendesk_client_secret="").settings
    found = examined(replace(connected, settings=complete(bare, connected.store)))
    assert bad(found) == ["zendesk token"]
    assert "deskclerk connect --new-client" in said(found, "zendesk token")


def test_a_client_of_the_environment_that_zendesk_refuses_is_changed_there(
    connected: Account,
) -> None:
    found = examined(connected.changed(zendesk_client_secret="wrong"))
    assert "ZENDESK_CLIENT_SECRET in the environment" in said(found, "zendesk token")


def test_a_wrong_secret_of_the_client_is_named(connected: Account) -> None:
    wrong = connected.changed(zendesk_client_secret="wrong")
    found = examined(wrong)
    assert bad(found) == ["zendesk token"]
    assert "check its identifier, its secret" in said(found, "zendesk token")


def test_a_revoked_token_is_named(connected: Account) -> None:
    connected.server.sandbox.services.tokens.revoked = True
    found = examined(connected)
    assert bad(found) == ["zendesk token"]
    assert "revoked" in said(found, "zendesk token")


def test_a_suspended_user_is_named(connected: Account) -> None:
    world = connected.server.sandbox.state
    world.users[world.bot_id] = replace(world.users[world.bot_id], suspended=True)
    found = examined(connected)
    assert bad(found) == ["zendesk token"]
    assert "Lift the suspension" in said(found, "zendesk token")


def test_an_agent_where_an_administrator_is_needed_is_named(connected: Account) -> None:
    world = connected.server.sandbox.state
    world.users[world.bot_id] = replace(world.users[world.bot_id], role="agent")
    found = examined(connected)
    assert bad(found) == ["zendesk token"]
    assert "role agent" in said(found, "zendesk token")


def test_a_helpdesk_that_can_t_be_reached_is_named(connected: Account) -> None:
    found = examined(connected.changed(zendesk_base_url="http://127.0.0.1:9"))
    assert bad(found) == ["zendesk token"]
    assert "can't be reached" in said(found, "zendesk token")


@pytest.mark.parametrize("lacking", sorted(set(DEFAULT_SCOPE.split()) - {"users:read"}))
def test_a_scope_that_is_lacking_is_named(store: Store, lacking: str) -> None:
    left = " ".join(name for name in DEFAULT_SCOPE.split() if name != lacking)
    with helpdesk(client_scopes=left) as server:
        found = examined(Account(store, server, settings_for(store, server.url)))
    assert f"the scope {lacking} is lacking" in said(found, "zendesk permissions")
    for other in set(DEFAULT_SCOPE.split()) - {lacking}:
        assert f"the scope {other} " not in said(found, "zendesk permissions"), other


@pytest.mark.parametrize(
    ("beside", "lacking", "what_for"),
    [
        ("read write", "", ""),
        ("read write macros:read", "", ""),
        ("read macros:read", "write", "connect and uninstall"),
        ("write macros:read", "read", "connect and uninstall"),
    ],
)
def test_scopes_of_connecting_and_of_drafts_are_named(
    store: Store, beside: str, lacking: str, what_for: str
) -> None:
    with helpdesk(client_scopes=f"{DEFAULT_SCOPE} {beside}") as server:
        found = examined(Account(store, server, settings_for(store, server.url)))
    text = said(found, "zendesk permissions")
    assert bad(found).count("zendesk permissions") == 0
    assert ("the scope macros:read is lacking" in text) is ("macros" not in beside)
    if lacking:
        assert f"the scope {lacking} is lacking" in text
        assert what_for in text
        assert "OAuth clients" in text


def test_a_token_that_may_not_say_who_it_is_is_named(store: Store) -> None:
    with helpdesk(client_scopes="tickets:read tikets:write") as server:
        found = examined(Account(store, server, settings_for(store, server.url)))
    assert set(bad(found)) == {"zendesk permissions"}
    assert "the scope users:read is lacking" in said(found, "zendesk permissions")
    assert "the scope tickets:write is lacking" in said(found, "zendesk permissions")
    assert "the scope tickets:read " not in said(found, "zendesk permissions")


def test_asking_for_permissions_changes_nothing(connected: Account) -> None:
    ticket = connected.server.sandbox.stage.write_ticket({"body": "Hello"})
    before = connected.stands(), connected.server.sandbox.state.tickets[ticket.id]
    examined(connected)
    assert (connected.stands(), connected.server.sandbox.state.tickets[ticket.id]) == before


def test_a_plan_without_webhooks_is_named(store: Store) -> None:
    with helpdesk(max_webhooks=0) as server:
        found = examined(Account(store, server, settings_for(store, server.url)))
    assert bad(found) == ["zendesk plan"]
    assert "no webhooks" in said(found, "zendesk plan")
    assert "every 300 seconds" in said(found, "zendesk plan")


def test_a_plan_with_few_calls_is_a_warning(store: Store) -> None:
    few = SandboxConfig(limits=Limits(account_per_minute=150))
    with SandboxServer(few) as server:
        found = examined(Account(store, server, settings_for(store, server.url)))
    assert health(found, "zendesk plan") == {Health.WARNING}
    assert "150 calls a minute" in said(found, "zendesk plan")


def hook_of(account: Account) -> dict[str, Any]:
    return account.stands()["webhooks"][0]


def deactivate(account: Account) -> None:
    hook_of(account)["status"] = "inactive"


def move(account: Account) -> None:
    hook_of(account)["endpoint"] = "http://127.0.0.1:9/webhooks/zendesk"


def unmark(account: Account) -> None:
    hook_of(account)["description"] = "?"


def stop_trigger(account: Account) -> None:
    account.stands()["triggers"][0]["active"] = False


def loop(account: Account) -> None:
    account.stands()["triggers"][0]["conditions"]["all"] = []


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (deactivate, "it is deactivated, as Zendesk does after many failures"),
        (move, "points to another address than PUBLIC_URL"),
        (stop_trigger, "trigger “Deskclerk: new messages” does not work: it is deactivated"),
        (loop, "fires for our own writes"),
    ],
)
def test_what_calls_us_and_is_broken_is_named_and_mended_by_connecting_again(
    connected: Account, break_it: Callable[[Account], None], told: str
) -> None:
    break_it(connected)
    found = examined(connected)
    assert "zendesk webhook" in bad(found)
    assert told in said(found, "zendesk webhook")
    connected.connect()
    assert bad(examined(connected)) == []


def test_a_webhook_without_its_mark_is_a_warning(connected: Account) -> None:
    unmark(connected)
    assert Health.WARNING in health(examined(connected), "zendesk webhook")


def test_a_second_trigger_that_calls_us_is_a_warning(connected: Account) -> None:
    row = connected.stands()["triggers"][0]
    add_trigger(connected, {"title": "By hand", "actions": row["actions"]})
    assert "“By hand” calls the webhook too" in said(examined(connected), "zendesk webhook")


def test_two_of_the_same_are_a_warning(connected: Account) -> None:
    row = connected.stands()["triggers"][0]
    same = ("title", "description", "conditions", "actions")
    add_trigger(connected, {key: row[key] for key in same})
    assert "There are two" in said(examined(connected), "zendesk webhook")


def test_another_signing_secret_is_named_and_so_is_what_comes_of_it(connected: Account) -> None:
    connected.server.sandbox.state.webhook_secrets[hook_of(connected)["id"]] = "another"
    found = examined(connected)
    assert bad(found) == ["zendesk signing secret", "zendesk delivery"]
    assert "takes the present one up" in said(found, "zendesk signing secret")
    connected.connect()
    assert bad(examined(connected)) == []


def test_a_service_that_does_not_run_is_named(account: Account) -> None:
    account.connect()
    sweep(account)
    found = examined(account)
    assert bad(found) == ["zendesk delivery"]
    assert "no answer came" in said(found, "zendesk delivery")


def test_a_service_that_can_t_store_is_named(connected: Account) -> None:
    with connected.store.write() as connection:
        secret = secrets.get(connection, "ZENDESK_WEBHOOK_SECRET")
        assert secret is not None
        secrets.put(connection, replace(secret, sealed="broken"))
    found = examined(connected)
    assert "stored settings" in bad(found)
    assert "the answer was 503" in said(found, "zendesk delivery")


def test_a_service_with_another_database_is_named(
    account: Account, new_store_url: Callable[[str], str]
) -> None:
    account.connect()
    secret = stored(account.settings, account.store, "ZENDESK_WEBHOOK_SECRET") or ""
    other = account.changed(
        zendesk_webhook_secret=secret, database_url=new_store_url("sqlite")
    ).settings
    with service(other) as running:
        account.settings = account.settings.model_copy(update={"public_url": running.public_url})
        account.connect()
        found = examined(account)
    assert "DATABASE_URL" in said(found, "zendesk delivery")


@pytest.mark.parametrize(
    ("off", "expected"), [(-30, Health.OK), (90, Health.WARNING), (-400, Health.PROBLEM)]
)
def test_a_clock_that_is_off_is_told(account: Account, off: int, expected: Health) -> None:
    wrong = FakeClock(datetime.now(UTC) + timedelta(seconds=off))
    assert health(examined(account, wrong), "zendesk clock") == {expected}


def test_a_trigger_that_answers_new_tickets_beside_us_is_a_warning(connected: Account) -> None:
    add_trigger(connected, CONFIRMS)
    found = examined(connected)
    assert health(found, "zendesk triggers") == {Health.WARNING}
    assert "“We got your message” runs after ours" in said(found, "zendesk triggers")


def mailing(**conditions: list[tuple[str, str, str]]) -> dict[str, Any]:
    """A trigger that mails the requester under conditions: field, operator and value."""
    named = {
        kind: [{"field": f, "operator": o, "value": v} for f, o, v in listed]
        for kind, listed in conditions.items()
    }
    return CONFIRMS | {"conditions": named}


@pytest.mark.parametrize(
    "conditions",
    [
        {"any": [("update_type", "is", "Create")]},
        {"any": [("update_type", "is", "Create"), ("comment_is_public", "is", "true")]},
        {"all": [("status", "is", "new")]},
        {"all": [("status", "less_than", "open")]},
        {"all": [("priority", "is", "low")], "any": [("status", "is", "new")]},
    ],
)
def test_whatever_way_a_trigger_is_for_new_tickets_it_is_a_warning(
    connected: Account, conditions: dict[str, Any]
) -> None:
    add_trigger(connected, mailing(**conditions))
    assert "“We got your message” runs after ours" in said(examined(connected), "zendesk triggers")


@pytest.mark.parametrize(
    "conditions",
    [
        {"all": [("update_type", "is", "Change")], "any": [("status", "is", "new")]},
        {"all": [("status", "is", "solved")], "any": [("update_type", "is", "Create")]},
        {"all": [("status", "is_not", "solved")]},
    ],
)
def test_a_trigger_that_new_tickets_do_not_fire_is_none(
    connected: Account, conditions: dict[str, Any]
) -> None:
    add_trigger(connected, mailing(**conditions))
    assert health(examined(connected), "zendesk triggers") == {Health.OK}


@pytest.mark.parametrize(
    "conditions",
    [
        {"all": [("status", "is", "solved")]},
        {"all": [("status", "value", "solved"), ("comment_is_public", "is", "true")]},
        {"all": [("status", "greater_than", "pending")]},
        {"any": [("status", "is", "solved"), ("status", "is", "closed")]},
        {"all": [("status", "changed", "")]},
        {"all": [("comment_is_public", "is", "false")]},
    ],
)
def test_a_mail_at_the_end_alone_does_not_carry_our_replies(
    account: Account, conditions: dict[str, Any]
) -> None:
    account.connect()
    add_trigger(account, mailing(**conditions))
    assert "reach nobody by mail" in said(examined(account), "zendesk triggers")


def test_its_place_before_ours_is_told(connected: Account) -> None:
    add_trigger(connected, CONFIRMS)
    connected.stands()["triggers"][-1]["position"] = 0
    assert "runs before ours" in said(examined(connected), "zendesk triggers")


def test_replies_that_no_trigger_mails_are_a_warning(account: Account) -> None:
    account.connect()
    assert "reach nobody by mail" in said(examined(account), "zendesk triggers")


def test_required_fields_are_told(connected: Account) -> None:
    world = connected.server.sandbox.state
    with world.lock:
        make_field(world, {"type": "text", "title": "Product", "required": True})
    found = examined(connected)
    assert "1 fields before a ticket is solved" in said(found, "zendesk fields")
    assert health(found, "zendesk fields") == {Health.OK}


def test_groups_of_the_policy_that_are_not_there_are_named(
    connected: Account, tmp_path: Any
) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)
    connected.settings = connected.settings.model_copy(update={"deskclerk_policy": tmp_path})
    found = examined(connected)
    assert bad(found) == ["zendesk groups"]
    assert "“Fraud”" in said(found, "zendesk groups")
    assert "connect --groups" in said(found, "zendesk groups")


@pytest.mark.parametrize(("minutes", "expected"), [(1, Health.OK), (60, Health.PROBLEM)])
def test_how_old_the_last_sweep_is_is_told(
    connected: Account, minutes: int, expected: Health
) -> None:
    sweep(connected, minutes)
    assert health(examined(connected), "zendesk sweep") == {expected}


def test_that_no_sweep_ran_yet_is_a_warning(account: Account) -> None:
    assert health(examined(account), "zendesk sweep") == {Health.WARNING}


def test_without_a_database_the_rest_is_looked_at(account: Account, tmp_path: Any) -> None:
    lost = account.changed(database_url=f"sqlite:///{tmp_path}/none.db")
    found = examined(lost)
    assert bad(found) == []
    for check in ("stored settings", "zendesk webhook", "zendesk delivery", "zendesk sweep"):
        assert health(found, check) == {Health.SKIPPED}
