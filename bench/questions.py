"""Measure whether questions without an answer come out as candidates.

    python bench/questions.py firms [--without-reader]
    python bench/questions.py bank [--without-reader]
    python bench/questions.py limits [--without-reader]
    python bench/questions.py near [--without-reader]
    python bench/questions.py others

`firms` takes six answers from a firm's policy, decides the firm's mails as the product does, and
clusters those that are left. `bank` clusters the questions of 20 intents of Banking77's test split,
40 each; the other 57 intents have answers. `limits` does both with other limits of distance; `near`
counts which clusters are told to be near an answer; `others` clusters in other ways.

The mail reader was tuned on the mails of 44 of the firms; of those that are marked nothing was
learnt. The report parts of `bench/recognition` are not read: limits were chosen here.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

sys.path.insert(0, str(Path(__file__).parents[1]))

from question_trials import Trial, bank_trial, trials

from rules.intents.clustering import Space
from rules.risk_modes import FULL, LEXICAL
from training.recogniser import HELD_OUT

UNLEARNT = {*HELD_OUT, "ferry", "dental"}
LEAST = 2  # messages of a candidate: firms have three or four mails about a question
LEAST_OF_BANK = 5
STEPS = (-0.15, -0.1, -0.06, -0.03, 0.0, 0.04, 0.09)

Clusters = list[list[int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a trial."""

    left: int
    clusters: int
    sought: int  # questions that enough messages ask
    found: int  # of these: with a cluster in which they prevail
    gathered: int  # messages in the largest such clusters
    asking: int  # messages that ask them
    pure: int  # messages in clusters that ask what most there ask
    clustered: int  # messages in clusters that ask something
    rand: float  # adjusted, of the messages that ask them

    def line(self, name: str) -> str:
        """A row of a table."""
        recall, purity = self.gathered / self.asking, self.pure / max(1, self.clustered)
        return (
            f"| {name} | {self.left} | {self.clusters} | {self.found} of {self.sought} "
            f"| {recall:.2f} | {purity:.2f} | {self.rand:.2f} |"
        )


def figures_of(trial: Trial, least: int, clusters: Clusters | None = None) -> Figures:
    """Count; the clusters are the product's own if none are given."""
    clusters = clusters or trial.space.clusters()
    label = {number: place for place, cluster in enumerate(clusters) for number in cluster}
    kept = [Counter(trial.asked[n] for n in some) for some in clusters if len(some) >= least]
    asked = Counter(name for name in trial.asked if name in trial.sought)
    sought = {name: count for name, count in asked.items() if count >= least}
    best: Counter[str] = Counter()
    pure = clustered = 0
    for count in kept:
        known = Counter({name: times for name, times in count.items() if name is not None})
        if not known:
            continue
        (name, times), total = known.most_common(1)[0], known.total()
        pure, clustered = pure + times, clustered + total
        if name in sought and 2 * times >= total:
            best[name] = max(best[name], times)
    told = [number for number, name in enumerate(trial.asked) if name in trial.sought]
    rand = adjusted_rand_score([trial.asked[n] for n in told], [label[n] for n in told])
    return Figures(
        len(trial.asked), len(kept), len(sought), len(best), best.total(), sum(sought.values()),
        pure, clustered, float(rand),
    )  # fmt: skip


def total_of(some: Sequence[Figures]) -> Figures:
    """The sum; of the Rand index the mean."""
    names = [name for name in Figures.__slots__ if name != "rand"]
    sums = [sum(getattr(one, name) for one in some) for name in names]
    return Figures(*sums, rand=sum(one.rand for one in some) / len(some))


HEAD = (
    "| messages | left | clusters | questions found | recall | purity | adjusted Rand index |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)


def firms(mode: str) -> None:
    """A row for each firm, and for those that were and weren't learnt from."""
    found = {trial.name: figures_of(trial, LEAST) for trial in trials(mode)}
    print(HEAD)
    for name, figures in found.items():
        print(figures.line(f"{name} (not learnt from)" if name in UNLEARNT else name))
    print(total_of([found[name] for name in found if name not in UNLEARNT]).line("learnt from"))
    print(total_of([found[name] for name in UNLEARNT]).line("not learnt from"))


def bank(mode: str) -> None:
    """A row for the questions to a bank."""
    print(HEAD)
    print(figures_of(bank_trial(mode), LEAST_OF_BANK).line("bank"))


def _in_ways(ways: dict[str, Callable[[Trial], Clusters]], mode: str) -> None:
    """Rows for ways to cluster."""
    every, short = list(trials(mode)), bank_trial(mode)
    print(HEAD)
    for name, way in ways.items():
        for of, chosen in (("learnt from", False), ("not learnt from", True)):
            some = [each for each in every if (each.name in UNLEARNT) == chosen]
            rows = [figures_of(each, LEAST, way(each)) for each in some]
            print(total_of(rows).line(f"{name}: {of}"))
        print(figures_of(short, LEAST_OF_BANK, way(short)).line(f"{name}: bank"))


def limits(mode: str) -> None:
    """Rows for other limits of distance."""
    _in_ways({f"limit {step:+.2f}": partial(_apart, step=step) for step in STEPS}, mode)


def _apart(trial: Trial, step: float) -> Clusters:
    return replace(trial.space, apart=trial.space.apart + step).clusters()


def others(mode: str) -> None:
    """Rows for other ways to cluster."""
    ways: dict[str, Callable[[Trial], Clusters]] = {"as shipped": lambda t: t.space.clusters()}
    for apart in (0.5, 0.55, 0.6):
        ways[f"nothing taken away, {apart}"] = partial(_plain, apart=apart)
    for apart in (0.6, 0.7):
        ways[f"complete linkage, {apart}"] = partial(_complete, apart=apart)
    for method in ("eom", "leaf"):
        ways[f"HDBSCAN, {method}"] = partial(_hdbscan, method=method)
    _in_ways(ways, mode)


def _plain(trial: Trial, apart: float) -> Clusters:
    return replace(trial.plain, apart=apart).clusters()


def _complete(trial: Trial, apart: float) -> Clusters:
    model = AgglomerativeClustering(
        None, metric="cosine", linkage="complete", distance_threshold=apart
    )
    return _by_label(model.fit_predict(trial.space.messages))


def _hdbscan(trial: Trial, method: str) -> Clusters:
    least = LEAST_OF_BANK if trial.name == "bank" else LEAST
    model = HDBSCAN(least, min_samples=1, cluster_selection_method=method, copy=True)
    labels = model.fit_predict(trial.space.messages)
    alone = len(labels)
    return _by_label([label if label >= 0 else alone + n for n, label in enumerate(labels)])


def _by_label(labels: Iterable[int]) -> Clusters:
    clusters: dict[int, list[int]] = {}
    for number, label in enumerate(labels):
        clusters.setdefault(int(label), []).append(number)
    return list(clusters.values())


def near(mode: str) -> None:
    """How many clusters are near an answer: of those that ask for one, and of the others."""
    print("| messages | limit | near the answer they ask for | others near one |")
    print("| --- | --- | --- | --- |")
    every = list(trials(mode))
    for name, chosen in (("learnt from", False), ("not learnt from", True)):
        some = [each for each in every if (each.name in UNLEARNT) == chosen]
        middle = some[0].space.near
        for limit in (round(middle + step, 2) for step in (-0.1, -0.05, 0.0, 0.05, 0.1)):
            count: Counter[str] = Counter()
            for trial in some:
                count += _nearness(trial, replace(trial.space, near=limit))
            print(
                f"| {name} | {limit} | {count['right']} of {count['standing']} "
                f"| {count['marked']} of {count['new']} |"
            )


def _nearness(trial: Trial, space: Space) -> Counter[str]:
    """Clusters that ask what stands, and what doesn't, and which of them are told to be near."""
    count: Counter[str] = Counter()
    for cluster in space.clusters():
        asked = Counter(trial.asked[n] for n in cluster if trial.asked[n] is not None)
        if len(cluster) < LEAST or not asked:
            continue
        most, nearest = asked.most_common(1)[0][0], space.nearest(cluster)[0]
        if most in trial.sought:
            count.update(new=1, marked=int(nearest is not None))
        else:
            count.update(standing=1, right=int(nearest == most))
    return count


_WHAT = {"firms": firms, "bank": bank, "limits": limits, "near": near, "others": others}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=tuple(_WHAT))
    parser.add_argument("--without-reader", action="store_true")
    given = parser.parse_args()
    _WHAT[given.what](LEXICAL if given.without_reader else FULL)


if __name__ == "__main__":
    main()
