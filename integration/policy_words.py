"""Changing the words of a question in faqs.yaml, or taking it out, by hand of a page.

As in `policy_edit`, the rest of the text stays as its authors wrote it, and the result is read
again: it must be what was wanted, sign by sign, or the file is left to a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Any, Final

import yaml

from integration.policy_drafts import as_yaml
from integration.policy_edit import FILE, NotEditable, offset_of, question_in, with_value
from rules.answers import Answer
from rules.faqs import Faq
from rules.policy import Policy, parse_policy

_WIDE: Final = 10**6


@dataclass(frozen=True, slots=True)
class Words:
    """What a question shall say."""

    title: str
    examples: tuple[str, ...]
    bodies: tuple[str, ...]  # of the answers that it has, in their order
    added: tuple[tuple[str, str], ...] = ()  # language and body of answers that it has not
    dropped: frozenset[int] = frozenset()  # which of the answers that it has go, by their order

    def of(self, faq: Faq) -> Faq:
        """The question with these words."""
        pairs = enumerate(zip(faq.answers, self.bodies, strict=True))
        kept = [replace(a, body=body) for n, (a, body) in pairs if n not in self.dropped]
        more = [Answer(language, body) for language, body in self.added]
        return replace(faq, title=self.title, examples=self.examples, answers=(*kept, *more))


def with_words(files: Mapping[str, str], faq_id: str, words: Words) -> dict[str, str]:
    """The files with other words for one question.

    Raises PolicyErrors where the words are none that a policy may have, and NotEditable.
    """
    old = parse_policy(files, kept=True)
    faq = old.faq(faq_id)
    if faq is None:
        raise NotEditable
    wanted = tuple(words.of(faq) if each is faq else each for each in old.faqs)
    for write in (_written, _quoted):  # the second where a remark stands behind the words
        changed = {**files, FILE: _changed(files[FILE], faq, words, write)}
        if _is_sound(changed[FILE]) and _is(parse_policy(changed, kept=True), old, wanted):
            return changed
    raise NotEditable


def without_question(files: Mapping[str, str], faq_id: str) -> dict[str, str]:
    """The files without one question. Raises PolicyErrors where another needs it, NotEditable."""
    old = parse_policy(files, kept=True)
    text = files[FILE]
    node = question_in(text, faq_id)
    start, end = _line_of(text, node), _end_of(text, node)
    changed = {**files, FILE: text[:start] + text[end:]}
    wanted = tuple(each for each in old.faqs if each.id != faq_id)
    if not _is_sound(changed[FILE]) or not _is(parse_policy(changed, kept=True), old, wanted):
        raise NotEditable
    return changed


_Write = Callable[[str, int], str]  # a text as YAML, its key at this column


def _is_sound(text: str) -> bool:
    """Whether it is YAML at all: if not, the fault is ours and not that of the words."""
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return False
    return True


def _is(new: Policy, old: Policy, wanted: tuple[Faq, ...]) -> bool:
    return new.faqs == wanted and new.settings == old.settings and new.packs == old.packs


def _changed(text: str, faq: Faq, words: Words, write: _Write) -> str:
    """The text with all that differs put in."""
    if words.title != faq.title:
        node = _entry(question_in(text, faq.id), "title")
        title = _quoted(words.title)
        text = _put(text, node, title) if node else with_value(text, faq.id, "title", title)
    if words.examples != faq.examples:
        text = _with_examples(text, faq.id, words.examples)
    for number, (answer, body) in enumerate(zip(faq.answers, words.bodies, strict=True)):
        if body != answer.body and number not in words.dropped:
            key, node = _body(text, faq.id, number)
            flow = _answers(text, faq.id)[number].flow_style
            written = _quoted(body) if flow else write(body, key.start_mark.column)
            text = _put(text, node, written)
    for language, body in words.added:
        text = _with_answer(text, faq.id, language, body)
    for number in sorted(words.dropped, reverse=True):
        text = _without_answer(text, faq.id, number)
    return text


def _with_examples(text: str, faq_id: str, examples: tuple[str, ...]) -> str:
    """The list with these examples: those that stay are written as they were."""
    node = _needed(question_in(text, faq_id), "examples")
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return _with_lines(text, node, examples)
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    known = {item.value.strip(): text[slice(*_span(text, item))] for item in items}
    between = text[slice(*_span(text, node))]
    for each in known.values():
        between = between.replace(each, "", 1)
    if "#" in between:  # a remark
        raise NotEditable
    listed = ", ".join(known.get(each) or _quoted(each) for each in examples)
    return _put(text, node, f"[{listed}]")


def _with_lines(text: str, node: yaml.SequenceNode, examples: tuple[str, ...]) -> str:
    """A list of which each item has lines of its own."""
    starts = [_line_of(text, item) for item in node.value]
    ends = [_end_of(text, item) for item in node.value]
    known: dict[str, str] = {}
    for item, start, end, following in zip(
        node.value, starts, ends, [*starts[1:], ends[-1]], strict=True
    ):
        if item.value.strip() not in examples and "#" in text[end:following]:
            raise NotEditable  # a remark about what comes next would go, too
        known.setdefault(item.value.strip(), f"{text[start:following].rstrip()}\n")
    dash = f"{' ' * node.start_mark.column}- "
    lines = [known.get(each) or f"{dash}{_written(each, 0)}\n" for each in examples]
    return text[: starts[0]] + "".join(lines) + text[ends[-1] :]


def _with_answer(text: str, faq_id: str, language: str, body: str) -> str:
    """One answer more at the end of the list."""
    node = _needed(question_in(text, faq_id), "answers")
    if not isinstance(node, yaml.SequenceNode):
        raise NotEditable
    if node.flow_style:
        end = _span(text, node)[1] - 1
        item = f"{{language: {_quoted(language)}, body: {_quoted(body)}}}"
        return f"{text[:end].rstrip()}, {item}{text[end:]}"
    end = _end_of(text, node)
    item = as_yaml([{"language": language, "body": body}])
    head = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    return head + indent(item, " " * node.start_mark.column) + text[end:]


def _without_answer(text: str, faq_id: str, number: int) -> str:
    """The list without one of its answers; what is remarked between the others stays."""
    node = _needed(question_in(text, faq_id), "answers")
    if not isinstance(node, yaml.SequenceNode) or len(node.value) == 1:
        raise NotEditable
    item = node.value[number]
    if not node.flow_style:
        return text[: _line_of(text, item)] + text[_end_of(text, item) :]
    (start, end), first = _span(text, item), number == 0
    if first:
        end = _span(text, node.value[1])[0]
    else:
        start = _span(text, node.value[number - 1])[1]
    between = text[start:end].replace(text[slice(*_span(text, item))], "", 1)
    if "#" in between:  # a remark
        raise NotEditable
    return text[:start] + text[end:]


def _written(text: str, column: int = 0) -> str:
    """A text as people write it: words of several lines on lines of their own."""
    head, *lines = as_yaml({"k": text}).removeprefix("k: ").removesuffix("\n").split("\n")
    return "\n".join([head, *(f"{' ' * column}{line}" if line else "" for line in lines)])


def _quoted(text: str, _column: int = 0) -> str:
    """A text on one line, in quotes."""
    given = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=_WIDE)
    return given.removesuffix("\n")


def _put(text: str, node: yaml.Node, value: str) -> str:
    """A text with a value in the place of another; the empty lines behind it stay."""
    start, end = _span(text, node)
    old = text[start:end]
    blank = " " if start == end else ""  # an empty value stands right after its colon
    return text[:start] + blank + value + old[len(old.rstrip("\n")) :] + text[end:]


def _body(text: str, faq_id: str, number: int) -> tuple[yaml.Node, yaml.Node]:
    """The key and the value of an answer's words."""
    return next(
        (key, value) for key, value in _entries(_answers(text, faq_id)[number])
        if key.value == "body"
    )  # fmt: skip


def _answers(text: str, faq_id: str) -> list[Any]:
    node = _needed(question_in(text, faq_id), "answers")
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def _entries(node: yaml.Node) -> Iterable[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else ()


def _entry(node: yaml.Node, name: str) -> yaml.Node | None:
    return next((value for key, value in _entries(node) if key.value == name), None)


def _needed(node: yaml.Node, name: str) -> yaml.Node:
    found = _entry(node, name)
    if found is None:
        raise NotEditable
    return found


def _span(text: str, node: yaml.Node) -> tuple[int, int]:
    return offset_of(text, node.start_mark), offset_of(text, node.end_mark)


def _line_of(text: str, item: yaml.Node) -> int:
    """Where the line of a list's item begins, which has nothing before it but its dash."""
    start = _span(text, item)[0]
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip() != "-":
        raise NotEditable
    return begin


def _end_of(text: str, node: yaml.Node) -> int:
    """Where the last line of a value ends, a remark behind it on the same line with it."""
    last = list(_last(node))[-1]
    start, end = _span(text, last)
    if start < end and text[end - 1] == "\n":
        return end
    following = text.find("\n", end)
    return len(text) if following < 0 else following + 1


def _last(node: yaml.Node) -> Iterator[yaml.Node]:
    """A value, the last within it, the last within that."""
    yield node
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        inner = node.value[-1]
        yield from _last(inner[1] if isinstance(inner, tuple) else inner)
