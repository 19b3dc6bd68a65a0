"""Settings from the environment. Every mistake is named in one line; secrets are never printed."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from integration.addresses import base_of, check_database, fault_of_address
from integration.hosting import faults_of_disk, is_on_disk, known_address
from rules.risk_modes import FULL, LEXICAL

_MAX_PORT = 65535
_SHORTEST_KEY = 32
_SHORTEST_CODE = 16


class SettingsError(Exception):
    """The environment can't be used. `lines` holds one sentence per mistake."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class Settings(BaseModel):
    """What can be set. Field names are the environment's names in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    deskclerk_home: Path = Field(
        default_factory=lambda: Path.home() / ".deskclerk",
        description="Folder for the SQLite file.",
    )
    database_url: str = Field(
        default="",
        repr=False,  # it may hold a password
        description="SQLAlchemy URL; empty means SQLite under DESKCLERK_HOME.",
    )
    deskclerk_policy: Path | None = Field(
        default=None, description="Policy folder, imported and activated at start if it differs."
    )
    host: str = Field(default="127.0.0.1", description="Address the web service binds to.")
    port: Annotated[int, Field(ge=1, le=_MAX_PORT, description="Port of the web service.")] = 8000
    deskclerk_trusted_proxies: Annotated[
        int,
        Field(ge=0, le=8, description="Proxies in front whose X-Forwarded headers are believed."),
    ] = 0
    web_concurrency: Annotated[
        int, Field(ge=1, le=64, description="Processes of the web service.")
    ] = 1
    zendesk_subdomain: str = Field(
        default="",
        pattern=r"^([a-z0-9][a-z0-9-]{0,62})?$",
        description="The account's name: the part before .zendesk.com.",
    )
    zendesk_client_id: str = Field(default="", description="Identifier of the OAuth client.")
    zendesk_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret of the OAuth client."
    )
    zendesk_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Signing secret of the webhook."
    )
    zendesk_webhook_secret_previous: SecretStr = Field(
        default=SecretStr(""), description="The former signing secret while it is being rotated."
    )
    zendesk_base_url: str = Field(
        default="", description="Another address for the helpdesk; loopback only."
    )
    deskclerk_allow_remote_base_url: bool = Field(
        default=False, description="Allow an https base URL that is not loopback."
    )
    deskclerk_allow_ephemeral: bool = Field(
        default=False, description="Allow SQLite on a platform that wipes its disk (for demos)."
    )
    public_url: str = Field(
        default="",
        description="Where this installation is reached from outside, such as https://desk.example.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Encrypts stored tokens and signs forms: 32 characters or more, by chance.",
    )
    secret_key_previous: SecretStr = Field(
        default=SecretStr(""),
        description="The former secret key: still opens stored tokens while it is being rotated.",
    )
    setup_code: SecretStr = Field(
        default=SecretStr(""),
        description="Lets the first administrator into the console, once: 16 characters or more.",
    )
    slack_bot_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token of the one workspace, xoxb-…; without it the app is installed by OAuth.",
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""), description="Signing secret of the Slack app."
    )
    slack_client_id: str = Field(default="", description="Client ID of the Slack app, for OAuth.")
    slack_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret of the Slack app, for OAuth."
    )
    slack_workspaces: str = Field(
        default="",
        pattern=r"^(T[A-Z0-9]{1,39}(\s*,\s*T[A-Z0-9]{1,39})*)?$",
        description="Ids of the workspaces in which the app may be installed, with commas between.",
    )
    slack_base_url: str = Field(default="", description="Another address for Slack; loopback only.")
    slack_command: str = Field(
        default="/deskclerk",
        pattern=r"^/[a-z0-9_-]{1,31}$",
        description="The slash command.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token for /metrics; empty switches it off."
    )
    deskclerk_concurrency: Annotated[
        int, Field(ge=1, le=200, description="Tickets a worker handles at once.")
    ] = 24
    deskclerk_sweep_seconds: Annotated[
        int, Field(ge=5, le=86_400, description="Seconds between two reconciliation sweeps.")
    ] = 300
    deskclerk_reader: bool = Field(
        default=True,
        description="Let small networks judge messages too; off under 450 MB.",
    )
    deskclerk_memory_mb: Annotated[
        int | None, Field(ge=128, description="Memory a worker may take, in MB; else the system's.")
    ] = None
    deskclerk_log_level: str = Field(
        default="info",
        pattern="^(debug|info|warning|error)$",
        description="Least level that is logged.",
    )

    @field_validator("database_url")
    @classmethod
    def _usable_database(cls, value: str) -> str:
        check_database(value)
        return value

    @field_validator("zendesk_base_url", "slack_base_url", "public_url")
    @classmethod
    def _plain_base(cls, value: str) -> str:
        return base_of(value)

    @field_validator("secret_key", "secret_key_previous", "setup_code")
    @classmethod
    def _long_enough(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        shortest = _SHORTEST_CODE if info.field_name == "setup_code" else _SHORTEST_KEY
        if 0 < len(value.get_secret_value()) < shortest:
            raise ValueError(f"must be at least {shortest} characters, drawn by chance")
        return value

    _stored: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def stored(self) -> frozenset[str]:
        """The names of the settings that are not of the environment."""
        return self._stored

    def with_stored(self, values: Mapping[str, object]) -> Self:
        """These settings with values of the store, by field."""
        whole = self.model_copy(update=values)
        whole._stored = self._stored | {field.upper() for field in values}  # noqa: SLF001 - ours
        return whole

    @property
    def slack_url(self) -> str:
        """Where Slack answers."""
        return self.slack_base_url or "https://slack.com"

    @property
    def has_slack(self) -> bool:
        """Whether requests from Slack can be told from others."""
        return bool(self.slack_signing_secret.get_secret_value())

    @property
    def slack_teams(self) -> tuple[str, ...]:
        """The workspaces that are named, the one that is written to first; none: whichever is."""
        return tuple(team.strip() for team in self.slack_workspaces.split(",") if team.strip())

    @property
    def missing_for_slack_oauth(self) -> tuple[str, ...]:
        """The names of the settings that an installation by OAuth lacks."""
        wanted = {
            "PUBLIC_URL": self.public_url,
            "SLACK_CLIENT_ID": self.slack_client_id,
            "SLACK_CLIENT_SECRET": self.slack_client_secret.get_secret_value(),
            "SLACK_SIGNING_SECRET": self.slack_signing_secret.get_secret_value(),
            "SECRET_KEY": self.secret_key.get_secret_value(),
        }
        return tuple(name for name, value in wanted.items() if not value)

    @property
    def risk_mode(self) -> str:
        """Whether the risk model reads with its network, or by words alone."""
        return FULL if self.deskclerk_reader else LEXICAL

    @property
    def store_url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.deskclerk_home / 'deskclerk.db'}"

    @property
    def helpdesk_url(self) -> str:
        """Where the helpdesk answers."""
        return self.zendesk_base_url or f"https://{self.zendesk_subdomain}.zendesk.com"

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets a delivery may be signed with, the present one first."""
        both = (self.zendesk_webhook_secret, self.zendesk_webhook_secret_previous)
        return tuple(secret.get_secret_value() for secret in both if secret.get_secret_value())


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings. Raises SettingsError with every mistake at once."""
    env = os.environ if environment is None else environment
    values, lines = _collect(env)
    values.setdefault("public_url", known_address(env))
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        lines += mistakes_of(error)
        raise SettingsError(tuple(lines)) from None
    lines += _contradictions(settings, env)
    if lines:
        raise SettingsError(tuple(lines))
    return settings


def mistakes_of(error: ValidationError) -> list[str]:
    """One line for each value that can't be used."""
    return [_line_of(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]


def _collect(env: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    values: dict[str, str] = {}
    lines: list[str] = []
    for field in Settings.model_fields:
        name = field.upper()
        file = env.get(f"{name}_FILE")
        if file and env.get(name):
            lines.append(f"{name} and {name}_FILE are both set: keep one")
        elif file:
            try:
                values[field] = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                lines.append(f"{name}_FILE names a file that can't be read")
        elif env.get(name, "").strip():
            values[field] = env[name]
    return values, lines


def _line_of(field: str, message: str) -> str:
    return f"{field.upper()} is not valid: {message.removeprefix('Value error, ')}"


def _contradictions(settings: Settings, env: Mapping[str, str]) -> list[str]:
    allowed = settings.deskclerk_allow_remote_base_url
    lines = [
        fault
        for name in ("zendesk_base_url", "slack_base_url")
        if (fault := fault_of_address(name.upper(), getattr(settings, name), allowed=allowed))
    ]
    if settings.slack_bot_token.get_secret_value() and not settings.has_slack:
        lines.append(
            "SLACK_SIGNING_SECRET is not set: copy the app's signing secret from Slack, so that "
            "its requests can be told from others"
        )
    if settings.slack_client_id and not settings.secret_key.get_secret_value():
        lines.append("SECRET_KEY is not set: installations of the Slack app are stored encrypted")
    if (
        settings.secret_key_previous.get_secret_value()
        and not settings.secret_key.get_secret_value()
    ):
        lines.append("SECRET_KEY_PREVIOUS is set without SECRET_KEY: give the present key there")
    if is_on_disk(settings.store_url) and not settings.deskclerk_allow_ephemeral:
        lines += faults_of_disk(env, is_named=bool(settings.database_url))
    return lines
