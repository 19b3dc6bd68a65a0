"""What outsiders wrote in a ticket: each comment read once, and what its quotations hold anew."""

from dataclasses import dataclass, field
from functools import cached_property

from rules.merges import OURS, merged_words, quotes_ticket
from rules.model import Author, Comment, Ticket
from rules.pointing import points_to_subject
from rules.utterance import Utterance, read_comment
from rules.view import View
from rules.words import fold_text

OUTSIDERS = frozenset({Author.REQUESTER, Author.OTHER})
# Characters in which quoted lines are looked for; then the rest counts as new, so that a ticket of
# many long comments takes no minutes.
_MOST_COMPARED = 200_000_000


@dataclass
class Thread:
    """A ticket with its message taken apart."""

    ticket: Ticket
    utterance: Utterance
    _compared: int = field(default=0, init=False)

    @property
    def message(self) -> Comment | None:
        """The message that is judged."""
        return self.ticket.message

    @cached_property
    def _outsiders(self) -> tuple[tuple[Comment, Utterance], ...]:
        return tuple(
            (each, self.utterance if each is self.message else read_comment(each))
            for each in self.ticket.comments
            if each.author in OUTSIDERS
        )

    @property
    def earlier(self) -> tuple[tuple[Comment, Utterance], ...]:
        """What outsiders wrote besides the message, in its order; what is settled is left out."""
        return tuple(
            (comment, read)
            for comment, read in self._outsiders
            if comment is not self.message and not comment.settled
        )

    @cached_property
    def merged(self) -> tuple[tuple[Comment, View], ...]:
        """What notes quote of tickets that were merged into this one."""
        notes = (
            (comment, merged_words(comment.body))
            for comment in self.ticket.comments
            if comment.author in OURS and not comment.settled
        )
        return tuple((comment, words) for comment, words in notes if words is not None)

    @property
    def is_said_by_subject(self) -> bool:
        """Whether an outsider opened the ticket with a message that only points to its subject."""
        first = next(iter(self.ticket.comments), None)
        return any(points_to_subject(read) for comment, read in self._outsiders if comment is first)

    def fresh(self, comment: Comment | None, quoted: View) -> View:
        """The lines of a comment's quotation that no other comment of the ticket says.

        They were forwarded, or nobody ever said them here. What an outsider quotes in their turn
        is not said by them: else two quotations would cover each other. What a note quotes of a
        merged ticket is covered by outsiders alone: agents repeat it.
        """
        is_note = comment is not None and comment.author in OURS
        others = [
            text
            for each, text in self._said
            if each is not comment and not (is_note and each.author in OURS)
        ]
        return View.joined(line for line in quoted.lines() if not self._is_covered(line, others))

    def _is_covered(self, line: View, others: list[str]) -> bool:
        folded = fold_text(line.text)
        for text in others if folded else ():
            self._compared += len(text)
            if self._compared > _MOST_COMPARED:
                return False
            if folded in text:
                return True
        return not folded

    @cached_property
    def _said(self) -> list[tuple[Comment, str]]:
        """The folded words of each comment that are no quotation, or that a person cleared."""
        ours = [
            (each, each.body)
            for each in self.ticket.comments
            if each.author in OURS and (each.settled or not quotes_ticket(each.body))
        ]
        theirs = [
            (comment, text)
            for comment, read in self._outsiders
            for text in (read.written.text, read.other.text)
        ]
        return [(comment, fold_text(text)) for comment, text in (*ours, *theirs)]
