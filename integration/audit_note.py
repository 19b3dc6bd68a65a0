"""Decision -> the private note a person reads on the ticket."""

from collections.abc import Mapping, Sequence

from rules.model import Deadline, Decision, Outcome, Reason, Span

# Zendesk takes about 65,000 characters a comment; this stays well below, in bytes.
_MAX_BYTES = 60_000
_CUT = "\n[note cut here: too long for the helpdesk]"

_HEADLINES = {
    Outcome.REPLY: "Answered automatically with the approved answer “{faq}”.",
    Outcome.ACKNOWLEDGE: "Acknowledged with approved words and handed to people.",
    Outcome.SUGGEST: "Draft for an agent: the approved answer “{faq}” seems to fit. Nothing sent.",
    Outcome.ESCALATE: "Handed to people. No automatic answer.",
    Outcome.ABSTAIN: "Left in its queue for a person. No automatic answer.",
    Outcome.IGNORE: "Not handled.",
}

WITHHELD = {
    "withheld.ticket_finished": "the ticket was solved or closed meanwhile",
    "withheld.ticket_merged": "the ticket was merged meanwhile",
    "withheld.person_assigned": "a person took the ticket meanwhile",
    "withheld.newer_message": "the requester wrote again meanwhile",
    "withheld.person_commented": "a person commented meanwhile",
    "withheld.person_changed": "a person changed the ticket meanwhile",
    "withheld.paused": "automatic replies are paused",
    "refused": "the helpdesk refused it",
    "exhausted": "",
}
WITHHELD_CODES = tuple(WITHHELD)


def note_text(
    decision: Decision,
    *,
    missing_group: str | None = None,
    anchor: str | None = None,
    titles: Mapping[str, str] | None = None,
) -> str:
    """The note: what was seen, what is done, why, and by which versions.

    `titles` are those of the policy's questions, by id. `anchor` names the ledger's end when the
    decision was recorded. Standing on the ticket, it shows later that nothing before it was cut
    off or made anew.
    """
    also = [reason.rule for reason in decision.reasons if reason.code == "match.also"]
    faq = "” and “".join([decision.faq or "", *also])
    lines = ["Deskclerk: " + _HEADLINES[decision.outcome].format(faq=faq)]
    lines += _held_back(decision, titles or {})
    told = _told(decision)
    if told:
        lines += ["", "Why:"]
        lines += [f"- {reason.detail} ({reason.code})" for reason in told]
    lines += _consequences(decision, missing_group)
    if decision.outcome is Outcome.SUGGEST and decision.reply:
        lines += ["", "Draft:", decision.reply]
    lines += [
        "",
        f"Decision {decision.id} at {decision.decided_at:%Y-%m-%d %H:%M:%S} UTC",
        _versions(decision),
        *([f"Ledger {anchor}"] if anchor else []),
    ]
    return cut("\n".join(lines))


def correction_text(decision_id: str, code: str) -> str:
    """The note that corrects an earlier one: the announced reply did not go out."""
    if code == "exhausted":
        return (
            "Deskclerk: the announced reply could not be delivered, or its delivery could not be "
            f"confirmed ({code}). It is on the list of failures.\n\n"
            f"Corrects the note of decision {decision_id}"
        )
    return (
        f"Deskclerk: the announced reply was not sent: {WITHHELD[code]} ({code}).\n\n"
        f"Corrects the note of decision {decision_id}"
    )


def cut(text: str) -> str:
    """Keep a note within what the helpdesk takes, counted in UTF-8 bytes."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= _MAX_BYTES:
        return raw.decode("utf-8")
    return raw[: _MAX_BYTES - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT


def _held_back(decision: Decision, titles: Mapping[str, str]) -> Sequence[str]:
    """What was recognised though nothing is done, and what would have been done out of shadow."""
    codes = {reason.code for reason in decision.reasons}
    if decision.outcome is not Outcome.ABSTAIN or "match.faq" not in codes:
        return []
    asked = [reason.rule for reason in decision.reasons if reason.code in _ASKED]
    named = " and ".join(f"“{' '.join(titles.get(faq, faq).split())}” ({faq})" for faq in asked)
    lines = [f"Recognised: {named}."]
    if codes & _SHADOWED:
        lines.append(f"At the stage auto for all its tickets {_unshadowed(codes)}.")
    return lines


def _unshadowed(codes: set[str]) -> str:
    """What would have become of an answer that nothing held back but what else is among these."""
    withheld = any(code.startswith("answer.") for code in codes - {"answer.asks"})
    if withheld or "bar.person_acted" in codes:
        return "nothing would have gone out either"
    words = "the approved answer"
    if "answer.asks" in codes:
        words = "the approved words that ask for what the answer needs"
    if any(code.startswith("bar.") for code in codes):
        return f"{words} would have been a draft for an agent"
    return f"{words} would have gone out"


_ASKED = ("match.faq", "match.also")
_SHADOWED = frozenset({"stage.shadow", "stage.share"})


def _consequences(decision: Decision, missing_group: str | None) -> Sequence[str]:
    lines: list[str] = []
    if missing_group:
        lines.append(f"Group “{missing_group}” does not exist in the helpdesk: group unchanged.")
    elif decision.route.group and decision.outcome not in {Outcome.REPLY, Outcome.ABSTAIN}:
        lines.append(f"Group: {decision.route.group}")
    if decision.route.priority:
        lines.append(f"Priority: at least {decision.route.priority}")
    lines += _deadline_lines(_nameable(decision))
    return ["", *lines] if lines else []


def _neutral(decision: Decision) -> list[Reason]:
    return [reason for reason in decision.reasons if reason.code == "regulatory.review"]


def _told(decision: Decision) -> Sequence[Reason]:
    """The reasons of which the note may tell.

    Beside a neutral pack these are not the packs that were seen in the very words that it was, or
    where no words are known, perhaps were: they would tell what the neutral one is about.
    """
    hidden = [reason.evidence for reason in _neutral(decision)]
    return [
        reason
        for reason in decision.reasons
        if not reason.rule.startswith("packs/") or not _is_within(reason.evidence, hidden)
    ]


def _is_within(evidence: tuple[Span, ...], hidden: Sequence[tuple[Span, ...]]) -> bool:
    if not evidence:
        return () in hidden
    spans = [span for each in hidden for span in each]
    return all(
        any(start < last and first < end for first, last in spans) for start, end in evidence
    )


def _nameable(decision: Decision) -> Sequence[Deadline]:
    """The deadlines of which the note may tell.

    Beside a neutral pack these are the clocks of packs that the note names all the same: any
    other, and be it only counted, could tell what the neutral one is about.
    """
    if not _neutral(decision):
        return decision.deadlines
    named = {reason.rule for reason in _told(decision)}
    return [one for one in decision.deadlines if f"packs/{one.pack}" in named]


def _deadline_lines(deadlines: Sequence[Deadline]) -> list[str]:
    """The earliest deadline, and how many more clocks run: the ledger holds them all."""
    if not deadlines:
        return []
    first = deadlines[0]
    whose = "our own target, " if first.kind == "internal" else ""
    others = len(deadlines) - 1
    more = f"; {others} more {'clock runs' if others == 1 else 'clocks run'}" if others else ""
    return [f"Deadline: {first.clock}, {first.due:%Y-%m-%d %H:%M} UTC ({whose}{first.pack}){more}"]


def _versions(decision: Decision) -> str:
    policy, model, packs, risk = (
        _short(version)
        for version in (
            decision.versions.policy,
            decision.versions.model,
            decision.versions.packs,
            decision.versions.risk,
        )
    )
    return f"Policy {policy}, model {model}, packs {packs}, risk {risk}"


def _short(version: str) -> str:
    """The first characters of a version are enough to find it."""
    return version.removeprefix("sha256:")[:12]
