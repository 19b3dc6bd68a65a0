"""Which elements a block may hold, and what each of them may say.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Callable
from typing import Final

from connectors.slack.sandbox.checking import Check
from connectors.slack.sandbox.config import Json

_LABEL_MAX = 75
_OPTIONS_MAX = 100
_CHOICES_MAX = 10
_INPUT_MAX = 3000
_PLACEHOLDER_MAX = 150

Rule = Callable[[Check, Json, str], None]


def _confirm(check: Check, element: Json, at: str) -> None:
    asked = check.object(element, "confirm", at, required=False)
    if asked is None:
        return
    place = f"{at}/confirm"
    check.text(asked, "title", place, 100, plain=True)
    check.text(asked, "text", place, 300, plain=False)
    check.text(asked, "confirm", place, 30, plain=True, required=False)
    check.text(asked, "deny", place, 30, plain=True, required=False)


def _style(check: Check, element: Json, at: str) -> None:
    if element.get("style") not in (None, "primary", "danger"):
        check.bad(f"{at}/style", "must be primary or danger")


def _button(check: Check, element: Json, at: str) -> None:
    check.text(element, "text", at, _LABEL_MAX, plain=True)
    check.string(element, "value", at, 2000)
    check.string(element, "accessibility_label", at, _LABEL_MAX)
    check.url(element, "url", at)
    _style(check, element, at)
    _confirm(check, element, at)


def _placeholder(check: Check, element: Json, at: str) -> None:
    check.text(element, "placeholder", at, _PLACEHOLDER_MAX, plain=True, required=False)
    check.flag(element, "focus_on_load", at)


def _option(check: Check, option: Json, at: str, *, plain: bool) -> None:
    check.text(option, "text", at, _LABEL_MAX, plain=plain)
    check.string(option, "value", at, 150, required=True)
    check.text(option, "description", at, _LABEL_MAX, plain=plain, required=False)


def _options(check: Check, element: Json, at: str, most: int, *, plain: bool) -> None:
    options = check.items(element, "options", at, most)
    for number, option in enumerate(options):
        _option(check, option, f"{at}/options/{number}", plain=plain)
    values = [str(option.get("value")) for option in options]
    if len(set(values)) < len(values):
        check.bad(f"{at}/options", "option values must be unique")
    several = element.get("initial_options")
    chosen = several if isinstance(several, list) else [several]
    for option in [*chosen, element.get("initial_option")]:
        if option is not None and option not in options:
            check.bad(at, "the initial option must be one of the options")


def _select(check: Check, element: Json, at: str) -> None:
    _placeholder(check, element, at)
    _options(check, element, at, _OPTIONS_MAX, plain=True)
    _confirm(check, element, at)


def _choices(check: Check, element: Json, at: str) -> None:
    _options(check, element, at, _CHOICES_MAX, plain=False)
    _confirm(check, element, at)


def _text_input(check: Check, element: Json, at: str) -> None:
    _placeholder(check, element, at)
    check.string(element, "initial_value", at, _INPUT_MAX)
    check.flag(element, "multiline", at)
    check.number(element, "min_length", at, 0, _INPUT_MAX)
    check.number(element, "max_length", at, 1, _INPUT_MAX)


ELEMENTS: Final[dict[str, Rule]] = {
    "button": _button,
    "static_select": _select,
    "radio_buttons": _choices,
    "checkboxes": _choices,
    "plain_text_input": _text_input,
}
CLICKABLE: Final = frozenset({"button", "static_select", "radio_buttons", "checkboxes"})
TYPED: Final = frozenset(ELEMENTS) - {"button"}


def check_element(check: Check, element: Json, at: str, kinds: frozenset[str]) -> None:
    """One element that must be of certain kinds."""
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        check.bad(f"{at}/type", f"unsupported type; must be one of {', '.join(sorted(kinds))}")
        return
    ELEMENTS[kind](check, element, at)
