"""Scores as probabilities: the line, what counts as right, and that fitting puts over-sure scores right."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import outcomes
from sitrep.calibration import calibrate, calibrated, joint_score, logit
from sitrep.document import Document, Relation, Span
from sitrep.labels import INVENTORY
from training.calibration import fit_line, fit_lines

SPANS = (Span(0, 4, "KILLED", 0.9), Span(8, 12, "LOCATION", 0.8))


def test_a_line_of_slope_one_and_offset_zero_changes_nothing() -> None:
    assert calibrated(0.73, [1.0, 0.0]) == pytest.approx(0.73, abs=1e-4)
    assert calibrated(0.73, None) == 0.73


def test_an_offset_moves_the_odds_by_its_exponential() -> None:
    # Odds of 1 to 1 times e are e to 1.
    assert calibrated(0.5, [1.0, 1.0]) == pytest.approx(math.e / (1 + math.e), abs=1e-4)


@given(st.floats(0, 1), st.floats(0.1, 3), st.floats(-3, 3))
def test_scores_stay_probabilities_and_keep_their_order(score: float, slope: float, offset: float) -> None:
    assert 0 <= calibrated(score, [slope, offset]) <= 1
    assert calibrated(score, [slope, offset]) <= calibrated(min(1.0, score + 0.01), [slope, offset])
    assert math.isfinite(logit(score))


def test_a_relation_is_no_surer_than_its_ends() -> None:
    edge = Relation("occurred_in", 0, 1, 0.5)
    assert joint_score(edge, SPANS) == pytest.approx(0.5 * 0.9 * 0.8)
    spans, edges = calibrate(SPANS, [edge], {"TOLL": [1.0, 1.0], "occurred_in": [1.0, 0.0]}, INVENTORY)
    assert spans[0].score > 0.9
    assert spans[1].score == 0.8, "a layer without a line keeps its scores"
    assert edges[0].score == pytest.approx(0.36, abs=1e-4)
    _, (raw,) = calibrate(SPANS, [edge], {"TOLL": [1.0, 1.0]}, INVENTORY)
    assert raw.score == 0.5, "a relation without a line keeps its score too"


def test_without_lines_every_score_stays() -> None:
    edge = Relation("occurred_in", 0, 1, 0.5)
    assert calibrate(SPANS, [edge], {}, INVENTORY) == (list(SPANS), [edge])


def test_right_is_what_the_strict_metric_calls_right() -> None:
    gold = Document("a", "x" * 20, SPANS, (Relation("occurred_in", 0, 1),))
    found = Document(
        "a",
        gold.text,
        (Span(0, 4, "KILLED", 0.7), Span(8, 12, "LOCATION", 0.6), Span(8, 13, "PERSON", 0.5)),
        (Relation("occurred_in", 0, 1, 0.5), Relation("reported_by", 0, 2, 0.4)),
    )
    assert [(kind, right) for kind, _, right in outcomes(gold, found, INVENTORY)] == [
        ("TOLL", True),
        ("LOCATION", True),
        ("ACTOR", False),
        ("occurred_in", True),
        ("reported_by", False),
    ]


def test_fitting_puts_scores_right_that_promise_too_much() -> None:
    random = np.random.default_rng(0)
    honest = random.uniform(0.5, 0.99, 4000)
    right = random.random(4000) < honest
    # A network that doubles its log-odds says 0.98 where it is right in seven of eight cases.
    rows = np.stack([2 * np.log(honest / (1 - honest)), right], axis=1)
    slope, offset = fit_line(rows)
    assert slope == pytest.approx(0.5, abs=0.05)
    assert offset == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("times", [1, 2, 3, 5])
@pytest.mark.parametrize("count", [60, 300])
def test_fitting_comes_to_rest_however_sure_the_scores_are(times: float, count: int) -> None:
    for seed in range(10):
        random = np.random.default_rng(seed)
        honest = random.uniform(0.5, 0.99, count)
        right = random.random(count) < honest
        slope, offset = fit_line(np.stack([times * np.log(honest / (1 - honest)), right], axis=1))
        assert 0 < slope < 3
        assert abs(offset) < 5


def test_scores_that_are_all_the_same_give_the_share_of_right_ones() -> None:
    right = np.arange(300) < 288
    slope, offset = fit_line(np.stack([np.full(300, 9.21), right], axis=1))
    assert calibrated(0.9999, [slope, offset]) == pytest.approx(0.96, abs=0.02)
    assert 0 <= calibrated(0.3, [2598.22, 282.0]) <= 1


def test_kinds_with_few_answers_get_no_line() -> None:
    gold = Document("a", "x" * 20, SPANS)
    assert fit_lines([gold] * 29, [gold] * 29, INVENTORY) == {}
    assert set(fit_lines([gold] * 30, [gold] * 30, INVENTORY)) == {"TOLL", "LOCATION"}
