"""Taking away: exactly what was made, in safe order, as often as one likes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.zendesk.parts import Kind
from connectors.zendesk.sandbox.people import join_group
from connectors.zendesk.sandbox.triggers import check_trigger
from integration import stored_settings
from integration.connecting import ConnectingFailed, Leaving, Wishes
from integration.needed_settings import missing_for_helpdesk
from integration.store import Store, facts, made
from tests.integration.connecting.kit import PUBLIC_URL, Account, helpdesk, settings_for

ALL = Wishes(groups=("Support", "Chargebacks"), views=True)


def test_what_was_made_goes_and_all_else_stays_as_it_was(account: Account) -> None:
    before = account.stands()
    account.connect(ALL)
    plan = account.remove()
    assert account.stands() == before
    assert [thing.kind for thing in plan.going] == [
        Kind.TRIGGER, Kind.WEBHOOK, Kind.VIEW, Kind.VIEW, Kind.CATEGORY, Kind.GROUP,
    ]  # fmt: skip
    assert len(account.entries("disconnected")) == 6


def test_a_second_removal_has_nothing_to_do(account: Account) -> None:
    account.connect(ALL)
    account.remove()
    assert account.remove().going == ()
    assert len(account.entries("disconnected")) == 6


def test_looking_removes_nothing(account: Account) -> None:
    account.connect()
    before = account.stands()
    account.removal()
    assert account.stands() == before
    assert set(account.made()) == {"webhook", "category", "trigger:new-messages"}


def test_stored_credentials_of_the_helpdesk_are_forgotten_and_slack_s_stay(
    account: Account,
) -> None:
    account.connect()
    values = {
        "ZENDESK_SUBDOMAIN": "acme",
        "ZENDESK_CLIENT_ID": "i",
        "ZENDESK_CLIENT_SECRET": "s",
        "SLACK_SIGNING_SECRET": "t",
    }
    stored_settings.keep(account.settings, account.store, account.clock, values, by="tests")
    account.remove()
    bare = settings_for(account.store, "", zendesk_client_id="", zendesk_client_secret="")
    present = stored_settings.complete(bare, account.store)
    assert len(missing_for_helpdesk(present)) == 3
    assert present.webhook_secrets == ()
    assert present.has_slack
    assert len(account.entries("setting_forgotten")) == 4


def test_once_connected_again_nothing_is_caught_up_on_that_came_in_between(
    account: Account,
) -> None:
    account.connect()
    with account.store.write() as connection:
        facts.put(connection, facts.SWEEP_CURSOR, "of long ago", 1.0)
    account.remove()
    with account.store.read() as connection:
        assert facts.get(connection, facts.SWEEP_CURSOR) is None


def test_a_webhook_that_was_there_before_stays(store: Store) -> None:
    with helpdesk(webhook_url=f"{PUBLIC_URL}/webhooks/zendesk") as server:
        account = Account(store, server, settings_for(store, server.url))
        before = account.stands()
        account.connect()
        assert account.counts()["webhooks"] == 1
        plan = account.remove()
        assert [why for _, why in plan.staying] == [Leaving.THEIRS]
        assert account.stands() == before
        assert account.made() == {}


def test_a_group_with_agents_stays_unless_all_goes(account: Account) -> None:
    account.connect(ALL)
    world = account.server.sandbox.state
    group = next(row for row in world.groups if row["name"] == "Chargebacks")
    grace = next(user for user in world.users.values() if user.name == "Grace Agent")
    with world.lock:
        join_group(world, grace, group["id"])
    assert [why for _, why in account.remove().staying] == [Leaving.IN_USE]
    assert world.groups.get(group["id"]) is not None
    assert len(account.made()) == 1
    assert [thing.title for thing in account.remove(everything=True).going] == ["Chargebacks"]
    assert world.groups.get(group["id"]) is None


def test_a_group_with_tickets_stays(account: Account) -> None:
    account.connect(ALL)
    stage = account.server.sandbox.stage
    ticket = stage.write_ticket({"body": "Hello"})
    stage.write_comment(ticket.id, {"as": "agent", "group": "Chargebacks"})
    assert [why for _, why in account.removal().staying] == [Leaving.IN_USE]


def test_what_the_plan_did_not_show_is_not_removed(account: Account) -> None:
    account.connect()
    agreed = account.removal()
    account.connect(ALL)
    before = account.stands()
    with pytest.raises(ConnectingFailed, match="more would be removed"):
        account.remove(agreed=agreed)
    assert account.stands() == before
    whole = account.removal()
    assert whole.covers(agreed)
    assert account.remove(agreed=whole).going == whole.going


def test_a_category_that_holds_others_triggers_stays(account: Account) -> None:
    account.connect()
    world = account.server.sandbox.state
    row = world.triggers.put(
        check_trigger(
            world,
            {
                "title": "Theirs",
                "actions": [{"field": "set_tags", "value": "x"}],
                "category_id": account.stands()["categories"][1]["id"],
            },
        )
    )
    assert [why for _, why in account.remove().staying] == [Leaving.SHARED]
    assert [one["id"] for one in account.stands()["triggers"]] == [row["id"]]


def test_a_copy_that_somebody_made_of_our_trigger_stays(account: Account) -> None:
    account.connect()
    world = account.server.sandbox.state
    row = account.stands()["triggers"][0]
    copied = {key: row[key] for key in ("description", "conditions", "actions")}
    world.triggers.put(check_trigger(world, {**copied, "title": "Mine"}))
    plan = account.remove()
    assert Leaving.COPY in [why for _, why in plan.staying]
    assert [one["title"] for one in account.stands()["triggers"]] == ["Mine"]


def test_what_others_removed_is_forgotten(account: Account) -> None:
    account.connect()
    world = account.server.sandbox.state
    world.triggers.remove(account.stands()["triggers"][0]["id"])
    plan = account.remove()
    assert plan.gone == ("trigger:new-messages",)
    assert account.made() == {}


@pytest.mark.parametrize("part", ["webhook", "trigger:new-messages"])
def test_what_was_made_and_could_not_be_written_down_goes_too(account: Account, part: str) -> None:
    account.connect()
    with account.store.write() as connection:
        made.forget(connection, part)
    account.remove()
    assert account.counts()["webhooks"] == account.counts()["triggers"] == 0


def test_another_installation_s_things_stay(
    account: Account,
    new_store_url: Callable[[str], str],
) -> None:
    account.connect()
    other_store = Store(new_store_url("sqlite"))
    other = replace(account, store=other_store)
    other.settings = settings_for(other_store, account.server.url, public_url="http://127.0.0.1:8")
    other.connect()
    assert account.counts()["webhooks"] == 2
    other.remove()
    assert account.counts()["webhooks"] == account.counts()["triggers"] == 1
    assert account.plan().changes == ()
    other_store.close()
