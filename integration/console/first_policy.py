"""The page on which the first policy is made: who gets what, which laws hold, when you work."""

from flask import Response, request

from connectors.errors import ConnectorError
from integration.console import answering, policy_form, setup_steps
from integration.console.web import desk, onward, page, person
from integration.policy_folder import PolicyMoved, activate
from integration.starting import hold_until_start
from rules.policy import PolicyErrors, parse_policy

_NO_ANSWERS = "faqs: []\n"
_MOVED = "Somebody activated another policy meanwhile. Load this page again."


def setup_policy() -> Response:
    """The form, and the policy that comes of it."""
    judging = answering.active()
    base = judging.version if judging else ""
    by_hand = judging is not None and not _is_whole_in_form(judging)
    groups, unread = _groups()
    filled = policy_form.from_policy(judging.policy if judging else None, groups)
    wrong: list[str] = []
    if request.method == "POST" and not by_hand:
        lists = {name: request.form.getlist(name) for name in ("regions", "sectors", "days")}
        filled = policy_form.from_form(request.form, lists)
        answers = judging.files if judging else {"faqs.yaml": _NO_ANSWERS}
        files = {**answers, "policy.yaml": filled.to_yaml()}
        wrong = _activated(files, judging, shown=request.form.get("base", base))
        if not wrong:
            return onward("console.setup", done="policy-stored")
    return page(
        "setup_policy.html",
        form=filled,
        base=base,
        forms=policy_form,
        groups=groups,
        unread=unread,
        by_hand=by_hand,
        wrong=wrong,
        settings=desk().settings,
    )


def _is_whole_in_form(judging: answering.Active) -> bool:
    """Whether the form made policy.yaml and holds all of it: written again, nothing gets lost."""
    again = policy_form.from_policy(judging.policy, ()).to_yaml()
    try:
        same = parse_policy({**judging.files, "policy.yaml": again}).version == judging.version
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


def _groups() -> tuple[tuple[str, ...], str]:
    """The helpdesk's groups; and why there are none, if they can't be read now."""
    made = desk()
    try:
        return setup_steps.group_names(made.settings, made.store, made.clock), ""
    except ConnectorError as error:
        return (), str(error)
