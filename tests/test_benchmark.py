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
from eval.benchmark import check_held_out, main, make_parser, measure_accuracy, measure_seeds
from eval.comparison import KINDS, System, article_scores, compare, difference, predict
from eval.evaluate import score_system
from eval.metrics import Score
from eval.provenance import commit, cpu_model, shown, training_seed
from eval.record_metrics import record_scores
from eval.report import TITLES, accuracy_section, full_tables, main_table, seeds_section
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
    return measure_accuracy([silent(), perfect()], GOLD, model="perfect", baseline="silent")


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
    text = "\n".join(accuracy_section(accuracy))
    for kind, correct in KINDS.items():
        title = f"### {TITLES[kind]}"
        block = text[text.index(title) :]
        assert block.index(f"Correct: {correct}.") < block.index("| --- |"), kind
    top = main_table(accuracy)
    assert top.index(KINDS["spans"]) < top.index(KINDS["strict"]) < top.index("| TOLL |")


def test_table_cells(accuracy: dict) -> None:
    top = main_table(accuracy)
    assert "|  | silent | perfect | perfect minus silent |" in top
    assert "| TOLL | 0.0 (0.0 to 0.0) | 100.0 (100.0 to 100.0) | +100.0 (+100.0 to +100.0) |" in top
    assert "| located_in | – | – | – |" in top
    full = "\n".join(full_tables(accuracy, "silent"))
    assert "| TOLL.KILLED | 2 | 0 | 0 | – | 0.0 | 0.0 (0.0 to 0.0) |" in full


def seed_options(folder: Path, **changes: object) -> Namespace:
    options = make_parser().parse_args(["--seeds", str(folder / "seeds.jsonl"), "--seed-texts", str(folder / "texts")])
    return Namespace(**vars(options) | changes)


def with_seeds(folder: Path) -> Path:
    (folder / "texts").mkdir()
    for document in GOLD:
        (folder / "texts" / document.meta["source"]).write_bytes(document.text.encode())
    write_standoff(folder / "seeds.jsonl", GOLD)
    return folder


def test_absent_seeds_are_said_to_be_absent(tmp_path: Path) -> None:
    seeds = measure_seeds(seed_options(tmp_path))
    assert "skipped" in seeds
    text = "\n".join(seeds_section(seeds))
    assert "Skipped: the texts of the seed articles" in text
    assert "|" not in text


def test_seeds_say_that_the_bundle_was_trained_on_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "shipped_system", lambda options, name: perfect(name))
    monkeypatch.setattr(benchmark, "torch_system", lambda checkpoint, name: silent(name))
    monkeypatch.setattr(benchmark, "rule_system", lambda: silent("rules"))
    options = seed_options(with_seeds(tmp_path))
    alone = "\n".join(seeds_section(measure_seeds(options)))
    assert "**trained on these 2 articles**" in alone
    assert "No held-out checkpoint was given" in alone
    assert "minus rules" not in alone
    held_out = Path("runs/none/best")
    beside = "\n".join(seeds_section(measure_seeds(Namespace(**vars(options) | {"held_out": held_out}))))
    assert "is the checkpoint `runs/none/best`" in beside
    assert "could not be checked" in beside
    assert "| PyTorch fp32, held out minus rules |" in beside


def test_a_checkpoint_that_saw_the_seeds_is_not_held_out(tmp_path: Path) -> None:
    assert check_held_out(tmp_path / "best", GOLD) is False
    (tmp_path / "dataset").mkdir()
    write_jsonl(tmp_path / "dataset" / "train.jsonl", GOLD[:1])
    assert check_held_out(tmp_path / "best", GOLD[1:]) is True
    with pytest.raises(ValueError, match=r"it was trained on a$"):
        check_held_out(tmp_path / "best", GOLD)


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
    given += ["--test", str(files / "test.jsonl"), "--seed-texts", str(files / "none"), "--threads", "1"]
    return [*given, "--rounds", "1", "-o", str(files / "RESULTS.md")]


def test_command_writes_one_report_of_all_systems(files: Path) -> None:
    n_threads = torch.get_num_threads()
    assert main(arguments(files)) == 0
    torch.set_num_threads(n_threads)
    text = (files / "RESULTS.md").read_text("utf-8")
    assert "|  | rules | PyTorch fp32 | ONNX fp32 | ONNX int8 | ONNX int8 minus rules |" in text
    assert "| bundle made of this checkpoint | yes |" in text
    assert "Skipped: the texts of the seed articles" in text
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
