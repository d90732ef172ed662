"""The scorer, by hand. What it must not do: miss gold that nobody predicted, or forget a relation's direction."""

import pytest

from data.inline import parse
from eval.evaluate import main, score_system
from eval.metrics import Score, bootstrap, relation_scores, span_scores
from sitrep.document import Document, Relation, Span, write_jsonl

GOLD = next(
    parse(
        "=== a\n{KILLED k|At least 9 people} died in {LOCATION l|Dorma}, {UNNAMED u|medics} said.\n"
        "> k occurred_in l; k reported_by u"
    )
)


def variant(spans: list[tuple[int, int, str]], edges: list[tuple[str, int, int]] | None = None) -> Document:
    return Document(
        "a", GOLD.text, tuple(Span(*span) for span in spans), tuple(Relation(*edge) for edge in edges or [])
    )


KILLED, PLACE, SOURCE = ((span.start, span.end, span.label) for span in GOLD.spans)


def test_score_arithmetic() -> None:
    score = Score(gold=8, predicted=4, correct=2)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.25, pytest.approx(1 / 3))
    assert Score(0, 0, 0).f1 == 0.0


def test_gold_against_itself_is_perfect() -> None:
    assert all(score.correct == score.gold == score.predicted for score in span_scores([GOLD], [GOLD]).values())
    assert relation_scores([GOLD], [GOLD])["occurred_in"] == Score(1, 1, 1)


def test_missed_gold_counts_though_nothing_is_predicted() -> None:
    nothing = variant([])
    assert span_scores([GOLD], [nothing])["TOLL"] == Score(1, 0, 0)
    assert relation_scores([GOLD], [nothing])["reported_by"] == Score(1, 0, 0)


def test_a_border_or_label_off_is_wrong() -> None:
    start, end, _ = KILLED
    assert span_scores([GOLD], [variant([(start + 3, end, "KILLED")])])["TOLL"] == Score(1, 1, 0)
    wrong = span_scores([GOLD], [variant([(start, end, "WOUNDED")])])
    assert wrong["TOLL"] == Score(1, 1, 0)
    assert (wrong["TOLL.KILLED"], wrong["TOLL.WOUNDED"]) == (Score(1, 0, 0), Score(0, 1, 0))


def test_a_span_askew_to_words_still_counts() -> None:
    start, end, _ = PLACE
    assert span_scores([GOLD], [variant([(start, end - 1, "LOCATION")])])["LOCATION"] == Score(1, 1, 0)
    askew = variant([(start, end - 2, "LOCATION"), (end - 2, end, "LOCATION")])
    assert span_scores([askew], [askew])["LOCATION"] == Score(2, 2, 2)


def test_adjacent_spans_stay_two() -> None:
    two = variant([(0, 2, "PERSON"), (3, 8, "PERSON")])
    one = variant([(0, 8, "PERSON")])
    assert span_scores([two], [one])["ACTOR.PERSON"] == Score(2, 1, 0)


def test_relations_need_type_direction_and_ends() -> None:
    spans = [KILLED, PLACE, SOURCE]
    assert relation_scores([GOLD], [variant(spans, [("reported_by", 0, 1)])])["reported_by"] == Score(1, 1, 0)
    backwards = variant(spans, [("occurred_in", 1, 0)])
    assert relation_scores([GOLD], [backwards])["occurred_in"] == Score(1, 1, 0)


def test_lenient_ends_forgive_borders_but_not_layers() -> None:
    start, end, _ = KILLED
    shorter = variant([(start + 3, end, "WOUNDED"), PLACE], [("occurred_in", 0, 1)])
    assert relation_scores([GOLD], [shorter], "strict")["occurred_in"] == Score(1, 1, 0)
    assert relation_scores([GOLD], [shorter], "lenient")["occurred_in"] == Score(1, 1, 1)
    other_layer = variant([(start, end, "INDIRECT_QUOTE"), PLACE], [("occurred_in", 0, 1)])
    assert relation_scores([GOLD], [other_layer], "lenient")["occurred_in"] == Score(1, 1, 0)


def test_one_prediction_matches_one_gold_edge() -> None:
    doubled = variant(
        [KILLED, PLACE, (PLACE[0], PLACE[1] - 1, "LOCATION")], [("occurred_in", 0, 1), ("occurred_in", 0, 2)]
    )
    assert relation_scores([GOLD], [doubled], "lenient")["occurred_in"] == Score(1, 2, 1)


def test_lenient_matching_is_the_largest_there_is() -> None:
    gold = variant([(0, 17, "KILLED"), (26, 31, "LOCATION")], [("occurred_in", 0, 1)])
    both = variant(
        [(0, 8, "KILLED"), (9, 17, "KILLED"), (26, 31, "LOCATION")], [("occurred_in", 0, 2), ("occurred_in", 1, 2)]
    )
    assert relation_scores([gold], [both], "lenient")["occurred_in"] == Score(1, 2, 1)
    # The first gold edge fits both predictions, the second only one: taken greedily, one would be left over.
    wide = variant(
        [(0, 8, "KILLED"), (9, 17, "KILLED"), (26, 31, "LOCATION")], [("occurred_in", 0, 2), ("occurred_in", 1, 2)]
    )
    found = variant(
        [(0, 12, "KILLED"), (13, 17, "WOUNDED"), (26, 31, "LOCATION")], [("occurred_in", 0, 2), ("occurred_in", 1, 2)]
    )
    assert relation_scores([wide], [found], "lenient")["occurred_in"] == Score(2, 2, 2)


def test_documents_with_faults_are_refused(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(tmp_path / "gold.jsonl", [GOLD])
    write_jsonl(tmp_path / "bad.jsonl", [variant([(0, 8, "KILLED"), (3, 8, "KILLED")])])
    files = ["--gold", str(tmp_path / "gold.jsonl"), "--predictions", str(tmp_path / "bad.jsonl")]
    assert main(files) == 1
    assert "bad.jsonl: document a: layer TOLL" in capsys.readouterr().err


def test_other_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="not the same text"):
        span_scores([GOLD], [Document("a", "other")])
    with pytest.raises(ValueError, match="1 gold documents but 0"):
        span_scores([GOLD], [])


def test_interval_holds_the_point_and_shrinks_with_certainty() -> None:
    parts = [Score(4, 4, 3), Score(4, 4, 1), Score(2, 2, 2)] * 4
    low, high = bootstrap(parts)
    point = sum(parts, Score(0, 0, 0)).f1
    assert low < point < high
    assert bootstrap([Score(4, 4, 4)] * 5) == (1.0, 1.0)


def test_command_prints_the_definition_above_the_scores(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(tmp_path / "gold.jsonl", [GOLD])
    arguments = ["--gold", str(tmp_path / "gold.jsonl"), "--predictions", str(tmp_path / "gold.jsonl")]
    assert main([*arguments, "--json", str(tmp_path / "s.json"), "--table", str(tmp_path / "s.md")]) == 0
    printed = capsys.readouterr().out
    assert printed.index("Correct: both borders and the label right") < printed.index("| TOLL | 1 | 1 | 100.0")
    assert (tmp_path / "s.json").is_file()
    (tmp_path / "bad.jsonl").write_text("{\n", "utf-8")
    assert main([*arguments[:2], "--predictions", str(tmp_path / "bad.jsonl")]) == 1
    assert "bad.jsonl:1: not JSON" in capsys.readouterr().err


def test_report_has_the_three_kinds_of_relation_score() -> None:
    report = score_system([GOLD], [GOLD], [GOLD])
    assert list(report) == ["spans", "strict", "lenient", "gold"]
    assert report["gold"]["scores"]["occurred_in"]["f1"] == 1.0
