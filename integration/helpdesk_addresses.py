"""Where people find things in the helpdesk."""

from integration.settings import Settings


def ticket_address(settings: Settings, ticket_id: int) -> str:
    """Where a person opens a ticket."""
    return f"{settings.helpdesk_url}/agent/tickets/{ticket_id}"
