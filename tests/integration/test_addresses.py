"""Addresses and the account's name, however people write them."""

import pytest

from integration.addresses import base_of, subdomain_in


@pytest.mark.parametrize(
    "text",
    [
        "acme",
        " Acme ",
        " ACME.zendesk.com ",
        "acme.zendesk.com",
        "https://acme.zendesk.com",
        "http://ACME.zendesk.com/agent/tickets/5",
    ],
)
def test_the_name_is_found_in_what_people_copy(text: str) -> None:
    assert subdomain_in(text) == "acme"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "acme.example",
        "acme.example.com",
        "a b",
        "-x",
        "acme.zendesk.com.example.com",
        "äcme",
        "user@acme.zendesk.com",
        "acme.zendesk.com:443@example.com",
        "a" * 64,
    ],
)
def test_what_is_no_name_is_none(text: str) -> None:
    assert subdomain_in(text) == ""


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("", ""),
        ("https://desk.example", "https://desk.example"),
        ("HTTPS://Desk.Example:443/", "https://desk.example"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://desk.example:80/Under//", "https://desk.example:80/Under"),
    ],
)
def test_an_address_has_one_form_which_is_that_of_browsers(written: str, base: str) -> None:
    assert base_of(written) == base


@pytest.mark.parametrize(
    "written",
    [
        "desk.example",
        "ftp://desk.example",
        "https://",
        "https://[",
        "https://desk.example:99999",
        "https://desk.example:x",
        "https://user@desk.example",
        "https://desk.example?x=1",
        "https://desk.example#x",
        "https://desk example",
    ],
)
def test_what_no_path_can_be_put_behind_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        base_of(written)
