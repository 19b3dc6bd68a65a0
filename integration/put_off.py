"""What a person is told whose wish can't be done yet: what happened, what is kept, what to do."""

from connectors.errors import AskPerson, OutcomeUnknown, Stop

_KEPT = "What you asked for is kept and tried again by itself"
_VENDORS = ("Zendesk", "Slack")


def put_off(error: Exception) -> str:
    """The sentences for the person, after the first attempt failed.

    What is quoted of an error is about credentials and settings, and holds no words of anybody.
    """
    if isinstance(error, OutcomeUnknown):
        return (
            f"Zendesk gave no clear answer. {_KEPT}, after a look at what became of it; "
            "you need not repeat it."
        )
    if isinstance(error, AskPerson | Stop):
        return (
            f"It can't be done now: {error}. {_KEPT} for some hours, then it is on the list "
            "of failures. Tell whoever looks after Deskclerk."
        )
    return (
        f"{_vendor(error)} can't be reached now, or asks to wait. {_KEPT}; you need not repeat it, "
        "and hear what became of it."
    )


def _vendor(error: Exception) -> str:
    return next((name for name in _VENDORS if name in str(error)), "Zendesk or Slack")
