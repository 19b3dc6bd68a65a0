"""The brakes: what is not ours at all, and what may be judged but never answered."""

from collections.abc import Iterator

from rules.machine_mail import is_auto_reply, is_bounce, is_machine_address
from rules.model import Author, Comment, History, Reason, Status, Ticket
from rules.policy_schema import Guards
from rules.reason_codes import REASON_CODES
from rules.utterance import Utterance

_MERGED_TAG = "closed_by_merge"  # Zendesk sets it on tickets merged into another one
_SPAM_TAGS = frozenset({"spam", "suspended", "deskclerk_spam"})


def reason(code: str, rule: str = "guards") -> Reason:
    """A reason in the words of the table."""
    return Reason(code, rule, REASON_CODES[code])


def ignored(ticket: Ticket, utterance: Utterance | None) -> Reason | None:
    """Why a ticket is not ours, or None if it is."""
    last = _last_public(ticket)
    if last is not None and last.author is Author.BOT:
        return reason("ignore.own_update")
    if last is not None and last.author is Author.AGENT:
        return reason("ignore.agent_update")
    if utterance is None:
        return reason("ignore.no_message")
    if ticket.status is Status.CLOSED:
        return reason("ignore.closed")
    tags = frozenset(tag.lower() for tag in ticket.tags)
    if _MERGED_TAG in tags:
        return reason("ignore.merged")
    if tags & _SPAM_TAGS:
        return reason("ignore.spam")
    return _machine(ticket, utterance, tags)


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
    ticket: Ticket, utterance: Utterance, guards: Guards, history: History
) -> Iterator[Reason]:
    """Everything that forbids an automatic reply, whatever the message asks."""
    last = _last_public(ticket)
    if ticket.has_ccs:
        yield reason("bar.ccs")
    if last is not None and last.author is Author.OTHER:
        yield reason("bar.third_party")
    if has_person(ticket):
        yield reason("bar.person_acted")
    if ticket.status is Status.SOLVED:
        yield reason("bar.solved")
    if history.replies_on_ticket > 0:
        yield reason("bar.replied_on_ticket")
    elif history.replies_to_requester > 0:
        yield reason("bar.replied_to_requester")
    if history.replies_last_hour >= guards.max_replies_per_hour:
        yield reason("bar.fuse")
    if history.paused:
        yield reason("bar.paused")
    words = len(utterance.said_words.words)
    if utterance.has_attachments and words < guards.min_words_with_attachment:
        yield reason("bar.attachment")
    if utterance.hides_text:
        yield reason("bar.hidden_text")
    if ticket.channel.lower() not in guards.channels:
        yield reason("bar.channel")


def has_person(ticket: Ticket) -> bool:
    """Whether a person has the ticket: an agent commented, publicly or not, or is assigned."""
    return bool(ticket.assignee_id) or any(c.author is Author.AGENT for c in ticket.comments)


def _last_public(ticket: Ticket) -> Comment | None:
    return next((comment for comment in reversed(ticket.comments) if comment.public), None)
