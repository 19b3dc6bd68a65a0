"""The mail reader: a vector near to that of the right answer, and whether a mail is answerable.

It is tuned on two losses at once. Of the answers in a batch, all of one firm, the right one shall
be the nearest; among them is always the one that a mail is most easily mistaken to ask for. So it
shall for an example, asked alone. And mails that one answer settles shall be told from those for
people, two mails in one among them. The first firms are learnt first, then all.
Deterministic on one machine: fixed seeds and threads.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everywhere

from rules.features.mail_reader import MAX_TOKENS
from rules.features.network import encodable, word_pieces
from training.export import weights_in
from training.firms import Firm, Mail
from training.network import Network, away_of, english, mean_of, pooled
from training.recipe import Recipe
from training.tuning import padded, products, stepping

_LEAST = 6  # answers in a batch
_SCALE = 20.0  # of cosines
_SHARED = 3  # layers that both vectors of a text are read by
_MISSPELT, _OF_WORDS = 0.15, 0.12  # shares of mails, and of their words
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4  # a word that is misspelt
_JOINS = (" Also, ", " And ", " ", " One more thing: ", " PS ")
_SEED, _SEED_OF_CHANCE = 0, 3
_PADDING = 0
FIRST = Recipe(epochs=4, padding=_PADDING, batch=12, rate=4e-5)
AGAIN = replace(FIRST, epochs=2, rate=3e-5, threads=2)


class MailNetwork(nn.Module):
    """Token numbers in; vectors of length one, (texts, width), and log-odds, (texts,), out."""

    def __init__(self) -> None:
        super().__init__()
        self.network: Network = english(1)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """`ids` and `mask` have the shape (texts, tokens)."""
        return self.said(self.network.states(ids, mask)[-1], mask)

    def said(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """What follows from the last layer's states, (texts, tokens, width)."""
        mean, highest = pooled(states, mask)
        answerable = self.network.judged(mean, highest).float()[:, 0]
        return F.normalize(mean.float(), dim=1), answerable


class Reader(nn.Module):
    """What is shipped: the tuned network, and beside it the wording of a text.

    Tuning on mails brings nearer what asks for the same act, and loses some of how alike two short
    questions are. That is known to the base: its upper layers, untuned, read on from what the lower
    ones say, which tuning hardly moved. So a second vector costs half a network, not a whole one.
    """

    def __init__(self, tuned: MailNetwork) -> None:
        super().__init__()
        self.tuned = tuned
        self.upper = english(1).layers[_SHARED:]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Vectors, log-odds, and vectors of the wording, of length one, (texts, width)."""
        states = self.tuned.network.states(ids, mask)
        x, away = states[_SHARED - 1], away_of(mask)
        for layer in self.upper:
            x = layer(x, away)
        vector, answerable = self.tuned.said(states[-1], mask)
        return vector, answerable, F.normalize(mean_of(x, mask), dim=1)


def tune(firms: Sequence[Firm], recipe: Recipe, reader: bytes | None = None) -> MailNetwork:
    """The mail reader, tuned on the mails of firms: from the base, or from an exported `Reader`."""
    torch.manual_seed(_SEED)
    torch.set_num_threads(recipe.threads)
    chance = random.Random(_SEED_OF_CHANCE)
    network = MailNetwork()
    if reader is not None:
        names = list(network.network.state_dict())
        network.network.put(weights_in(reader, names, "tuned.network."))
    steps = recipe.epochs * len(_losses(network, firms, recipe.batch, chance))
    step = stepping(network, steps, recipe.rate)
    network.train()
    for epoch in range(recipe.epochs):
        total = 0.0
        for loss in _losses(network, firms, recipe.batch, chance):
            total += step(loss())
        print(f"epoch {epoch + 1} of {recipe.epochs}: loss {total:.3f}", flush=True)
    return network.eval()


def _losses(
    network: MailNetwork, firms: Sequence[Firm], batch: int, chance: random.Random
) -> list[Callable[[], Tensor]]:
    """What is to be learnt of some mails, or examples, of one firm at a time, by chance."""
    found: list[Callable[[], Tensor]] = []
    for firm in firms:
        mails = [mail for mail in firm.mails if mail.sentences]
        chance.shuffle(mails)
        found += [
            partial(_loss, network, firm, mails[at : at + batch], chance)
            for at in range(0, len(mails), batch)
        ]
        found += [partial(_loss_of_examples, network, firm, some) for some in _rounds(firm, chance)]
    chance.shuffle(found)
    return found


def _rounds(firm: Firm, chance: random.Random) -> list[list[str]]:
    """An example of each question, until one question has no more."""
    ways = [chance.sample(question.examples, len(question.examples)) for question in firm.questions]
    return [list(each) for each in zip(*ways, strict=False)]


def _loss_of_examples(network: MailNetwork, firm: Firm, asked: Sequence[str]) -> Tensor:
    """An example of each question shall be nearest to its own question, shown without it."""
    shown = [
        replace(question, examples=tuple(each for each in question.examples if each != example))
        for question, example in zip(firm.questions, asked, strict=True)
    ]
    heard, _ = _read(network, asked)
    ways, _ = _read(network, [question.asked for question in shown])
    return F.cross_entropy(heard @ ways.T * _SCALE, torch.arange(len(asked)))


def _loss(network: MailNetwork, firm: Firm, mails: Sequence[Mail], chance: random.Random) -> Tensor:
    shown = _shown(firm, mails, chance)
    place = {firm.questions[number].faq: row for row, number in enumerate(shown)}
    texts = [
        misspelt(mail.text, chance) if chance.random() < _MISSPELT else mail.text for mail in mails
    ]
    heard, answerable = _read(network, [*texts, _joined(firm, chance)])
    asked, _ = _read(network, [firm.questions[number].asked for number in shown])
    settled, _ = _read(network, [firm.questions[number].settled for number in shown])
    wanted = torch.tensor([float(bool(mail.right)) for mail in mails] + [0.0])
    loss = F.binary_cross_entropy_with_logits(answerable, wanted)
    rows = [row for row, mail in enumerate(mails) if mail.right]
    if rows:
        nearness = (heard[rows] @ asked.T + heard[rows] @ settled.T) * _SCALE / 2
        right = torch.tensor([place[min(mails[row].right)] for row in rows])
        loss = loss + F.cross_entropy(nearness, right)
    return loss


def _shown(firm: Firm, mails: Sequence[Mail], chance: random.Random) -> list[int]:
    """The answers of a batch: the right ones, those that come near, and some by chance."""
    numbers = {question.faq: number for number, question in enumerate(firm.questions)}
    shown = {numbers[faq] for mail in mails for faq in mail.right}
    shown |= {numbers[mail.near] for mail in mails if mail.near}
    while len(shown) < _LEAST:
        shown.add(chance.randrange(len(firm.questions)))
    return sorted(shown)


def _joined(firm: Firm, chance: random.Random) -> str:
    """Two mails in one, which no single answer settles."""
    routine = [mail for mail in firm.mails if mail.kind == "faq"]
    parts = [" ".join(mail.sentences) for mail in chance.sample(routine, 2)]
    return chance.choice(_JOINS).join(parts)


def _read(network: MailNetwork, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    with products():
        return network(*padded([_tokens(text) for text in texts], _PADDING))


@cache
def _tokens(text: str) -> list[int]:
    return _pieces().encode(encodable(text)).ids


@cache
def _pieces() -> Any:
    return word_pieces(MAX_TOKENS)


def misspelt(text: str, chance: random.Random) -> str:
    """The text with slips in some of its longer words."""
    return " ".join(
        _slip(word, chance) if len(word) >= _SHORTEST and chance.random() < _OF_WORDS else word
        for word in text.split()
    )


def _slip(word: str, chance: random.Random) -> str:
    """A letter lost, swapped with the next, or another one."""
    at = chance.randrange(len(word) - 1)
    rest = word[at + 1 :]
    swapped = rest[0] + word[at] + rest[1:]
    return word[:at] + chance.choice((rest, swapped, chance.choice(_LETTERS) + rest))
