"""Names and keys of the durable tasks. A key is used once: the same key is the same task."""

TRIAGE = "triage_ticket"
SWEEP = "sweep"
PRUNE = "prune"


def triage_key(delivery_id: int, round_: int, attempt: int) -> str:
    """The key of one attempt at one delivery."""
    return f"delivery-{delivery_id}.{round_}.{attempt}"
