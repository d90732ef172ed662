"""Several systems on the same articles: every kind of score, its interval, and the difference between two systems.

    predictions = [predict(system, gold) for system in systems]
    compare(gold, predictions, model="ONNX int8", baseline="rules")

The result is plain dicts and numbers; eval/report.py makes tables of it.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics import DEFINITIONS, NOTHING, Score, bootstrap, check_pairing, relation_scores, span_scores
from eval.record_metrics import RECORD_DEFINITIONS, record_scores
from sitrep.document import Document
from sitrep.labels import INVENTORY, Inventory

ALL_SPANS, ALL_RELATIONS = "all spans", "all relations"
KINDS: dict[str, str] = DEFINITIONS | RECORD_DEFINITIONS
"""Every kind of score with its definition of correct."""

Reader = Callable[[Document], Document]


@dataclass(frozen=True)
class System:
    """What is measured: `extract` reads a text, `relate` keeps the given spans and finds relations between them."""

    name: str
    extract: Reader
    relate: Reader


@dataclass(frozen=True)
class Predictions:
    """What a system made of the articles: of the bare texts, and given the gold spans."""

    name: str
    found: tuple[Document, ...]
    given_spans: tuple[Document, ...]


def predict(system: System, gold: Sequence[Document]) -> Predictions:
    """Run a system; the gold that it must not see is taken from the documents that it is handed.

    Raises:
        ValueError: the system answered with other texts.
    """
    bare = [replace(document, spans=(), relations=()) for document in gold]
    spans_only = [replace(document, relations=()) for document in gold]
    predictions = Predictions(
        system.name, tuple(map(system.extract, bare)), tuple(system.relate(document) for document in spans_only)
    )
    check_pairing(gold, predictions.found)
    check_pairing(gold, predictions.given_spans)
    return predictions


def compare(
    gold: Sequence[Document],
    predictions: Sequence[Predictions],
    *,
    model: str | None,
    baseline: str | None,
    inventory: Inventory = INVENTORY,
) -> dict[str, Any]:
    """All scores of all systems, and the F1 of `model` minus that of `baseline` where both are named.

    Returns:
        `{"articles": n, …, "scores": {kind: {"correct": definition, "systems": {system: {row: …}}, "difference":
        {row: …}}}}`, every F1 with a 95 % interval from resampling articles.
    """
    scores: dict[str, Any] = {}
    for kind, correct in KINDS.items():
        parts = {one.name: article_scores(kind, gold, one, inventory) for one in predictions}
        scores[kind] = {"correct": correct, "systems": {name: _rows(part) for name, part in parts.items()}}
        if model is not None and baseline is not None:
            scores[kind]["difference"] = {
                row: difference(parts[model][row], parts[baseline][row]) for row in parts[model]
            }
    return {
        "articles": len(gold),
        "spans": sum(len(document.spans) for document in gold),
        "relations": sum(len(document.relations) for document in gold),
        "systems": [one.name for one in predictions],
        "model": model,
        "baseline": baseline,
        "scores": scores,
    }


def article_scores(
    kind: str, gold: Sequence[Document], predictions: Predictions, inventory: Inventory = INVENTORY
) -> dict[str, list[Score]]:
    """The scores of one kind of each article alone, by row; over all articles they add up."""
    predicted = predictions.given_spans if kind == "gold" else predictions.found
    rows: dict[str, list[Score]] = {}
    for left, right in zip(gold, predicted, strict=True):
        for name, score in _scores(kind, left, right, inventory).items():
            rows.setdefault(name, []).append(score)
    return rows


def _scores(kind: str, gold: Document, predicted: Document, inventory: Inventory) -> dict[str, Score]:
    if kind in RECORD_DEFINITIONS:
        return record_scores(kind, [gold], [predicted], inventory)
    if kind == "spans":
        with warnings.catch_warnings():
            # seqeval averages over the types of an article, and numpy remarks where it has none.
            warnings.filterwarnings("ignore", category=RuntimeWarning)
            spans = span_scores([gold], [predicted], inventory)
        return {ALL_SPANS: sum((spans[layer.name] for layer in inventory.layers), NOTHING)} | spans
    relations = relation_scores([gold], [predicted], kind, inventory)
    return {ALL_RELATIONS: sum(relations.values(), NOTHING)} | relations


def _rows(parts: dict[str, list[Score]]) -> dict[str, dict[str, float]]:
    rows = {}
    for name, scores in parts.items():
        low, high = bootstrap(scores)
        rows[name] = sum(scores, NOTHING).to_dict() | {"f1_low": low, "f1_high": high}
    return rows


def difference(
    left: Sequence[Score], right: Sequence[Score], *, rounds: int = 1000, seed: int = 0, level: float = 0.95
) -> dict[str, float]:
    """F1 of `left` minus F1 of `right` with its interval, both of the same resampled articles each time."""
    chosen = np.random.default_rng(seed).integers(0, len(left), (rounds, len(left)))
    gaps = _resampled_f1(left, chosen) - _resampled_f1(right, chosen)
    low, high = np.quantile(gaps, [(1 - level) / 2, (1 + level) / 2])
    point = sum(left, NOTHING).f1 - sum(right, NOTHING).f1
    return {"f1": point, "low": float(low), "high": float(high)}


def _resampled_f1(parts: Sequence[Score], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    counts = np.array([(part.gold + part.predicted, part.correct) for part in parts])[chosen].sum(1)
    return np.where(counts[:, 0] > 0, 2 * counts[:, 1] / np.maximum(counts[:, 0], 1), 0.0)
