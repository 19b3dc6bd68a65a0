"""How far an installation has come with Slack, as its page shows it. Holds no secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.slack import manifest
from connectors.slack.oauth import INSTALL_PATH
from integration.settings import Settings
from integration.slack_installation import admitted
from integration.store import Store, StoreUnavailable, workspaces
from integration.stored_settings import is_given

SETUP_PATH: Final = "/slack"
MANIFEST_PATH: Final = "/slack/manifest"
_SHOWN = (
    "SLACK_SIGNING_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SECRET_KEY",
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What the page shows. `installed` is None when the database can't be asked."""

    given: frozenset[str]  # names of settings
    missing: tuple[str, ...]  # for an installation from the page
    public_url: str
    command: str
    bot_name: str
    creation_link: str  # empty without a public address
    installed: int | None

    def is_set(self, name: str) -> bool:
        """Whether a setting has a value."""
        return name in self.given

    @property
    def has_secrets(self) -> bool:
        """Whether one of the two ways is complete."""
        by_token = {"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"} <= self.given
        return by_token or not self.missing

    @property
    def is_installed(self) -> bool:
        """Whether there is a workspace to speak to."""
        return "SLACK_BOT_TOKEN" in self.given or bool(self.installed)

    @property
    def installed_in_words(self) -> str:
        """In how many workspaces the app is installed; their names are nobody's business."""
        if self.is_set("SLACK_BOT_TOKEN"):
            return "in one workspace, by its token"
        if self.installed is None:
            return "the database does not answer now"
        return {0: "in no workspace yet", 1: "in one workspace"}.get(
            self.installed, f"in {self.installed} workspaces"
        )

    @property
    def install_url(self) -> str:
        """Where the installation begins: at the address that Slack sends the browser back to."""
        return self.public_url + INSTALL_PATH

    @property
    def manifest_url(self) -> str:
        """Where the manifest is read."""
        return self.public_url + MANIFEST_PATH


def setup_of(settings: Settings, store: Store) -> Setup:
    """The state of each step."""
    address, command = settings.public_url, settings.slack_command
    try:
        with store.read() as connection:
            installed: int | None = len(admitted(settings, workspaces.listed(connection)))
    except StoreUnavailable:
        installed = None
    return Setup(
        given=frozenset(name for name in _SHOWN if is_given(settings, name)),
        missing=settings.missing_for_slack_oauth,
        public_url=address,
        command=command,
        bot_name=manifest.BOT_NAME,
        creation_link=manifest.creation_link(address, command) if address else "",
        installed=installed,
    )


def manifest_of(settings: Settings) -> Mapping[str, object] | None:
    """The app's manifest for this installation; None without a public address."""
    if not settings.public_url:
        return None
    return manifest.manifest(settings.public_url, settings.slack_command)
