"""Draft questions from what a helpdesk keeps for answering, as a faqs.yaml for a person."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count

import yaml

from connectors.ports import PreparedText, Unusable, Wording
from rules.languages import detect
from rules.sections import LONGEST_TEXT
from rules.words import fold_text
from rules.yaml_tree import MAX_NODES

_MAX_BYTES = 4_900_000  # a policy file may have 5 MB; the rest is for its head
_MOST_NODES = MAX_NODES - 10
_MOST_EXAMPLES = 12
_MOST_LOST = 20
_LONGEST_LINE = 200
_LONGEST_ID = 64
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.DOTALL)
_READ_CHARACTERS = 2000  # tell the language
_HEAD = """\
# Drafts from the macros and articles of {source}.
# All are at stage off: nothing of them is sent. Go through each: read its answers, write eight to
# twelve ways in which customers ask for it, give it a stage, or delete it.
faqs:
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as it will stand in the file, and what a person must know about it."""

    id: str
    title: str
    examples: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]  # language, body
    remarks: tuple[str, ...]


def drafts(texts: Iterable[PreparedText]) -> Iterator[Draft | Unusable]:
    """A draft for each text, always the same for the same texts."""
    taken: set[str] = set()
    for text in texts:
        written = [each for each in text.wordings if each.body.strip()]
        titles = [each.title for each in written]
        asked = [head for each in written for head in each.headings if head.endswith("?")]
        labels = [label for label in text.labels if " " in label]
        examples = _examples([*titles, *asked, *labels])
        if not written or not examples:
            why = "no words in its title" if written else "no text"
            yield Unusable(text.kind, text.id, why)
            continue
        title = titles[0] or examples[0]
        draft_id = free_id(title, taken, otherwise=str(text.kind), first=text.id)
        taken.add(draft_id)
        answers, remarks = _answers(written)
        about = [f"{text.kind} {text.id} {text.url}".rstrip()]
        if text.restricted:
            about.append("not everybody at the helpdesk may use or read it: may customers?")
        title = titles[0][:_LONGEST_LINE].strip() or draft_id
        yield Draft(draft_id, title, examples, answers, (*about, *remarks))


def faqs_yaml(found: Iterable[Draft], source: str) -> tuple[str, int]:
    """The file, and how many drafts stand in it: those that fit into one."""
    parts = [_HEAD.format(source=source)]
    size = nodes = 0
    for draft in found:
        question = _question(draft)
        part = _as_yaml(draft.remarks, question)
        more, more_nodes = len(part.encode("utf-8")), _nodes(question)
        if size + more <= _MAX_BYTES and nodes + more_nodes <= _MOST_NODES:
            parts.append(part)
            size, nodes = size + more, nodes + more_nodes
    return "\n".join(parts), len(parts) - 1


def _examples(lines: Iterable[str]) -> tuple[str, ...]:
    """Those with words, each once in any case of letters."""
    found: dict[str, str] = {}
    for line in (line[:_LONGEST_LINE].strip() for line in lines):
        if any(map(str.isalpha, line)):
            found.setdefault(line.casefold(), line)
    return tuple(found.values())[:_MOST_EXAMPLES]


def free_id(title: str, taken: Collection[str], *, otherwise: str, first: int = 2) -> str:
    """An id from a title, or from another word; where it is taken a number is added."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    wanted = "_".join(re.findall(r"[a-z0-9]+", plain)) or otherwise
    numbered = (f"{wanted[: _LONGEST_ID - 20]}_{number}" for number in count(first))
    plain = wanted[:_LONGEST_ID].rstrip("_")
    return next(name for name in chain([plain], numbered) if name not in taken)


def _answers(wordings: Iterable[Wording]) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """An answer in each language with what there is to say about it; the first of two stands."""
    answers: dict[str, str] = {}
    remarks = []
    for wording in wordings:
        language, remark = _language(wording)
        if language in answers:
            remarks.append(f"{language}: a second text ({wording.locale}) is left out")
            continue
        answers[language] = _cut(wording.body)
        if answers[language] != wording.body:
            remark = f"{remark}cut at {len(answers[language])} of {len(wording.body)} characters; "
        if wording.lost:
            more = len(wording.lost) - _MOST_LOST
            remark += f"left out: {', '.join(wording.lost[:_MOST_LOST])}"
            remark += f" and {more} more" if more > 0 else ""
        if remark:
            remarks.append(f"{language}: {remark.removesuffix('; ')}")
    return tuple(answers.items()), remarks


def _language(wording: Wording) -> tuple[str, str]:
    """The language of a text by what the helpdesk says, else by its words."""
    told = _LOCALE.fullmatch(wording.locale)
    if told:
        return told[1], ""
    head = wording.body[:_READ_CHARACTERS]
    guessed = detect(head, fold_text(head).split())
    return guessed or "en", f"the language is {'guessed' if guessed else 'not known'}; "


def _cut(body: str) -> str:
    """A body that is not too long for an answer: it ends with a paragraph where it can."""
    if len(body) <= LONGEST_TEXT:
        return body
    head = body[:LONGEST_TEXT]
    ends = [at for at in map(head.rfind, ("\n\n", "\n", " ")) if at > LONGEST_TEXT // 2]
    head = head[: ends[0]] if ends else head
    if head.rfind("{{") > head.rfind("}}"):  # not within a blank
        head = head[: head.rfind("{{")]
    return head.rstrip()


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(value: object) -> str:
    """A value as people write YAML: long lines stay whole, texts of several lines stand as such."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return text


def as_item(draft: Draft, *, stage: str) -> str:
    """A draft as an item of the list of questions in faqs.yaml."""
    return _as_yaml(draft.remarks, _question(draft) | {"stage": stage})


def _question(draft: Draft) -> dict[str, object]:
    answers = [{"language": language, "body": body} for language, body in draft.answers]
    return {
        "id": draft.id,
        "title": draft.title,
        "stage": "off",
        "examples": list(draft.examples),
        "answers": answers,
    }


def _as_yaml(remarks: Iterable[str], question: dict[str, object]) -> str:
    text = as_yaml([question])
    lines = [*(f"# {remark}" for remark in remarks), *text.split("\n")[:-1]]
    return "".join(f"  {line}\n" if line else "\n" for line in lines)


def _nodes(value: object) -> int:
    """How many YAML nodes a value takes, its keys among them."""
    if isinstance(value, dict):
        return 1 + sum(1 + _nodes(inner) for inner in value.values())
    return 1 + sum(map(_nodes, value)) if isinstance(value, list) else 1
