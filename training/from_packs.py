"""Take what the shipped packs teach into the training folder.

python -m training.from_packs

Writes training/guard/packs.jsonl: the packs' hard negatives, and their phrases beyond English,
where messages are fewer. The file is kept, so that a change of a pack doesn't change the models.
"""

import json
import re
from collections.abc import Iterator

import yaml

from rules.shipped import shipped_texts
from training.messages import FOLDER


def main() -> None:
    """The command."""
    rows = [row for name, text in shipped_texts("packs").items() for row in _rows(name, text)]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (FOLDER / "packs.jsonl").write_text(text, encoding="utf-8")


def _rows(name: str, text: str) -> Iterator[dict[str, object]]:
    for pack in yaml.safe_load(text)["packs"]:
        label = f"pack:{pack['id']}"
        for number, body in enumerate(pack.get("hard_negatives", ())):
            yield _row(f"{label}:negative:{number}", body, "en", None)
        for language, phrases in pack.get("phrases", {}).items():
            for number, phrase in enumerate(phrases if language != "en" else ()):
                family = name.removesuffix(".yaml")
                yield _row(f"{label}:{language}:{number}", _plain(phrase), language, family)


def _row(row_id: str, body: str, language: str, family: str | None) -> dict[str, object]:
    return {
        "id": row_id,
        "subject": "",
        "body": body,
        "language": language,
        "kind": "positive" if family else "hard_negative",
        "families": [family] if family else [],
        "keyword": True,
        "tone": "calm",
    }


def _plain(phrase: str) -> str:
    """A phrase as a customer may write it: of each choice the first, without gaps and stars."""
    text = re.sub(r"\(([^()|]*)[^()]*\)", r"\1", phrase)
    return " ".join(text.replace("*", "").replace(" _ ", " ").split())


if __name__ == "__main__":
    main()
