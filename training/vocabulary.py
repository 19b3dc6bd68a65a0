"""Choose the word pieces that the reader keeps: those of frequent words of its languages.

python -m training.vocabulary

Writes rules/features/pieces.txt: a score and a piece a line, in the order of the base network's
vocabulary. Kept are the pieces of the most frequent words (package wordfreq) and of the messages
that the reader is tuned on. Then put the printed digest into rules/features/network.py.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from rules.features.network import unigrams
from training.base import SPECIAL, Base, base
from training.messages import FOLDER, read_messages

FILE = Path("rules/features/pieces.txt")
_WORDS = {  # of a language
    "en": 60_000,
    "de": 60_000,
    "es": 45_000,
    "fr": 45_000,
    "nl": 45_000,
    "it": 35_000,
    "pt": 35_000,
    "pl": 25_000,
}
_UNCUT = 1_000_000  # pieces of a text


def main() -> None:
    """The command."""
    whole = base()
    kept = kept_pieces(whole)
    lines = [f"{whole.scores[number]:.4f}\t{whole.pieces[number]}\n" for number in kept]
    raw = "".join(lines).encode("utf-8")
    FILE.write_bytes(raw)
    print(f"{len(kept)} pieces; sha256 {hashlib.sha256(raw).hexdigest()}")


def kept_pieces(whole: Base) -> list[int]:
    """The numbers of the pieces to keep, in order."""
    tokenizer = unigrams(list(zip(whole.pieces, map(float, whole.scores), strict=True)), _UNCUT)
    kept = set(range(len(SPECIAL)))
    for encoded in tokenizer.encode_batch(list(_texts())):
        kept.update(encoded.ids)
    return sorted(kept)


def _texts() -> Iterator[str]:
    import wordfreq

    for language, count in _WORDS.items():
        yield from wordfreq.top_n_list(language, count)
    for message in read_messages(FOLDER):
        yield f"{message.subject}\n{message.body}"


if __name__ == "__main__":
    main()
