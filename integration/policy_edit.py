"""Changing a policy's files by hand of a page: the rest of the text stays as its authors wrote it.

Comments, order and layout are theirs. So a value is replaced where it stands, or a line is put in,
and the result is read again: it must differ in what was wanted and in nothing else. A kept version
that says what this release takes for a mistake can be changed so, too: an answer must always be
possible to switch off.
"""

from collections.abc import Mapping
from dataclasses import replace
from textwrap import dedent, indent
from typing import Any, Final

import yaml

from rules.faqs import Faq
from rules.model import Stage
from rules.policy import Policy, PolicyErrors, parse_policy

FILE: Final = "faqs.yaml"
_INDENT: Final = 2


class NotEditable(Exception):  # noqa: N818 - named by what it is
    """The text can't be changed so without touching the rest; a person must edit the file."""


def with_stage(
    files: Mapping[str, str], faq_id: str, *, stage: Stage, share: int
) -> dict[str, str]:
    """The files with another stage and share for one question. Raises NotEditable."""
    old = parse_policy(files, kept=True)
    faq = old.faq(faq_id)
    if faq is None:
        raise NotEditable
    text = files[FILE]
    try:
        if faq.stage is not stage:
            text = with_value(text, faq_id, "stage", stage.value)
        if faq.share != share:
            text = with_value(text, faq_id, "share", str(share))
        changed = {**files, FILE: text}
        new = parse_policy(changed, kept=True)
    except (PolicyErrors, yaml.YAMLError):
        raise NotEditable from None
    wanted = replace(faq, stage=stage, share=share)
    if not _differs_in(old, new, faq, wanted):
        raise NotEditable
    return changed


def with_question(files: Mapping[str, str], part: str) -> dict[str, str]:
    """The files with one question more, given as an item of the list, indented by two.

    Raises PolicyErrors, and NotEditable where the list stands on one line, or what is there
    already would not stay as it is.
    """
    text = files.get(FILE, "")
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    entries = root.value if isinstance(root, yaml.MappingNode) else ()
    items = next((given for name, given in entries if name.value == "faqs"), None)
    if items is None:
        head, column = f"{text.rstrip()}\nfaqs:".lstrip(), _INDENT
    elif _is_empty(items):
        head, column = _without(text, items).rstrip(), _INDENT
    elif items.flow_style:
        raise NotEditable
    else:
        head, column = text.rstrip(), items.start_mark.column
    item = indent(dedent(part), " " * column)
    changed = {**files, FILE: f"{head}\n\n{item}"}
    try:
        yaml.compose(changed[FILE], Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        raise NotEditable from None
    new, old = parse_policy(changed, kept=True), parse_policy(files, kept=True)
    if new.faqs[:-1] != old.faqs:
        raise NotEditable
    return changed


def _is_empty(items: yaml.Node) -> bool:
    """Whether a list holds nothing, or there is none."""
    return not items.value or items.tag == "tag:yaml.org,2002:null"


def _without(text: str, items: yaml.Node) -> str:
    """A text without an empty list; what stands beside it stays. Raises NotEditable."""
    start, end = offset_of(text, items.start_mark), offset_of(text, items.end_mark)
    if "#" in text[start:end]:
        raise NotEditable
    return text[:start].rstrip(" ") + text[end:]


def _differs_in(old: Policy, new: Policy, faq: Faq, wanted: Faq) -> bool:
    others = [each for each in old.faqs if each is not faq], [f for f in new.faqs if f.id != faq.id]
    return others[0] == others[1] and new.faq(faq.id) == wanted and old.settings == new.settings


def with_value(text: str, faq_id: str, key: str, value: str) -> str:
    """A text with a key of a question set to a value."""
    node = question_in(text, faq_id)
    entries = {name.value: (name, given) for name, given in node.value}
    if key in entries:
        given = entries[key][1]
        return _spliced(text, given, value)
    name, given = entries["id"]
    at = offset_of(text, given.end_mark)
    if node.flow_style:
        return f"{text[:at]}, {key}: {value}{text[at:]}"
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return f"{text[:end]}\n{' ' * name.start_mark.column}{key}: {value}{text[end:]}"


def _spliced(text: str, node: yaml.Node, value: str) -> str:
    start, end = offset_of(text, node.start_mark), offset_of(text, node.end_mark)
    blank = " " if start == end else ""  # an empty value stands right after its colon
    return text[:start] + blank + value + text[end:]


def question_in(text: str, faq_id: str) -> yaml.MappingNode:
    """Where a question stands that was read from this text."""
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    items = next(given for name, given in root.value if name.value == "faqs")
    found: yaml.MappingNode = next(
        item
        for item in items.value
        if any(name.value == "id" and given.value == faq_id for name, given in item.value)
    )
    return found


def offset_of(text: str, mark: yaml.Mark) -> int:
    """Where a mark is; it does not count what says the order of bytes."""
    return int(mark.index) + text.startswith("\ufeff")
