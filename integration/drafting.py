"""Reading the helpdesk's macros and articles for drafts, patiently, and saying how far it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from connectors.errors import AskPerson, RetryLater, Stop
from connectors.ports import PreparedText, TextKind, Unusable
from connectors.zendesk.client import ZendeskHelpdesk
from connectors.zendesk.prepared import read_prepared
from integration.clock import Clock
from integration.policy_drafts import Draft, drafts, faqs_yaml

_MOST_WAITS = 10
_TELL_EVERY = 100
_MOST_NAMED = 20

Say = Callable[[str], None]


@dataclass(slots=True)
class Reading:
    """What was read, and what can't become a draft."""

    texts: list[PreparedText] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    drafts: int = 0


def read_texts(desk: ZendeskHelpdesk, base_url: str, clock: Clock, say: Say) -> Reading:
    """All active macros, then all published articles, each by age.

    Waits where the helpdesk asks for it. One of both that may not be read, or does not exist, is
    told and left out. Raises ConnectorError if nothing can be read, or waiting does not help.
    """
    found = Reading()
    refusals: list[AskPerson | Stop] = []
    again = _waiting(clock, say)
    for kind in TextKind:
        try:
            _read(kind, read_prepared(desk, kind, base_url, again), found, say)
        except (AskPerson, Stop) as error:
            say(f"no {kind}s were read: {error}")
            refusals.append(error)
    if len(refusals) == len(TextKind):
        raise refusals[0]
    return found


def _read(
    kind: TextKind, rows: Iterable[PreparedText | Unusable], found: Reading, say: Say
) -> None:
    texts: list[PreparedText] = []
    for number, row in enumerate(rows, 1):
        if isinstance(row, Unusable):
            found.unusable.append(row)
        else:
            texts.append(row)
        if number % _TELL_EVERY == 0:
            say(f"{number} {kind}s read")
    found.texts += sorted(texts, key=lambda text: text.id)


def _waiting(clock: Clock, say: Say) -> Callable[[RetryLater], None]:
    waits = 0

    def again(error: RetryLater) -> None:
        nonlocal waits
        waits += 1
        if waits > _MOST_WAITS:
            raise error
        say(f"waiting {error.after_s:.0f} seconds: {error}")
        clock.sleep(error.after_s)

    return again


def drafted(found: Reading, source: str) -> tuple[str, int]:
    """The file of the drafts and their number; a text that can't become one joins the unusable."""
    questions: list[Draft] = []
    for each in drafts(found.texts):
        if isinstance(each, Draft):
            questions.append(each)
        else:
            found.unusable.append(each)
    found.drafts = len(questions)
    return faqs_yaml(questions, source)


def left_out(found: Reading, written: int) -> Iterator[str]:
    """A line for each reason why something has no draft, with the first that it holds for."""
    groups: dict[tuple[TextKind, str], list[str]] = defaultdict(list)
    for each in found.unusable:
        groups[each.kind, each.why].append("?" if each.id is None else str(each.id))
    for (kind, why), ids in groups.items():
        more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
        what = f"{len(ids)} {kind}{'s' if len(ids) > 1 else ''}"
        yield f"skipped {what}, {why}: {', '.join(ids[:_MOST_NAMED])}{more}"
    if written < found.drafts:
        yield f"skipped {found.drafts - written} drafts: one policy file holds no more"
