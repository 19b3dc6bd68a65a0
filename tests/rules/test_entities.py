"""What a text names, by its kind; the same everywhere, and linear for whatever text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.entities import ENTITIES, Shape, ShapeError, entities_in

SHAPES = {"booking_code": "AA-999999", "voucher": "GIFT-9*"}


def named(text: str) -> set[str]:
    return set(entities_in(text, SHAPES))


@pytest.mark.parametrize(
    "text",
    ["#12345", "my order 12345 is late", "order number: AB-12345", "no. 12345", "order #777",
     "the order (4711)", "Order no. is 123456!", "order number AB12CD34", "order-12345",
     "meine Bestellung 12345", "Bestellnummer: 12345", "Bestell-Nr. 12345", "Auftragsnummer 5551",
     "commande n° 12345", "ma commande 12345", "pedido nº 12345", "mi pedido 12345",
     "bestelling 12345", "bestelnummer 12345", "ordine numero 12345", "il mio ordine 12345"],
)  # fmt: skip
def test_order_numbers_are_found(text: str) -> None:
    assert "order_number" in named(text)


@pytest.mark.parametrize(
    "text",
    ["where is my order?", "I want to order 1000 cards", "my order of 2026-11-12", "order #77",
     "my order 2025 got lost", "order 12/11/2026", "we are no. 1", "order number is missing",
     "account no. 12345678", "card #12345", "Kunden-Nr. 1234567", "ticket: #4711", "&#12345;",
     "https://example.org/#12345", "12345"],
)  # fmt: skip
def test_other_numbers_are_no_order_numbers(text: str) -> None:
    assert "order_number" not in named(text)


@pytest.mark.parametrize(
    "text",
    ["2026-11-12", "12.11.2026", "12.11.26", "12/11", "11/30/2026", "am 12.11. bitte",
     "12 November", "Nov 12th", "November 12, 2026", "the 3rd of May", "12-Nov-2026", "le 1er mars",
     "12 de noviembre", "12. März", "il 3 ottobre", "4 augustus", "5 de março"],
)  # fmt: skip
def test_dates_are_found(text: str) -> None:
    assert named(text) == {"date"}


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "today", "next Monday", "in November 2026", "24/7", "3/4 of it", "version 2.11",
     "10.0.0.1", "32.11.2026", "45/13", "may I ask", "on the 12th", "112 November rain"],
)  # fmt: skip
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    "text",
    ["£12.50", "12,50 €", "EUR 100", "100 euros", "$5", "5 pounds", "1.234,56 EUR", "1 234 €",
     "50,- €", "US$ 20", "20 Franken", "99 cents"],
)  # fmt: skip
def test_amounts_are_found(text: str) -> None:
    assert named(text) == {"amount"}


@pytest.mark.parametrize("text", ["ann@example.org", "<ann.lee+x@mail.example.co.uk>,"])
def test_email_addresses_are_found(text: str) -> None:
    assert named(text) == {"email_address"}


@pytest.mark.parametrize(
    "text",
    ["+44 20 7946 0958", "020 7946 0958", "(555) 123-4567", "555-123-4567", "01.42.34.56.78",
     "0049 30 123456", "call me on 07700900123."],
)  # fmt: skip
def test_phone_numbers_are_found(text: str) -> None:
    assert named(text) == {"phone_number"}


@pytest.mark.parametrize(
    "text",
    ["", "100", "12 months", "ann at example", "a@b", "12345678", "4111 1111 1111 1111",
     "GB29 NWBK 6016 1331 9268 19", "+12 34", "+1234567890123456"],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert named(text) == set()


def test_a_date_with_a_time_is_no_phone_number() -> None:
    assert named("01.11.2026 12:30") == {"date"}


@pytest.mark.parametrize(
    "text", ["AB-123456", "Booking AB-123456.", "(AB-123456)", "code:AB-123456"]
)
def test_a_shape_of_the_policy_is_found_as_a_whole_token(text: str) -> None:
    assert "booking_code" in named(text)


@pytest.mark.parametrize("text", ["ab-123456", "AB-1234567", "AB-12345", "XAB-123456", "AB 123456"])
def test_what_differs_from_a_shape_is_not_found(text: str) -> None:
    assert "booking_code" not in named(text)


@pytest.mark.parametrize(
    ("shape", "token", "fits"),
    [("GIFT-9*", "GIFT-1", True), ("GIFT-9*", "GIFT-" + "1" * 32, True),
     ("GIFT-9*", "GIFT-" + "1" * 33, False), ("GIFT-9*", "GIFT-", False),
     ("GIFT-9*", "gift-1", False), ("a*9", "abc1", True), ("a*9", "Ab1", True),
     ("a*9", "1", False), ("A*", "ABC", True), ("A*", "ABc", False), ("9*9*", "12", True),
     ("9*9*", "1", False), ("9*9*", "1" * 64, True), ("9*-9*", "12-3", True),
     ("9*-9*", "1-2-3", False), ("A9", "Ä7", True), ("99", "\u0661\u0662", False)],
)  # fmt: skip
def test_a_shape_says_how_a_token_is_written(shape: str, token: str, *, fits: bool) -> None:
    assert Shape.of(shape).fits(token) == fits


@pytest.mark.parametrize(
    ("shape", "words"),
    [("*9", "only after"), ("X*9", "only after"), ("9**", "only after"), ("AA 99", "no blanks"),
     ("9" * 41, "at most 40"), ("X-Y", "needs A, a or 9")],
)  # fmt: skip
def test_what_is_no_shape_is_refused(shape: str, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        Shape.of(shape)


steps = st.sampled_from(["A", "a", "9", "A*", "a*", "9*", "-", "X"])


@given(st.lists(steps, min_size=1, max_size=5), st.text("AXb19-", max_size=12))
def test_a_shape_fits_what_its_regular_expression_fits(parts: list[str], token: str) -> None:
    if not set("".join(parts)) & set("Aa9"):
        parts.append("9")
    signs = {"A": "[A-Z]", "a": "[A-Za-z]", "9": "[0-9]", "-": "-", "X": "X"}
    pattern = "".join(signs[part[0]] + ("{1,32}" if "*" in part else "") for part in parts)
    assert Shape.of("".join(parts)).fits(token) == bool(re.fullmatch(pattern, token))


HOSTILE = [
    "order ", "order no. ", "#", "1", "1 ", "1.", "1/", "a@", "a@b.", "jan ", "+1 ", "€1", "1'111",
    "order -", "(", "no.", "1 de ", "A", "AB-12345 ", "GIFT-", "\n", "\u0130",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_are_read_to_their_end(piece: str) -> None:
    shapes = {"long": "9*9*9*9*9*9*9*9*9*9*a", "torn": "a*A*a*A*a*A*9"}
    assert entities_in(piece * 50_000, shapes) <= set(ENTITIES)


@given(st.text(max_size=200))
def test_any_text_names_known_kinds_only(text: str) -> None:
    assert named(text) <= {*ENTITIES, *SHAPES}
    assert named(text) == named(text)
