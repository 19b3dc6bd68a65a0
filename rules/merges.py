"""The note that Zendesk writes on a ticket into which another one was merged.

It quotes the other ticket's last comment, as an agent's words. Whose it was the note doesn't say,
and agents may change its text: so it is a quotation, and said by nobody here.
"""

import re

from rules.view import View, normalised

# In the words of an agent's English; of several tickets at once it quotes nothing.
_OPENING = re.compile(
    r"\s*Request #\d{1,20} .{0,1000}?was closed and merged into this request\."
    r"\s{1,10}Last comment in request #\d{1,20}:",
    re.DOTALL,
)


def merged_words(body: str) -> View | None:
    """What such a note quotes; None if a comment is none."""
    found = _OPENING.match(body)
    return None if found is None else normalised(View.of(body[found.end() :])).stripped()
