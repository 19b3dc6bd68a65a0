"""What stands in an HTML text besides what it shows: words in tags, attributes and comments.

A customer who writes `<I want to complain>` wrote words, not a tag. Mail programs write much that
nobody sees; words of theirs stand alone or in twos and threes, a sentence is a person's.
"""

import html
import re
from collections.abc import Iterator

from rules.mail_parts import FIRST_PERSON
from rules.wordlists import word_set

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAGS = word_set(
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big "
    "blink blockquote body br button canvas caption center circle cite clippath code col colgroup "
    "data datalist dd defs del desc details dfn dialog dir div dl dt ellipse em embed fieldset "
    "figcaption figure font footer form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr "
    "html i iframe image img includetail input ins isindex kbd keygen label legend li line "
    "lineargradient link listing main map mark marquee mask math menu menuitem meta meter mi mn mo "
    "mrow multicol nav nobr noembed noframes noscript object ol optgroup option output p param "
    "path pattern picture plaintext polygon polyline pre progress q radialgradient rb rect rp rt "
    "rtc ruby s samp script search section select slot small source spacer span stop strike strong "
    "style sub summary sup svg symbol table tbody td template text textarea tfoot th thead time "
    "title tr track tspan tt u ul use var video wbr xml xmp"
)
_BARE = word_set(  # attributes that may stand without a value
    "align allowfullscreen alt async autofocus autoplay bgcolor border checked class clear color "
    "compact controls declare default defer dir disabled download face formnovalidate height "
    "hidden href hspace id inert ismap itemscope lang loop multiple muted name nohref noresize "
    "noshade novalidate nowrap open readonly rel required reversed selected size src start style "
    "target title type valign value vspace width"
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
# What is no text for anyone, though words may stand in it.
_CODED = word_set("class content d face media rel sizes srcset style")
_MOST_PARTS = 3  # of a name: mail programs have tags of their own, such as v:rect and amp-img
_PARTS = re.compile("[:-]")
APART = "\x00"  # between texts that are no sentence together
_SIGNS = r"\w<>={}\[\]/&@#\x00"  # what stands between settings and addresses, not words
_SENTENCE = re.compile(
    r"(?<![^\W_]['\u2019-])\b"
    rf"(?:[^\W\d_](?:['\u2019-]?[^\W_])*+[^\s{_SIGNS}]*+\s[^{_SIGNS}]*+){{3}}[^\W\d_]"
)
_CONDITION = re.compile(r"\[(?:if\b[^\[\]<>]*|endif)\]", re.IGNORECASE)
_CODE = re.compile(r"<(?:style|script)\b[^<>]*>[^<]*|</?[a-z0-9]+:[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile("<[^<>]*>")
# What mail programs write into attributes by themselves.
_OF_A_PROGRAM = re.compile(
    r"original url|click or tap|protected by outlook|automatically generated|ai-generated|"
    r"picture containing|description automatically",
    re.IGNORECASE,
)
_MAX_LOOKED_AT = 50  # sentences that may also be seen


def is_sentence(text: str) -> bool:
    """Whether four words or more follow each other."""
    return _SENTENCE.search(text) is not None


def is_text(name: str, raw: str) -> bool:
    """Whether what looks like a tag are words in angle brackets. `name` is in lower case."""
    inside = raw.rstrip().removesuffix("/")
    if name.endswith(":") or inside[:1].strip("/ \t\n\r\f"):
        return True  # an address, or a name that goes on
    if "=" in inside:
        return False
    if name not in _TAGS and not 1 < len(_PARTS.split(name)) <= _MOST_PARTS:
        return True
    words = inside.lower().split()
    return any(word not in _BARE and any(map(str.isalnum, word)) for word in words)


def words_of_tag(raw: str) -> Iterator[str]:
    """The sentences in a tag: of its attributes, and of what are none."""
    bare: list[str] = []
    for found in _ATTRIBUTE.finditer(raw):
        name, value = found.groups()
        if value is None:
            bare.append(name)
        elif name.lower() not in _CODED and not name.lower().startswith("on"):
            text = unescaped(value.strip("\"'"))
            if is_sentence(text) and not _OF_A_PROGRAM.search(text):
                yield text
    if is_sentence(" ".join(bare)):
        yield " ".join(bare)


def words_of_comment(raw: str) -> str:
    """The words of a comment, without conditions of mail programs and the markup for them."""
    return _MARKUP.sub(" ", _CODE.sub(APART, _CONDITION.sub(APART, raw)))


def words_of_code(raw: str) -> str:
    """The words of what should be a style sheet or a program, if it is none."""
    return "" if "{" in raw else raw


def hides_sentence(unseen: str, seen: str) -> bool:
    """Whether a sentence stands in what is not seen, and not in what is. Linear."""
    texts = unescaped(unseen).split(APART)
    said = [" ".join(each.split()) for each in texts if is_sentence(each) and _is_told(each)]
    if len(said) > _MAX_LOOKED_AT:
        return True
    shown = " ".join(seen.split()) if said else ""
    return any(text not in shown for text in said)


def _is_told(text: str) -> bool:
    """Whether somebody speaks: programs sign what they made, too, but never say I."""
    return FIRST_PERSON.search(text) is not None


def unescaped(text: str) -> str:
    """A text with its entities read. Total: `html.unescape` alone fails at very long numbers."""
    return ENTITY.sub(lambda found: html.unescape(found.group()), text)
