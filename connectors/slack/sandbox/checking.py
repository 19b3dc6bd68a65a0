"""Collects what is wrong with blocks, with pointers to the places, as Slack names them."""

from collections.abc import Callable
from urllib.parse import urlsplit

from connectors.slack.sandbox.config import Json

_ID_MAX = 255
_URL_MAX = 3000


class Check:
    """What is wrong so far, and how many characters people would read."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.characters = 0

    def bad(self, at: str, what: str) -> None:
        """Note a problem at a place."""
        self.problems.append(f"{what} [json-pointer:{at}]")

    def object(self, holder: Json, key: str, at: str, *, required: bool = True) -> Json | None:
        """An object in an object; None if it is missing or none."""
        value = holder.get(key)
        if isinstance(value, dict):
            return value
        if value is not None or required:
            self.bad(f"{at}/{key}", "must provide an object")
        return None

    def items(
        self, holder: Json, key: str, at: str, most: int, *, required: bool = True
    ) -> list[Json]:
        """A list of objects, as many as are allowed; empty if it is missing or none."""
        value = holder.get(key)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.bad(f"{at}/{key}", "must provide a list of objects")
            return []
        if not 1 <= len(value) <= most:
            self.bad(f"{at}/{key}", f"must have from 1 to {most} items")
        return value

    def string(
        self, holder: Json, key: str, at: str, most: int, *, required: bool = False
    ) -> str | None:
        """A text that is no object; None if it is missing or wrong."""
        value = holder.get(key)
        if value is None and not required:
            return None
        if not isinstance(value, str) or (required and not value):
            self.bad(f"{at}/{key}", "must provide a string")
            return None
        if len(value) > most:
            self.bad(f"{at}/{key}", f"must be less than {most + 1} characters")
        return value

    def text(
        self, holder: Json, key: str, at: str, most: int, *, plain: bool, required: bool = True
    ) -> None:
        """A text object.

        https://docs.slack.dev/reference/block-kit/composition-objects/text-object
        """
        value = self.object(holder, key, at, required=required)
        if value is not None:
            self.text_object(value, f"{at}/{key}", most, plain=plain)

    def text_object(self, value: Json, at: str, most: int, *, plain: bool) -> None:
        """A text object by itself."""
        kinds = ("plain_text",) if plain else ("mrkdwn", "plain_text")
        if value.get("type") not in kinds:
            self.bad(f"{at}/type", f"must be one of {', '.join(kinds)}")
        known = {"type", "text", "emoji" if value.get("type") == "plain_text" else "verbatim"}
        for name in value.keys() - known:
            self.bad(at, f"additional property {name} is not allowed")
        written = self.string(value, "text", at, most, required=True)
        self.characters += len(written or "")

    def flag(self, holder: Json, key: str, at: str) -> None:
        """A truth value, if it is there."""
        if holder.get(key) is not None and not isinstance(holder[key], bool):
            self.bad(f"{at}/{key}", "must be a boolean")

    def number(self, holder: Json, key: str, at: str, low: int, high: int) -> None:
        """A whole number within bounds, if it is there."""
        value = holder.get(key)
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.bad(f"{at}/{key}", f"must be from {low} to {high}")

    def url(self, holder: Json, key: str, at: str, *, required: bool = False) -> None:
        """An address that a browser may open."""
        value = self.string(holder, key, at, _URL_MAX, required=required)
        if value is not None and not is_web_address(value):
            self.bad(f"{at}/{key}", "must be a valid URL")

    def name(
        self, holder: Json, key: str, at: str, taken: set[str], new_id: Callable[[], str]
    ) -> str:
        """A block's or an element's id, made if it is missing; no two are the same."""
        value = self.string(holder, key, at, _ID_MAX)
        if not value:
            return new_id()
        if value in taken:
            self.bad(f"{at}/{key}", f"{key} already exists")
        taken.add(value)
        return value


def is_web_address(text: str) -> bool:
    """Whether a text is an address with http or https and a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
