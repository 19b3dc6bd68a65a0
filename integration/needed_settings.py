"""What the helpdesk needs of the settings, wherever they come from."""

from integration.settings import Settings, SettingsError


def missing_for_helpdesk(settings: Settings) -> tuple[str, ...]:
    """The names of the settings that are lacking to speak to the helpdesk."""
    wanted = {
        "ZENDESK_SUBDOMAIN": settings.zendesk_subdomain or settings.zendesk_base_url,
        "ZENDESK_CLIENT_ID": settings.zendesk_client_id,
        "ZENDESK_CLIENT_SECRET": settings.zendesk_client_secret.get_secret_value(),
    }
    return tuple(name for name, value in wanted.items() if not value)


_WHAT_TO_GIVE = {
    "ZENDESK_SUBDOMAIN": "give the part before .zendesk.com",
    "ZENDESK_CLIENT_ID": "give the OAuth client's identifier",
    "ZENDESK_CLIENT_SECRET": "give the OAuth client's secret",
}


def require_helpdesk(settings: Settings) -> None:
    """Raise SettingsError unless what the helpdesk needs is set."""
    missing = missing_for_helpdesk(settings)
    if missing:
        raise SettingsError(tuple(f"{name} is not set: {_WHAT_TO_GIVE[name]}" for name in missing))
