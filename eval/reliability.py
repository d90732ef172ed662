"""Do scores mean what they say? How often answers of a given score are right, and how many a threshold accepts.

Expected calibration error (Naeini et al. 2015): answers sorted by score into ten bins of equal width, the mean gap
between a bin's mean score and its share of right answers, weighted by the bins' sizes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.metrics import outcomes
from eval.record_metrics import record_outcomes
from sitrep.calibration import ACCEPT
from sitrep.document import Document
from sitrep.labels import INVENTORY, Inventory

_BINS = 10
Answers = Sequence[tuple[float, bool]]
"""Score of each answer, and whether it is right."""


def reliability(
    gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory = INVENTORY
) -> dict[str, Any]:
    """For all answers, those of each layer and relation, and for records (by their least score): calibration error, and
    what `ACCEPT` accepts."""
    answers: dict[str, list[tuple[float, bool]]] = {"all answers": []}
    for layer in inventory.layers:
        answers[layer.name] = []
    for kind in inventory.relations:
        answers[kind.name] = []
    for left, right in zip(gold, predicted, strict=True):
        for kind, answer, correct in outcomes(left, right, inventory):
            answers[kind].append((answer.score, correct))
            answers["all answers"].append((answer.score, correct))
        for kind, score, correct in record_outcomes(left, right, inventory):
            answers.setdefault(kind, []).append((score, correct))
    return {
        "accept": ACCEPT,
        "bins": bins(answers["all answers"]),
        "rows": {kind: row(rows) for kind, rows in answers.items() if rows},
    }


def row(answers: Answers) -> dict[str, float | None]:
    """Counts, calibration error and the precision above and below `ACCEPT`; None where no answer stands there."""
    accepted = [correct for score, correct in answers if score >= ACCEPT]
    others = [correct for score, correct in answers if score < ACCEPT]
    return {
        "answers": len(answers),
        "precision": _share(correct for _, correct in answers),
        "mean_score": float(np.mean([score for score, _ in answers])),
        "calibration_error": calibration_error(answers),
        "accepted": len(accepted) / len(answers),
        "precision_accepted": _share(accepted) if accepted else None,
        "precision_others": _share(others) if others else None,
    }


def calibration_error(answers: Answers) -> float:
    """Expected calibration error, in 0..1."""
    return sum(part["answers"] * abs(part["mean_score"] - part["precision"]) for part in bins(answers)) / max(
        1, len(answers)
    )


def bins(answers: Answers) -> list[Mapping[str, float]]:
    """The bins that hold answers, from the lowest scores to the highest."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for score, correct in answers:
        held.setdefault(min(int(score * _BINS), _BINS - 1), []).append((score, correct))
    return [
        {
            "from": number / _BINS,
            "answers": len(rows),
            "mean_score": float(np.mean([score for score, _ in rows])),
            "precision": _share(correct for _, correct in rows),
        }
        for number, rows in sorted(held.items())
    ]


def _share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / len(listed) if listed else 0.0
