"""How the models' logits become one number a head: fitted weights, and limits for recall."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIDDLE = 0.5
_FARTHEST = 60.0  # a logit beyond this changes no digit

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighing:
    """A head's probability is the logistic of its weights times its models' logits plus a bias."""

    names: tuple[str, ...]
    weights: Numbers  # shape (heads, models)
    biases: Numbers  # shape (heads,)
    limits: Numbers  # the probability that becomes 0.5: from there nothing is answered
    clear: Mapping[str, float]  # the risk from which a person of the family takes over

    def risks(self, logits: Numbers) -> dict[str, float]:
        """For each head the highest risk, 0 to 1 with the limit at 0.5, rounded to four digits.

        `logits` has the shape (passages, heads, models); without passages there is no risk.
        """
        if not len(logits):
            return dict.fromkeys(self.names, 0.0)
        totals = (logits * self.weights).sum(axis=2).max(axis=0) + self.biases
        chances = 1.0 / (1.0 + np.exp(-np.clip(totals, -_FARTHEST, _FARTHEST)))
        below = MIDDLE * chances / self.limits
        above = MIDDLE + MIDDLE * (chances - self.limits) / (1.0 - self.limits)
        risks = np.where(chances < self.limits, below, above).tolist()
        return {name: round(risk, 4) for name, risk in zip(self.names, risks, strict=True)}


def weighing_from(raw: bytes, mode: str) -> Weighing:
    """The heads of one mode, in the order in which they were fitted."""
    heads = json.loads(raw)[mode]
    return Weighing(
        tuple(heads),
        np.array([head["weights"] for head in heads.values()]),
        np.array([head["bias"] for head in heads.values()]),
        np.array([head["limit"] for head in heads.values()]),
        {name: head["clear"] for name, head in heads.items()},
    )


def weighing_to(modes: Mapping[str, Weighing]) -> bytes:
    """The heads of all modes as JSON: equal weights, equal bytes."""
    content = {
        mode: {
            name: {
                "weights": heads.weights[row].tolist(),
                "bias": float(heads.biases[row]),
                "limit": float(heads.limits[row]),
                "clear": heads.clear[name],
            }
            for row, name in enumerate(heads.names)
        }
        for mode, heads in modes.items()
    }
    return (json.dumps(content, indent=1) + "\n").encode("ascii")
