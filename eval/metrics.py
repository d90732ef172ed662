"""What counts as correct, and how much of it there is.

Spans: seqeval in strict mode with IOB2 tags, each layer alone: a span is correct when both borders and the
label are. Texts are cut into words, and also at every span border of either side, so that no span is lost
for standing askew to a tokenizer.

Relations, end to end: correct when type, direction and both ends are. Three kinds of ends:
    strict     both ends have the exact borders and label of the gold ends
    lenient    both ends overlap the gold ends and are of the same layer
    gold       the system was given the gold spans, so only the relation can be wrong
Every gold relation counts, whether or not a system could have found it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from sitrep.document import Document, Relation, Span
from sitrep.labels import INVENTORY, OUTSIDE, Inventory, Layer

_WORD = re.compile(r"\w+|[^\w\s]")

DEFINITIONS = {
    "spans": "both borders and the label right (seqeval, mode strict, IOB2, each layer alone)",
    "strict": "relation type and direction right, both ends with exact borders and label",
    "lenient": "relation type and direction right, both ends overlapping the gold ends and of the same layer",
    "gold": "relation type and direction right, the system given the gold spans",
}


@dataclass(frozen=True)
class Score:
    """Counts of gold, predicted and correct items, and what follows from them. All in 0..1."""

    gold: int
    predicted: int
    correct: int

    @property
    def precision(self) -> float:
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.correct / (self.gold + self.predicted) if self.gold + self.predicted else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.gold + other.gold, self.predicted + other.predicted, self.correct + other.correct)

    def to_dict(self) -> dict[str, float]:
        counts = {"gold": self.gold, "predicted": self.predicted, "correct": self.correct}
        return counts | {"precision": self.precision, "recall": self.recall, "f1": self.f1}


NOTHING = Score(0, 0, 0)


def iob2(document: Document, layer: Layer, cuts: Iterable[int]) -> list[str]:
    """IOB2 tags of a layer over the pieces of text that `cuts` delimit."""
    spans = sorted(span for span in document.spans if span.label in layer.types)
    tags, position = [], 0
    for start in cuts:
        while position < len(spans) and spans[position].end <= start:
            position += 1
        if position < len(spans) and spans[position].start <= start:
            prefix = "B" if spans[position].start == start else "I"
            tags.append(f"{prefix}-{spans[position].label}")
        else:
            tags.append(OUTSIDE)
    return tags


def piece_starts(gold: Document, predicted: Document) -> list[int]:
    """Where words start, and where a span of either side starts or ends inside one."""
    starts = {match.start() for match in _WORD.finditer(gold.text)}
    inner = {border for span in (*gold.spans, *predicted.spans) for border in (span.start, span.end)}
    return sorted(starts | {border for border in inner if border < len(gold.text) and not gold.text[border].isspace()})


def span_scores(
    gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory = INVENTORY
) -> dict[str, Score]:
    """Scores of every layer (by its name) and of every type (by `LAYER.TYPE`), from seqeval's report."""
    check_pairing(gold, predicted)
    scores: dict[str, Score] = {}
    for layer in inventory.layers:
        cuts = [piece_starts(left, right) for left, right in zip(gold, predicted, strict=True)]
        true = [iob2(document, layer, cut) for document, cut in zip(gold, cuts, strict=True)]
        found = [iob2(document, layer, cut) for document, cut in zip(predicted, cuts, strict=True)]
        scores |= _from_seqeval(layer, true, found)
    return scores


def _from_seqeval(layer: Layer, true: list[list[str]], found: list[list[str]]) -> dict[str, Score]:
    # seqeval's annotations say str for what its documentation and code take and give otherwise.
    report: Any = classification_report(
        true,
        found,
        mode="strict",
        scheme=IOB2,
        output_dict=True,
        zero_division=0,  # type: ignore[arg-type]
    )
    scores, total = {}, NOTHING
    for label in layer.types:
        row = report.get(label, {"recall": 0.0, "support": 0})
        support = int(row["support"])
        predicted = sum(tag == f"B-{label}" for tags in found for tag in tags)
        score = Score(support, predicted, round(float(row["recall"]) * support))
        total += score
        if len(layer.types) > 1:
            scores[f"{layer.name}.{label}"] = score
    return {layer.name: total} | scores


Ends = Callable[[Document, Span, Document, Span], bool]


def relation_scores(
    gold: Sequence[Document], predicted: Sequence[Document], ends: str = "strict", inventory: Inventory = INVENTORY
) -> dict[str, Score]:
    """Scores of every relation type, end to end; `ends` is one of strict, lenient, gold."""
    check_pairing(gold, predicted)
    scores = {kind.name: NOTHING for kind in inventory.relations}
    for left, right in zip(gold, predicted, strict=True):
        for kind in inventory.relations:
            wanted = _edges(left, kind.name)
            found = _edges(right, kind.name)
            correct = _matches(wanted, found, _overlap(inventory) if ends == "lenient" else _exact)
            scores[kind.name] += Score(len(wanted), len(found), correct)
    return scores


def _edges(document: Document, name: str) -> list[tuple[Span, Span]]:
    edges: Iterable[Relation] = (edge for edge in document.relations if edge.type == name)
    return sorted({(document.spans[edge.source], document.spans[edge.target]) for edge in edges})


def _exact(left: Span, right: Span) -> bool:
    return (left.start, left.end, left.label) == (right.start, right.end, right.label)


def _overlap(inventory: Inventory) -> Callable[[Span, Span], bool]:
    def overlaps(left: Span, right: Span) -> bool:
        same_layer = inventory.layer_of[left.label] == inventory.layer_of[right.label]
        return same_layer and left.start < right.end and right.start < left.end

    return overlaps


def _matches(
    wanted: list[tuple[Span, Span]], found: list[tuple[Span, Span]], same: Callable[[Span, Span], bool]
) -> int:
    """How many gold edges can have a predicted edge of their own: a largest matching, by augmenting paths."""
    fitting = [
        [index for index, (a, b) in enumerate(found) if same(source, a) and same(target, b)]
        for source, target in wanted
    ]
    taken_by: dict[int, int] = {}

    def place(gold: int, tried: set[int]) -> bool:
        for index in fitting[gold]:
            if index not in tried:
                tried.add(index)
                if index not in taken_by or place(taken_by[index], tried):
                    taken_by[index] = gold
                    return True
        return False

    return sum(place(gold, set()) for gold in range(len(wanted)))


def outcomes(
    gold: Document, predicted: Document, inventory: Inventory = INVENTORY
) -> Iterator[tuple[str, Span | Relation, bool]]:
    """Every answer to an article, with its layer or relation and whether the strict definition calls it right."""
    wanted = [(span.start, span.end, span.label) for span in gold.spans]
    found = [(span.start, span.end, span.label) for span in predicted.spans]
    edges = {(edge.type, wanted[edge.source], wanted[edge.target]) for edge in gold.relations}
    spans = set(wanted)
    for span, key in zip(predicted.spans, found, strict=True):
        yield inventory.layer_of[span.label].name, span, key in spans
    for edge in predicted.relations:
        yield edge.type, edge, (edge.type, found[edge.source], found[edge.target]) in edges


def check_pairing(gold: Sequence[Document], predicted: Sequence[Document]) -> None:
    """Gold and predictions must be of the same texts in the same order.

    Raises:
        ValueError: they are not; the message names the first document that differs.
    """
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold documents but {len(predicted)} predicted")
    for left, right in zip(gold, predicted, strict=True):
        if left.id != right.id or left.text != right.text:
            raise ValueError(f"gold document {left.id} and predicted document {right.id} are not the same text")


def bootstrap(parts: Sequence[Score], *, rounds: int = 1000, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of F1 by resampling documents; `parts` holds one score a document."""
    if not parts:
        return 0.0, 0.0
    counts = np.array([(part.gold, part.predicted, part.correct) for part in parts])
    random = np.random.default_rng(seed)
    sums = counts[random.integers(0, len(parts), (rounds, len(parts)))].sum(1)
    total = sums[:, 0] + sums[:, 1]
    f1 = np.where(total > 0, 2 * sums[:, 2] / np.maximum(total, 1), 0.0)
    low, high = np.quantile(f1, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
