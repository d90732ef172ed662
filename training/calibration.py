"""Fitting the lines that make scores probabilities (sitrep/calibration.py) on the dev articles."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics import outcomes
from sitrep.calibration import joint_score, logit
from sitrep.document import Document, Span
from sitrep.labels import Inventory

_FEWEST = 30
"""Answers of a kind below which no line is fitted."""
_STEPS = 50
_TINY = 1e-9
_RIDGE = 1.0  # pulls towards slope 1 and offset 0, which few answers should not leave for little


def fit_lines(gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory) -> dict[str, list[float]]:
    """Slope and offset for every layer and relation with enough answers."""
    answers: dict[str, list[tuple[float, bool]]] = {}
    for left, right in zip(gold, predicted, strict=True):
        for kind, answer, correct in outcomes(left, right, inventory):
            raw = answer.score if isinstance(answer, Span) else joint_score(answer, right.spans)
            answers.setdefault(kind, []).append((logit(raw), correct))
    return {kind: fit_line(np.array(rows, float)) for kind, rows in answers.items() if len(rows) >= _FEWEST}


def fit_line(rows: NDArray[np.float64]) -> list[float]:
    """Logistic regression of being right on the log-odds, by Newton's method. `rows` shape: (n_answers, 2)."""
    inputs = np.stack([rows[:, 0], np.ones(len(rows))], axis=1)
    prior = np.array([1.0, 0.0])

    def loss(weights: NDArray[np.floating[Any]]) -> float:
        margins = (2 * rows[:, 1] - 1) * (inputs @ weights)
        return float(np.logaddexp(0, -margins).sum() + _RIDGE / 2 * ((weights - prior) ** 2).sum())

    weights: NDArray[np.floating[Any]] = prior.copy()
    for _ in range(_STEPS):
        expected = 0.5 * (1 + np.tanh(inputs @ weights / 2))
        gradient = inputs.T @ (rows[:, 1] - expected) - _RIDGE * (weights - prior)
        curvature = (inputs * (expected * (1 - expected))[:, None]).T @ inputs + _RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        # Far from the minimum a whole step overshoots; a loss that is convex always falls for a small enough one.
        while loss(weights + step) > loss(weights) and np.abs(step).max() > _TINY:
            step = step / 2
        weights = weights + step
        if np.abs(step).max() <= _TINY:
            break
    return [round(float(value), 4) for value in weights]
