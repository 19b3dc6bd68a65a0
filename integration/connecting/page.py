"""Plans as people read them."""

from collections.abc import Iterator
from typing import Final

from connectors.zendesk.parts import Kind
from integration.connecting.plan import Doing, Plan, Step
from integration.connecting.removing import Leaving, RemovalPlan

_KINDS: Final = {
    Kind.CATEGORY: "trigger category",
    Kind.WEBHOOK: "webhook",
    Kind.TRIGGER: "trigger",
    Kind.VIEW: "view",
    Kind.GROUP: "group",
}
_DOING: Final = {
    Doing.KEEP: "stands   ",
    Doing.NOTE: "stands   ",
    Doing.USE: "uses     ",
    Doing.MAKE: "makes    ",
    Doing.REPAIR: "repairs  ",
    Doing.REMOVE: "removes  ",
}
_LEAVING: Final = {
    Leaving.THEIRS: "was there before",
    Leaving.COPY: "is a copy that somebody made",
    Leaving.IN_USE: "holds agents or tickets",
    Leaving.SHARED: "holds triggers of others",
}


def plan_lines(plan: Plan) -> Iterator[str]:
    """A line for each step, then what else there is to know."""
    yield from map(step_line, plan.steps)
    for remark in plan.remarks:
        yield f"Note: {remark}"


def step_line(step: Step) -> str:
    """One step."""
    what = f"{_DOING[step.doing]} {_named(step.wanted.kind, step.wanted.title)}"
    if step.doing is Doing.USE:
        what += ", which was there before"
    if step.doing is Doing.REMOVE:
        what += ", which is there twice"
    if step.changes:
        what += f" ({', '.join(step.changes)})"
    return what


def removal_lines(plan: RemovalPlan) -> Iterator[str]:
    """A line for each thing that goes, then those that stay."""
    yield from (f"removes   {line}" for line in going_lines(plan))
    yield from (f"leaves    {line}" for line in staying_lines(plan))


def going_lines(plan: RemovalPlan) -> Iterator[str]:
    """What goes."""
    return (_named(thing.kind, thing.title) for thing in plan.going)


def staying_lines(plan: RemovalPlan) -> Iterator[str]:
    """What stays, and why."""
    return (f"{_named(thing.kind, thing.title)}: {_LEAVING[why]}" for thing, why in plan.staying)


def _named(kind: Kind, title: str) -> str:
    """A thing by its title; that of our category without the mark, which may be yet to be drawn."""
    shown = title.partition(" (")[0] if kind is Kind.CATEGORY else title
    return f"{_KINDS[kind]} “{shown}”"
