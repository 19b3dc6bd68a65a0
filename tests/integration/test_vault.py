"""Encryption at rest: what was sealed opens again, for its purpose, with a known key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.settings import Settings
from integration.vault import Vault, VaultError, vault_of

KEY, OTHER = "k" * 32, "o" * 40
PURPOSE = "slack.token:T1"


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), purpose=st.text())
def test_what_was_sealed_opens_to_the_same_text(text: str, purpose: str) -> None:
    vault = Vault(KEY)
    assert vault.open(vault.seal(text, purpose=purpose), purpose=purpose) == text


@given(sealed=st.text())
def test_anything_else_is_refused_with_the_one_error(sealed: str) -> None:
    with pytest.raises(VaultError):
        Vault(KEY).open(sealed, purpose=PURPOSE)


def test_what_is_sealed_does_not_show_the_text() -> None:
    assert "xoxb-canary" not in Vault(KEY).seal("xoxb-canary", purpose=PURPOSE)


def test_it_opens_for_no_other_purpose() -> None:
    sealed = Vault(KEY).seal("token", purpose="slack.token:T1")
    with pytest.raises(VaultError):
        Vault(KEY).open(sealed, purpose="slack.token:T2")


def test_another_key_is_told_what_to_do() -> None:
    sealed = Vault(KEY).seal("xoxb-canary", purpose=PURPOSE)
    with pytest.raises(VaultError, match="install the app again") as caught:
        Vault(OTHER).open(sealed, purpose=PURPOSE)
    assert "xoxb-canary" not in str(caught.value)
    assert OTHER not in str(caught.value)


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(VaultError, match="SECRET_KEY is not set"):
        Vault("").seal("token", purpose=PURPOSE)


def test_the_former_key_opens_what_it_sealed_while_the_key_is_rotated() -> None:
    sealed = Vault(KEY).seal("token", purpose=PURPOSE)
    vault = vault_of(Settings(secret_key=OTHER, secret_key_previous=KEY))
    assert vault.open(sealed, purpose=PURPOSE) == "token"


def test_sealing_again_makes_the_former_key_dispensable() -> None:
    sealed = Vault(KEY).seal("token", purpose=PURPOSE)
    again = Vault(OTHER, KEY).seal_again(sealed, purpose=PURPOSE)
    assert again is not None
    assert Vault(OTHER).open(again, purpose=PURPOSE) == "token"


def test_what_the_present_key_sealed_is_left_as_it_is() -> None:
    sealed = Vault(OTHER).seal("token", purpose=PURPOSE)
    assert Vault(OTHER, KEY).seal_again(sealed, purpose=PURPOSE) is None
