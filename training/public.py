"""Take routine questions from public sets into the training folder.

python -m training.public --banking77 train.csv --clinc150 data_full.json --goemotions train.tsv

Writes training/guard/public.jsonl: twelve questions of each ordinary intent of Banking77 (train
split) and six of each of CLINC150 (train split). Intents that are no routine, or only in doubt,
stay out; those of fraud are positives.
"""

import argparse
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.messages import FOLDER

_FRAUD = (
    "cash_withdrawal_not_recognised",
    "compromised_card",
    "card_payment_not_recognised",
    "direct_debit_payment_not_recognised",
)
_IN_DOUBT = (
    "lost_or_stolen_card",
    "lost_or_stolen_phone",
    "card_swallowed",
    "extra_charge_on_statement",
    "wrong_amount_of_cash_received",
    "transaction_charged_twice",
    "Refund_not_showing_up",
    "request_refund",
    "terminate_account",
    "unable_to_verify_identity",
    "balance_not_updated_after_bank_transfer",
    "report_fraud",
    "report_lost_card",
    "account_blocked",
    "freeze_account",
    "damaged_card",
    "are_you_a_bot",
    "cancel",
    "jump_start",
    "tire_pressure",
)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--banking77", type=Path, required=True)
    parser.add_argument("--clinc150", type=Path, required=True)
    parser.add_argument("--goemotions", type=Path, required=True)
    given = parser.parse_args()
    with given.banking77.open(encoding="utf-8", newline="") as source:
        banking = [(row["text"], row["category"]) for row in csv.DictReader(source)]
    clinc = [tuple(pair) for pair in json.loads(given.clinc150.read_text("utf-8"))["train"]]
    _write("public.jsonl", [*_rows("banking77", banking, 12), *_rows("clinc150", clinc, 6)])
    _write("moods.jsonl", _moods(given.goemotions.read_text("utf-8")))


def _write(name: str, rows: Iterable[dict[str, object]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (FOLDER / name).write_text(text, encoding="utf-8")


# Numbers of GoEmotions' labels: anger and disgust; confusion, curiosity and neutral.
_ANGRY, _CALM = ("2", "11"), ("6", "7", "27")
_MOODS_EACH = 700


def _moods(text: str) -> Iterator[dict[str, object]]:
    """Comments that are angry or calm and nothing else; they teach the mood alone."""
    rows = [line.split("\t") for line in text.splitlines()]
    for tone, numbers in (("angry", _ANGRY), ("calm", _CALM)):
        some = sorted(
            (
                row
                for row in rows
                if row[1] in numbers
                and len(row[0].split()) >= _MIN_WORDS
                and not _COARSE.search(row[0])
            ),
            key=lambda row: hashlib.sha256(row[2].encode()).digest(),
        )
        for comment, _, number in some[:_MOODS_EACH]:
            yield {
                "id": f"mood:goemotions:{number}",
                "subject": "",
                "body": comment.replace("[NAME]", "you"),
                "language": "en",
                "kind": "mood",
                "families": [],
                "keyword": False,
                "tone": tone,
            }


_MIN_WORDS = 6
# What no customer's mail would be kept for, and no repository should hold.
_COARSE = re.compile(
    r"fuck|shit|bitch|cunt|fag|nigg|retard|rap(e|ing|ist)|whore|slut|dick|cock|cum\b|porn|sex|kill"
    r"|suicid|murder|nazi|jew|muslim|black|white|gay|trans|tits|ass\b|asshole|damn|penis|vagina",
    re.IGNORECASE,
)


def _rows(name: str, pairs: list[tuple[str, str]], each: int) -> Iterator[dict[str, object]]:
    """Some questions of each intent, chosen by the digest of their texts."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in pairs:
        by_intent.setdefault(intent, []).append(" ".join(text.split()))
    for intent, texts in sorted(by_intent.items()):
        if intent in _IN_DOUBT:
            continue
        is_fraud = intent in _FRAUD
        chosen = sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())[:each]
        for number, text in enumerate(chosen):
            yield {
                "id": f"public:{name}:{intent}:{number}",
                "subject": "",
                "body": text,
                "language": "en",
                "kind": "positive" if is_fraud else "ordinary",
                "families": ["fraud_dispute"] if is_fraud else [],
                "keyword": False,
                "tone": "calm",
            }


if __name__ == "__main__":
    main()
