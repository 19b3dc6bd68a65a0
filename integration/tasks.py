"""Names and keys of the durable tasks. A key is used once: the same key is the same task."""

TRIAGE = "triage_ticket"
SWEEP = "sweep"
PRUNE = "prune"
CHAT_POST = "chat_post"
CHAT_WATCH = "chat_watch"
GRACE_S = 15  # for what runs when a worker is told to stop; platforms kill after 30
MAX_ATTEMPTS = 40  # of one delivery, before it is put on the list of failures


def triage_key(delivery_id: int, round_: int, attempt: int) -> str:
    """The key of one attempt at one delivery."""
    return f"delivery-{delivery_id}.{round_}.{attempt}"


def post_key(post_id: str, round_: int) -> str:
    """The key of one look at a message in the chat."""
    return f"post-{post_id}.{round_}"


def delivery_of(key: str) -> int | None:
    """The delivery that a triage task is about, or None for another task."""
    number = key.removeprefix("delivery-").partition(".")[0]
    return int(number) if key.startswith("delivery-") and number.isdigit() else None
