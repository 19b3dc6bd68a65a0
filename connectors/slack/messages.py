"""Cards as Slack messages: what stands where, and what gives way when there is too much of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, assert_never

from connectors.chat import Message
from connectors.slack.blocks import (
    Block,
    bullets,
    button,
    buttons,
    context,
    elements,
    header,
    mentions,
    open_button,
    paragraph,
    preformatted,
    quote,
    size,
)
from connectors.slack.cards import (
    Action,
    ApprovalCard,
    Card,
    DigestCard,
    DigestEntry,
    EscalationCard,
    Line,
    Link,
    Moment,
    Piece,
    Plain,
    ReminderCard,
    Strong,
)
from connectors.slack.due import countdown
from connectors.slack.text import cut, is_shown_exactly, notice

_LONGEST_NOTICE: Final = 300
_LONGEST_EVIDENCE: Final = 900
_LONGEST_QUESTION: Final = 500
_LONGEST_REASON: Final = 200
_LONGEST_LANGUAGE: Final = 20
_MOST_REASONS: Final = 6
_MOST_ROWS: Final = 40
MOST_TICKETS: Final = 20  # of a digest
_REPLY_SIZE: Final = 6000  # of a reply's blocks; the rest of its card needs less than what is left
_REPLY_PART: Final = 3000  # characters of a reply in one block
_ROWS_SIZE: Final = 11_000


def message_of(card: Card, now: datetime) -> Message:
    """The card as a message. Its text for notifications holds no customer's words."""
    match card:
        case EscalationCard():
            return _escalation(card, now)
        case ApprovalCard():
            return _approval(card, now)
        case ReminderCard():
            return _reminder(card, now)
        case DigestCard():
            return _digest(card, now)
        case Plain():
            return _plain(card)
        case _:
            assert_never(card)


def _escalation(card: EscalationCard, now: datetime) -> Message:
    shown = [header(f"Ticket {card.ticket_id}: {card.headline}")]
    shown += bullets(_first(card.reasons, _MOST_REASONS))
    if not card.restricted:
        shown += quote(card.evidence, _LONGEST_EVIDENCE)
    if card.deadline is not None:
        due = card.deadline.due
        line: Line = (Strong(card.deadline.clock), ": ", Moment(due), f" ({countdown(due, now)})")
        shown.append(paragraph(line))
    shown += context([card.standing, f"Group: {card.group}" if card.group else ""])
    here, liftable = card.decision_id, card.is_open and card.is_held
    namable = card.is_open and not card.restricted
    shown += buttons(
        [
            button(Action.TAKE, "Take", here, style="primary") if card.is_open else None,
            open_button(card.ticket_url),
            button(Action.NOT_THIS, "Not this", here) if liftable else None,
            button(Action.NAME_CASE, "Name the case", here) if namable else None,
            button(Action.WHY, "Why", here),
        ]
    )
    return _message(f"Ticket {card.ticket_id}: {card.headline}. {card.standing}", shown)


def _approval(card: ApprovalCard, now: datetime) -> Message:
    shown = [header(f"Ticket {card.ticket_id}: {card.title}")]
    if not card.restricted:
        shown += quote(card.question, _LONGEST_QUESTION)
    reply = _reply_blocks(card.reply)
    shown.append(paragraph(("Reply in ", Strong(cut(card.language, _LONGEST_LANGUAGE)))))
    shown += reply or [paragraph("It can't be shown here in full. Open the ticket to read it.")]
    expires = f"Expires {countdown(card.expires, now)}" if card.expires and card.is_open else ""
    shown += context([card.standing, f"Answer: {card.faq}" if card.faq else "", expires])
    shown += buttons(_choices(card, is_readable=bool(reply)))
    return _message(f"Ticket {card.ticket_id}: {card.title}. {card.standing}", shown)


def _choices(card: ApprovalCard, *, is_readable: bool) -> list[Block | None]:
    """Nobody sends what they can't read: without the whole reply only the ticket is offered."""
    leads = open_button(card.ticket_url)
    if not (card.is_open and is_readable):
        return [leads]
    here = card.decision_id
    return [
        button(Action.SEND, "Send", here, style="primary"),
        button(Action.EDIT, "Edit and send", here),
        button(Action.ANOTHER, "Another answer", here),
        button(Action.NOT_A_QUESTION, "Not a question for us", here),
        button(Action.ESCALATE, "Escalate", here),
        leads,
    ]


def _reply_blocks(reply: str) -> list[Block]:
    """The reply character for character, parted at line ends alone; none if that can't be."""
    if not is_shown_exactly(reply):
        return []
    parts: list[str] = []
    for line in reply.split("\n"):
        joined = f"{parts[-1]}\n{line}" if parts else line
        if parts and len(joined) <= _REPLY_PART:
            parts[-1] = joined
        else:
            parts.append(line)
    shown = [preformatted(part) for part in parts]
    fits = all(part and len(part) <= _REPLY_PART for part in parts) and size(shown) <= _REPLY_SIZE
    return shown if fits else []


def _reminder(card: ReminderCard, now: datetime) -> Message:
    gone = "the time is over" if card.share == "breached" else f"{card.share} of the time is gone"
    said = f"Ticket {card.ticket_id}: {card.clock}, {gone}"
    line: Line = (Strong(said), ". Due ", Moment(card.due), f" ({countdown(card.due, now)})")
    shown = [*mentions(card.whom), paragraph(line), *buttons([open_button(card.ticket_url)])]
    return _message(said, shown)


def _digest(card: DigestCard, now: datetime) -> Message:
    lines = [_entry_line(entry, now) for entry in card.entries]
    shown = [header(card.title), *_rows(lines, MOST_TICKETS, bulleted=True)]
    return _message(f"{card.title}: {len(card.entries)}", shown)


def _entry_line(entry: DigestEntry, now: datetime) -> Line:
    line: list[Piece] = [
        Link(entry.ticket_url, f"Ticket {entry.ticket_id}"),
        f" {cut(entry.headline, _LONGEST_REASON)}",
    ]
    if entry.due is not None:
        line += [" ", Strong(countdown(entry.due, now))]
    if entry.standing:
        line.append(f" – {cut(entry.standing, _LONGEST_REASON)}")  # noqa: RUF001 - a dash
    return tuple(line)


def _plain(card: Plain) -> Message:
    shown = [paragraph((Strong(card.title),)), *_rows(card.lines, _MOST_ROWS, bulleted=False)]
    if card.share is not None:
        shown += buttons([button(Action.SHARE, "Share with the channel", card.share)])
    return _message(card.title, shown)


def _rows(lines: Iterable[Line], most: int, *, bulleted: bool) -> list[Block]:
    """As many lines as a message holds, and how many more there are."""
    every = list(lines)
    kept, length = 0, 0
    for line in every[:most]:
        length += size(elements(line)) + size([_EMPTY_ROW])
        if length > _ROWS_SIZE:
            break
        kept += 1
    shown = every[:kept]
    more = f"and {len(every) - kept} more"
    rows = bullets(shown) if bulleted else [paragraph(line) for line in shown]
    return [*rows, paragraph(more)] if kept < len(every) else rows


_EMPTY_ROW: Final = paragraph("")


def _first(texts: tuple[str, ...], most: int) -> list[Line]:
    more = len(texts) - most
    shown: list[Line] = [cut(text, _LONGEST_REASON) for text in texts[:most]]
    return [*shown, f"and {more} more"] if more > 0 else shown


def _message(text: str, blocks: list[Block]) -> Message:
    return Message(notice(text, _LONGEST_NOTICE) or "Deskclerk", tuple(blocks))
