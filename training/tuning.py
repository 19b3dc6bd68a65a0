"""Tuning a network on labelled tokens. Deterministic on one machine: fixed seeds and threads."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everywhere
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from training.network import Network
from training.recipe import Recipe

_SEED = 0
_HEADS_LEARN_FASTER = 20.0
_WARM_UP = 0.1  # of the steps


def tune(
    untuned: Callable[[], Network],
    tokens: Sequence[Sequence[int]],
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    recipe: Recipe,
) -> Network:
    """Tune a network. `labels` and `weights` have the shape (texts, heads)."""
    torch.manual_seed(_SEED)
    torch.set_num_threads(recipe.threads)
    rng = np.random.default_rng(_SEED)
    network = untuned()
    steps = math.ceil(len(tokens) / recipe.batch) * recipe.epochs
    step = stepping(network, steps, recipe.rate)
    wanted, weighed = torch.tensor(labels), torch.tensor(weights)
    network.train()
    for epoch in range(recipe.epochs):
        total = 0.0
        for chosen in _batches(tokens, rng, recipe.batch):
            with products():
                logits = network(*padded([tokens[n] for n in chosen], recipe.padding))
            loss = F.binary_cross_entropy_with_logits(
                logits.float(), wanted[chosen], weight=weighed[chosen]
            )
            total += step(loss)
        print(f"epoch {epoch + 1} of {recipe.epochs}: loss {total:.3f}", flush=True)
    return network.eval()


def products() -> torch.autocast:
    """Sums products from 16-bit floats (bfloat16) where the processor has them.

    Where it has not, they would be put together from others, and take forty times as long as those
    of 32 bits.
    """
    has_them = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 - nothing public says it
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_them)


def stepping(network: nn.Module, steps: int, rate: float) -> Callable[[Tensor], float]:
    """What makes one of so many steps by a loss, and returns the loss.

    The rate rises over a tenth of the steps and falls to nothing; the heads learn faster.
    """
    tuned = [(name, part) for name, part in network.named_parameters() if part.requires_grad]
    body = [part for name, part in tuned if "heads." not in name]
    heads = [part for name, part in tuned if "heads." in name]
    optimizer = AdamW(
        [{"params": body, "lr": rate}, {"params": heads, "lr": rate * _HEADS_LEARN_FASTER}],
        weight_decay=0.01,
        fused=True,
    )
    warm, rest = steps * _WARM_UP, steps * (1.0 - _WARM_UP)
    schedule = LambdaLR(optimizer, lambda step: min((step + 1) / warm, (steps - step) / rest))

    def step(loss: Tensor) -> float:
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        return loss.item()

    return step


def _batches(
    tokens: Sequence[Sequence[int]], rng: np.random.Generator, size: int
) -> list[NDArray[np.int64]]:
    """Batches of texts of about one length, in an order by chance."""
    order = np.argsort([len(each) + rng.random() * 12 for each in tokens])
    found = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(found)  # type: ignore[arg-type]
    return found


def padded(tokens: Sequence[Sequence[int]], padding: int) -> tuple[Tensor, Tensor]:
    """Token numbers of one length and which of them are there, each (texts, tokens)."""
    longest = max(map(len, tokens))
    ids = torch.full((len(tokens), longest), padding)
    mask = torch.zeros((len(tokens), longest), dtype=torch.long)
    for row, each in enumerate(tokens):
        ids[row, : len(each)] = torch.tensor(each)
        mask[row, : len(each)] = 1
    return ids, mask
