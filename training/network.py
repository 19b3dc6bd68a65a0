"""The networks that are tuned: a transformer encoder with heads on its mean and its maximum.

The guard's reader starts from multilingual-e5-small, its table of word pieces is not tuned, so that
words that stand in no message keep their nearness to others, in whatever language. The recogniser's
mail reader starts from all-MiniLM-L6-v2, which is tuned whole. Needs PyTorch; see README.md.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everywhere

from rules.features.network import scored_pieces
from training.base import MINILM, Shape, base, minilm

_DROPOUT = 0.1
_EPSILON = 1e-12

Table = NDArray[np.float32]
Tensors = Callable[[str], Table]  # a tensor by its name in a file


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

    def __init__(self, given: Shape, pieces: int, heads: int) -> None:
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
        return self.judged(*pooled(self.states(ids, mask)[-1], mask))

    def put(self, weights: Mapping[str, Table]) -> None:
        """Set all weights, by the names of the parameters."""
        floats = {name: np.ascontiguousarray(part, np.float32) for name, part in weights.items()}
        self.load_state_dict({name: torch.tensor(part) for name, part in floats.items()})

    def judged(self, mean: Tensor, highest: Tensor) -> Tensor:
        """What the heads say of what was pooled, shape (texts, heads)."""
        return self.heads(F.dropout(torch.cat([mean, highest], 1), _DROPOUT, self.training))

    def states(self, ids: Tensor, mask: Tensor) -> list[Tensor]:
        """What each layer says of the tokens, each (texts, tokens, width)."""
        x = self.words(ids) + self.positions.weight[: ids.shape[1]]
        x = F.dropout(self.norm(x), _DROPOUT, self.training)
        away = away_of(mask)
        found = []
        for layer in self.layers:
            x = layer(x, away)
            found.append(x)
        return found


def away_of(mask: Tensor) -> Tensor:
    """What keeps a layer from looking at the tokens that are not there."""
    return (1.0 - mask.float())[:, None, None, :] * -1e9


def pooled(states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and maximum over the tokens that are there, each (texts, width)."""
    there = mask[:, :, None].float()
    return mean_of(states, mask), (states * there - 9.0 * (1.0 - there)).amax(1)


def mean_of(states: Tensor, mask: Tensor) -> Tensor:
    """The mean over the tokens that are there, (texts, width)."""
    there = mask[:, :, None].float()
    return (states * there).sum(1) / there.sum(1)


@dataclass(frozen=True, slots=True)
class _Names:
    """How a file names the tensors of an encoder."""

    norm: str
    layer: str  # with the number of the layer and the part
    parts: dict[str, str]  # by our name
    ends: tuple[str, str]  # of a weight's name and a bias's


_OF_E5 = _Names(
    norm="emb.ln",
    layer="l{}.{}",
    parts={
        "query": "q",
        "key": "k",
        "value": "v",
        "out": "ao",
        "norm1": "aln",
        "up": "fi",
        "down": "fo",
        "norm2": "oln",
    },
    ends=(".w", ".b"),
)
_OF_MINILM = _Names(
    norm="embeddings.LayerNorm",
    layer="encoder.layer.{}.{}",
    parts={
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    },
    ends=(".weight", ".bias"),
)


def multilingual(heads: int) -> Network:
    """multilingual-e5-small with the kept word pieces, its heads untrained."""
    given = base()
    numbers = {piece: number for number, piece in enumerate(given.pieces)}
    kept = [numbers[piece] for piece, _ in scored_pieces()]
    width = given.shape.width
    words = given.tensor("emb.word", width)[kept]
    places, kinds = given.tensor("emb.pos", width), given.tensor("emb.type", width)
    network = Network(given.shape, len(kept), heads)
    _fill(network, (words, places, kinds), given.tensor, _OF_E5)
    network.words.weight.requires_grad_(requires_grad=False)
    return network


def english(heads: int) -> Network:
    """all-MiniLM-L6-v2, its heads untrained."""
    given = minilm()
    words, places, kinds = (
        given[f"embeddings.{table}_embeddings.weight"]
        for table in ("word", "position", "token_type")
    )
    network = Network(MINILM, len(words), heads)
    _fill(network, (words, places, kinds), given.__getitem__, _OF_MINILM)
    return network


def _fill(
    network: Network, tables: tuple[Table, Table, Table], tensor: Tensors, names: _Names
) -> None:
    """Put tables of words, positions and kinds of tokens, and all layers, into a network."""
    words, places, kinds = map(torch.from_numpy, tables)
    with torch.no_grad():
        network.words.weight.copy_(words)
        # Every token is of the first kind: its vector goes into the positions'.
        network.positions.weight.copy_(places + kinds[0])
        _copy(network.norm, tensor, names.norm, names.ends)
        for number, layer in enumerate(network.layers):
            for ours, theirs in names.parts.items():
                name = names.layer.format(number, theirs)
                _copy(getattr(layer, ours), tensor, name, names.ends)


def _copy(
    part: nn.Linear | nn.LayerNorm, tensor: Tensors, name: str, ends: tuple[str, str]
) -> None:
    weight, bias = (torch.from_numpy(tensor(name + end)) for end in ends)
    part.weight.copy_(weight.reshape(part.weight.shape))
    part.bias.copy_(bias)
