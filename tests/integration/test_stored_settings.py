"""Settings in the store: sealed, behind those of the environment, and followed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from connectors.zendesk.signature import sign
from integration import ledger, stored_settings
from integration.app import create_app
from integration.drift import DriftOfTheHour
from integration.following import follow_settings
from integration.intake import Answer, Intake
from integration.key_rotation import seal_again
from integration.services import WebServices
from integration.settings import Settings, SettingsError
from integration.store import Store, StoreBusy, StoreUnavailable, secrets, tables
from integration.stored_settings import STORED, WEBHOOK_SECRET, complete, forget, keep
from integration.vault import VaultError
from integration.webhook_secrets import WebhookSecrets
from tests.fakes.helpdesk import FakeClock

KEY, OTHER_KEY = "k" * 32, "o" * 32
BODY = b'{"ticket_id":"5"}'


def settings(**given: str) -> Settings:
    return Settings.model_validate({"secret_key": KEY, **given})


def store_them(store: Store, clock: FakeClock, key: str = KEY, **values: str) -> None:
    keep(settings(secret_key=key), store, clock, values, by="tests")


def kinds(store: Store) -> list[str]:
    return [entry["kind"] for entry in ledger.read_entries(store)]


def test_what_the_environment_lacks_comes_from_the_store(
    any_store: Store, clock: FakeClock
) -> None:
    store_them(any_store, clock, ZENDESK_SUBDOMAIN="acme", ZENDESK_CLIENT_SECRET="canary")
    whole = complete(settings(zendesk_client_id="mine"), any_store)
    assert whole.helpdesk_url == "https://acme.zendesk.com"
    assert whole.zendesk_client_id == "mine"
    assert whole.zendesk_client_secret.get_secret_value() == "canary"
    assert "canary" not in repr(whole)


def test_the_environment_wins(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, ZENDESK_CLIENT_SECRET="stored")
    whole = complete(settings(zendesk_client_secret="given"), store)
    assert whole.zendesk_client_secret.get_secret_value() == "given"


def test_nothing_is_stored_in_the_clear(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, ZENDESK_CLIENT_SECRET="canary")
    with store.read() as connection:
        rows = connection.execute(sa.select(tables.secret)).all()
    assert "canary" not in str(rows)
    assert "canary" not in str(list(ledger.read_entries(store)))


def test_a_value_that_was_moved_to_another_name_does_not_open(
    store: Store, clock: FakeClock
) -> None:
    store_them(store, clock, ZENDESK_CLIENT_SECRET="s")
    with store.write() as connection:
        table = tables.secret
        connection.execute(sa.update(table).values(name="SLACK_SIGNING_SECRET"))
    with pytest.raises(VaultError):
        complete(settings(), store)


def test_without_the_key_that_is_said_in_one_sentence(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, ZENDESK_CLIENT_ID="i")
    with pytest.raises(VaultError, match=r"^SECRET_KEY is not set"):
        complete(Settings(), store)
    with pytest.raises(VaultError, match=r"^SECRET_KEY is not set"):
        keep(Settings(), store, clock, {"ZENDESK_CLIENT_ID": "j"}, by="tests")


def test_without_stored_settings_no_key_is_needed(store: Store) -> None:
    assert complete(Settings(), store) == Settings()


def test_only_names_on_the_list_are_stored(store: Store, clock: FakeClock) -> None:
    with pytest.raises(SettingsError, match="METRICS_TOKEN can't be stored"):
        store_them(store, clock, METRICS_TOKEN="t")


def test_a_name_that_is_no_more_on_the_list_is_left_alone(store: Store) -> None:
    with store.write() as connection:
        secrets.put(connection, secrets.Secret("PORT", "?", 1.0))
    assert complete(settings(), store) == settings()


def test_an_address_is_stored_as_browsers_write_it(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, PUBLIC_URL=" HTTPS://Desk.Example:443/ ")
    assert complete(settings(), store).public_url == "https://desk.example"
    with pytest.raises(SettingsError, match="PUBLIC_URL is not valid"):
        store_them(store, clock, PUBLIC_URL="desk.example")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"ZENDESK_SUBDOMAIN": "Not A Name"}, "ZENDESK_SUBDOMAIN is not valid"),
        (
            {"ZENDESK_CLIENT_ID": "i", "ZENDESK_CLIENT_SECRET": " "},
            "ZENDESK_CLIENT_SECRET is empty",
        ),
    ],
)
def test_a_value_that_can_t_be_one_is_refused_and_none_is_stored(
    store: Store, clock: FakeClock, values: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        store_them(store, clock, **values)
    assert stored_settings.version(store) == ""


def test_the_ledger_names_what_was_stored_and_by_whom(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, ZENDESK_CLIENT_ID="i")
    store_them(store, clock, ZENDESK_CLIENT_ID="i")
    store_them(store, clock, ZENDESK_CLIENT_ID="j")
    forget(store, clock, STORED, by="tests")
    assert kinds(store) == ["setting_stored", "setting_stored", "setting_forgotten"]
    first = next(iter(ledger.read_entries(store)))
    assert first["body"] == {"setting": "ZENDESK_CLIENT_ID", "by": "tests"}


def test_the_version_moves_with_any_setting_but_the_webhook_s_secret(
    store: Store, clock: FakeClock
) -> None:
    seen = [stored_settings.version(store)]
    for name in (WEBHOOK_SECRET, "ZENDESK_CLIENT_ID"):
        clock.pass_time(1)
        store_them(store, clock, **{name: "x"})
        seen.append(stored_settings.version(store))
    assert seen[0] == seen[1] != seen[2]


def test_a_former_key_opens_and_becomes_dispensable(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, ZENDESK_CLIENT_ID="i")
    rotating = settings(secret_key=OTHER_KEY, secret_key_previous=KEY)
    seal_again(settings(), store)  # no former key: nothing to do
    seal_again(rotating, store)
    seal_again(rotating, store)
    assert complete(settings(secret_key=OTHER_KEY), store).zendesk_client_id == "i"


def test_what_no_key_opens_stays_when_sealing_again(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, key="x" * 32, ZENDESK_CLIENT_ID="i")
    seal_again(settings(secret_key_previous=OTHER_KEY), store)
    assert complete(settings(secret_key="x" * 32), store).zendesk_client_id == "i"


def test_what_is_stored_over_an_unreadable_value_is_readable(
    store: Store, clock: FakeClock
) -> None:
    store_them(store, clock, key=OTHER_KEY, ZENDESK_CLIENT_ID="i")
    store_them(store, clock, ZENDESK_CLIENT_ID="i")
    assert complete(settings(), store).zendesk_client_id == "i"


def received(intake: Intake, clock: FakeClock, secret: str, number: int = 1) -> Answer:
    stamp = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = {
        "X-Zendesk-Webhook-Signature": sign(BODY, stamp, secret),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": f"I{number}",
    }
    return intake.receive(BODY, headers)


def test_a_new_secret_of_the_webhook_is_taken_at_once(any_store: Store, clock: FakeClock) -> None:
    intake = Intake(any_store, clock, WebhookSecrets(settings(), any_store, clock))
    assert received(intake, clock, "first") is Answer.NOT_OURS
    store_them(any_store, clock, ZENDESK_WEBHOOK_SECRET="first")
    assert received(intake, clock, "first") is Answer.STORED
    store_them(any_store, clock, ZENDESK_WEBHOOK_SECRET="second")
    assert received(intake, clock, "second", 2) is Answer.STORED
    assert received(intake, clock, "first", 3) is Answer.NOT_OURS


def test_a_forgotten_secret_holds_for_half_a_minute_at_most(store: Store, clock: FakeClock) -> None:
    store_them(store, clock, ZENDESK_WEBHOOK_SECRET="first")
    intake = Intake(store, clock, WebhookSecrets(settings(), store, clock))
    assert received(intake, clock, "first") is Answer.STORED
    forget(store, clock, [WEBHOOK_SECRET], by="tests")
    clock.instant += timedelta(seconds=31)
    assert received(intake, clock, "first", 2) is Answer.NOT_OURS


def test_where_the_environment_gives_a_secret_the_stored_one_opens_nothing(
    store: Store, clock: FakeClock
) -> None:
    store_them(store, clock, ZENDESK_WEBHOOK_SECRET="stored")
    given = settings(zendesk_webhook_secret="given")
    intake = Intake(store, clock, WebhookSecrets(given, store, clock))
    assert received(intake, clock, "stored") is Answer.NOT_OURS
    assert received(intake, clock, "given") is Answer.STORED


def test_a_former_secret_of_the_environment_holds_beside_the_stored_one(
    store: Store, clock: FakeClock
) -> None:
    store_them(store, clock, ZENDESK_WEBHOOK_SECRET="stored")
    given = settings(zendesk_webhook_secret_previous="former")
    intake = Intake(store, clock, WebhookSecrets(given, store, clock))
    assert received(intake, clock, "stored") is Answer.STORED
    assert received(intake, clock, "former", 2) is Answer.STORED


def test_a_secret_that_can_t_be_opened_makes_the_sender_try_again(
    store: Store, clock: FakeClock
) -> None:
    store_them(store, clock, key=OTHER_KEY, ZENDESK_WEBHOOK_SECRET="s")
    intake = Intake(store, clock, WebhookSecrets(settings(), store, clock))
    assert received(intake, clock, "s") is Answer.CANNOT_STORE


def web(store: Store, clock: FakeClock, given: Settings) -> Flask:
    intake = Intake(store, clock, WebhookSecrets(given, store, clock))
    services = WebServices(store, intake, clock, "", DriftOfTheHour(store), given)
    app = create_app(services)
    follow_settings(app, given, stored_settings.version(store))
    return app


def has_slack(app: Flask) -> bool:
    app.test_client().get("/readyz")
    services: WebServices = app.extensions["deskclerk"]
    return services.slack is not None and services.settings.has_slack


def test_the_web_service_takes_up_what_is_stored_within_seconds(
    store: Store, clock: FakeClock
) -> None:
    app = web(store, clock, settings())
    assert not has_slack(app)
    store_them(store, clock, SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN="xoxb-1")
    assert not has_slack(app)  # it does not ask the store at every request
    clock.pass_time(6)
    assert has_slack(app)
    forget(store, clock, STORED, by="tests")
    clock.pass_time(6)
    assert not has_slack(app)


def test_what_can_t_be_opened_leaves_the_web_service_as_it_is(
    store: Store, clock: FakeClock
) -> None:
    app = web(store, clock, settings())
    store_them(store, clock, key=OTHER_KEY, SLACK_SIGNING_SECRET="s")
    clock.pass_time(6)
    assert not has_slack(app)
    assert app.test_client().get("/healthz").status_code == 200


def test_a_store_that_does_not_answer_leaves_the_web_service_as_it_is(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = web(store, clock, settings())

    def away(_store: Store) -> str:
        raise StoreUnavailable("away")

    monkeypatch.setattr(stored_settings, "version", away)
    clock.pass_time(6)
    assert app.test_client().get("/readyz").json["store"] == "ok"


def test_one_process_at_a_time(any_store: Store) -> None:
    with (
        any_store.alone("x", wait_s=0),
        any_store.alone("y", wait_s=0),
        pytest.raises(StoreBusy),
        any_store.alone("x", wait_s=0),
    ):
        pass
    with any_store.alone("x", wait_s=0):
        pass
