"""What platforms tell, and what is believed of the headers that proxies add."""

from pathlib import Path

import pytest
from flask import Flask, Response, request

from integration.base_checks import Base
from integration.server import gunicorn_options
from integration.settings import Settings, SettingsError, read_settings
from integration.store import Store
from integration.wiring import build_web, open_store

ON_RENDER = {"RENDER": "true", "DESKCLERK_ALLOW_EPHEMERAL": "1"}


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({"RENDER_EXTERNAL_URL": "https://d.onrender.com"}, "https://d.onrender.com"),
        ({"HEROKU_APP_DEFAULT_DOMAIN_NAME": "d-1.herokuapp.com"}, "https://d-1.herokuapp.com"),
        ({"RAILWAY_PUBLIC_DOMAIN": "d.up.railway.app"}, "https://d.up.railway.app"),
        ({"FLY_APP_NAME": "d", "DESKCLERK_ALLOW_EPHEMERAL": "1"}, "https://d.fly.dev"),
        ({}, ""),
    ],
)
def test_the_public_address_is_what_the_platform_says(told: dict[str, str], address: str) -> None:
    assert read_settings(told).public_url == address


def test_an_address_of_ones_own_comes_first() -> None:
    told = {"RENDER_EXTERNAL_URL": "https://d.onrender.com", "PUBLIC_URL": "https://desk.example"}
    assert read_settings(ON_RENDER | told).public_url == "https://desk.example"


PLATFORMS = (
    "DYNO",
    "RENDER",
    "RAILWAY_ENVIRONMENT",
    "FLY_APP_NAME",
    "K_SERVICE",
    "WEBSITE_SITE_NAME",
)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:////data/desk.db"}, "DATABASE_URL names an SQLite file"),
    ],
)
def test_a_file_on_a_disk_that_is_wiped_is_refused_and_the_reason_is_true(
    platform: str, given: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({platform: "1", **given})
    [line] = refused.value.lines
    assert line.startswith(f"{told}: this platform wipes its disk")
    assert read_settings({platform: "1", **given, "DESKCLERK_ALLOW_EPHEMERAL": "1"})
    assert read_settings({platform: "1", "DATABASE_URL": "postgresql://u:p@h/d"})


@pytest.mark.parametrize(
    ("env", "given", "warned"),
    [
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, {}, True),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, {"deskclerk_allow_ephemeral": True}, False),
        ({}, {}, False),
    ],
)
def test_in_kubernetes_the_doctor_warns_of_a_file_that_may_be_on_no_volume(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    env: dict[str, str],
    given: dict[str, bool],
    warned: bool,  # noqa: FBT001 - a parameter
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert read_settings(env)
    base = Base(Settings.model_validate({"database_url": store.url, **given}))
    found = list(base.look_at_database())
    base.close()
    assert any("pod of Kubernetes" in each.sentence for each in found) is warned


def seen_by(folder: Path, hops: int) -> tuple[str | None, str, str]:
    """Address, scheme and host of a request that came through two proxies."""
    settings = Settings(deskclerk_home=folder, deskclerk_trusted_proxies=hops)
    with open_store(settings):
        app: Flask = build_web(settings)
    found = []

    @app.after_request
    def seen(response: Response) -> Response:
        found.append((request.remote_addr, request.scheme, request.host))
        return response

    headers = {
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    app.test_client().get("/healthz", headers=headers, base_url="http://desk.example")
    return found[0]


def test_by_default_no_header_of_a_proxy_is_believed(tmp_path: Path) -> None:
    assert seen_by(tmp_path, 0) == ("127.0.0.1", "http", "desk.example")


def test_one_known_proxy_names_the_sender_and_the_scheme_but_never_the_host(tmp_path: Path) -> None:
    assert seen_by(tmp_path, 1) == ("198.51.100.7", "https", "desk.example")


def test_gunicorn_believes_nobody_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from gunicorn.config import Config

    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # Heroku's build sets it
    config = Config()
    for name, value in gunicorn_options(Settings(), with_worker=False).items():
        config.set(name, value)
    assert config.forwarded_allow_ips == []
