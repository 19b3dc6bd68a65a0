"""Where somebody in the console does what the doctor advises: a page, or their platform.

The doctor speaks to both, and names commands. Whoever sits in front of the console may have no
command line: so the page comes first, and the command is the second choice.
"""

from dataclasses import dataclass
from typing import Final

from integration.console.access import TABLE, Role


@dataclass(frozen=True, slots=True)
class FirstChoice:
    """What to do from the console. Without an endpoint it is done at the platform."""

    words: str
    endpoint: str = ""

    def is_for(self, role: Role) -> bool:
        """Whether the page may be seen in this role."""
        rule = TABLE.get(f"console.{self.endpoint}", {}).get("GET")
        return rule is not None and (rule.roles is None or role in rule.roles)


_SLACK: Final = FirstChoice("Slack", "setup_slack")
_CONNECT: Final = FirstChoice("Connect", "setup_connect")
_POLICY: Final = FirstChoice("Groups, regions and hours", "setup_policy")
_CLIENT: Final = FirstChoice("Give the OAuth client", "setup_zendesk")
_WORKER: Final = FirstChoice(
    "At your platform, see that the process “worker” is switched on, or that one process does both."
)
_RESTART: Final = FirstChoice(
    "Start the service again at your platform: it prepares the database before it starts."
)
_TRAIN: Final = FirstChoice(
    "At your platform, open a shell in the worker and train there; until then answers that were "
    "held back stay drafts."
)
# By what an advice says, the first that fits.
_CHOICES: Final = (
    ("connect: it asks for them", _CLIENT),
    ("--new-client", _CLIENT),
    ("connect --groups", _POLICY),
    ("deskclerk connect", _CONNECT),
    ("PUBLIC_URL is its address", _CONNECT),
    ("Press Start", FirstChoice("Start in shadow", "setup_start")),
    ("policy check", FirstChoice("Go back to an earlier policy", "policy_versions")),
    ("deskclerk policy", _POLICY),
    ("policy.yaml", _POLICY),
    ("deskclerk migrate", _RESTART),
    ("deskclerk work", _WORKER),
    ("deskclerk train", _TRAIN),
    ("Add to Slack", _SLACK),
    ("the app's manifest", _SLACK),
    ("Install the app", _SLACK),
    ("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET", _SLACK),
)


def first_choice(way_out: str) -> FirstChoice | None:
    """What to do from the console; None where the advice is all there is."""
    return next((choice for words, choice in _CHOICES if words in way_out), None)
