"""What moved, by how much, and what to do: plain sentences."""

from collections.abc import Iterator

from rules.drift import CHANGED, Drift, Mix, Share

_LOOK = "look at `deskclerk questions --stored`"
_WHOLE = {
    "questions": "the tickets that passed the guard",
    "outcomes": "all tickets",
    "languages": "all tickets",
}
_NAMED = {
    "questions": "The question {}",
    "outcomes": "The outcome {}",
    "languages": "The language {}",
}
_NAMELESS = {
    "questions": "Tickets without a recognised question",
    "outcomes": "Tickets without an outcome",
    "languages": "Tickets in no known language",
}
_PERCENT = 100.0
_FEW = 10.0  # per cent, below which a decimal is told
_OF_OUTCOMES: dict[tuple[str | None, bool], str] = {
    ("abstain", True): _LOOK,
    ("suggest", True): "try the recogniser on labelled tickets: `deskclerk evaluate`",
    ("escalate", True): (
        "read some of their notes: something has happened, or a pack holds too much"
    ),
    ("escalate", False): (
        "read some tickets that were not escalated: a right may be put in new words"
    ),
    ("acknowledge", True): "read some of them: something has happened",
    ("reply", False): _LOOK,
    ("reply", True): "read some of the answers: they must still be right",
    ("ignore", True): "see that no customer's tickets are among them",
}


def report(drift: Drift) -> list[str]:
    """The sentences, the greatest change first; one that says so where nothing moved."""
    lines = [
        *(_of_share(share) for share in drift.shares),
        *_of_scores(drift),
        *(_of_mix(mix) for mix in drift.mixes if mix.moved),
    ]
    return lines or ["Nothing moved beyond chance."]


def _of_share(share: Share) -> str:
    rose = share.recent > share.before
    moved = f"{'rose' if rose else 'fell'} from {_percent(share.before)} to"
    advice = _advice(share, rose=rose)
    return (
        f"{_NAMELESS[share.of] if share.name is None else _NAMED[share.of].format(share.name)} "
        f"{moved} {_percent(share.recent)} of {_WHOLE[share.of]}{': ' if advice else ''}{advice}."
    )


def _advice(share: Share, *, rose: bool) -> str:
    """What to do about it; nothing where it is none to worry about."""
    if share.of == "outcomes":
        return _OF_OUTCOMES.get((share.name, rose), "")
    if share.of == "languages":
        return "see that the answers have it too" if rose and share.name else ""
    if share.name is None:
        return _LOOK if rose else ""
    return "see that its answer still fits" if rose else f"asked less, or otherwise; {_LOOK}"


def _of_scores(drift: Drift) -> Iterator[str]:
    scores = drift.scores
    if not scores.moved:
        return
    advice = "try the recogniser on labelled tickets: `deskclerk evaluate`"
    yield (
        f"Scores are distributed otherwise (distance {scores.distance:.2f}): their median was "
        f"{scores.before:.2f} and is {scores.recent:.2f}; {advice}."
    )


def _of_mix(mix: Mix) -> str:
    much = "another one" if mix.psi >= CHANGED else "not quite the same"
    return f"The mix of {mix.of} is {much} (index {mix.psi:.2f}, limit {mix.limit:.2f})."


def _percent(share: float) -> str:
    value = share * _PERCENT
    return f"{value:.1f} %" if value < _FEW else f"{value:.0f} %"
