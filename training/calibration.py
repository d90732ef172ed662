"""Fitting the lines of sitrep/calibration.py, and measuring how far scores are from what they promise."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sitrep.calibration import joint_score, logit
from sitrep.document import Document
from sitrep.labels import Inventory

_FEWEST = 30
"""Answers of a kind below which no line is fitted."""
_STEPS = 50
_RIDGE = 1.0  # pulls towards slope 1 and offset 0, which few answers should not leave for little


def outcomes(gold: Document, predicted: Document, inventory: Inventory) -> Iterator[tuple[str, float, bool]]:
    """Layer or relation, raw score, and whether it is right, of every answer to an article."""
    wanted = {(span.start, span.end, span.label) for span in gold.spans}
    ends = [(span.start, span.end, span.label) for span in gold.spans]
    edges = {(edge.type, ends[edge.source], ends[edge.target]) for edge in gold.relations}
    found = [(span.start, span.end, span.label) for span in predicted.spans]
    for span, key in zip(predicted.spans, found, strict=True):
        yield inventory.layer_of[span.label].name, span.score, key in wanted
    for edge in predicted.relations:
        right = (edge.type, found[edge.source], found[edge.target]) in edges
        yield edge.type, joint_score(edge, predicted.spans), right


def fit_lines(gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory) -> dict[str, list[float]]:
    """Slope and offset for every layer and relation with enough answers."""
    answers: dict[str, list[tuple[float, bool]]] = {}
    for left, right in zip(gold, predicted, strict=True):
        for kind, score, correct in outcomes(left, right, inventory):
            answers.setdefault(kind, []).append((logit(score), correct))
    return {kind: fit_line(np.array(rows, float)) for kind, rows in answers.items() if len(rows) >= _FEWEST}


def fit_line(rows: NDArray[np.float64]) -> list[float]:
    """Logistic regression of being right on the log-odds, by Newton's method. `rows` shape: (n_answers, 2)."""
    inputs = np.stack([rows[:, 0], np.ones(len(rows))], axis=1)
    prior = np.array([1.0, 0.0])
    weights = prior.copy()
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (rows[:, 1] - expected) - _RIDGE * (weights - prior)
        curvature = (inputs * (expected * (1 - expected))[:, None]).T @ inputs + _RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return [round(float(value), 4) for value in weights]
