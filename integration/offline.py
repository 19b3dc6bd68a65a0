"""Deciding without a network or a database: JSON Lines in, JSON Lines out, one line at a time."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from rules.case import Models
from rules.decide import decide
from rules.exchange import ExchangeError, history_from_json, ticket_from_json
from rules.intents.matching import ModelError, Recogniser
from rules.intents.training import fit, is_made_of, recogniser_from
from rules.model import History, Ticket
from rules.policy import Policy
from rules.signals.risk import shared_risk_model
from rules.written import decision_to_json

_MAX_LINE_CHARS = 8 * 1024 * 1024


class InputError(Exception):
    """A line can't be used. The message names the line."""


def decide_lines(
    source: TextIO, sink: TextIO, policy: Policy, models: Models, now: datetime
) -> int:
    """Decide each line of `source` into `sink`, input order kept; returns how many.

    Memory does not grow with the number of lines. Raises InputError at the first bad line; what
    was decided before stands in the sink.
    """
    count = 0
    for ticket, history in tickets(source):
        decision = decide(ticket, policy, models, history, now)
        sink.write(_line(decision_to_json(decision)) + "\n")
        count += 1
    return count


def tickets(source: TextIO) -> Iterator[tuple[Ticket, History]]:
    """The tickets of JSON Lines, and what was done before. Raises InputError, naming the line."""
    for number, line in numbered_lines(source):
        yield _read(line, number)


def _line(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, from a line that had it escaped
        return json.dumps(value, separators=(",", ":"))
    return text


def _read(line: str, number: int) -> tuple[Ticket, History]:
    try:
        value = json.loads(line)
        return ticket_from_json(value, number), history_from_json(value, number)
    except ExchangeError as error:
        raise InputError(str(error)) from None
    except (ValueError, RecursionError):
        raise InputError(f"line {number} is not JSON: give one object a line") from None


def numbered_lines(source: TextIO) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers. Raises InputError at one that can't be."""
    number = 0
    try:
        while line := source.readline(_MAX_LINE_CHARS):
            number += 1
            if len(line) >= _MAX_LINE_CHARS:
                raise InputError(f"line {number} is longer than 8 million characters")
            if line.strip():
                yield number, line
    except UnicodeDecodeError:
        raise InputError(f"line {number + 1} is not UTF-8 text: save the file as UTF-8") from None


def models_for(policy: Policy, model: Path | None, mode: str) -> Models:
    """The risk model, and the recogniser in a file or fitted from the policy. Raises InputError."""
    return Models(_recogniser_for(policy, model, mode), shared_risk_model(mode))


def _recogniser_for(policy: Policy, model: Path | None, mode: str) -> Recogniser:
    """The recogniser in a file, or one fitted from the policy. Raises InputError."""
    if model is None:
        return fit(policy, mode)
    try:
        made = recogniser_from(model.read_bytes())
    except ModelError as error:
        raise InputError(f"{model} is not a recogniser that this version can read") from error
    if not is_made_of(policy, made):
        raise InputError(f"{model} was trained on another policy than this one: train it again")
    return made
