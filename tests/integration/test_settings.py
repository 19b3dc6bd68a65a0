"""Settings: what is accepted, and one clear line per mistake."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.needed_settings import require_helpdesk
from integration.server import gunicorn_options
from integration.settings import Settings, SettingsError, read_settings


def lines_for(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return "\n".join(caught.value.lines)


def test_an_empty_environment_is_valid() -> None:
    assert read_settings({}).port == 8000


def test_the_store_is_an_sqlite_file_under_the_home_folder_by_default() -> None:
    assert read_settings({"DESKCLERK_HOME": "/srv/x"}).store_url == "sqlite:////srv/x/deskclerk.db"


def test_a_value_is_read_from_the_file_that_its_file_setting_names(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("top-secret\n")
    settings = read_settings({"ZENDESK_WEBHOOK_SECRET_FILE": str(tmp_path / "s")})
    assert settings.webhook_secrets == ("top-secret",)


def test_an_unreadable_file_is_named_by_its_setting() -> None:
    assert "ZENDESK_CLIENT_SECRET_FILE" in lines_for({"ZENDESK_CLIENT_SECRET_FILE": "/no/such"})


def test_a_value_and_its_file_together_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("1")
    assert "keep one" in lines_for({"PORT": "1", "PORT_FILE": str(tmp_path / "s")})


def test_every_mistake_is_named_at_once() -> None:
    lines = lines_for({"PORT": "none", "ZENDESK_SUBDOMAIN": "Acme Ltd", "DYNO": "web.1"})
    assert "PORT" in lines
    assert "ZENDESK_SUBDOMAIN" in lines


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://a:b@127.0.0.1", "http://h?q=1"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    assert "ZENDESK_BASE_URL" in lines_for({"ZENDESK_BASE_URL": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9/"])
def test_plain_http_is_accepted_on_loopback(url: str) -> None:
    assert read_settings({"ZENDESK_BASE_URL": url}).helpdesk_url == url.rstrip("/")


def test_plain_http_beyond_loopback_is_refused_even_when_remote_is_allowed() -> None:
    environment = {"ZENDESK_BASE_URL": "http://example.org", "DESKCLERK_ALLOW_REMOTE_BASE_URL": "1"}
    assert "plain http" in lines_for(environment)


def test_https_beyond_loopback_needs_leave() -> None:
    environment = {"ZENDESK_BASE_URL": "https://example.org"}
    assert "DESKCLERK_ALLOW_REMOTE_BASE_URL" in lines_for(environment)
    environment["DESKCLERK_ALLOW_REMOTE_BASE_URL"] = "1"
    assert read_settings(environment).helpdesk_url == "https://example.org"


def test_sqlite_on_a_platform_that_wipes_its_disk_is_refused() -> None:
    assert "PostgreSQL" in lines_for({"DYNO": "web.1"})
    assert read_settings({"DYNO": "web.1", "DESKCLERK_ALLOW_EPHEMERAL": "1"})
    assert read_settings({"DYNO": "web.1", "DATABASE_URL": "postgres://h/d"})


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///d.db",
        "sqlite:////srv/d.db",
        "postgres://u:p@h/d",
        "postgresql://u:p%40q@h:5432/d",
        "postgresql+psycopg://h/d",
        "postgresql://[::1]:5432/d",
        "postgresql:///d?host=/run/postgresql",
    ],
)
def test_a_database_of_a_known_kind_is_accepted(url: str) -> None:
    assert read_settings({"DATABASE_URL": url}).store_url == url


@pytest.mark.parametrize(
    "url",
    [
        "foo",
        "CANARY",
        "mysql://CANARY@h/d",
        "postgresql+asyncpg://CANARY@h/d",
        "sqlite://CANARY/d.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:?CANARY=1",
        "postgresql:CANARY",
        "postgresql://u:CANARY@h:99999999/d",
        "postgresql://u:CANARY@h:0/d",
        "postgresql://u:CANARY@h:-1/d",
        "postgresql://u:CANARY@h:abc/d",
        "postgresql://u:CANARY@/d?host=h&port=abc",
        "postgresql://u:CANARY@[::1/d",
        "postgres://u:CANARY@h:/d",
    ],
)
def test_a_database_that_can_t_be_used_is_named_without_its_password(url: str) -> None:
    lines = lines_for({"DATABASE_URL": url})
    assert lines.startswith("DATABASE_URL ")
    assert "\n" not in lines
    assert "CANARY" not in lines


@given(st.text(max_size=40), st.sampled_from(["", "sqlite://", "postgresql://", "postgres://h:"]))
def test_any_text_is_a_database_or_a_mistake_that_is_named(text: str, start: str) -> None:
    try:
        read_settings({"DATABASE_URL": start + text})
    except SettingsError as error:
        assert all(line.startswith("DATABASE_URL ") for line in error.lines)  # noqa: PT017 - either


def test_one_web_process_unless_told() -> None:
    assert read_settings({}).web_concurrency == 1
    assert read_settings({"WEB_CONCURRENCY": " "}).web_concurrency == 1


@pytest.mark.parametrize("number", ["x", "0", "65", "1.5"])
def test_a_number_of_web_processes_that_is_none_is_refused(number: str) -> None:
    assert "WEB_CONCURRENCY" in lines_for({"WEB_CONCURRENCY": number})


def test_a_worker_in_the_web_process_stays_alone() -> None:
    settings = read_settings({"WEB_CONCURRENCY": "4"})
    assert gunicorn_options(settings, with_worker=False)["workers"] == 4
    assert gunicorn_options(settings, with_worker=True)["workers"] == 1


def test_the_subdomain_makes_the_address() -> None:
    assert read_settings({"ZENDESK_SUBDOMAIN": "acme"}).helpdesk_url == "https://acme.zendesk.com"


def test_old_and_new_webhook_secret_hold_together() -> None:
    environment = {"ZENDESK_WEBHOOK_SECRET": "new", "ZENDESK_WEBHOOK_SECRET_PREVIOUS": "old"}
    assert read_settings(environment).webhook_secrets == ("new", "old")


def test_what_a_command_needs_is_asked_for_by_name() -> None:
    with pytest.raises(SettingsError) as caught:
        require_helpdesk(read_settings({}))
    assert len(caught.value.lines) == 3


def test_nothing_is_asked_for_when_all_is_set() -> None:
    settings = read_settings(
        {
            "ZENDESK_SUBDOMAIN": "acme",
            "ZENDESK_CLIENT_ID": "i",
            "ZENDESK_CLIENT_SECRET": "s",
        }
    )
    require_helpdesk(settings)


def test_secrets_are_never_printed() -> None:
    secret = dict.fromkeys(("ZENDESK_CLIENT_SECRET", "METRICS_TOKEN"), "CANARY")
    database = "postgresql://u:CANARY@h/d"
    settings = read_settings(
        {**secret, "ZENDESK_WEBHOOK_SECRET": "CANARY", "DATABASE_URL": database}
    )
    assert "CANARY" not in repr(settings) + str(settings)


def test_a_mistake_never_shows_the_value() -> None:
    assert "CANARY" not in lines_for({"PORT": "CANARY", "ZENDESK_SUBDOMAIN": "CANARY!"})


def test_an_unknown_field_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="extra"):
        Settings.model_validate({"nonsense": 1})


def test_a_former_secret_key_without_a_present_one_is_a_mistake() -> None:
    assert "without SECRET_KEY" in lines_for({"SECRET_KEY_PREVIOUS": "k" * 32})


@pytest.mark.parametrize("given", ["acme", "T1;T2", "t123", "T1,"])
def test_workspaces_that_are_no_ids_are_refused(given: str) -> None:
    assert "SLACK_WORKSPACES" in lines_for({"SLACK_WORKSPACES": given})


def test_workspaces_are_read_in_their_order() -> None:
    assert read_settings({"SLACK_WORKSPACES": "T2, T1"}).slack_teams == ("T2", "T1")
