"""Addresses in settings: which of them can be used."""

import re
from urllib.parse import urlsplit

from connectors.addresses import is_loopback

_POSTGRESQL = ("postgres://", "postgresql://", "postgresql+psycopg://")
_MAX_PORT = 65535
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


def check_database(value: str) -> None:
    """Raise ValueError unless the value is empty, or the address of a database that can be used.

    Messages never quote the value: it may hold a password.
    """
    if not value.startswith("sqlite:"):
        if value:
            _check_postgresql(value)
        return
    if value.partition("?")[0] in {"sqlite://", "sqlite:///", "sqlite:///:memory:"}:
        raise ValueError(
            "an SQLite database in memory would lose what was accepted; give it a file: "
            "sqlite:////path/to/deskclerk.db"
        )
    if not value.startswith("sqlite:///"):
        raise ValueError("SQLite's form is sqlite:////path/to/deskclerk.db")


def _check_postgresql(value: str) -> None:
    """Raise ValueError unless the value is a PostgreSQL URL that can be taken apart."""
    from sqlalchemy import make_url  # not needed by a start with SQLite's default
    from sqlalchemy.exc import ArgumentError

    if not value.startswith(_POSTGRESQL):
        raise ValueError(
            "must look like sqlite:////path/to/deskclerk.db or "
            "postgresql://user:password@host:5432/name"
        )
    try:
        url = make_url(value).set(drivername="postgresql+psycopg")
        url.get_dialect()().create_connect_args(url)  # looks at hosts and ports in the query too
    except (ArgumentError, ValueError):  # the latter: a port or an address that is none
        raise ValueError(
            "must look like postgresql://user:password@host:5432/name, with a number as port and "
            "special characters of the password percent-encoded"
        ) from None
    if url.port is not None and not 1 <= url.port <= _MAX_PORT:
        raise ValueError(f"the port must be from 1 to {_MAX_PORT}")


def base_of(value: str) -> str:
    """An address to put paths behind, written as browsers write it; empty for nothing.

    Raises ValueError for what is none.
    """
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or " " in parts.netloc:
        raise ValueError("must look like http://127.0.0.1:9000 or https://host")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("must hold no user name, query or fragment")
    place = parts.netloc.lower()
    if parts.port == _DEFAULT_PORTS[parts.scheme]:
        place = place.rpartition(":")[0]
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}"


def subdomain_in(text: str) -> str:
    """The account's name in whatever people copy: acme, acme.zendesk.com, https://acme.zen…/agent.

    Empty where there is none.
    """
    host = re.sub(r"^https?://", "", text.strip().lower()).partition("/")[0]
    name = host.removesuffix(".zendesk.com")
    return name if _SUBDOMAIN.fullmatch(name) else ""


def fault_of_address(name: str, address: str, *, allowed: bool) -> str | None:
    """What is wrong with another address for a vendor, or None."""
    parts = urlsplit(address)
    if not address or is_loopback(parts.hostname):
        return None
    if parts.scheme == "http":
        return (
            f"{name} is plain http beyond this machine: tokens and tickets would travel "
            "unprotected; use https"
        )
    if allowed:
        return None
    return f"{name} is not on this machine: set DESKCLERK_ALLOW_REMOTE_BASE_URL=1 if that is meant"
