"""What can go wrong at a vendor, named by what to do about it."""

from enum import StrEnum


class ConnectorError(Exception):
    """Base of all failures at a vendor. The message holds no customer text and no secret."""


class RetryLater(ConnectorError):  # noqa: N818 - named by what to do
    """Nothing was done; the same call may go through after `after_s` seconds."""

    def __init__(self, message: str, *, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class ReadAgain(ConnectorError):  # noqa: N818 - named by what to do
    """The ticket changed since it was read, nothing was written: read it and decide again."""


class StopKind(StrEnum):
    """Why a call will never go through."""

    GONE = "gone"  # deleted, or never existed
    CLOSED = "closed"  # a closed ticket takes no update
    INVALID = "invalid"  # refused by validation


class Stop(ConnectorError):  # noqa: N818 - named by what to do
    """Refused for good: repeating the call can't help."""

    def __init__(self, message: str, *, kind: StopKind) -> None:
        super().__init__(message)
        self.kind = kind


class AskPerson(ConnectorError):  # noqa: N818 - named by what to do
    """Credentials or permissions don't suffice: a person must change something."""


class OutcomeUnknown(ConnectorError):  # noqa: N818 - named by what happened
    """A write was sent and no clear answer came: look before anything is repeated."""
