"""What platforms tell, and what is believed of the headers that proxies add."""

from pathlib import Path

import pytest
from flask import Flask, Response, request

from integration.server import gunicorn_options
from integration.settings import Settings, read_settings
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
