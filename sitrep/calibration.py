"""Scores that mean something: the share of like-scored answers that are right.

A network's probabilities are too sure of themselves. For each kind of answer a line over their log-odds, fitted on
the dev articles, puts that right (Platt 1999): calibrated = sigmoid(slope * logit(raw) + offset). What counts as
right is the strict metric's word: both borders and the label of a span; type and both such ends of a relation.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sitrep.document import Relation, Span
from sitrep.labels import Inventory

Lines = Mapping[str, Sequence[float]]
"""Slope and offset for each layer and relation; one that is not named keeps its raw scores."""

ACCEPT = 0.9
"""Answers with at least this score may be taken as they are; a person should look at the others."""
_SUREST = 1e-4  # raw scores nearer to 0 or 1 than this are taken for it: the last digits are noise


def logit(probability: float) -> float:
    """Log-odds of a probability that is kept away from 0 and 1."""
    bounded = min(max(probability, _SUREST), 1 - _SUREST)
    return math.log(bounded / (1 - bounded))


def calibrated(score: float, line: Sequence[float] | None) -> float:
    """A raw score as a probability of being right, rounded to four digits; without a line as it is."""
    if line is None:
        return score
    slope, offset = line
    return round(0.5 * (1 + math.tanh((slope * logit(score) + offset) / 2)), 4)


def calibrate(
    spans: Sequence[Span], relations: Sequence[Relation], lines: Lines, inventory: Inventory
) -> tuple[list[Span], list[Relation]]:
    """Spans and relations with their scores made probabilities, but for kinds that have no line."""
    found = [
        replace(span, score=calibrated(span.score, lines.get(inventory.layer_of[span.label].name))) for span in spans
    ]
    edges = [
        replace(edge, score=calibrated(joint_score(edge, spans), lines[edge.type])) if edge.type in lines else edge
        for edge in relations
    ]
    return found, edges


def joint_score(edge: Relation, spans: Sequence[Span]) -> float:
    """A relation's raw score with those of its ends, for it is right only where they are."""
    return edge.score * spans[edge.source].score * spans[edge.target].score
