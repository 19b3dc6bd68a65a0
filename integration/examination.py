"""Every check of an installation, in the order in which they need each other."""

from collections.abc import Callable, Iterator

from integration.base_checks import Base
from integration.clock import Clock
from integration.doctor import Check, Result, examine
from integration.settings import Settings
from integration.slack_access import connecting
from integration.slack_checks import SlackChecks
from integration.zendesk_checks import ZendeskChecks


def examine_installation(
    settings: Settings,
    clock: Clock,
    *,
    begun: Callable[[str], None],
    found: Callable[[Result], None],
) -> list[Result]:
    """Look at everything in turn, and tell of each as it comes."""
    base = Base(settings)
    zendesk = ZendeskChecks(base, clock)

    def checks() -> Iterator[Check]:
        yield from base.checks()
        yield from zendesk.checks()
        # Last: by then it is known what is stored.
        yield from SlackChecks(base, clock, connecting(base.settings)).checks()

    try:
        return examine(checks(), begun=begun, found=found)
    finally:
        zendesk.close()
        base.close()
