"""What a Zendesk account keeps for answering: public comments of macros, help-centre articles.

Total over any record: what can't become an answer is named with its reason, never an error.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from connectors.errors import RetryLater
from connectors.plain_text import PlainText, one_line, plain_text, tidied
from connectors.ports import PreparedText, TextKind, Unusable, Wording
from connectors.zendesk import errors
from connectors.zendesk.answers import Json, objects_at, pages, text_at
from connectors.zendesk.blanks import with_blanks
from connectors.zendesk.client import ZendeskHelpdesk
from connectors.zendesk.events import as_id

# https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#scopes : reading these
# texts needs no more, so no more is asked for.
SCOPE: Final = "macros:read hc:read"
NO_PUBLIC_COMMENT: Final = "no public comment"

Again = Callable[[RetryLater], None]


def read_prepared(
    desk: ZendeskHelpdesk, kind: TextKind, base_url: str, again: Again
) -> Iterator[PreparedText | Unusable]:
    """Every active macro, or every article, in the helpdesk's order.

    Where a page can't be had now, `again` waits before it is asked for once more, or raises.
    https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/
    https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/
    """
    path, params, make = {
        TextKind.MACRO: ("macros.json", {"active": "true"}, macro_of),
        TextKind.ARTICLE: ("help_center/articles.json", {"include": "translations"}, article_of),
    }[kind]

    def get(page: Mapping[str, str]) -> Json:
        while True:
            try:
                return desk.read(path, {**params, **page})
            except RetryLater as error:
                again(error)

    with errors.reading():
        for payload in pages(get):
            rows = payload.get(f"{kind}s")
            if not isinstance(rows, list):
                raise errors.UnreadableError(f"it holds no list of {kind}s")
            yield from (make(row if isinstance(row, dict) else {}, base_url) for row in rows)


def macro_of(row: Json, base_url: str) -> PreparedText | Unusable:
    """A macro by its public comment.

    https://developer.zendesk.com/documentation/ticketing/reference-guides/actions-reference/ : a
    comment is a text, or a channel and a text; it is public unless an action says otherwise.
    """
    key, actions = as_id(row.get("id")), objects_at(row, "actions")
    values = [(text_at(action, "field"), action.get("value")) for action in actions]
    if key is None:
        return Unusable(TextKind.MACRO, None, "no id")
    if any(name == "comment_mode_is_public" and _is_false(value) for name, value in values):
        return Unusable(TextKind.MACRO, key, NO_PUBLIC_COMMENT)
    rich = _first_comment(values, "comment_value_html")
    body = rich or _first_comment(values, "comment_value")
    if not body:
        return Unusable(TextKind.MACRO, key, NO_PUBLIC_COMMENT)
    wording = _wording("", text_at(row, "title"), body, base_url, is_html=bool(rich))
    return PreparedText(
        TextKind.MACRO, key, (wording,), restricted=row.get("restriction") is not None
    )


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


def _first_comment(values: list[tuple[str, object]], field: str) -> str:
    """The first text of an action that is not blank."""
    for name, value in values:
        text = value[-1] if isinstance(value, list) and value else value
        if name == field and isinstance(text, str) and text.strip():
            return text
    return ""


def article_of(row: Json, base_url: str) -> PreparedText | Unusable:
    """A published article with its published translations.

    https://developer.zendesk.com/api-reference/help_center/help-center-api/translations/ : they
    are embedded if they are asked for, the article's own among them.
    """
    key, source = as_id(row.get("id")), text_at(row, "source_locale")
    if key is None:
        return Unusable(TextKind.ARTICLE, None, "no id")
    texts = objects_at(row, "translations") or (row,)
    published = [text for text in texts if text.get("draft") is not True]
    if not published:
        return Unusable(TextKind.ARTICLE, key, "no published text")
    published.sort(key=lambda text: text_at(text, "locale") != source)
    labels = row.get("label_names")
    names = labels if isinstance(labels, list) else []
    segments = row.get("user_segment_id") or row.get("user_segment_ids")
    return PreparedText(
        kind=TextKind.ARTICLE,
        id=key,
        wordings=tuple(_translation(text, base_url) for text in published),
        labels=tuple(one_line(name) for name in names if isinstance(name, str)),
        url=one_line(text_at(row, "html_url")),
        restricted=bool(segments),
    )


def _translation(row: Json, base_url: str) -> Wording:
    """An article in one locale; its links are completed from its own address if it has one."""
    url = text_at(row, "html_url")
    with suppress(ValueError):  # an address that can't be read
        base_url = url if urlsplit(url).scheme in {"http", "https"} else base_url
    return _wording(text_at(row, "locale"), text_at(row, "title"), text_at(row, "body"), base_url)


def _wording(locale: str, title: str, body: str, base_url: str, *, is_html: bool = True) -> Wording:
    plain = plain_text(body, base_url) if is_html else PlainText(body, (), 0)
    text, lost = with_blanks(tidied(plain.text))
    pictures = [f"{plain.pictures} pictures or films"] if plain.pictures else []
    return Wording(
        locale=one_line(locale).lower(),
        title=one_line(with_blanks(title)[0].replace("::", ": ")),
        body=tidied(text),
        headings=tuple(one_line(with_blanks(each)[0]) for each in plain.headings),
        lost=(*map(one_line, lost), *pictures),
    )
