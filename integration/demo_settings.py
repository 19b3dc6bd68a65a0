"""The demo's settings: all of its own, but those that say what the machine can bear."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from connectors.slack.sandbox import SlackSandboxConfig
from connectors.zendesk.sandbox import SandboxConfig
from integration.settings import Settings, read_settings

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
# What the sample policy names and the sandbox does not have by itself.
GROUPS = ("Privacy", "Fraud", "Customer Care", "Cards", "Payments")
_HOME = Path(".deskclerk") / "demo"
_OF_THE_MACHINE = ("deskclerk_memory_mb", "deskclerk_reader")


def demo_settings(
    port: int, helpdesk_url: str, slack_url: str, environment: Mapping[str, str] | None = None
) -> Settings:
    """The settings of a demo beside these two sandboxes. Raises SettingsError.

    What else the environment says is another installation's, which a demo must not touch.
    """
    config, team = SandboxConfig(), SlackSandboxConfig()
    return Settings.model_validate(
        {
            # By port: a demo beside another, on other ports, has a store of its own.
            "deskclerk_home": _HOME.resolve() / str(port),
            "deskclerk_policy": SAMPLES / "policy",
            "port": port,
            "public_url": f"http://127.0.0.1:{port}",
            "secret_key": secrets.token_urlsafe(32),
            "zendesk_base_url": helpdesk_url,
            "zendesk_client_id": config.client_id,
            "zendesk_client_secret": config.client_secret,
            "zendesk_webhook_secret": config.webhook_secret,
            "slack_base_url": slack_url,
            "slack_bot_token": team.bot_token,
            "slack_signing_secret": team.signing_secret,
            "deskclerk_sweep_seconds": 60,
            **_of_the_machine(os.environ if environment is None else environment),
        }
    )


def _of_the_machine(environment: Mapping[str, str]) -> dict[str, object]:
    names = {field.upper() for field in _OF_THE_MACHINE}
    given = {
        name: value
        for name, value in environment.items()
        if name in names or name.removesuffix("_FILE") in names
    }
    read = read_settings(given)
    return {field: getattr(read, field) for field in _OF_THE_MACHINE}
