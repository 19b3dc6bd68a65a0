"""The account's name, however people write it."""

import pytest

from integration.addresses import subdomain_in


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
