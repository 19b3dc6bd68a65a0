"""An application that is served on this machine alone."""

import socket

import pytest
import requests
from flask import Flask

from connectors.loopback import ServedApp


def an_app() -> Flask:
    app = Flask(__name__)
    app.get("/", endpoint="home")(lambda: "here")
    return app


def test_it_answers_until_it_stops_and_closes_what_it_served() -> None:
    closed: list[bool] = []
    with ServedApp(an_app(), close=lambda: closed.append(True)) as server:
        assert requests.get(server.url, timeout=5).text == "here"
        assert closed == []
    assert closed == [True]
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - refused
def test_an_address_that_others_could_reach_is_refused(host: str) -> None:
    closed: list[bool] = []
    with pytest.raises(ValueError, match="loopback addresses only"):
        ServedApp(an_app(), host=host, name="sandbox", close=lambda: closed.append(True))
    assert closed == [True]


def test_what_finds_its_port_taken_is_closed() -> None:
    closed: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        ServedApp(an_app(), port=taken.getsockname()[1], close=lambda: closed.append(True))
    assert closed == [True]
