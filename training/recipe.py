"""How a network is tuned on labelled tokens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How often the texts are learnt, and how fast."""

    epochs: int
    padding: int  # the number of the piece that fills a batch
    batch: int = 16
    rate: float = 5e-5
    threads: int = 1  # sums depend on it in their last bits
