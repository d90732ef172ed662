"""The benchmark: record figures by hand, fair comparison, and a report that says what it counts."""

import json
from argparse import Namespace
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch

from data.inline import parse
from data.standoff import write_standoff
from eval import benchmark
from eval.benchmark import main, make_parser, measure_accuracy, measure_news
from eval.comparison import KINDS, System, article_scores, compare, difference, predict
from eval.evaluate import score_system
from eval.metrics import Score
from eval.provenance import commit, cpu_model, shown, training_seed
from eval.record_metrics import record_outcomes, record_scores
from eval.reliability import calibration_error
from eval.reliability import row as reliability_row
from eval.report import TITLES, accuracy_section, full_tables, main_table, news_section
from eval.speed import summarise, time_rounds
from model.checkpoints import save_checkpoint
from model.export import export
from model.network import SitrepConfig, SitrepModel
from sitrep.document import Document, write_jsonl
from sitrep.tokens import load_tokenizer

TINY = Path(__file__).with_name("tiny-distilbert")
GOLD = list(
    parse(
        "=== a | source: a.txt\n"
        "{PERSON p|Ali Hamid} came. {INDIRECT_QUOTE i|{KILLED k|At least 9 people} died in {LOCATION l|Dorma}}, "
        "{PRONOUN r|he} said.\n"
        "> i said_by r; r refers_to p; k reported_by r; k occurred_in l\n"
        "=== b | source: b.txt\n"
        "{UNNAMED u|Gunmen} shot {KILLED k|two men}. “{DIRECT_QUOTE d|It is over},” said {PERSON p|Ali}.\n"
        "> k inflicted_by u; d said_by p"
    )
)


def without(document: Document, *relations: str) -> Document:
    return replace(document, relations=tuple(edge for edge in document.relations if edge.type not in relations))


def moved(document: Document, label: str, start: int = 0, end: int = 0) -> Document:
    spans = tuple(
        replace(span, start=span.start + start, end=span.end + end) if span.label == label else span
        for span in document.spans
    )
    return replace(document, spans=spans)


def perfect(name: str = "perfect") -> System:
    by_id = {document.id: document for document in GOLD}
    return System(name, lambda document: by_id[document.id], lambda document: by_id[document.id])


def silent(name: str = "silent") -> System:
    return System(name, lambda document: document, lambda document: document)


@pytest.fixture(scope="module")
def accuracy() -> dict:
    return measure_accuracy([silent("rules"), perfect("ONNX int8")], GOLD)


# --- Records ---


def test_records_of_gold_are_all_right() -> None:
    assert set(record_scores("speakers", GOLD, GOLD).values()) == {Score(2, 2, 2)}
    assert set(record_scores("tolls", GOLD, GOLD).values()) == {Score(2, 2, 2)}


def test_a_speaker_is_right_only_under_the_resolved_name() -> None:
    unresolved = [without(GOLD[0], "refers_to"), GOLD[1]]  # "he" instead of "Ali Hamid"
    assert record_scores("speakers", GOLD, unresolved)["exact borders"] == Score(2, 2, 1)
    unattributed = [without(GOLD[0], "said_by"), GOLD[1]]
    assert record_scores("speakers", GOLD, unattributed)["exact borders"] == Score(2, 1, 1)
    assert record_scores("speakers", unattributed, GOLD)["exact borders"] == Score(1, 2, 1)


def test_a_quote_border_counts_in_the_first_row_only() -> None:
    shorter = [GOLD[0], moved(GOLD[1], "DIRECT_QUOTE", end=-5)]
    scores = record_scores("speakers", GOLD, shorter)
    assert scores == {"exact borders": Score(2, 2, 1), "overlapping borders": Score(2, 2, 2)}


def test_a_toll_needs_every_name_that_the_row_names() -> None:
    found = [without(GOLD[0], "occurred_in"), without(GOLD[1], "inflicted_by")]
    assert record_scores("tolls", GOLD, found) == {
        "kind, low and high": Score(2, 2, 2),
        "… and sources": Score(2, 2, 2),
        "… and places": Score(2, 2, 1),
        "… and culprits": Score(2, 2, 1),
        "… and sources and places": Score(2, 2, 1),
        "all right": Score(2, 2, 0),
    }
    unresolved = [without(GOLD[0], "refers_to"), GOLD[1]]
    assert record_scores("tolls", GOLD, unresolved)["… and sources"] == Score(2, 2, 1)


def test_a_toll_needs_its_bounds_but_not_its_borders() -> None:
    exactly_nine = [moved(GOLD[0], "KILLED", start=len("At least ")), GOLD[1]]
    assert record_scores("tolls", GOLD, exactly_nine)["all right"] == Score(2, 2, 1)
    without_noun = [moved(GOLD[0], "KILLED", end=-len(" people")), GOLD[1]]
    assert record_scores("tolls", GOLD, without_noun)["all right"] == Score(2, 2, 2)


def test_one_record_is_right_for_one_gold_record() -> None:
    twice = next(parse("=== a\n{KILLED|Nine men}, {KILLED|nine men}, died."))
    once = replace(twice, spans=(replace(twice.spans[0], end=twice.spans[1].end),))
    row = "kind, low and high"
    assert record_scores("tolls", [once], [once])[row] == Score(1, 1, 1)
    assert record_scores("tolls", [twice], [once])[row] == Score(2, 1, 1)
    assert record_scores("tolls", [once], [twice])[row] == Score(1, 2, 1)


# --- Comparison ---


def test_systems_do_not_see_the_gold() -> None:
    predictions = predict(silent(), GOLD)
    assert all(not document.spans and not document.relations for document in predictions.found)
    assert [document.spans for document in predictions.given_spans] == [document.spans for document in GOLD]
    assert all(not document.relations for document in predictions.given_spans)


def test_a_system_that_answers_with_another_text_is_refused() -> None:
    wrong = System("wrong", lambda document: replace(document, text="other"), lambda document: document)
    with pytest.raises(ValueError, match="not the same text"):
        predict(wrong, GOLD)


def test_scores_are_those_of_the_one_scorer() -> None:
    found = [without(GOLD[0], "said_by"), moved(GOLD[1], "DIRECT_QUOTE", end=-5)]
    by_id = {document.id: document for document in found}
    system = System("some", lambda document: by_id[document.id], lambda document: by_id[document.id])
    ours = compare(GOLD, [predict(system, GOLD)], model=None, baseline=None)["scores"]
    for kind, part in score_system(GOLD, found, found).items():
        for row, score in part["scores"].items():
            assert ours[kind]["systems"]["some"][row] == score, (kind, row)
    assert ours["spans"]["systems"]["some"]["all spans"]["gold"] == 9
    assert "difference" not in ours["spans"]


def test_difference_resamples_both_systems_together() -> None:
    better, worse = [Score(4, 4, 4), Score(4, 4, 2)], [Score(4, 4, 3), Score(4, 4, 1)]
    # A quarter better on each article: whatever is drawn, the difference is the same.
    assert difference(better, worse) == {"f1": 0.25, "low": 0.25, "high": 0.25}


def test_every_article_counts_though_nothing_is_predicted() -> None:
    rows = article_scores("strict", GOLD, predict(silent(), GOLD))
    assert rows["said_by"] == [Score(1, 0, 0), Score(1, 0, 0)]


# --- Speed ---


def test_rounds_are_interleaved_and_the_first_is_not_counted() -> None:
    calls: list[str] = []

    def noted(name: str) -> System:
        return System(name, lambda document: calls.append(name) or document, lambda document: document)

    ticks = count()
    seconds = time_rounds([noted("x"), noted("y")], GOLD[:1], 3, settle=0, clock=lambda: float(next(ticks)))
    assert calls == ["x", "y", "y", "x", "x", "y", "y", "x"]
    assert seconds == {"x": [1.0] * 3, "y": [1.0] * 3}


def test_speed_is_the_median_of_rounds_and_of_ratios() -> None:
    seconds = {"slow": [2.0, 4.0, 8.0], "fast": [1.0, 1.0, 8.0]}
    found = summarise(seconds, articles=8, tokens=80, reference="slow", threads=1)
    assert found["systems"]["slow"]["articles_per_second"] == 2.0
    assert found["systems"]["fast"]["tokens_per_second"] == 80.0
    assert found["systems"]["fast"]["ratio"] == 2.0
    assert found["systems"]["slow"]["ratio"] == 1.0
    assert (found["rounds"], found["threads"]) == (3, 1)


# --- Report ---


def test_every_table_stands_below_its_definition(accuracy: dict) -> None:
    text = "\n".join(accuracy_section(accuracy, "these"))
    for kind, correct in KINDS.items():
        title = f"### {TITLES[kind]}"
        block = text[text.index(title) :]
        assert block.index(f"Correct: {correct}.") < block.index("| --- |"), kind
    top = main_table(accuracy)
    assert top.index(KINDS["spans"]) < top.index(KINDS["strict"]) < top.index("| TOLL |")


def test_table_cells(accuracy: dict) -> None:
    top = main_table(accuracy)
    assert "|  | rules | ONNX int8 | ONNX int8 minus rules |" in top
    assert "| TOLL | 0.0 (0.0 to 0.0) | 100.0 (100.0 to 100.0) | +100.0 (+100.0 to +100.0) |" in top
    assert "| located_in | – | – | – |" in top
    full = "\n".join(full_tables(accuracy, "rules"))
    assert "| TOLL.KILLED | 2 | 0 | 0 | – | 0.0 | 0.0 (0.0 to 0.0) |" in full


def news_options(folder: Path) -> Namespace:
    given = ["--news", "news.jsonl", "--news-train", "train.jsonl", "--texts", "texts"]
    return make_parser().parse_args([part if part.startswith("--") else str(folder / part) for part in given])


def named_systems() -> list[System]:
    return [silent("rules"), perfect("ONNX int8")]


def test_absent_news_is_said_to_be_absent(tmp_path: Path) -> None:
    news = measure_news(named_systems(), news_options(tmp_path))
    text = "\n".join(news_section(news))
    assert "Skipped: the texts of the real news" in text
    assert "|" not in text


def test_news_is_told_by_source_and_whether_training_saw_the_source(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    for document in GOLD:
        (tmp_path / "texts" / document.meta["source"]).write_bytes(document.text.encode())
    write_standoff(tmp_path / "news.jsonl", GOLD)
    write_standoff(tmp_path / "train.jsonl", GOLD[:1])
    news = measure_news(named_systems(), news_options(tmp_path))
    first, second = (document.meta["source"] for document in GOLD)
    text = "\n".join(news_section(news))
    assert f"| {first} | 1 | others | 100.0 | 0.0 |" in text
    assert f"| {second} | 1 | none | 100.0 | 0.0 |" in text
    assert "| TOLL (kind and borders) | 82.0 | 90.0 | 100.0 | 0.0 | aim |" in text
    assert "| located_in | 60.0 | 75.0 | 0.0 | 0.0 | **below** |" in text, "no such relation in these articles"


def test_records_are_accepted_by_their_least_score() -> None:
    doubtful = replace(GOLD[0], relations=tuple(replace(edge, score=0.4) for edge in GOLD[0].relations))
    assert list(record_outcomes(GOLD[0], doubtful)) == [("toll records", 0.4, True), ("quote records", 0.4, True)]
    assert list(record_outcomes(GOLD[0], without(GOLD[0], "occurred_in"))) == [
        ("toll records", 1.0, False),
        ("quote records", 1.0, True),
    ]


def test_reliability_counts_what_a_threshold_accepts() -> None:
    answers = [(0.95, True), (0.95, True), (0.95, False), (0.25, False)]
    found = reliability_row(answers)
    assert found["accepted"] == 0.75
    assert found["precision_accepted"] == pytest.approx(2 / 3)
    assert found["precision_others"] == 0.0
    # Bins: 0.95 against 2/3 for three answers, 0.25 against 0 for one.
    assert calibration_error(answers) == pytest.approx((3 * (0.95 - 2 / 3) + 0.25) / 4)
    assert calibration_error([(1.0, True)]) == 0.0
    assert reliability_row([(0.5, True)])["precision_accepted"] is None, "nothing accepted is not the same as all wrong"


# --- Provenance ---


def test_processor_and_its_int8_instructions() -> None:
    text = "processor\t: 0\nmodel name\t: Some CPU 9\nflags\t\t: sse avx512_vnni avx2\n"
    assert cpu_model(text) == "Some CPU 9 (avx512_vnni)"
    assert cpu_model(text.replace("avx512_vnni ", "")) == "Some CPU 9 (no VNNI)"


def test_training_seed_comes_from_the_checkpoint_or_is_unknown(tmp_path: Path) -> None:
    assert training_seed(tmp_path) is None
    (tmp_path / "metrics.jsonl").write_text('{"kind": "dev"}\n{"training": {"seed": 7}}\n', "utf-8")
    assert training_seed(tmp_path) == 7
    (tmp_path / "metrics.json").write_text('{"seed": 0}', "utf-8")
    assert training_seed(tmp_path) == 0


def test_no_machine_path_is_shown(tmp_path: Path) -> None:
    assert shown(tmp_path / "best") == "best"
    assert shown(Path(benchmark.__file__)) == "eval/benchmark.py"
    assert shown(Path("../shared/seeds")) == "../shared/seeds"


def test_commit_outside_a_repository(tmp_path: Path) -> None:
    assert commit(tmp_path) == "unknown (no git repository)"


# --- The command ---


@pytest.fixture
def files(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    tokenizer = load_tokenizer(str(TINY / "tokenizer.json"))
    sizes = {"vocab_size": tokenizer.get_vocab_size(), "dim": 32, "hidden_dim": 64, "n_layers": 1, "n_heads": 2}
    network = SitrepModel(SitrepConfig(encoder=sizes, relation_width=8, window=64, overlap=16)).eval()
    save_checkpoint(network, tokenizer, tmp_path / "checkpoint")
    export(tmp_path / "checkpoint", tmp_path / "bundle", GOLD)
    write_jsonl(tmp_path / "test.jsonl", GOLD)
    return tmp_path


def arguments(files: Path) -> list[str]:
    given = ["--checkpoint", str(files / "checkpoint"), "--bundle", str(files / "bundle")]
    given += ["--test", str(files / "test.jsonl"), "--texts", str(files / "none"), "--threads", "1"]
    return [*given, "--rounds", "1", "-o", str(files / "RESULTS.md")]


def test_command_writes_one_report_of_all_systems(files: Path) -> None:
    n_threads = torch.get_num_threads()
    assert main(arguments(files)) == 0
    torch.set_num_threads(n_threads)
    text = (files / "RESULTS.md").read_text("utf-8")
    assert "|  | rules | PyTorch fp32 | ONNX fp32 | ONNX int8 | ONNX int8 minus rules |" in text
    assert "| bundle made of this checkpoint | yes |" in text
    assert "Skipped: the texts of the real news" in text
    assert str(files) not in text
    results = json.loads((files / "results.json").read_text("utf-8"))
    assert list(results["speed"]["systems"]) == ["rules", "PyTorch fp32", "ONNX fp32", "ONNX int8"]
    fp32 = results["test"]["scores"]["spans"]["systems"]
    assert fp32["PyTorch fp32"] == fp32["ONNX fp32"]


def test_another_bundle_and_a_missing_checkpoint_are_told(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from eval.systems import is_export_of

    assert is_export_of(files / "bundle", files / "checkpoint")
    tokenizer = load_tokenizer(str(TINY / "tokenizer.json"))
    sizes = {"vocab_size": tokenizer.get_vocab_size(), "dim": 32, "hidden_dim": 64, "n_layers": 1, "n_heads": 2}
    torch.manual_seed(1)
    other = SitrepModel(SitrepConfig(encoder=sizes, relation_width=8, window=64, overlap=16))
    save_checkpoint(other, tokenizer, files / "other")
    assert not is_export_of(files / "bundle", files / "other")
    given = arguments(files)
    given[1] = str(files / "none")
    assert main(given) == 1
    assert "error: checkpoint" in capsys.readouterr().err
    given[3] = str(files / "none")
    assert main(given) == 1
    assert "error: bundle" in capsys.readouterr().err
