"""Words and forms that the pages share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from rules.policy_errors import PolicyError

OUTCOMES: Final = {
    "reply": "Answered",
    "acknowledge": "Acknowledged",
    "suggest": "Draft for an agent",
    "escalate": "Handed to people",
    "abstain": "Left to people",
    "ignore": "Not handled",
    "act": "A person decided",
}
# An answer was recognised and would have gone further, but for its stage or share.
_RECOGNISED: Final = {
    "stage.shadow": "Recognised, in shadow",
    "stage.share": "Recognised, outside its share",
}
ACTS: Final = {
    "send": "sent the draft",
    "edit": "answered in their own words",
    "another": "sent another answer",
    "reply": "sent an answer",
    "refuse": "said that no answer fits",
    "escalate": "handed it to people",
    "correct": "corrected the decision",
    "clear": "lifted the guard",
    "take": "took the ticket",
}
STAGES: Final = {
    "off": "Off: recognised and noted, never sent",
    "shadow": "Shadow: noted with what would have been done, never sent",
    "suggest": "Suggest: a draft that a person sends; none where a person has the ticket",
    "approve": "Approve: the same as suggest",
    "auto": "Auto: sent by itself",
}
ROLES: Final = {
    "installer": "Set-up",
    "agent": "Agent",
    "lead": "Lead",
    "administrator": "Administrator",
}
LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}
# Where the file of a policy can't be changed without touching the rest; see _wrong.html.
BY_HAND: Final = (
    "The policy's file is written so that only a person can change this in it: an administrator "
    "edits it in the console, at Policy. At the command line it is deskclerk policy export FOLDER, "
    "then edit faqs.yaml there, then deskclerk policy import FOLDER."
)
# What a page says after a form was sent. By code: an address can't put words into a page.
NOTICES: Final = {
    "paused": "Automatic replies are paused. Decisions and notes go on.",
    "answer-paused": "Automatic replies with this answer are paused.",
    "resumed": "Automatic replies go out again.",
    "answer-resumed": "Automatic replies with this answer go out again.",
    "changed": "Done. Running workers follow within seconds.",
    "went-back": "Done: that version judges again. Running workers follow within seconds.",
    "policy-stored": "Stored. Running workers follow within seconds.",
    "answer-removed": "Removed. Running workers follow within seconds.",
    "answer-stored": "Stored, in shadow. Running workers follow within seconds.",
    "unchanged": "Nothing was to be changed.",
    "retried": "It is tried again.",
    "not-a-failure": "It is not on the list any more: somebody was faster.",
    "signed-out": "They are signed out everywhere.",
    "stored": "Stored.",
    "slack-stored": "Stored. Running workers follow within seconds.",
    "slack-forgotten": "Forgotten. Nothing from Slack is taken with it any more.",
    "connected": "Connected: the helpdesk tells of new messages from now on.",
    "uninstalled": "Removed. Nothing of Deskclerk is left at Zendesk but what is named below.",
    "started": "Deskclerk decides, notes and tags every new ticket and hands over what people must "
    "see. Nothing is sent until you say so.",
}
# After these the page offers to take it back.
UNDOABLE: Final = frozenset(
    {"changed", "went-back", "policy-stored", "answer-stored", "answer-removed"}
)
# What the ledger's entries record, for people.
ENTRIES: Final = {
    "decided": "A message was decided",
    "superseded": "The ticket changed before anything was written",
    "withheld": "A reply was withheld",
    "applied": "Written to the ticket",
    "refused": "The helpdesk refused a write",
    "failed": "Put on the list of failures",
    "retried": "A failure was tried again",
    "gone": "The ticket was deleted",
    "tag_without_decision": "A tag of ours without a decision",
    "policy_activated": "Another policy judges from here on",
    "model_promoted": "Another model judges from here on",
    "act": "A person decided",
    "connected": "A part at Zendesk was made, repaired or found",
    "disconnected": "A part at Zendesk was removed",
    "setting_stored": "A setting was stored",
    "setting_forgotten": "A setting was forgotten",
    "slack_installed": "The Slack app was installed",
    "slack_removed": "A Slack workspace was forgotten",
    "restored": "A backup was brought back",
    "signed_in": "Signed in",
    "signed_out": "Signed out everywhere",
    "paused": "Automatic replies were paused",
    "resumed": "Automatic replies go out again",
    "paused_by": "Who had paused in Slack",
}
_FIELDS: Final = {
    "title": "The title",
    "examples": "Ways in which customers ask",
    "body": "The approved words",
    "language": "The language",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def outcome_of(outcome: str, decided: Mapping[str, Any] | None) -> str:
    """An outcome in words; of what was left to people for its stage alone, that it was known."""
    codes = [reason["code"] for reason in (decided or {}).get("reasons") or ()]
    if outcome == "abstain" and "match.faq" in codes:
        found = (said for code, said in _RECOGNISED.items() if code in codes)
        return next(found, OUTCOMES[outcome])
    return OUTCOMES.get(outcome, outcome)


def mistake(error: PolicyError) -> str:
    """What is wrong with an answer that was just written, by the names of the form's fields."""
    field = _FIELDS.get(error.key.rpartition(".")[2])
    if field is None or not error.key.startswith("faqs["):
        return str(error)
    return sentence(f"{field}: {error.message}{f' ({error.hint})' if error.hint else ''}")


def due(text: str) -> str:
    """A deadline's instant as people read it; a text that is none stays as it is."""
    try:
        return moment(datetime.fromisoformat(text).timestamp())
    except ValueError:
        return text


def moment(at: float | None) -> str:
    """An instant in UTC."""
    if at is None:
        return "never"
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def machine_time(at: float) -> str:
    """An instant for machines."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(at: float | None, now: float) -> str:
    """How long ago, in the largest unit that fits."""
    if at is None:
        return "never"
    seconds = max(0, int(now - at))
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit:
            count = seconds // unit
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def sentence(text: str) -> str:
    """A message of ours as a sentence: names within it stay as they are."""
    end = "" if text.endswith("?") else "."
    return text[:1].upper() + text[1:].rstrip(".") + end


def counted(number: int, word: str) -> str:
    """A number with its word."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def short(version: str | None) -> str:
    """The beginning of a digest, enough to tell one from another."""
    return (version or "").removeprefix("sha256:")[:12] or "none"
