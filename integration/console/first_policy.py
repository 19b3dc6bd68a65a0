"""The page on which the first policy is made: who gets what, which laws hold, when you work."""

from dataclasses import dataclass
from typing import Final

from flask import Response, request

from integration.console import answering, at_zendesk, likely_hours, policy_form
from integration.console.at_zendesk import AtZendesk
from integration.console.likely_hours import Likely
from integration.console.policy_form import FirstPolicy
from integration.console.web import desk, onward, page, person
from integration.policy_folder import PolicyMoved, activate
from integration.starting import hold_until_start
from rules.policy import PolicyErrors, parse_policy

_NO_ANSWERS: Final = "faqs: []\n"
_MOVED: Final = "Somebody activated another policy meanwhile. Load this page again."


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page is filled with. `found` is what Zendesk knows, where it was asked."""

    form: FirstPolicy
    there: AtZendesk
    found: Likely | None = None
    schedule: int = 0


def setup_policy() -> Response:
    """The form, and the policy that comes of it."""
    judging = answering.active()
    base = judging.version if judging else ""
    by_hand = judging is not None and not _is_whole_in_form(judging)
    sent, wrong = None, list[str]()
    if request.method == "POST" and not by_hand:
        lists = {name: request.form.getlist(name) for name in ("regions", "sectors", "days")}
        sent = policy_form.from_form(request.form, lists)
        if "as_in_zendesk" not in request.form:
            wrong = _stored(sent, judging, base)
            if not wrong:
                return onward("console.setup", done="policy-stored")
    shown = _shown(judging, sent)
    return page(
        "setup_policy.html",
        form=shown.form,
        base=base,
        forms=policy_form,
        groups=shown.there.groups,
        unread=shown.there.unread,
        found=shown.found,
        schedules=shown.there.hours.schedules if shown.there.hours else (),
        schedule=shown.schedule,
        by_hand=by_hand,
        wrong=wrong,
        settings=desk().settings,
    )


def _shown(judging: answering.Active | None, sent: FirstPolicy | None) -> _Shown:
    """What was sent, else what stands, else what is likely; with Zendesk's hours if wanted."""
    made = desk()
    wanted = "as_in_zendesk" in request.form or (judging is None and sent is None)
    there = at_zendesk.look(made.settings, made.store, made.clock, person().user_id, hours=wanted)
    form = sent or policy_form.from_policy(judging.policy if judging else None, there.groups)
    if there.hours is None:
        return _Shown(form, there)
    names = [str(number) for number in range(len(there.hours.schedules))]
    given = request.form.get("schedule", "")
    chosen = names.index(given) if given in names else 0
    found = likely_hours.likely(there.hours, chosen, kept=sent is not None)
    return _Shown(likely_hours.filled_in(form, found), there, found, chosen)


def _stored(sent: FirstPolicy, judging: answering.Active | None, base: str) -> list[str]:
    """Make the form's policy the active one; what is wrong with it instead."""
    answers = judging.files if judging else {"faqs.yaml": _NO_ANSWERS}
    files = {**answers, "policy.yaml": sent.to_yaml()}
    shown = request.form.get("base", base)
    return sent.faults() or _activated(files, judging, shown=shown)


def _is_whole_in_form(judging: answering.Active) -> bool:
    """Whether the form made policy.yaml and holds all of it: written again, nothing gets lost."""
    again = policy_form.from_policy(judging.policy, ()).to_yaml()
    given = {**judging.files, "policy.yaml": again}
    try:
        same = parse_policy(given, kept=True).version == judging.version
    except PolicyErrors:
        return False
    return same and judging.files.get("policy.yaml", "").startswith(policy_form.MARK)


def _activated(files: dict[str, str], judging: answering.Active | None, *, shown: str) -> list[str]:
    """Make the files the active policy; what is wrong with them instead.

    `shown` is the version that was active when the form was shown. A form that comes again, as its
    answer was lost on the way, changes nothing: nobody else was faster.
    """
    made = desk()
    base = judging.version if judging else None
    moved = shown != (base or "")
    try:
        version = parse_policy(files).version
        if moved and version != base:
            return [_MOVED]
        if base is None:
            hold_until_start(made.store, made.clock)
        activate(made.store, version, files, made.clock, by=person().by, instead_of=base)
    except PolicyErrors as errors:
        return [_MOVED] if moved else [str(error) for error in errors.errors]
    except PolicyMoved:
        return [_MOVED]
    return []
