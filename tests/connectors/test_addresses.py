"""Which addresses are of this machine alone."""

import pytest

from connectors.addresses import is_loopback, is_protected


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]
)
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [None, "", "example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "::2"],
)
def test_other_machines_are_not_loopback(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("address", ["https://desk.example", "http://127.0.0.1:9", "http://[::1]/"])
def test_what_is_encrypted_or_stays_here_is_protected(address: str) -> None:
    assert is_protected(address)


@pytest.mark.parametrize(
    "address",
    ["", "http://desk.example", "ftp://x", "https://", "https:/x", "http://[", "localhost", "\0"],
)
def test_what_others_could_read_or_nobody_can_reach_is_not(address: str) -> None:
    assert not is_protected(address)
