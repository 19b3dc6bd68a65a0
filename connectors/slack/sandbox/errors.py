"""Refusals in Slack's words."""

from connectors.slack.sandbox.config import Json


class SlackError(Exception):
    """A refusal: `{"ok": false, "error": code}`, with what else Slack adds."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    @property
    def body(self) -> Json:
        """The answer's body."""
        return {"ok": False, "error": self.code, **self.extra}


class RateLimitedError(SlackError):
    """HTTP 429 with `Retry-After`."""

    def __init__(self, after_s: int) -> None:
        super().__init__("ratelimited")
        self.after_s = after_s


def invalid_arguments(*problems: str) -> SlackError:
    """Arguments that are missing or of a wrong kind; the problems say which."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError("invalid_arguments", response_metadata={"messages": messages})
