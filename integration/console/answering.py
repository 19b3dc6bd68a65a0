"""The answers: how far each goes on its own, how often it was asked for, and its brake."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Response, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from integration.brake import Brake, read_brake
from integration.console.access import Role
from integration.console.policy_files import present_files
from integration.console.web import desk, message, moved, number_in, onward, page, person
from integration.console.words import BY_HAND
from integration.policy_diff_page import diff_lines
from integration.policy_edit import NotEditable, with_stage
from integration.policy_folder import PolicyMoved, activate
from integration.store import register
from rules.by_hand import cases_by_hand
from rules.faqs import Faq
from rules.model import Stage
from rules.pack_library import shipped_packs
from rules.policy import Policy, parse_policy
from rules.policy_diff import differences, frees, widens
from rules.policy_schema import Pack

_WINDOW_S: Final = 28 * 86_400.0
_MOST_SHARE: Final = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer with its figures of the last four weeks."""

    faq: Faq
    paused: bool
    counts: Mapping[str, int]  # by outcome

    @property
    def asked(self) -> int:
        """How often the question was recognised."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Active:
    """The policy that judges now, with its files."""

    version: str
    files: dict[str, str]
    policy: Policy


def answers() -> Response:
    """All answers."""
    judging, brake, counts = active(), _brake(), _counts()
    faqs = judging.policy.faqs if judging else ()
    rows = [Shown(faq, faq.id in brake.answers, counts.get(faq.id, {})) for faq in faqs]
    return page("answers.html", rows=rows, active=judging, settings=desk().settings)


def answer(faq_id: str) -> Response:
    """One answer."""
    judging, faq = found(faq_id)
    shown = Shown(faq, faq_id in _brake().answers, _counts().get(faq_id, {}))
    return page(
        "answer.html", shown=shown, active=judging, stages=tuple(Stage), settings=desk().settings
    )


def change_answer(faq_id: str) -> Response:
    """Another stage or share: first the difference, then, when it is confirmed, a new version."""
    judging, faq = found(faq_id)
    stage, share = _wanted(request.form)
    if (stage, share) == (faq.stage, faq.share):
        return onward("console.answer", faq_id=faq_id, done="unchanged")
    if request.form.get("base", judging.version) != judging.version:
        return moved(url_for("console.answer", faq_id=faq_id), "To the answer")
    try:
        files = with_stage(judging.files, faq_id, stage=stage, share=share)
    except NotEditable:
        link = (url_for("console.policy_files"), "Edit the policy's files")
        may = person().role is Role.ADMINISTRATOR
        return message("Not changed", BY_HAND, status=409, way_out=link if may else None)
    new = parse_policy(files, kept=True)
    if not request.form.get("sure"):
        return page(
            "answer_change.html",
            faq=faq,
            fields={"stage": stage.value, "share": str(share)},
            lines=list(diff_lines(differences(judging.policy, new))),
            base=judging.version,
            new=new.version,
            widens=widens(judging.policy, new),
            frees=frees(judging.policy, new),
        )
    made = desk()
    try:
        activate(
            made.store, new.version, files, made.clock, by=person().by, instead_of=judging.version
        )
    except PolicyMoved:
        return moved(url_for("console.answer", faq_id=faq_id), "To the answer")
    return onward("console.answer", faq_id=faq_id, done="changed")


def active() -> Active | None:
    """The policy that judges now; None where none is active yet."""
    present = present_files()
    if present is None or not present.files:
        return None
    return Active(present.version, present.files, parse_policy(present.files, kept=True))


def titles() -> dict[str, str]:
    """What the answers are called, by their ids."""
    judging = active()
    return {faq.id: faq.title or faq.id for faq in judging.policy.faqs} if judging else {}


def pack_titles() -> dict[str, str]:
    """What the packs are called, by their ids: the policy's own, too."""
    judging = active()
    packs = judging.policy.packs if judging else shipped_packs()
    return {pack.id: pack.title for pack in packs}


def cases(seen: Collection[str]) -> list[tuple[str, list[Pack]]]:
    """What a person may call a ticket: the packs in force by family, what was seen in it first."""
    judging = active()
    packs = cases_by_hand(judging.policy, seen) if judging else ()
    return [(family, list(some)) for family, some in groupby(packs, lambda pack: pack.family)]


def found(faq_id: str) -> tuple[Active, Faq]:
    """An answer and the policy in which it stands; NotFound for the browser where there is none."""
    judging = active()
    faq = judging.policy.faq(faq_id) if judging else None
    if judging is None or faq is None:
        raise NotFound
    return judging, faq


def _brake() -> Brake:
    with desk().store.read() as connection:
        return read_brake(connection)


def _counts() -> dict[str, dict[str, int]]:
    made = desk()
    since = made.clock.now().timestamp() - _WINDOW_S
    with made.store.read() as connection:
        return register.by_answer(connection, since)


def _wanted(form: Mapping[str, str]) -> tuple[Stage, int]:
    stage, share = form.get("stage", ""), number_in(form.get("share", ""))
    known = {each.value for each in Stage}
    if stage not in known or share is None or share > _MOST_SHARE:
        raise BadRequest
    return Stage(stage), share
