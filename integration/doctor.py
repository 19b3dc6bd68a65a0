"""Named checks of an installation, each with a sentence and the way out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from connectors.errors import ConnectorError
from integration.connecting import ConnectingFailed
from integration.store import StoreError
from integration.vault import VaultError


class Health(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARNING = "warning"  # works, but not as it should
    PROBLEM = "problem"  # does not work
    SKIPPED = "skipped"  # could not be looked at, or is not wanted here


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: a sentence, and unless all is well what to do."""

    health: Health
    sentence: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `look` may raise errors of connectors, the store and the vault."""

    name: str
    look: Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Result:
    """A finding and the check it comes from."""

    check: str
    finding: Finding


def ok(sentence: str) -> Finding:
    """All is well."""
    return Finding(Health.OK, sentence)


def warning(sentence: str, way_out: str) -> Finding:
    """Works, but not as it should."""
    return Finding(Health.WARNING, sentence, way_out)


def problem(sentence: str, way_out: str) -> Finding:
    """Does not work."""
    return Finding(Health.PROBLEM, sentence, way_out)


def skipped(sentence: str, way_out: str = "") -> Finding:
    """Could not be looked at, or is not wanted."""
    return Finding(Health.SKIPPED, sentence, way_out)


def examine(
    checks: Iterable[Check],
    *,
    begun: Callable[[str], None],
    found: Callable[[Result], None],
) -> list[Result]:
    """Look at everything in turn, and tell of each as it comes; one failure hides no other."""
    results: list[Result] = []
    for check in checks:
        begun(check.name)
        for finding in _look(check):
            results.append(Result(check.name, finding))
            found(results[-1])
    return results


def count(results: Iterable[Result], health: Health) -> int:
    """How many findings are so."""
    return sum(result.finding.health is health for result in results)


def _look(check: Check) -> Iterable[Finding]:
    try:
        yield from check.look()
    except (ConnectorError, ConnectingFailed, StoreError, VaultError) as error:
        # Their messages are sentences that say what to do, without a secret.
        yield Finding(Health.PROBLEM, _sentence(str(error)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
