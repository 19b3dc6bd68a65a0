"""Whether Slack works: the app, its token and permissions, its channels, the way there."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from connectors.chat import Channel, Chat, Identity
from connectors.errors import ConnectorError, RetryLater
from connectors.slack import manifest, probe
from integration.base_checks import Base
from integration.clock import Clock
from integration.doctor import Check, Finding, ok, problem, skipped, warning
from integration.slack_installation import admitted, purpose_of
from integration.slack_setup import SETUP_PATH
from integration.store import deliveries, workspaces
from integration.vault import VaultError, vault_of
from rules.policy import Policy

_SKEW_WARNING_S = 60.0
_SKEW_PROBLEM_S = 300.0  # Slack's signatures, and ours, are good for five minutes


class SlackChecks:
    """The checks in their order; each uses what those before it have found."""

    def __init__(self, base: Base, clock: Clock, connect: Callable[[str], Chat]) -> None:
        self._base = base
        self._settings = base.settings
        self._clock = clock
        self._connect = connect
        self._identities: dict[str, Identity] = {}  # by what the workspace is called
        self._spoken_to: tuple[str, Chat] | None = None  # the one that gets the messages

    def checks(self) -> list[Check]:
        """All of them; a single one that says so where Slack is not attached."""
        first = Check("slack settings", self.look_at_settings)
        if not self._is_attached:
            return [first]
        return [
            first,
            Check("slack token", self.look_at_tokens),
            Check("slack permissions", self.look_at_scopes),
            Check("slack channels", self.look_at_channels),
            Check("slack requests", self.look_at_requests),
            Check("slack clock", self.look_at_clock),
        ]

    @property
    def _is_attached(self) -> bool:
        settings = self._settings
        return bool(
            settings.has_slack
            or settings.slack_bot_token.get_secret_value()
            or settings.slack_client_id
        )

    def look_at_settings(self) -> Iterator[Finding]:
        """The settings of one of the two ways are complete."""
        settings = self._settings
        if not self._is_attached:
            yield skipped("Slack is not attached: none of its settings is given.")
            return
        token = settings.slack_bot_token.get_secret_value()
        missing = settings.missing_for_slack_oauth
        if token and not token.startswith("xoxb-"):
            yield problem(
                "SLACK_BOT_TOKEN is not a bot's token: those begin with xoxb-.",
                "Copy the Bot User OAuth Token at OAuth & Permissions.",
            )
        elif token:
            yield ok("The app speaks with SLACK_BOT_TOKEN, in its workspace.")
            if settings.slack_client_id:
                yield warning(
                    "SLACK_CLIENT_ID is not used, because SLACK_BOT_TOKEN is given.",
                    "Remove one of the two.",
                )
        elif missing:
            yield problem(
                f"Not set: {', '.join(missing)}.",
                "Set them, or SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET for one workspace.",
            )
        else:
            yield ok("The app can be installed by OAuth.")

    def look_at_tokens(self) -> Iterator[Finding]:
        """Every workspace's token is taken by Slack."""
        token = self._settings.slack_bot_token.get_secret_value()
        if token:
            yield self._look_at_token("the workspace of SLACK_BOT_TOKEN", lambda: token)
            return
        if self._base.store is None:
            yield skipped("Where the app is installed stands in the database.")
            return
        with self._base.store.read() as connection:
            rows = workspaces.listed(connection)
        welcome, vault = admitted(self._settings, rows), vault_of(self._settings)
        for row in welcome:
            opened = partial(vault.open, row.sealed_token, purpose=purpose_of(row.team_id))
            name = f"{row.team_name} ({row.team_id})"
            yield self._look_at_token(name, opened, row.team_id, speaks=row is welcome[0])
        for row in rows:
            if row not in welcome:
                yield warning(
                    f"The app is installed in {row.team_name} ({row.team_id}), whose people are "
                    "refused.",
                    "Remove it there, or add the id to SLACK_WORKSPACES.",
                )
        if not welcome:
            yield problem(
                "The app is installed in no workspace.",
                f"Open {self._settings.public_url}{SETUP_PATH} and press Add to Slack.",
            )

    def look_at_scopes(self) -> Iterator[Finding]:
        """The tokens allow what the service does."""
        if not self._identities:
            yield skipped("No token could be asked.")
        for name, identity in self._identities.items():
            missing = [scope for scope in manifest.SCOPES if scope not in identity.scopes]
            for scope in missing:
                yield problem(
                    f"In {name} the app may not {scope}: {manifest.SCOPES[scope]}.",
                    "Bring the app's manifest up to date at Slack, and install it again.",
                )
            if not missing:
                yield ok(f"In {name} the app may do all it has to.")

    def look_at_channels(self) -> Iterator[Finding]:
        """Every channel that the policy names is there, and the app is in it."""
        if self._base.policy is None:
            yield skipped("Which channels are wanted stands in the policy.")
            return
        wanted = _channels_of(self._base.policy)
        if not wanted:
            yield warning(
                "The policy names no channel: nothing is told in Slack, commands work.",
                "Name channels in the section slack of policy.yaml.",
            )
            return
        if self._spoken_to is None:
            yield skipped("The workspace could not be asked for its channels.")
            return
        name, chat = self._spoken_to
        channels = chat.read_channels()
        for channel in wanted:
            yield _look_at_channel(channel, channels, name)

    def look_at_requests(self) -> Iterator[Finding]:
        """The service takes what is signed with the secret, and nothing else."""
        if not self._settings.has_slack:
            yield skipped("Without SLACK_SIGNING_SECRET nothing from Slack is taken.")
            return
        address = self._events_address()
        try:
            yield from self._try_secret(address)
        except RetryLater:
            yield skipped(
                f"The service could not be reached at {address} from here.",
                "Start it and ask again; Slack must be able to reach PUBLIC_URL.",
            )
        yield from self._last_request()

    def look_at_clock(self) -> Iterator[Finding]:
        """The clocks of this machine and of Slack agree."""
        theirs = probe.read_time(self._settings.slack_url)
        if theirs is None:
            yield skipped("Slack's answer has no date to compare the clock with.")
            return
        off = abs((self._clock.now() - theirs).total_seconds())
        if off <= _SKEW_WARNING_S:
            yield ok("This machine's clock agrees with Slack's.")
            return
        make = problem if off > _SKEW_PROBLEM_S else warning
        yield make(
            f"This machine's clock is {round(off)} seconds off from Slack's; from "
            f"{round(_SKEW_PROBLEM_S)} on every request is refused.",
            "Let it follow a time server (NTP).",
        )

    def _look_at_token(
        self, name: str, opened: Callable[[], str], team: str | None = None, *, speaks: bool = True
    ) -> Finding:
        try:
            chat = self._connect(opened())
            identity = chat.identify()
        except (ConnectorError, VaultError) as error:
            return problem(
                f"The token of {name} does not work: {error}.",
                "Install the app again, or give its present token.",
            )
        if team is not None and identity.team != team:
            return problem(
                f"The token of {name} belongs to another workspace ({identity.team}).",
                "Install the app again there.",
            )
        self._identities[name] = identity
        if speaks:
            self._spoken_to = name, chat
        return ok(f"The token of {name} works.")

    def _events_address(self) -> str:
        settings = self._settings
        host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
        return (settings.public_url or f"http://{host}:{settings.port}") + manifest.EVENTS_PATH

    def _try_secret(self, address: str) -> Iterator[Finding]:
        now = self._clock.now()
        secret = self._settings.slack_signing_secret.get_secret_value()
        again = "Start the service again with the present settings."
        match probe.send_challenge(address, secret, now):
            case probe.Taken.ANSWERED:
                # Whether it looks at the signature at all.
                if probe.send_challenge(address, f"not {secret}", now) is probe.Taken.REFUSED:
                    yield ok(f"The service at {address} takes what is signed, and nothing else.")
                else:
                    yield problem(
                        f"What answers at {address} takes requests that are not signed.",
                        "See what runs there: it is not this service.",
                    )
            case probe.Taken.REFUSED:
                yield problem(
                    f"The service at {address} runs with another SLACK_SIGNING_SECRET, or its "
                    "clock is off.",
                    again,
                )
            case _:
                yield problem(f"Nothing that knows Slack answers at {address}.", again)

    def _last_request(self) -> Iterator[Finding]:
        """Only a request of Slack's own proves that it has the same secret."""
        if self._base.store is None:
            return
        with self._base.store.read() as connection:
            at = deliveries.newest_at(connection, source=deliveries.SLACK)
        if at is None:
            yield warning(
                "No command or click has come from Slack yet.",
                f"Type {self._settings.slack_command} help in Slack. If it answers with an error, "
                "compare SLACK_SIGNING_SECRET with the one that Slack shows.",
            )
        else:
            day = datetime.fromtimestamp(at, UTC)
            yield ok(f"The last command or click came from Slack at {day:%Y-%m-%d %H:%M} UTC.")


def _channels_of(policy: Policy) -> list[str]:
    chat = policy.settings.chat
    return sorted({*chat.channels.values(), chat.approvals, chat.leads} - {""})


def _look_at_channel(name: str, channels: Mapping[str, Channel], workspace: str) -> Finding:
    invite = f"/invite @{manifest.BOT_NAME} in #{name}"
    found = channels.get(name)
    if found is None:
        return problem(
            f"The policy names #{name}, which {workspace} does not have, or which is private "
            "without the app in it.",
            f"Correct the name in policy.yaml, or invite the app: {invite}.",
        )
    if not found.is_member:
        return problem(f"The app is not in #{name}.", f"Invite it: {invite}.")
    return ok(f"The app is in #{name}.")
