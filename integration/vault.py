"""Encryption of the few secrets that are stored: tokens of workspaces, and settings.

Fernet (AES-CBC with HMAC-SHA256, https://cryptography.io/en/latest/fernet/) with a key for each
purpose, which HKDF makes of SECRET_KEY: what was sealed for one workspace opens for no other, so
that rows which were swapped in the database are noticed.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from integration.settings import Settings

_KEY_BYTES = 32


class VaultError(Exception):
    """Nothing can be sealed or opened with these keys. The message says what to do."""


class Vault:
    """Seals texts with the first key, and opens what any of the keys has sealed."""

    def __init__(self, *keys: str) -> None:
        self._keys = tuple(key for key in keys if key)

    def require_key(self) -> None:
        """Raise VaultError unless there is a key to seal with."""
        self._cipher("")

    def seal(self, text: str, *, purpose: str) -> str:
        """A text, encrypted for a purpose. Raises VaultError when there is no key."""
        return self._cipher(purpose).encrypt(text.encode("utf-8")).decode("ascii")

    def open(self, sealed: str, *, purpose: str) -> str:
        """The text that was sealed for the same purpose; raises VaultError, and nothing else."""
        try:
            return self._cipher(purpose).decrypt(_octets(sealed)).decode("utf-8")
        except (InvalidToken, UnicodeDecodeError):
            raise VaultError(
                "what is stored can't be read with SECRET_KEY: set the key that it was stored "
                "with (as SECRET_KEY or SECRET_KEY_PREVIOUS), or install the app again (at Slack), "
                "or connect again (with Zendesk)"
            ) from None

    def seal_again(self, sealed: str, *, purpose: str) -> str | None:
        """The same text sealed with the first key; None if it is so already. Raises VaultError."""
        text = self.open(sealed, purpose=purpose)
        try:
            Vault(self._keys[0]).open(sealed, purpose=purpose)
        except VaultError:
            return self.seal(text, purpose=purpose)
        return None

    def _cipher(self, purpose: str) -> MultiFernet:
        if not self._keys:
            raise VaultError("SECRET_KEY is not set: without it no secret can be stored or read")
        return MultiFernet([Fernet(_derived(key, purpose)) for key in self._keys])


def vault_of(settings: Settings) -> Vault:
    """The vault of an installation: the present key, and the former one while it is rotated."""
    keys = (settings.secret_key, settings.secret_key_previous)
    return Vault(*(key.get_secret_value() for key in keys))


def _derived(key: str, purpose: str) -> bytes:
    """A key for one purpose. RFC 5869; without salt, since SECRET_KEY is drawn by chance."""
    info = b"deskclerk:" + _octets(purpose)
    hkdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info)
    return base64.urlsafe_b64encode(hkdf.derive(_octets(key)))


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
