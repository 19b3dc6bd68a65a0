"""Between plain text and HTML, roughly as Zendesk does it."""

import re
from html import escape
from html.parser import HTMLParser

_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote", "hr"})
_SILENT = frozenset({"script", "style", "head", "title"})


class _TextOf(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def text_of(html: str) -> str:
    """The text of some HTML. Text hidden by style sheets stays in it, as in Zendesk's `body`."""
    parser = _TextOf()
    parser.feed(html)
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def html_of(text: str) -> str:
    """Plain text as the HTML that Zendesk shows for it: escaped, a paragraph for each block."""
    blocks = re.split(r"\n{2,}", text.strip())
    inner = "".join(
        f'<p dir="auto">{escape(block, quote=False).replace(chr(10), "<br>")}</p>'
        for block in blocks
    )
    return f'<div class="zd-comment" dir="auto">{inner}</div>'
