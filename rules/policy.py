"""The policy: what a firm has decided, read from its files with every mistake found at once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache

from rules.answers import Answer
from rules.calendars import BusinessHours
from rules.faq_files import read_faqs
from rules.faqs import Faq
from rules.known_names import check_pack, known_names
from rules.model import Stage
from rules.pack_library import read_packs, shipped_packs
from rules.policy_errors import ErrorLog, PolicyError, PolicyErrors, did_you_mean
from rules.policy_files import read_settings
from rules.policy_schema import (
    OWNERS,
    Acknowledgement,
    Guards,
    Pack,
    Settings,
    Tone,
    Value,
)
from rules.regions import cover
from rules.rulebook import Rulebook, compile_packs, false_alarms
from rules.sections import Section
from rules.signals.regulatory import Scope
from rules.yaml_tree import YamlError, read_yaml

__all__ = [
    "Acknowledgement",
    "Answer",
    "BusinessHours",
    "Faq",
    "Guards",
    "Pack",
    "Policy",
    "PolicyError",
    "PolicyErrors",
    "Stage",
    "Tone",
    "Value",
    "parse_policy",
]

_FILES = ("policy.yaml", "faqs.yaml")


@dataclass(frozen=True)
class Policy:
    """Everything a decision depends on besides the ticket and the recogniser.

    `version` names the content of the policy's own files, `packs_version` the packs. `warnings`
    are the mistakes of a kept version that earlier releases took.
    """

    settings: Settings
    faqs: tuple[Faq, ...]
    packs: tuple[Pack, ...]  # all of them; which are in force says the scope
    version: str
    packs_version: str
    warnings: tuple[PolicyError, ...] = ()

    @cached_property
    def rulebook(self) -> Rulebook:
        """The packs, ready to be searched for."""
        return compile_packs(self.packs)

    @cached_property
    def scope(self) -> Scope:
        """Which packs are in force here, and which of these the policy has left open.

        A policy that names no region or no sector has the packs of all of them in force.
        """
        regions, sectors = self.settings.regions, self.settings.sectors
        in_force = [
            pack
            for pack in self.packs
            if (not regions or not pack.regions or cover(regions, pack.regions))
            and (not sectors or not pack.sectors or bool(set(sectors) & set(pack.sectors)))
        ]
        return Scope(
            frozenset(pack.id for pack in in_force),
            frozenset(
                pack.id
                for pack in in_force
                if (pack.regions and not regions) or (pack.sectors and not sectors)
            ),
            frozenset(pack.id for pack in self.packs) - {pack.id for pack in shipped_packs()},
        )

    @cached_property
    def combines(self) -> bool:
        """Whether several questions of a message may ever be answered together."""
        return bool(self.settings.combination) and any(faq.combines_with for faq in self.faqs)

    @property
    def guards(self) -> Guards:
        """The brakes on automatic replies."""
        return self.settings.guards

    def faq(self, faq_id: str) -> Faq | None:
        """A routine question by its id."""
        return next((faq for faq in self.faqs if faq.id == faq_id), None)

    def group(self, key: str) -> str | None:
        """The group's name for a key, the default group's if the key has none."""
        return self.settings.groups.get(key) or self.settings.groups.get("default")

    def owner_group(self, key: str | None) -> str | None:
        """The group of a pack's owner or of whoever steps in; None if only the default is left."""
        while key not in {None, "default"} and key not in self.settings.groups:
            key = OWNERS.get(key or "")
        return None if key in {None, "default"} else self.settings.groups[key or ""]


def parse_policy(files: Mapping[str, str], *, kept: bool = False) -> Policy:
    """The policy of the texts named policy.yaml, faqs.yaml and packs/*.yaml.

    Raises PolicyErrors with everything that is wrong; any text is either a policy or an error.
    `kept`: of a version that was accepted before. What this release alone takes for a mistake is
    a warning there, and means what it meant.
    """
    errors: list[PolicyError] = []
    for name in sorted(files):
        if name not in _FILES and not (name.startswith("packs/") and name.endswith(".yaml")):
            hint = did_you_mean(name, _FILES)
            ErrorLog(name, errors).add(1, "", "is no file of a policy", hint)
    placed = [
        each
        for name in sorted(files)
        if name.startswith("packs/") and name.endswith(".yaml")
        for each in _own_packs(name, files[name], errors)
    ]
    own = [pack for _, pack in placed]
    settings = read_settings(_root("policy.yaml", files, errors), known_names(own))
    for section, pack in placed:
        check_pack(section, pack, settings)
    faqs = read_faqs(_root("faqs.yaml", files, errors), settings)
    errors.sort(key=lambda error: (error.file, error.line))
    wrong = [error for error in errors if not (kept and error.only_new)]
    if wrong:
        raise PolicyErrors(tuple(wrong))
    packs = (*shipped_packs(), *own)
    return Policy(
        settings=settings,
        faqs=faqs,
        packs=packs,
        version=digest(
            {
                "settings": asdict(settings),
                "faqs": [asdict(faq) for faq in faqs],
                "packs": [asdict(pack) for pack in own],
            }
        ),
        packs_version=_digest_of(packs),
        warnings=tuple(errors),
    )


@lru_cache(maxsize=8)
def _digest_of(packs: tuple[Pack, ...]) -> str:
    return digest([asdict(pack) for pack in packs])


def digest(content: object) -> str:
    """A version by content: sha256 over canonical JSON."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _root(name: str, files: Mapping[str, str], errors: list[PolicyError]) -> Section:
    log = ErrorLog(name, errors)
    try:
        return Section(read_yaml(files.get(name, "")), log)
    except YamlError as error:
        log.add(error.line, "", str(error))
        return Section(None, log)


def _own_packs(name: str, text: str, errors: list[PolicyError]) -> list[tuple[Section, Pack]]:
    """A file of packs, checked against the shipped ones and against its own hard negatives."""
    placed = read_packs(name, text, errors)
    packs = [pack for _, pack in placed]
    log = ErrorLog(name, errors)
    shipped = {pack.id for pack in shipped_packs()}
    seen: set[str] = set()
    for pack in packs:
        if pack.id in shipped | seen:
            log.add(1, pack.id, "there is a pack with this id already", "choose another id")
        seen.add(pack.id)
        for other in pack.phrases_of:
            if other not in shipped and other not in {known.id for known in packs}:
                log.add(
                    1,
                    pack.id,
                    f"phrases_of names no known pack: {other[:60]}",
                    did_you_mean(other, shipped),
                )
    negatives = [
        negative for pack in (*shipped_packs(), *packs) for negative in pack.hard_negatives
    ]
    for pack_id, negative in false_alarms(packs, negatives):
        log.add(
            1,
            pack_id,
            f"a phrase fires on the hard negative '{negative[:80]}'",
            "make the phrase longer",
        )
    return placed
