"""What a card says about a decision. Nothing of it for restricted ones. Pure and total."""

from typing import Any

from rules.model import Outcome
from rules.reason_codes import REASON_CODES
from rules.signals.regulatory import NEUTRAL_DETAIL

NEUTRAL_CLOCK = "Review"
_NEUTRAL = NEUTRAL_DETAIL.removesuffix(".")
_UNNAMED = frozenset({"regulatory.other", "risk.suspected"})  # their details say more
_ROUTE = "route."
_HANDED_OVER = frozenset({Outcome.ESCALATE.value, Outcome.ACKNOWLEDGE.value})
_MOST_EVIDENCE = 20
_GAP = " … "


def headline_of(decision: dict[str, Any] | None, *, restricted: bool) -> str:
    """The first reason in a few words."""
    if restricted or decision is None or not decision["reasons"]:
        return _NEUTRAL
    first = decision["reasons"][0]
    code, detail = str(first["code"]), str(first["detail"])
    known = detail if code in _UNNAMED else REASON_CODES.get(code, detail)
    return known.partition("; ")[0].removesuffix(".")


def reasons_of(decision: dict[str, Any] | None, *, restricted: bool) -> tuple[str, ...]:
    """All reasons, each once, without those of the route."""
    if restricted or decision is None:
        return ()
    said = [str(r["detail"]) for r in decision["reasons"] if not r["code"].startswith(_ROUTE)]
    return tuple(dict.fromkeys(said))


def reasons_by_hand(decision: dict[str, Any] | None, name: str, written: str) -> tuple[str, ...]:
    """What a person says, and what the rules had seen where they, too, handed the ticket over."""
    said = f"Said by {name}: {written.strip()}" if written.strip() else f"Said by {name}."
    agree = decision is not None and decision["outcome"] in _HANDED_OVER
    return (said, *(reasons_of(decision, restricted=False) if agree else ()))


def seen_words(snapshot: dict[str, Any] | None, decision: dict[str, Any] | None) -> str:
    """The customer's words in which the reasons were seen, in their order; none if erased."""
    body = (snapshot or {}).get("body")
    if not body or decision is None:
        return ""
    spans = sorted({tuple(span) for r in decision["reasons"] for span in r["evidence"]})
    parts: list[list[int]] = []
    for start, end in spans:
        if parts and start <= parts[-1][1]:
            parts[-1][1] = max(parts[-1][1], end)
        else:
            parts.append([start, end])
    words = [str(body)[start:end].strip() for start, end in parts[:_MOST_EVIDENCE]]
    return _GAP.join(word for word in words if word)
