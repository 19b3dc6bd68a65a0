"""The brakes: what is not ours at all, and what may be judged but never answered."""

from datetime import datetime, timedelta

from rules.calendars import aware
from rules.machine_mail import is_auto_reply, is_bounce, is_machine_address, may_be_a_machines
from rules.merges import is_merged, quotes_ticket
from rules.model import Author, Comment, History, Reason, Status, Ticket
from rules.policy_schema import Guards
from rules.reason_codes import REASON_CODES
from rules.utterance import Utterance

_LONGEST = 20_000  # characters; in so long a text too much may hide
_LONGEST_SUBJECT = 900  # of a longer one the risk model reads the beginning
_LONGEST_NOTE = 5_000  # on a merged ticket; of one that is a hundred thousand in NFKC the ends
_SPAM_TAGS = frozenset({"spam", "suspended", "deskclerk_spam"})


def reason(code: str, rule: str = "guards") -> Reason:
    """A reason in the words of the table."""
    return Reason(code, rule, REASON_CODES[code])


def ignored(ticket: Ticket, utterance: Utterance) -> Reason | None:
    """Why a ticket is not ours, or None if it is."""
    last = _last_public(ticket)
    if last is not None and last.author in _OURS:
        return reason(_OURS[last.author])
    return never_ours(ticket, utterance)


def never_ours(ticket: Ticket, utterance: Utterance) -> Reason | None:
    """Why a ticket is not ours whoever wrote last, or None if it is."""
    tags = _tags(ticket)
    if ticket.message is None:
        return reason("ignore.no_message")
    if ticket.status is Status.CLOSED:
        return reason("ignore.closed")
    if is_merged(ticket):
        return reason("ignore.merged")
    return reason("ignore.spam") if tags & _SPAM_TAGS else _machine(ticket, utterance, tags)


def _tags(ticket: Ticket) -> frozenset[str]:
    return frozenset(tag.lower() for tag in ticket.tags)


_OURS = {Author.BOT: "ignore.own_update", Author.AGENT: "ignore.agent_update"}


def _machine(ticket: Ticket, utterance: Utterance, tags: frozenset[str]) -> Reason | None:
    text = utterance.written.text
    if is_bounce(ticket.subject, text):
        return reason("ignore.bounce")
    if is_machine_address(ticket.requester.email, ticket.requester.name):
        return reason("ignore.machine_sender")
    if is_auto_reply(ticket.subject, text, tags):
        return reason("ignore.auto_reply")
    return None


def bars(
    ticket: Ticket, utterance: Utterance, guards: Guards, history: History, now: datetime
) -> tuple[Reason, ...]:
    """Everything that forbids an automatic reply, whatever the message asks. `now` is UTC."""
    last = _last_public(ticket)
    words = len(utterance.said_words.words)
    found = {
        "bar.ccs": ticket.has_ccs,
        "bar.third_party": last is not None and last.author is Author.OTHER,
        "bar.person_acted": has_person(ticket),
        "bar.machine_mail": may_be_a_machines(ticket.subject)
        or _machine(ticket, utterance, _tags(ticket)) is not None,
        "bar.solved": ticket.status is Status.SOLVED,
        "bar.replied_on_ticket": history.replies_on_ticket > 0 or _has_replied(ticket, guards, now),
        "bar.replied_to_requester": history.replies_to_requester > history.replies_on_ticket,
        "bar.fuse": history.replies_last_hour >= guards.max_replies_per_hour,
        "bar.paused": history.paused,
        "bar.attachment": utterance.has_attachments and words < guards.min_words_with_attachment,
        "bar.hidden_text": utterance.hides_text,
        "bar.disguised": bool(utterance.tricks),
        "bar.mixed_language": utterance.mixes_languages,
        "bar.too_long": utterance.is_cut or _length(utterance) > _LONGEST or _is_long(ticket),
        "bar.channel": ticket.channel.lower() not in guards.channels,
        "bar.old_message": _is_old(ticket.message, guards, now),
    }
    return tuple(reason(code) for code, holds in found.items() if holds)


def _has_replied(ticket: Ticket, guards: Guards, now: datetime) -> bool:
    """Whether our own public words stand on the ticket, even where the history doesn't know it."""
    window = timedelta(hours=guards.reply_window_hours)
    return any(
        comment.created_at is None or now - aware(comment.created_at) <= window
        for comment in ticket.comments
        if comment.author is Author.BOT and comment.public
    )


def _length(utterance: Utterance) -> int:
    texts = (utterance.written, utterance.other, utterance.quoted, utterance.other_quoted)
    return max(len(view.text) for view in texts)


def _is_long(ticket: Ticket) -> bool:
    """Whether what is read besides the messages is too long: the subject, or a note on a merge."""
    notes = (each.body for each in ticket.comments if each.author in _OURS)
    return len(ticket.subject) > _LONGEST_SUBJECT or any(
        len(note) > _LONGEST_NOTE and quotes_ticket(note) for note in notes
    )


def has_person(ticket: Ticket) -> bool:
    """Whether a person has the ticket: an agent commented, publicly or not, or is assigned."""
    return bool(ticket.assignee_id) or any(c.author is Author.AGENT for c in ticket.comments)


def _is_old(message: Comment | None, guards: Guards, now: datetime) -> bool:
    """Whether a message waited longer than the policy allows; one without a date did not."""
    written = message.created_at if message is not None else None
    longest = timedelta(hours=guards.max_message_age_hours)
    return written is not None and now - aware(written) > longest


def _last_public(ticket: Ticket) -> Comment | None:
    return next((comment for comment in reversed(ticket.comments) if comment.public), None)
