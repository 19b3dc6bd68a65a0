"""Facts that an answer may need the customer to name: order numbers, dates, amounts, addresses.

Only their kinds are told, never what they are. Every look is linear in the length of the text:
patterns repeat a bounded number of times, and a policy's own shapes are no regular expressions.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.wordlists import word_set

_MONTHS = word_set(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "januar jänner februar märz mai juni juli oktober dezember mär okt dez "
    "janvier février fevrier mars avril juin juillet août aout septembre octobre novembre "
    "décembre decembre janv févr fév avr juil déc "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre "
    "diciembre ene abr "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre giu lug ott "
    "januari februari maart mei augustus mrt "
    "janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro fev"
)
_MONTH_NAME = "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name)))
_DAY, _MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"""(?<![\w./-])(?:
    [0-9]{{4}}[-/.]{_MONTH}[-/.]{_DAY}
    | (?:{_DAY}[-/.]{_MONTH}|{_MONTH}[-/.]{_DAY})[-/.](?:[0-9]{{4}}|[0-9]{{2}})
    # Without a year 3/4 may be a part, and 24/7 is always.
    | (?!24/7)(?=[0-9]{{2}}/|[0-9]/[0-9]{{2}})(?:{_DAY}/{_MONTH}|{_MONTH}/{_DAY})
    | {_DAY}\.[ ]?{_MONTH}\.
    )(?!\w|[./-][0-9])
    | (?<![\w./-])(?:
    {_DAY}(?:st|nd|rd|th|er|e|o|a)?[\s.-]{{0,2}}(?:of\s|de\s|di\s)?(?:{_MONTH_NAME})
    | (?:{_MONTH_NAME})[\s.-]{{0,2}}(?:the\s)?{_DAY}(?:st|nd|rd|th)?
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_SUM = r"[0-9]{1,9}(?:[.,'\u2019 ][0-9]{3}){0,3}(?:[.,][0-9]{1,2})?(?:,-{1,2})?"
_SIGN = r"(?:[a-z]{0,3}[$]|[£€¥₹]|eur|gbp|usd|chf)"
_MONEY = (
    r"euros?|pounds?|quid|dollars?|d[oó]lares|dollari|libras?|sterline|franken|francs?|franchi|"
    r"cents?|pence"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:{_SIGN}\s?{_SUM}(?!\w)|{_SUM}\s?(?:{_SIGN}|{_MONEY})(?!\w))", re.IGNORECASE
)
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_DIGITS = re.compile(r"(?<![\w.,])[+(]?[0-9][0-9 ()./-]{5,24}(?!\w)")
_AMERICAN = re.compile(r"[(]?[0-9]{3}[) ./-]{1,2}[0-9]{3}[ ./-][0-9]{4}")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15  # of a telephone number
_NUMBER = r"numbers?|nummer|num[eé]ro|número|num|no|nr|n[°º]|id|ref|reference|code"
_ORDERED = re.compile(
    r"(?<!\w)(?<!to )(?:orders?|order(?:number|nummer|nr)|bestell(?:ung|nummer|nr)|"
    r"auftrag(?:snummer|s)?|commandes?|pedidos?|encomendas?|bestelling|bestelnummer|ordin[ei])"
    rf"(?P<called>(?:\W{{1,3}}(?:{_NUMBER}|is|was|ist|lautet|war|est|es|è|é)(?!\w)){{0,3}})"
    r"(?P<gap>\W{1,4})(?P<code>[0-9a-z][0-9a-z/_-]{2,39})(?!\w)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?<![\w&/#])(?:\#\s?[a-z]{0,6}[-_]?[0-9]{3,20}|"
    r"(?:no|nr|n[°º])[.:]{0,2}\s?[a-z]{0,6}-?[0-9]{5,20})(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_FEWEST, _FEWEST_UNNAMED = 3, 4  # digits of an order's number
_LAST_WORD = re.compile(r"([^\W\d_]+)\W{0,4}$")
_LOOK_BACK = 40  # characters
# What carries numbers too.
_NO_ORDERS = word_set(
    "account card phone ticket case invoice customer client sort iban konto karte karten kunden "
    "kunde rechnung rechnungs telefon compte carte facture téléphone cuenta tarjeta factura "
    "cliente teléfono conto carta fattura telefono rekening kaart factuur klant telefoon conta "
    "cartão fatura telefone"
)


def _has_order_number(text: str) -> bool:
    return any(map(_is_code, _ORDERED.finditer(text))) or any(
        not _is_other(text, number.start()) for number in _NUMBERED.finditer(text)
    )


def _is_code(order: re.Match[str]) -> bool:
    """Whether what follows the word is a number of it: no date, no year, no quantity."""
    code = order["code"]
    is_named = bool(order["called"]) or "#" in order["gap"]
    digits = sum(map(str.isdigit, code))
    if _DATE.match(code) or (not is_named and _YEAR.fullmatch(code)):
        return False
    return digits >= (_FEWEST if is_named else _FEWEST_UNNAMED)


def _is_other(text: str, start: int) -> bool:
    """Whether a number belongs to something else than an order."""
    word = _LAST_WORD.search(text[max(0, start - _LOOK_BACK) : start])
    return word is not None and word[1].lower() in _NO_ORDERS


def _has_phone_number(text: str) -> bool:
    return any(_is_phone_number(digits.group().strip()) for digits in _DIGITS.finditer(text))


def _is_phone_number(text: str) -> bool:
    if _DATE.search(text):
        return False
    if _AMERICAN.fullmatch(text):
        return True
    return text[0] in "+(0" and _FEWEST_DIGITS <= sum(map(str.isdigit, text)) <= _MOST_DIGITS


def _has(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "order_number": _has_order_number,
    "date": _has(_DATE),
    "amount": _has(_AMOUNT),
    "email_address": _has(_EMAIL),
    "phone_number": _has_phone_number,
}
ENTITIES = tuple(_LOOKS)


def entities_in(text: str, shapes: Mapping[str, str]) -> frozenset[str]:
    """The kinds of entities that a text names; `shapes` are a policy's own. Total and linear."""
    own = {name: Shape.of(shape) for name, shape in shapes.items()}
    tokens = set(_tokens(text)) if own else set()
    return frozenset(
        [name for name, look in _LOOKS.items() if look(text)]
        + [name for name, shape in own.items() if any(map(shape.fits, tokens))]
    )


_AROUND = ".,;:!?()[]{}<>\"'`*_\u2026\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e"


def _tokens(text: str) -> Iterator[str]:
    """What stands between blanks; without the marks around it; and behind its last colon."""
    for token in text.split():
        yield token
        yield token.strip(_AROUND)
        yield token.rpartition(":")[2].strip(_AROUND)


class ShapeError(ValueError):
    """The text is no shape. The message says why."""


_LONGEST_SHAPE = 40  # signs
_REPEATS = 32
_SIGNS = "Aa9"


@dataclass(frozen=True, slots=True)
class Shape:
    """How an entity is written: each step is a sign, and how often it may stand in a row."""

    steps: tuple[tuple[str, int], ...]

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str) -> "Shape":
        """Read a shape such as AA-999999 or ORD-9*. Raises ShapeError."""
        steps: list[tuple[str, int]] = []
        for sign in text:
            if sign.isspace():
                raise ShapeError("a shape has no blanks")
            if sign != "*":
                steps.append((sign, 1))
            elif not steps or steps[-1][0] not in _SIGNS or steps[-1][1] > 1:
                raise ShapeError("* stands only after A, a or 9")
            else:
                steps[-1] = (steps[-1][0], _REPEATS)
        if len(steps) > _LONGEST_SHAPE:
            raise ShapeError(f"a shape has at most {_LONGEST_SHAPE} signs")
        if not any(sign in _SIGNS for sign, _ in steps):
            raise ShapeError("a shape needs A, a or 9 for what differs")
        return cls(tuple(steps))

    def fits(self, token: str) -> bool:
        """Whether a whole token is written like this."""
        if not len(self.steps) <= len(token) <= sum(most for _, most in self.steps):
            return False
        ends = {0}  # where the steps so far may end
        for sign, most in self.steps:
            ends = _after(ends, sign, most, token)
            if not ends:
                return False
        return len(token) in ends


def _after(ends: set[int], sign: str, most: int, token: str) -> set[int]:
    """Where a sign may end that begins at one of `ends` and stands up to `most` times in a row."""
    reached: set[int] = set()
    begin = -most  # the nearest place from which it stands without a gap; none yet
    for place, char in enumerate(token):
        if place in ends:
            begin = place
        if not _is_a(sign, char):
            begin = -most
        elif place < begin + most:
            reached.add(place + 1)
    return reached


def _is_a(sign: str, char: str) -> bool:
    if sign == "A":
        return char.isalpha() and char.isupper()
    if sign == "a":
        return char.isalpha()
    return "0" <= char <= "9" if sign == "9" else char == sign
