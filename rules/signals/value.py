"""Whose ticket it is: requesters, organizations and orders that weigh more."""

from rules.model import Signal, Ticket
from rules.policy_schema import Value

_SCORE = 0.2


def detect(ticket: Ticket, value: Value) -> tuple[Signal, ...]:
    """A signal for everything that makes the ticket weigh more, each explained."""
    blocks = not value.auto_answer
    found: list[tuple[str, str]] = []
    if ticket.every_tag & value.vip_tags:
        found.append(("vip_tags", "The requester or the organization carries a VIP tag."))
    fields = dict(ticket.organization.fields)
    for name, wanted in value.organization_fields:
        if fields.get(name, "").lower() in {each.lower() for each in wanted}:
            found.append(("organization_fields", f"The organization's field {name} is of value."))
    amount = _amount(dict(ticket.fields).get(value.order_field, ""))
    if value.order_field and amount is not None and amount >= value.order_above:
        found.append(("order_value", f"The order is worth at least {value.order_above:,.2f}."))
    return tuple(Signal("value", rule, _SCORE, blocks, detail) for rule, detail in found)


def _amount(text: str) -> float | None:
    """The number of a field, as Zendesk writes decimal fields; None if it is none."""
    try:
        amount = float(text.replace(",", "").strip() or "x")
    except ValueError:
        return None
    return amount if amount == amount and abs(amount) != float("inf") else None  # noqa: PLR0124 - not a number
