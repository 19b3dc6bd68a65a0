"""Who may use which route and method: one table. What does not stand in it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is here. The helpdesk says it, but for the installer."""

    INSTALLER = "installer"  # came in by the set-up code: may set up, and sees no ticket
    AGENT = "agent"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a method of a route. `roles` None: anybody, it proves its callers itself."""

    roles: frozenset[Role] | None
    form: bool = False  # only from a form of ours
    most_bytes: int | None = None  # that a request may hold, where not as many as any other


_AGENTS: Final = frozenset({Role.AGENT, Role.LEAD, Role.ADMINISTRATOR})
_LEADS: Final = frozenset({Role.LEAD, Role.ADMINISTRATOR})
_ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})
_SETTING_UP: Final = frozenset({Role.INSTALLER, Role.ADMINISTRATOR})
_SIGNED_IN: Final = frozenset(Role)

# A whole policy typed, and another one given beside it: integration/policy_bundle.py.
POLICY_BYTES: Final = 8 * 1024 * 1024
_ANYBODY: Final = {"GET": Rule(None)}


def _may(roles: frozenset[Role]) -> Rule:
    return Rule(roles, form=True)


def _see(roles: frozenset[Role]) -> dict[str, Rule]:
    return {"GET": Rule(roles)}


def _do(roles: frozenset[Role]) -> dict[str, Rule]:
    return {"POST": _may(roles)}


def _both(roles: frozenset[Role]) -> dict[str, Rule]:
    return {**_see(roles), **_do(roles)}


TABLE: Final[Mapping[str, Mapping[str, Rule]]] = {
    # Signed by the sender, or open on purpose: each says in its own place how.
    "pages.take_delivery": {"POST": Rule(None)},
    "pages.healthz": _ANYBODY,
    "pages.readyz": _ANYBODY,
    "pages.metrics": _ANYBODY,
    "slack_door.take_request": {"POST": Rule(None)},
    "slack_pages.show_setup": _ANYBODY,
    "slack_pages.show_manifest": _ANYBODY,
    "slack_pages.begin_installation": _ANYBODY,
    "slack_pages.finish_installation": _ANYBODY,
    # The way in.
    "console.static": _ANYBODY,
    "console.home": _ANYBODY,
    "console.sign_in": _ANYBODY,
    "console.begin_sign_in": _ANYBODY,
    "console.finish_sign_in": _ANYBODY,
    "console.enter_code": {"GET": Rule(None), "POST": Rule(None, form=True)},
    "console.sign_out": _do(_SIGNED_IN),
    "console.sign_out_everywhere": _do(_SIGNED_IN),
    # What everybody of the helpdesk sees and does.
    "console.status": _see(_AGENTS),
    "console.status_now": _see(_AGENTS),
    "console.pause": _do(_AGENTS),
    "console.resume": _do(_LEADS),
    "console.examine": _both(_LEADS),
    "console.tickets": _see(_AGENTS),
    "console.ticket": _see(_AGENTS),
    "console.approvals": _see(_AGENTS),
    "console.act": _do(_AGENTS),
    "console.outcome": _see(_AGENTS),
    "console.outcome_now": _see(_AGENTS),
    "console.answers": _see(_AGENTS),
    "console.answer": _see(_AGENTS),
    "console.change_answer": _do(_LEADS),
    "console.answer_words": _both(_LEADS),
    "console.remove_answer": _both(_LEADS),
    "console.policy_versions": _see(_LEADS),
    "console.policy_version": _both(_LEADS),
    # All of the policy, what the set-up chose in it, too: as in the set-up, administrators alone.
    "console.policy_files": {
        "GET": Rule(_ADMINISTRATORS),
        "POST": Rule(_ADMINISTRATORS, form=True, most_bytes=POLICY_BYTES),
    },
    "console.policy_zip": _see(_ADMINISTRATORS),
    "console.failures": _see(_AGENTS),
    "console.retry": _do(_LEADS),
    "console.ledger": _see(_LEADS),
    "console.verify_ledger": _do(_LEADS),
    "console.account": _see(_AGENTS),
    "console.people": _see(_ADMINISTRATORS),
    "console.sign_out_person": _do(_ADMINISTRATORS),
    # Set-up.
    "console.setup": _see(_SETTING_UP),
    "console.setup_zendesk": _both(_SETTING_UP),
    "console.setup_connect": _both(_ADMINISTRATORS),
    "console.setup_slack": _both(_ADMINISTRATORS),
    "console.setup_policy": _both(_ADMINISTRATORS),
    "console.setup_drafts": _both(_ADMINISTRATORS),
    "console.setup_answers": _both(_ADMINISTRATORS),
    "console.setup_try": _both(_ADMINISTRATORS),
    "console.trial_now": _see(_ADMINISTRATORS),
    # Only who can connect again; at the helpdesk, too, only administrators may remove it by hand.
    "console.setup_uninstall": _both(_ADMINISTRATORS),
    "console.setup_start": _both(_ADMINISTRATORS),
}


def rule_for(endpoint: str, method: str) -> Rule | None:
    """The rule of a route and a method; None refuses. A HEAD is a GET without its body."""
    return TABLE.get(endpoint, {}).get("GET" if method == "HEAD" else method)
